"""The schematic of any circuit, from its description; `layout` says where everything goes."""

from __future__ import annotations

from typing import Any

from ...circuits.circuit import Circuit
from ...circuits.elements import (
    B,
    Bjt,
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
    Jfet,
    L,
    Mosfet,
    MosfetEkv,
    Opaque,
    R,
    S,
    V,
)
from ...circuits.graph import ends
from .layout import DROP, HALF, TALL, Bridge, Layout, Upright, label, layout

Point = tuple[float, float]
BLUE = "#0072B2"


def schematic(circuit: Circuit) -> str:
    """Draw a circuit.

    Args:
        circuit: any circuit.

    Returns:
        SVG text; switches and controlled sources say in words what controls them.
    """
    import schemdraw

    with schemdraw.Drawing(canvas="svg", show=False, fontsize=11, unit=DROP, margin=0.4) as drawing:
        _fill(drawing, layout(circuit))
    return drawing.get_imagedata("svg").decode()


def draw_on(axis: Any, circuit: Circuit) -> None:
    """Draw a circuit on an axis of matplotlib."""
    import schemdraw

    drawing = schemdraw.Drawing(canvas=axis, show=False, fontsize=11, unit=DROP)
    _fill(drawing, layout(circuit))
    drawing.draw(canvas=axis, show=False)
    axis.set_aspect("equal")


def _fill(drawing: Any, where: Layout) -> None:
    from schemdraw import elements as parts

    for n, (start, end) in where.buses.items():
        drawing.add(parts.Dot().at((start, 0)))
        _words(drawing, parts, where.name_at(n), n, "left", 12, BLUE)
        if end > start:
            drawing.add(parts.Line().endpoints((start, 0), (end, 0)))
    for upright in where.uprights:
        _upright(drawing, parts, where, upright)
    for bridge in where.bridges:
        _bridge(drawing, parts, bridge)


def _words(
    drawing: Any, parts: Any, at: Point, words: str, side: str, size: int = 9, colour: str = "black",
    edge: str = "center",
) -> None:  # fmt: skip
    placed = parts.Label().theta(0).at(at)
    drawing.add(placed.label(words, "center", fontsize=size, color=colour, halign=side, valign=edge))


def _upright(drawing: Any, parts: Any, where: Layout, u: Upright) -> None:
    far = (u.x, DROP if u.supply else -DROP)
    _draw(drawing, parts, u.element, u.node, (u.x, 0), far)
    if u.supply:
        drawing.add(parts.Line().endpoints((u.x - 0.3, DROP), (u.x + 0.3, DROP)))
        _words(drawing, parts, (u.x, DROP + 0.12), where.flags[u.supply], "center", 9, BLUE, "bottom")
    else:
        drawing.add(parts.Ground().at(far))
    _words(drawing, parts, (u.x + TALL + 0.05, far[1] / 2), label(u.element), "left")


def _bridge(drawing: Any, parts: Any, b: Bridge) -> None:
    first, second = (b.center - HALF, b.height), (b.center + HALF, b.height)
    left, right = sorted((b.x_a, b.x_b))
    for x in (left, right) if b.height else ():
        drawing.add(parts.Line().endpoints((x, 0), (x, b.height)))
    drawing.add(parts.Line().endpoints((left, b.height), first))
    drawing.add(parts.Line().endpoints(second, (right, b.height)))
    at_a, at_b = (first, second) if b.x_a < b.x_b else (second, first)
    _draw(drawing, parts, b.element, ends(b.element)[0], at_a, at_b)
    _words(drawing, parts, (b.center, b.height + TALL + 0.05), label(b.element), "center", edge="bottom")


def _draw(drawing: Any, parts: Any, element: Element, at_first: str, first: Point, second: Point) -> None:
    """Draw a symbol between two points, its plus end at the element's first node."""
    plus, minus = (first, second) if ends(element)[0] == at_first else (second, first)
    upwards = isinstance(element, Bjt) and element.polarity == "pnp"  # its symbol begins at the emitter
    if isinstance(element, (V, E, H, Delay)) or upwards:  # schemdraw draws sources from minus to plus
        plus, minus = minus, plus
    symbol = _symbol(parts, element).endpoints(plus, minus)
    down, right = plus[1] > minus[1], plus[1] == minus[1] and plus[0] < minus[0]
    if isinstance(element, (Bjt, Jfet)) and (down or right):
        symbol.flip()  # its third lead away from its words
    drawing.add(symbol)


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
        case Bjt():
            # schemdraw 0.23 has these by each other's names: the arrow of its "Pnp2" leaves the base, as that of an
            # npn does, and that of its "JFetP2" goes into the channel, as that of an n channel does.
            return parts.BjtPnp2() if element.polarity == "npn" else parts.BjtNpn2()
        case Jfet():
            return parts.JFetP2() if element.polarity == "n" else parts.JFetN2()
        case Mosfet() | MosfetEkv():
            return parts.RBox()
        case Opaque():
            return parts.RBox()
        case G() | F() | B() | Comparator():
            return parts.SourceControlledI()
    raise TypeError(f"{element.KIND} has no symbol")
