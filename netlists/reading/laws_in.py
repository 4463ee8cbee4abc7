"""Expressions of behavioural cards as laws: `v(a,b)` become names of nodes, powers mean what ngspice means by them."""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import define, field, frozen
from sympy import Expr

from ...circuits.errors import CircuitError
from ...circuits.laws.functions import MeaningError, build
from ...circuits.laws.functions import number as as_number
from ...circuits.laws.grammar import Call, Name, Node, Number, read

_VOLTAGE = re.compile(r"\bv\s*\(\s*([^\s(),]+)\s*(?:,\s*([^\s(),]+)\s*)?\)", re.IGNORECASE)
_CURRENT = re.compile(r"\bi\s*\(\s*([^\s(),]+)\s*\)", re.IGNORECASE)
_MOVING = {"time": "the time", "hertz": "the frequency", "temper": "the temperature"}


@frozen
class LawIn:
    """A law, the nodes that its names stand for, and the sources whose currents they are."""

    expression: Expr
    inputs: tuple[tuple[str, str], ...]
    sensors: tuple[tuple[str, str], ...]


@define
class _Names:
    """Names for what an expression reads."""

    nodes: dict[str, str] = field(factory=dict)
    sensors: dict[str, str] = field(factory=dict)

    def node(self, node: str) -> str:
        return self._named(self.nodes, "v", node)

    def sensor(self, source: str) -> str:
        return self._named(self.sensors, "i", source)

    def _named(self, of: dict[str, str], letter: str, what: str) -> str:
        if what not in of:
            plain = f"{letter}_{re.sub(r'[^a-z0-9]+', '_', what)}"
            taken = {*self.nodes.values(), *self.sensors.values()}
            name, k = plain, 2
            while name in taken:
                name, k = f"{plain}_{k}", k + 1
            of[what] = name
        return of[what]


def law_of(text: str, dialect: str = "ngspice") -> LawIn:
    """Read an expression.

    Args:
        text: in lower case, parameters resolved.
        dialect: whose powers are meant.

    Raises:
        CircuitError: what cannot be a law; says why.
    """
    names = _Names()
    bare = _VOLTAGE.sub(lambda m: _difference(m, names.node), text)
    bare = _CURRENT.sub(lambda m: names.sensor(m[1]), bare)
    bare = re.sub(r"\bternary_fcn\b", "if", bare)
    for word, what in _MOVING.items():
        if re.search(rf"\b{word}\b", bare):
            raise CircuitError(f"the law depends on {what} ({word!r}): give that as a source of its own.")
    try:
        made = as_number(build(_meant(read(bare), POWERS[dialect])))
    except MeaningError as error:
        raise CircuitError(f"the law {text!r}: {error}.") from None
    given = {*names.nodes.values(), *names.sensors.values()}
    if unknown := sorted(str(s) for s in made.free_symbols if str(s) not in given):
        raise CircuitError(f"the law {text!r} uses {', '.join(unknown)}, which is no parameter, node or source here.")
    used = {str(s) for s in made.free_symbols}
    inputs, sensors = (
        tuple((name, what) for what, name in of.items() if name in used) for of in (names.nodes, names.sensors)
    )
    return LawIn(made, inputs, sensors)


def _difference(found: re.Match[str], name: Callable[[str], str]) -> str:
    """A voltage as names; ground is no name."""
    plus, minus = found[1], found[2]
    left = "0" if plus == "0" else name(plus)
    return left if minus is None or minus == "0" else f"({left} - {name(minus)})"


Power = Callable[[Node, Node], Node]


def _meant(node: Node, power: Power) -> Node:
    """The tree with the powers that a program means."""
    if isinstance(node, (Number, Name)):
        return node
    args = tuple(_meant(a, power) for a in node.args)
    if node.function == "^" and isinstance(args[1], Call) and args[1].function == "^":
        raise CircuitError("a^b^c is (a^b)^c in ngspice and a^(b^c) elsewhere: write brackets around a^b.")
    if node.function in ("^", "pow") and len(args) == 2:
        return power(args[0], args[1])
    return Call(node.function, args)


def _whole(exponent: Node) -> bool:
    if isinstance(exponent, Call) and exponent.function == "neg":
        return _whole(exponent.args[0])
    return isinstance(exponent, Number) and exponent.value % 1 == 0


def _size(base: Node) -> Node:
    return base if isinstance(base, Call) and base.function == "abs" else Call("abs", (base,))


def _of_size(base: Node, exponent: Node) -> Node:
    """ngspice: |x|^y, but for even numbers y."""
    even = isinstance(exponent, Number) and exponent.value % 2 == 0
    return Call("^", (base, exponent)) if even else Call("^", (_size(base), exponent))


def _real_part(base: Node, exponent: Node) -> Node:
    """LTspice: the real part of the power; of a negative x it is |x|^y cos(pi y)."""
    if _whole(exponent) or (isinstance(base, Call) and base.function == "abs"):
        return Call("^", (base, exponent))
    turned = Call("cos", (Call("*", (Name("pi"), exponent)),))
    sign = Call("if", (Call("<", (base, Number(0))), turned, Number(1)))
    return Call("*", (Call("^", (_size(base), exponent)), sign))


def _where_it_is_real(base: Node, exponent: Node) -> Node:
    """PSpice: the power; where it has no real value (a negative x, a broken y) that of |x|."""
    return Call("^", (base if _whole(exponent) else _size(base), exponent))


def _cut(base: Node, exponent: Node) -> Node:
    """HSPICE: of a negative x the power with the whole part of y."""
    if _whole(exponent):
        return Call("^", (base, exponent))
    if not isinstance(exponent, Number):
        raise CircuitError("a power whose exponent is no number jumps in HSPICE: write pwr(x,y) or exp(y*log(x)).")
    below = Call("^", (base, Number(int(exponent.value))))
    return Call("if", (Call("<", (base, Number(0))), below, Call("^", (_size(base), exponent))))


POWERS: dict[str, Power] = {
    "ngspice": _of_size, "ltspice": _real_part, "pspice": _where_it_is_real, "hspice": _cut,
}  # fmt: skip
"""What x**y means in each dialect."""
