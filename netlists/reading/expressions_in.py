"""Expressions of `.meas` cards in the grammar of laws: voltages, currents and parameters in them get names."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs
from attrs import field, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, C, Diode, E, H, L, R, S, V
from ...circuits.errors import CircuitError
from ...circuits.laws.grammar import CONSTANTS, Call, Name, Node, Number, read
from .measure import Atom, Signal
from .numbers import finite

ONE = frozenset(
    {"abs", "sqrt", "exp", "ln", "log", "log10", "sin", "cos", "tan", "atan", "tanh", "mag", "m", "ph", "p", "db", "re",
     "r", "im", "img", "neg", "not"}
)  # fmt: skip
"""What is done to one value in an expression,"""
TWO = frozenset({"pow", "^", "/", "<", "<=", ">", ">=", "==", "!="})
"""to two,"""
MANY = frozenset({"+", "*", "min", "max", "and", "or"})
"""to two or more, from the left;"""
CHOICE = "if"
"""conditions and values in turn, and the value for when none holds."""
_READ = re.compile(r"(?<![\w.])(v|i)(m|p|db|r|i)?\s*\(\s*([^\s(),]+)\s*(?:,\s*([^\s(),]+)\s*)?\)", re.IGNORECASE)
_BRANCH = re.compile(r"(?<![\w.])([a-z][\w.]*)#branch\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[a-z]*(?![\w.])", re.IGNORECASE)
_AXES = {"time": "tran", "freq": "ac", "frequency": "ac", "hertz": "ac"}
_METERED = (V, R, L, S, C, E, H, Diode)
_METERED_AC = (V, R, L, E, H, Diode)


@frozen
class Names:
    """What expressions may speak of.

    Attributes:
        nodes, elements: by their names in lower case, how they are spelt.
        parameters: of the netlist, their values.
        measures: that are read before.
        analysis: of what run.
        still: elements whose current no AC analysis gives.
    """

    nodes: Mapping[str, str]
    elements: Mapping[str, str]
    parameters: Mapping[str, float] = field(factory=dict)
    measures: frozenset[str] = frozenset()
    analysis: str = "tran"
    still: frozenset[str] = frozenset()

    def during(self, analysis: str) -> Names:
        """The same for a run of another kind."""
        return attrs.evolve(self, analysis=analysis)

    def knowing(self, measure: str) -> Names:
        """The same with one more measure."""
        return attrs.evolve(self, measures=self.measures | {measure.lower()})

    def node(self, name: str) -> str:
        """A node as it is spelt.

        Raises:
            CircuitError: there is none.
        """
        plain = name.lower().replace(":", ".")
        if plain in ("gnd", GROUND):
            return GROUND
        if plain not in self.nodes:
            raise CircuitError(f"there is no node {name!r}")
        return self.nodes[plain]

    def element(self, name: str) -> str:
        """An element whose current a run gives, as it is spelt.

        Raises:
            CircuitError: there is none.
        """
        plain = name.lower().replace(":", ".")
        if plain not in self.elements or (self.analysis == "ac" and plain in self.still):
            raise CircuitError(f"the current of {name!r} is not given by this analysis: put a source of 0 V in series")
        return self.elements[plain]


def names_of(circuit: Circuit, parameters: Mapping[str, float]) -> Names:
    """What expressions about runs of a circuit may speak of."""
    metered = [e for kind in _METERED for e in circuit.of_type(kind)]
    still = frozenset(e.name.lower() for e in metered if not isinstance(e, _METERED_AC))
    nodes, elements = {n.lower(): n for n in circuit.nodes}, {e.name.lower(): e.name for e in metered}
    return Names(nodes, elements, parameters, still=still)


def signal_of(text: str, names: Names) -> Signal:
    """Read an expression.

    Raises:
        CircuitError: a node, an element, a function or a name that is not there.
    """
    plain = _unwrapped(text)
    atoms: dict[tuple[object, ...], Atom] = {}

    def atom(kind: str, of: tuple[str, ...], part: str = "") -> str:
        key = (kind, of, part)
        return atoms.setdefault(key, Atom(f"signal__{len(atoms)}", kind, of, part)).name

    def reading(m: re.Match[str]) -> str:
        part = (m[2] or "").lower()
        if m[1].lower() == "i":
            return atom("i", (names.element(m[3]),), part)
        return atom("v", (names.node(m[3]), names.node(m[4]) if m[4] else GROUND), part)

    law = _READ.sub(reading, _BRANCH.sub(r"i(\1)", plain))
    law = _NUMBER.sub(lambda m: repr(finite(m[0])), law).lower()
    law = re.sub(
        r"(?<![\w.])([a-z_]\w*)(?![\w.]|\s*\()",
        lambda m: atom("x", ()) if _AXES.get(m[1]) == names.analysis else _known(m[1], names),
        law,
    )
    tree = read(law)
    used = set(_names(tree))
    known = {a.name for a in atoms.values()} | names.measures | CONSTANTS
    if unknown := sorted(used - known):
        raise CircuitError(f"{unknown[0]!r} in {text.strip()!r} is no parameter, signal or measure before it")
    if odd := [name for name, count in _calls(tree) if not _takes(name, count)]:
        raise CircuitError(f"{odd[0]!r} in {text.strip()!r} is not known here, or takes another number of values")
    return Signal(text.strip(), law, tuple(atoms.values()), tuple(sorted(used & names.measures)))


def _known(word: str, names: Names) -> str:
    """A parameter's value; other names stay."""
    return f"({names.parameters[word]!r})" if word in names.parameters and word not in names.measures else word


def _unwrapped(text: str) -> str:
    """An expression without the quotes, braces and `par(...)` around it."""
    plain = text.strip().strip("\"'").strip()
    if found := re.fullmatch(r"par\s*\(\s*['\"]?(.*?)['\"]?\s*\)", plain, re.IGNORECASE):
        plain = found[1]
    return plain.translate(str.maketrans({"{": "(", "}": ")", "'": None})).strip()


def _names(node: Node) -> list[str]:
    if isinstance(node, Name):
        return [node.name]
    return [] if isinstance(node, Number) else [n for a in node.args for n in _names(a)]


def _calls(node: Node) -> list[tuple[str, int]]:
    """All that is called, and with how many values."""
    own = [(node.function, len(node.args))] if isinstance(node, Call) else []
    return own + [c for a in getattr(node, "args", ()) for c in _calls(a)]


def _takes(name: str, count: int) -> bool:
    """Whether something is known, and takes so many values."""
    if name == CHOICE:
        return count >= 3 and count % 2 == 1
    return count == 1 if name in ONE else count == 2 if name in TWO else name in MANY and count >= 2
