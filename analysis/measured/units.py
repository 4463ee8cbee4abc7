"""Units of measures, known before there is a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...circuits.laws.grammar import Call, Name, Node, Number, read
from ...netlists.reading.measure import Atom, Between, Found, Made, Measure, Over, Signal, When


def in_order(measures: Iterable[Measure], analysis: str) -> list[Measure]:
    """Measures of an analysis as they are read: as ngspice does, what is made of others comes last."""
    wanted = [m for m in measures if m.analysis == analysis]
    return sorted(wanted, key=lambda m: isinstance(m.what, Made))


def units_of(measures: Sequence[Measure], analysis: str, axis: str) -> dict[str, str]:
    """Units of the measures of an analysis, by their names; empty where there is none that is known.

    Args:
        measures: of a netlist.
        analysis: "tran", "ac" or "dc".
        axis: unit of what the run is over.
    """
    found: dict[str, str] = {}
    for m in in_order(measures, analysis):
        found[m.name] = _of_measure(m, axis, {n.lower(): u for n, u in found.items()})
    return found


def _of_measure(m: Measure, axis: str, earlier: Mapping[str, str]) -> str:
    match m.what:
        case Made(signal):
            return _of(signal, m, axis, earlier)
        case When() | Between():
            return axis
        case Found(signal, _, slope):
            unit = _of(signal, m, axis, earlier)
            return f"{unit}/{axis}" if slope and unit else unit
        case Over("max_at" | "min_at"):
            return axis
        case Over(figure, signal):
            unit = _of(signal, m, axis, earlier)
            return _PRODUCTS.get((tuple(sorted((unit, axis))), ()), "") if figure == "integ" else unit
    return ""


def _of(signal: Signal, measure: Measure, axis: str, earlier: Mapping[str, str]) -> str:
    """The unit of an expression."""
    angle = "°" if measure.degrees else "rad"
    known = {a.name: _of_atom(a, axis, angle) for a in signal.atoms}
    return _unit(read(signal.law), {**{n: earlier[n] for n in signal.earlier if n in earlier}, **known}, angle) or ""


def _of_atom(atom: Atom, axis: str, angle: str) -> str:
    if atom.part in ("db", "p"):
        return "dB" if atom.part == "db" else angle
    return {"v": "V", "i": "A", "x": axis}[atom.kind]


def _unit(node: Node, known: Mapping[str, str], angle: str) -> str | None:
    """A unit; None for a pure number, which goes with any."""
    if isinstance(node, Number):
        return None
    if isinstance(node, Name):
        return known.get(node.name)
    named = [u for u in (_unit(a, known, angle) for a in node.args) if u is not None]
    if node.function in ("ph", "p", "db"):
        return "dB" if node.function == "db" else angle
    if node.function == "*":
        return _product(node.args, known, angle)
    if not named:
        return None
    return named[0] if node.function in _KEEPING and len(set(named)) == 1 else ""


_KEEPING = frozenset({"+", "neg", "abs", "mag", "m", "re", "r", "im", "img", "min", "max"})
"""What has the unit of its arguments."""


def _product(factors: Sequence[Node], known: Mapping[str, str], angle: str) -> str | None:
    """The unit of factors, of which some divide."""
    above: list[str] = []
    below: list[str] = []
    for a in factors:
        if isinstance(a, Call) and a.function == "/":  # one over something
            below += filter(None, [_unit(a.args[1], known, angle)])
        else:
            above += filter(None, [_unit(a, known, angle)])
    for unit in list(below):
        if unit in above:
            above.remove(unit)
            below.remove(unit)
    if not above and not below:
        return None
    if len(above) == 1 and not below:
        return above[0]
    return _PRODUCTS.get((tuple(sorted(above)), tuple(below)), "")


_PRODUCTS: dict[tuple[tuple[str, ...], tuple[str, ...]], str] = {
    (("A", "V"), ()): "W", (("A", "s"), ()): "C", (("W", "s"), ()): "J", (("V", "s"), ()): "Wb",
    (("Hz", "V"), ()): "V·Hz", (("V",), ("A",)): "Ω", (("A",), ("V",)): "S", (("V",), ("s",)): "V/s",
    (("A",), ("s",)): "A/s", ((), ("s",)): "Hz", ((), ("Hz",)): "s",
}  # fmt: skip
"""Units above and below a fraction, in the order of letters."""
