"""The schematic of any circuit, laid out from its description: nodes as buses, ground at the bottom."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from attrs import frozen

from ...circuits.checks import ends
from ...circuits.circuit import Circuit
from ...circuits.elements import (
    GROUND,
    B,
    C,
    Comparator,
    Delay,
    Diode,
    E,
    Element,
    F,
    G,
    H,
    I,
    L,
    Mosfet,
    MosfetEkv,
    R,
    S,
    Sensing,
    V,
)
from ...circuits.stimuli import Constant
from ...circuits.units import show

COLUMN = 2.5
GAP = 1.7
DROP = 3.0


Point = tuple[float, float]


@frozen
class Placing:
    """Where everything goes: x of each node's bus (from, to), grounded elements by x, bridges by level."""

    buses: dict[str, tuple[float, float]]
    grounded: tuple[tuple[Element, str, float], ...]
    bridges: tuple[tuple[Element, str, str, int], ...]
    width: float


def placing(circuit: Circuit) -> Placing:
    """Lay out a circuit: one bus a node, left to right, elements to ground below, the others as bridges above."""
    nodes = [n for n in circuit.nodes if n != GROUND and any(n in ends(e) for e in circuit.parts)]
    hanging: dict[str, list[Element]] = {n: [] for n in nodes}
    between: list[tuple[Element, str, str]] = []
    for element in circuit.parts:
        a, b = ends(element)
        if GROUND in (a, b):
            hanging[b if a == GROUND else a].append(element)
        else:
            between.append((element, a, b))
    buses: dict[str, tuple[float, float]] = {}
    grounded: list[tuple[Element, str, float]] = []
    x = 0.0
    for n in nodes:
        start = x
        for k, element in enumerate(hanging[n]):
            grounded.append((element, n, start + k * COLUMN))
        x = start + max(len(hanging[n]) - 1, 0) * COLUMN
        buses[n] = (start, x)
        x += COLUMN + GAP
    return Placing(buses, tuple(grounded), _levels(buses, between), x)


def _levels(
    buses: dict[str, tuple[float, float]], between: list[tuple[Element, str, str]]
) -> tuple[tuple[Element, str, str, int], ...]:
    """Bridges between neighbours lie on the buses' own level, all others above, none over another."""
    order = list(buses)
    taken: list[list[tuple[float, float]]] = []
    placed = []
    for element, a, b in between:
        left, right = sorted((a, b), key=order.index)
        span = (buses[left][1], buses[right][0])
        level = 0 if order.index(right) - order.index(left) == 1 else 1
        while any(s < span[1] and span[0] < e for s, e in (taken[level] if level < len(taken) else [])):
            level += 1
        while len(taken) <= level:
            taken.append([])
        taken[level].append(span)
        placed.append((element, a, b, level))
    return tuple(placed)


def schematic(circuit: Circuit) -> str:
    """Draw a circuit.

    Args:
        circuit: any circuit.

    Returns:
        SVG text; switches and controlled sources say in words what controls them.
    """
    import schemdraw
    from schemdraw import elements as parts

    where = placing(circuit)
    with schemdraw.Drawing(canvas="svg", show=False, fontsize=11, unit=DROP) as drawing:
        for n, (start, end) in where.buses.items():
            drawing.add(parts.Dot().at((start, 0)))
            name = parts.Label().theta(0).at((start - 0.15, 0.3))
            drawing.add(name.label(n, "center", fontsize=12, color="#0072B2", halign="right"))
            if end > start:
                drawing.add(parts.Line().endpoints((start, 0), (end, 0)))
        for element, n, x in where.grounded:
            bottom = (x, -DROP)
            _draw(drawing, parts, element, n, (x, 0), bottom)
            drawing.add(parts.Ground().at(bottom))
            drawing.add(
                parts.Label()
                .theta(0)
                .at((x + 0.58, -DROP / 2))
                .label(_label(element), "center", fontsize=9, halign="left")
            )
        for element, a, b, level in where.bridges:
            _bridge(drawing, parts, where, element, a, b, level)
    return drawing.get_imagedata("svg").decode()


def _draw(drawing: Any, parts: Any, element: Element, at_first: str, first: Point, second: Point) -> None:
    """Draw a symbol between two points, its plus end where the element's first node is."""
    plus, minus = (first, second) if ends(element)[0] == at_first else (second, first)
    if isinstance(element, (V, E, H, Delay)):  # schemdraw draws sources from minus to plus
        plus, minus = minus, plus
    drawing.add(_symbol(parts, element).endpoints(plus, minus))


def _bridge(drawing: Any, parts: Any, where: Placing, element: Element, a: str, b: str, level: int) -> None:
    order = list(where.buses)
    forward = order.index(a) < order.index(b)
    x_a = where.buses[a][1] if forward else where.buses[a][0]
    x_b = where.buses[b][0] if forward else where.buses[b][1]
    height = 2.2 * level
    if level:
        drawing.add(parts.Line().endpoints((x_a, 0), (x_a, height)))
        drawing.add(parts.Line().endpoints((x_b, 0), (x_b, height)))
    _draw(drawing, parts, element, a, (x_a, height), (x_b, height))
    clear = 0.5 if isinstance(element, (R, C, L, S)) else 0.95  # round and square symbols are taller
    below = ((x_a + x_b) / 2, height - clear)
    drawing.add(
        parts.Label().theta(0).at(below).label(_label(element), "center", fontsize=9, halign="center", valign="top")
    )


def _symbol(parts: Any, element: Element) -> Any:
    match element:
        case R():
            return parts.Resistor()
        case C():
            return parts.Capacitor()
        case L():
            return parts.Inductor2()
        case V():
            return parts.SourceV()
        case I():
            return parts.SourceI()
        case S():
            return parts.Switch()
        case E() | H() | Delay():
            return parts.SourceControlledV()
        case Diode():
            return parts.Diode()
        case Mosfet() | MosfetEkv():
            return parts.RBox()
        case G() | F() | B() | Comparator():
            return parts.SourceControlledI()
    raise TypeError(f"{element.KIND} has no symbol")


def _label(element: Element) -> str:
    name = element.name
    match element:
        case R() | C() | L():
            return f"{name}\n{_brief(element.value, element.QUANTITIES['value'])}"
        case V() | I():
            unit = "V" if isinstance(element, V) else "A"
            fields = element.stimulus
            return f"{name}\n{_brief(fields.value, unit) if isinstance(fields, Constant) else type(fields).__name__}"
        case S():
            seen = element.c_plus if element.c_minus == GROUND else f"{element.c_plus},{element.c_minus}"
            low, high = _brief(element.v_t - element.v_h, "V"), _brief(element.v_t + element.v_h, "V")
            return f"{name}\nv({seen})\nclose {high}\nopen {low}"
        case E() | G():
            return (
                f"{name}\n{_brief(element.gain, element.QUANTITIES['gain'])}\n* v({element.c_plus},{element.c_minus})"
            )
        case Comparator():
            return f"{name}\ncompares {element.plus}\nwith {element.minus}"
        case Mosfet() | MosfetEkv():
            return f"{name}\n{element.polarity} channel\ngate {element.gate}"
        case Delay():
            return f"{name}\n{_brief(element.delay, 's')} after\nv({element.c_plus})"
        case Diode():
            return name
        case B():
            return "\n".join([name, *wrap(f"of {', '.join(n for _, n in element.inputs if n != GROUND)}", 14)])
        case _:
            return f"{name}\n* i({element.sensor})" if isinstance(element, Sensing) else name


def _brief(value: float, unit: str) -> str:
    """Four digits are enough on a drawing."""
    return show(float(f"{value:.4g}"), unit)
