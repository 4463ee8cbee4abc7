"""Where everything in a schematic goes: ground down, supplies up, signals from left to right, nothing over anything.

Each node is a horizontal bus. Elements to ground hang below it, elements to a supply (a node that a constant source
holds) stand on it below a flag with the supply's name, and elements between two nodes bridge them: neighbours on the
buses' own level, others above, each with a riser of its own.
"""

from __future__ import annotations

from textwrap import wrap

from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import (
    GROUND,
    B,
    Bjt,
    C,
    Comparator,
    Delay,
    Diode,
    E,
    Element,
    G,
    I,
    Jfet,
    L,
    Mosfet,
    MosfetEkv,
    R,
    S,
    Sensing,
    V,
)
from ...circuits.graph import ends
from ...circuits.stimuli import Constant
from ...circuits.units import show

DROP = 3.0
"""Length of an element that hangs or stands."""
COLUMN, MARGIN = 2.2, 0.45
HALF = 1.0
"""Half the length of an element on a bridge, and"""
TALL = 0.55
"""half the height of the largest symbol."""
RISER = 0.6
STEP = 0.5
CHARACTER, NAME, LINE = 0.165, 0.2, 0.27
"""Width of a character of a label and of a node's name, and height of a line of a label."""


@frozen
class Box:
    """Something that takes room: what, which, and its corners."""

    kind: str
    name: str
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Whether two overlap."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.top <= other.bottom or other.top <= self.bottom)


@frozen
class Upright:
    """An element that hangs from its node to ground, or stands on it below a supply's flag."""

    element: Element
    node: str
    x: float
    supply: str = ""


@frozen
class Bridge:
    """An element between two buses: from x_a on the first node's to x_b on the second's, at a height."""

    element: Element
    a: str
    b: str
    x_a: float
    x_b: float
    height: float
    center: float


@frozen
class Layout:
    """A whole drawing: buses (from, to), what hangs and stands, bridges, and the words of the supplies' flags."""

    buses: dict[str, tuple[float, float]]
    uprights: tuple[Upright, ...]
    bridges: tuple[Bridge, ...]
    flags: dict[str, str]

    def name_at(self, node: str) -> tuple[float, float]:
        """Left end and middle of a node's name: above its bus, below it where risers stand at its beginning."""
        start = self.buses[node][0]
        risers = any(b.height and min(b.x_a, b.x_b) < max(b.x_a, b.x_b) - 1e-9 and start <= max(b.x_a, b.x_b) <=
                     start + NAME * len(node) + RISER for b in self.bridges)  # fmt: skip
        return start + 0.1, -0.25 if risers else 0.25

    def boxes(self) -> list[Box]:
        """All symbols, labels, names and flags."""
        found = []
        for n in self.buses:
            left, middle = self.name_at(n)
            found.append(Box("name", n, left, middle - 0.17, left + NAME * len(n), middle + 0.17))
        for u in self.uprights:
            middle = DROP / 2 if u.supply else -DROP / 2
            found.append(Box("symbol", u.element.name, u.x - TALL, middle - TALL, u.x + TALL, middle + TALL))
            width, height = size(label(u.element))
            left = u.x + TALL + 0.05
            found.append(Box("label", u.element.name, left, middle - height / 2, left + width, middle + height / 2))
            if u.supply:
                wide, high = size(self.flags[u.supply])
                found.append(Box("flag", u.element.name, u.x - wide / 2, DROP, u.x + wide / 2, DROP + 0.15 + high))
        for b in self.bridges:
            found += _bridge_boxes(b)
        return found

    def wires(self) -> list[tuple[str, float, float, float, float]]:
        """All lines: whose, and from where to where."""
        found = [(n, start, 0.0, end, 0.0) for n, (start, end) in self.buses.items()]
        found += [(u.element.name, u.x, 0.0, u.x, DROP if u.supply else -DROP) for u in self.uprights]
        for b in self.bridges:
            if b.height:
                found += [(b.element.name, x, 0.0, x, b.height) for x in (b.x_a, b.x_b)]
            left, right = sorted((b.x_a, b.x_b))
            found += [
                (b.element.name, left, b.height, b.center - HALF, b.height),
                (b.element.name, b.center + HALF, b.height, right, b.height),
            ]
        return found


def _bridge_boxes(b: Bridge) -> list[Box]:
    width, height = size(label(b.element))
    above = b.height + TALL + 0.05
    return [
        Box("symbol", b.element.name, b.center - TALL, b.height - TALL, b.center + TALL, b.height + TALL),
        Box("label", b.element.name, b.center - width / 2, above, b.center + width / 2, above + height),
    ]


def size(words: str) -> tuple[float, float]:
    """Width and height of a label."""
    lines = words.split("\n")
    return CHARACTER * max(map(len, lines)) + 0.05, LINE * len(lines)


def layout(circuit: Circuit) -> Layout:
    """Lay out a circuit."""
    supplies = _supplies(circuit)
    drawn = [e for e in circuit.parts if supplies.get(ends(e)[0]) is not e]
    nodes = [n for n in circuit.nodes if n != GROUND and n not in supplies and any(n in ends(e) for e in drawn)]
    down: dict[str, list[Element]] = {n: [] for n in nodes}
    up: dict[str, list[tuple[Element, str]]] = {n: [] for n in nodes}
    between: list[tuple[Element, str, str]] = []
    for e in drawn:
        a, b = ends(e)
        if GROUND in (a, b):
            down[b if a == GROUND else a].append(e)
        elif a in supplies or b in supplies:
            up[b if a in supplies else a].append((e, a if a in supplies else b))
        else:
            between.append((e, a, b))
    flags = {n: flag(e) for n, e in supplies.items()}
    return _placed(nodes, down, up, between, flags)


def _supplies(circuit: Circuit) -> dict[str, V]:
    """Nodes that a constant source holds and that only signal nodes hang on: drawn as flags."""
    sensed = {e.sensor for e in circuit.of_type(Sensing)}
    found: dict[str, V] = {
        e.plus: e
        for e in circuit.of_type(V)
        if e.minus == GROUND and isinstance(e.stimulus, Constant) and e.name not in sensed
    }
    while True:
        for n, source in found.items():
            others = [ends(e) for e in circuit.parts if e is not source and n in ends(e)]
            if not others or any(GROUND in pair or pair[0] == pair[1] or set(pair) <= found.keys() for pair in others):
                del found[n]
                break
        else:
            return found


def _placed(
    nodes: list[str], down: dict[str, list[Element]], up: dict[str, list[tuple[Element, str]]],
    between: list[tuple[Element, str, str]], flags: dict[str, str],
) -> Layout:  # fmt: skip
    order = {n: k for k, n in enumerate(nodes)}
    near: dict[tuple[str, str], Element] = {}
    far: list[tuple[Element, str, str]] = []
    for e, a, b in between:
        left, right = sorted((a, b), key=order.__getitem__)
        if order[right] - order[left] == 1 and (left, right) not in near:
            near[left, right] = e
        else:
            far.append((e, a, b))
    buses, uprights, taps = _columns(nodes, down, up, near, far, flags)
    floor = DROP + 2.2 if any(u.supply for u in uprights) else 1.9
    bridges = [
        Bridge(e, *ends(e), *_near_ends(e, left, right, buses), 0.0, (buses[left][1] + buses[right][0]) / 2)
        for (left, right), e in near.items()
    ]
    # A long bridge above a short one: fewer lines cross.
    far.sort(key=lambda item: abs(taps[item[0].name][0] - taps[item[0].name][1]))
    for e, a, b in far:
        bridges.append(_above(e, a, b, taps, bridges, floor))
    return Layout(buses, tuple(uprights), tuple(bridges), flags)


def _near_ends(e: Element, left: str, right: str, buses: dict[str, tuple[float, float]]) -> tuple[float, float]:
    x_left, x_right = buses[left][1], buses[right][0]
    return (x_left, x_right) if ends(e)[0] == left else (x_right, x_left)


def _columns(
    nodes: list[str], down: dict[str, list[Element]], up: dict[str, list[tuple[Element, str]]],
    near: dict[tuple[str, str], Element], far: list[tuple[Element, str, str]], flags: dict[str, str],
) -> tuple[dict[str, tuple[float, float]], list[Upright], dict[str, tuple[float, float]]]:  # fmt: skip
    """Places along x: of every bus, of what hangs and stands, and of the risers of far bridges (by element)."""
    order = {n: k for k, n in enumerate(nodes)}
    buses: dict[str, tuple[float, float]] = {}
    uprights: list[Upright] = []
    taps: dict[str, list[float]] = {}
    x = 0.0
    for n in nodes:
        before = [e for e, a, b in far if n in (a, b) and order[a if n == b else b] < order[n]]
        after = [e for e, a, b in far if n in (a, b) and order[a if n == b else b] > order[n]]
        start = x
        for e in before:
            taps.setdefault(e.name, []).append(x)
            x += RISER
        if before:  # the name stands below them
            x = max(x + 0.5, start + 0.25 + NAME * len(n))
        reach, last = x, x
        for k in range(max(len(down[n]), len(up[n]))):
            here = down[n][k : k + 1]
            above = up[n][k : k + 1]
            wide = max([size(label(e))[0] for e in here] + [size(label(e))[0] for e, _ in above])
            flagged = max([size(flags[s])[0] / 2 for _, s in above], default=0.0)
            if k:
                x = max(reach + max(TALL, flagged), last + COLUMN)
            elif flagged > TALL and buses:
                x += flagged - TALL
                start = start if before else x
            uprights += [Upright(e, n, x) for e in here] + [Upright(e, n, x, s) for e, s in above]
            last, reach = x, max(x + TALL + 0.05 + wide + 0.15, x + flagged + 0.15)
        x = last
        end = max(x, start + 0.15 + NAME * len(n) if len(down[n]) + len(up[n]) + len(after) > 1 else x)
        right = nodes[order[n] + 1] if order[n] + 1 < len(nodes) else ""
        bridge = near.get((n, right))
        if up[n] and (after or bridge is not None):  # their words stand where a bridge would have its own
            end = max(end, reach)
        for e in after:
            end += RISER
            taps.setdefault(e.name, []).append(end)
        buses[n] = (start, end)
        beside = 2 * TALL if right and up[right] else 0.0  # a symbol that stands where the next bus begins
        gap = max(2 * HALF + 0.3, size(label(bridge))[0] + 0.3 + beside) if bridge is not None else 1.0
        x = max(end + gap, reach + TALL + MARGIN, start + 0.3 + NAME * len(n) + (gap if bridge is not None else 0.0))
    return buses, uprights, {name: (places[0], places[1]) for name, places in taps.items()}


def _above(
    e: Element, a: str, b: str, taps: dict[str, tuple[float, float]], placed: list[Bridge], floor: float
) -> Bridge:
    """The lowest height, and a middle there, at which a bridge meets nothing."""
    left, right = taps[e.name]
    x_a, x_b = (left, right) if ends(e)[0] == a else (right, left)
    risers = [x for name, pair in taps.items() if name != e.name for x in pair]
    height = floor
    while True:
        for center in _centers(left, right):
            made = Bridge(e, a, b, x_a, x_b, height, center)
            if _free(made, placed, risers):
                return made
        height += STEP


def _centers(left: float, right: float) -> list[float]:
    """Places for a symbol between two risers, from the middle outwards."""
    room = (right - left) / 2 - HALF
    shifts = [0.0] + [sign * 0.25 * k for k in range(1, int(max(room, 0.0) / 0.25) + 1) for sign in (1, -1)]
    return [(left + right) / 2 + s for s in shifts]


def _free(made: Bridge, placed: list[Bridge], risers: list[float]) -> bool:
    boxes = _bridge_boxes(made)
    if any(box.left - 0.1 < x < box.right + 0.1 for box in boxes for x in risers):
        return False
    low, high = sorted((made.x_a, made.x_b))
    for other in placed:
        theirs = _bridge_boxes(other)
        if any(mine.meets(box) for mine in boxes for box in theirs):
            return False
        start, end = sorted((other.x_a, other.x_b))
        if other.height == made.height and not (high < start or end < low):
            return False
        # A line of one must not run through the words of the other.
        if any(box.bottom < made.height < box.top and box.left < high and low < box.right for box in theirs):
            return False
        if any(box.bottom < other.height < box.top and box.left < end and start < box.right for box in boxes):
            return False
    return True


def flag(source: V) -> str:
    """Words of a supply's flag."""
    _, values = source.stimulus.breakpoints()
    return f"{source.plus} ({source.name})\n{brief(values[0], 'V')}"


def label(element: Element) -> str:
    """Words of an element: its name, its value, and what controls it."""
    name = element.name
    match element:
        case R() | C() | L():
            return f"{name}\n{brief(element.value, element.QUANTITIES['value'])}"
        case V() | I():
            unit = "V" if isinstance(element, V) else "A"
            fields = element.stimulus
            return f"{name}\n{brief(fields.value, unit) if isinstance(fields, Constant) else type(fields).__name__}"
        case S():
            seen = element.c_plus if element.c_minus == GROUND else f"{element.c_plus},{element.c_minus}"
            low, high = brief(element.v_t - element.v_h, "V"), brief(element.v_t + element.v_h, "V")
            return f"{name}\nv({seen})\nclose {high}\nopen {low}"
        case E() | G():
            seen = element.c_plus if element.c_minus == GROUND else f"{element.c_plus},{element.c_minus}"
            return f"{name}\n{brief(element.gain, element.QUANTITIES['gain'])}\n* v({seen})"
        case Comparator():
            return f"{name}\ncompares {element.plus}\nwith {element.minus}"
        case Mosfet() | MosfetEkv():
            return f"{name}\n{element.polarity} channel\ngate {element.gate}"
        case Bjt():
            return f"{name}\n{element.polarity}\nbase {element.base}"
        case Jfet():
            return f"{name}\n{element.polarity} channel\ngate {element.gate}"
        case Delay():
            return f"{name}\n{brief(element.delay, 's')} after\nv({element.c_plus})"
        case Diode():
            return name
        case B():
            return "\n".join([name, *wrap(f"of {', '.join(n for _, n in element.inputs if n != GROUND)}", 14)])
        case _:
            return f"{name}\n* i({element.sensor})" if isinstance(element, Sensing) else name


def brief(value: float, unit: str) -> str:
    """Four digits are enough on a drawing."""
    return show(float(f"{value:.4g}"), unit)
