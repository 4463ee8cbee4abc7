"""The symbols of the trade (IEC 60617, resistors and transistors as IEEE 315 has them), in units of the grid.

What has two ends runs from (0, 0) to (6, 0), plus first; a transistor from (0, 0) down to (0, 6), its gate at (-3, 3).
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from .ink import Circle, Ink, Place, Text
from .part import LENGTH, Part
from .placed import Placed, width

END, MIDDLE = float(LENGTH), LENGTH / 2


def drawn(placed: Placed) -> Ink:
    """A symbol where it stands."""
    ink = Ink()
    part = placed.part
    if part.is_block:
        _block(ink, placed)
        return ink
    DRAW[part.symbol](ink)
    return _turned(ink, placed)


def _turned(ink: Ink, placed: Placed) -> Ink:
    dx, dy = placed.way
    if placed.part.is_device:

        def to(p: Place) -> Place:
            return placed.x + p[0], placed.y + p[1] * dy
    else:

        def to(p: Place) -> Place:
            return placed.x + p[0] * dx - p[1] * dy, placed.y + p[0] * dy + p[1] * dx

    made = Ink()
    made.strokes = [type(s)(tuple(map(to, s.points)), s.is_filled, s.is_bold) for s in ink.strokes]
    made.circles = [Circle(*to((c.x, c.y)), c.radius, c.is_filled) for c in ink.circles]
    made.texts = [Text(t.words, *to((t.x, t.y)), t.align, t.is_name, t.size) for t in ink.texts]
    return made


def _leads(ink: Ink, first: float, second: float) -> None:
    ink.line((0, 0), (first, 0))
    ink.line((second, 0), (END, 0))


def _resistor(ink: Ink) -> None:
    step = 0.3
    peaks = [(1.2 + step * (2 * k + 1), 0.75 * (-1) ** k) for k in range(6)]
    ink.line((0, 0), (1.2, 0), *peaks, (4.8, 0), (END, 0))


def _capacitor(ink: Ink) -> None:
    _leads(ink, 2.65, 3.35)
    for x in (2.65, 3.35):
        ink.line((x, -1.2), (x, 1.2), bold=True)


def _inductor(ink: Ink) -> None:
    _leads(ink, 1, 5)
    points = []
    for k in range(4):
        points += [(1.5 + k - 0.5 * cos(pi * j / 8), -0.75 * sin(pi * j / 8)) for j in range(9)]
    ink.line(*points)


def _winding(ink: Ink) -> None:
    _inductor(ink)
    ink.circles.append(Circle(0.7, -0.5, 0.18, True))


def _circle(ink: Ink) -> None:
    _leads(ink, 1.6, 4.4)
    ink.circles.append(Circle(MIDDLE, 0, 1.4))


def _voltage_source(ink: Ink) -> None:
    _circle(ink)
    _signs(ink)


def _signs(ink: Ink) -> None:
    ink.texts += [Text("+", 2.35, 0, size=0.9), Text("−", 3.65, 0, size=0.9)]


def _current_source(ink: Ink) -> None:
    _circle(ink)
    _through(ink)


def _through(ink: Ink) -> None:
    ink.line((2.1, 0), (3.6, 0))
    ink.arrow((2, 0), (3.95, 0))


def _diamond(ink: Ink) -> None:
    _leads(ink, 1.4, 4.6)
    ink.line((1.4, 0), (MIDDLE, -1.45), (4.6, 0), (MIDDLE, 1.45), (1.4, 0))


def _controlled_voltage(ink: Ink) -> None:
    _diamond(ink)
    _signs(ink)


def _controlled_current(ink: Ink) -> None:
    _diamond(ink)
    _through(ink)


def _battery(ink: Ink) -> None:
    _leads(ink, 2.65, 3.35)
    ink.line((2.65, -1.3), (2.65, 1.3))
    ink.line((3.35, -0.65), (3.35, 0.65), bold=True)
    ink.texts.append(Text("+", 1.85, 0.85, size=0.8))


def _switch(ink: Ink) -> None:
    _leads(ink, 1.6, 4.4)
    ink.circles += [Circle(1.8, 0, 0.2), Circle(4.2, 0, 0.2)]
    ink.line((1.95, -0.1), (4.1, -1.2))


def _diode(ink: Ink) -> None:
    _leads(ink, 2.2, 3.8)
    ink.line((2.2, -1), (3.8, 0), (2.2, 1), (2.2, -1))
    ink.line((3.8, -1), (3.8, 1))


CHANNEL, PLATE = -1.1, -1.7


def _channel(ink: Ink, high: float = 1.5) -> None:
    ink.line((CHANNEL, high), (CHANNEL, END - high), bold=True)
    ink.line((0, 0), (0, 2), (CHANNEL, 2))
    ink.line((CHANNEL, 4), (0, 4), (0, END))


def _insulated(ink: Ink, is_p: bool) -> None:
    _channel(ink)
    ink.line((PLATE, 1.8), (PLATE, 4.2))
    ink.line((-3, MIDDLE), (PLATE - 0.6 if is_p else PLATE, MIDDLE))
    if is_p:
        ink.circles.append(Circle(PLATE - 0.3, MIDDLE, 0.3))


def _nmos(ink: Ink) -> None:
    _insulated(ink, is_p=False)
    ink.arrow((CHANNEL, 4), (0, 4))


def _pmos(ink: Ink) -> None:
    _insulated(ink, is_p=True)
    ink.arrow((0, 2), (CHANNEL + 0.1, 2))


def _nmos_bulk(ink: Ink) -> None:
    _insulated(ink, is_p=False)
    ink.line((CHANNEL, MIDDLE), (2, MIDDLE))
    ink.arrow((0, MIDDLE), (CHANNEL + 0.1, MIDDLE))


def _pmos_bulk(ink: Ink) -> None:
    _insulated(ink, is_p=True)
    ink.line((CHANNEL, MIDDLE), (2, MIDDLE))
    ink.arrow((CHANNEL, MIDDLE), (0, MIDDLE))


def _bipolar(ink: Ink) -> None:
    ink.line((-3, MIDDLE), (-1.2, MIDDLE))
    ink.line((-1.2, 1.6), (-1.2, 4.4), bold=True)
    ink.line((0, 0), (0, 1.3), (-1.2, 2.4))
    ink.line((-1.2, 3.6), (0, 4.7), (0, END))


def _npn(ink: Ink) -> None:
    _bipolar(ink)
    ink.arrow((-1.2, 3.6), (-0.1, 4.6))


def _pnp(ink: Ink) -> None:
    _bipolar(ink)
    ink.arrow((0, 1.3), (-1.05, 2.26))


def _njfet(ink: Ink) -> None:
    _channel(ink, 1.4)
    ink.line((-3, MIDDLE), (CHANNEL, MIDDLE))
    ink.arrow((-3, MIDDLE), (CHANNEL - 0.05, MIDDLE))


def _pjfet(ink: Ink) -> None:
    _channel(ink, 1.4)
    ink.line((-3, MIDDLE), (CHANNEL, MIDDLE))
    ink.arrow((CHANNEL, MIDDLE), (-2.3, MIDDLE))


DRAW: dict[str, Callable[[Ink], None]] = {
    "resistor": _resistor, "capacitor": _capacitor, "inductor": _inductor, "winding": _winding,
    "voltage source": _voltage_source,
    "current source": _current_source, "controlled voltage": _controlled_voltage,
    "controlled current": _controlled_current, "battery": _battery, "switch": _switch, "diode": _diode, "nmos": _nmos,
    "pmos": _pmos, "nmos bulk": _nmos_bulk, "pmos bulk": _pmos_bulk, "npn": _npn, "pnp": _pnp, "n jfet": _njfet,
    "p jfet": _pjfet,
}  # fmt: skip


def _block(ink: Ink, placed: Placed) -> None:
    part, x, y = placed.part, placed.x, placed.y
    wide, high = width(part), part.height
    if part.symbol == "box":
        ink.line((x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y))
    else:
        ink.line((x, y), (x + wide, y + high / 2), (x, y + high), (x, y))
    if part.symbol == "comparator":
        ink.line((x + 2.1, y + 3.5), (x + 3, y + 3.5), (x + 3, y + 2.5), (x + 3.9, y + 2.5))
    for terminal, at, _ in placed.sides():
        _pin(ink, part, terminal, at)


def _pin(ink: Ink, part: Part, terminal: str, at: tuple[int, int]) -> None:
    is_left = terminal in part.left
    if part.symbol == "box":
        ink.texts.append(Text(terminal, at[0] + (0.4 if is_left else -0.4), at[1], "left" if is_left else "right"))
    elif is_left:
        ink.texts.append(Text("+" if terminal == "plus" else "−", at[0] + 0.9, at[1], size=0.9))
