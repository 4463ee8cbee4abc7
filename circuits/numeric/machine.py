"""Expressions as machine code: written as LLVM's text and compiled in milliseconds, once for a structure.

lambdify's functions cost microseconds a call, and numba takes seconds for each new function; this is for whoever asks
a circuit's equations a million times. Values are those of `math`, whose functions are called.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import sympy
from attrs import field, frozen
from sympy import Basic, Expr, Symbol

GROUPS = "xurp"
"""States (and unknowns), inputs, resistances and sides, parameters."""
_MATH = ("exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh")
_COMPARED = {
    sympy.StrictLessThan: "olt", sympy.LessThan: "ole", sympy.StrictGreaterThan: "ogt", sympy.GreaterThan: "oge",
    sympy.Eq: "oeq", sympy.Ne: "une",
}  # fmt: skip
_FEW = 8
"""Whole powers up to this one are products."""


class NoCodeError(Exception):
    """An expression with a part that has no machine code here."""


@frozen(eq=False, slots=False)
class MachineCode:
    """A function of five addresses of floats: states, inputs, numbers, parameters, and where the values go."""

    address: int
    _kept: Any = field(repr=False)
    """What holds the code in memory."""


def machine_code(groups: Sequence[Sequence[Symbol]], expressions: Sequence[Expr]) -> MachineCode:
    """Compile expressions.

    Args:
        groups: the symbols of each argument in order: states, inputs, numbers, parameters.
        expressions: whose values are wanted, in order.

    Raises:
        NoCodeError: an expression has a part without code.
    """
    from llvmlite import binding

    writer = _Writer({s: (g, k) for g, group in zip(GROUPS, groups, strict=True) for k, s in enumerate(group)})
    for k, e in enumerate(expressions):
        value = writer.number(e)
        writer.add(f"%o{k} = getelementptr double, double* %out, i64 {k}", f"store double {value}, double* %o{k}")
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    module = binding.parse_assembly(writer.text())
    machine = binding.Target.from_default_triple().create_target_machine(opt=2)
    engine = binding.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return MachineCode(engine.get_function_address("f"), engine)


class _Writer:
    """The lines of one function; equal parts of expressions are written once."""

    def __init__(self, places: dict[Basic, tuple[str, int]]) -> None:
        self._places = places
        self._lines: list[str] = []
        self._known: dict[Basic, str] = {}
        self._declared: dict[str, str] = {}

    def add(self, *lines: str) -> None:
        """Write lines."""
        self._lines += lines

    def text(self) -> str:
        """The module."""
        casts = [f"%{g} = inttoptr i64 %a{g} to double*" for g in GROUPS] + ["%out = inttoptr i64 %aout to double*"]
        arguments = ", ".join([*(f"i64 %a{g}" for g in GROUPS), "i64 %aout"])
        return "\n".join(
            [*self._declared.values(), f"define void @f({arguments}) {{", *casts, *self._lines, "ret void", "}"]
        )

    def number(self, e: Any) -> str:
        """The name of the value of an expression."""
        if e not in self._known:
            self._known[e] = self._made(e)
        return self._known[e]

    def _new(self, code: str) -> str:
        name = f"%v{len(self._lines)}"
        self._lines.append(f"{name} = {code}")
        return name

    def _call(self, function: str, *arguments: str) -> str:
        kinds = ", ".join(["double"] * len(arguments))
        self._declared[function] = f"declare double @{function}({kinds})"
        return self._new(f"call double @{function}({', '.join(f'double {a}' for a in arguments)})")

    def _fold(self, code: str, parts: Sequence[str]) -> str:
        value = parts[0]
        for p in parts[1:]:
            value = self._new(f"{code} double {value}, {p}")
        return value

    def _made(self, e: Any) -> str:
        if e in self._places:
            group, k = self._places[e]
            at = self._new(f"getelementptr double, double* %{group}, i64 {k}")
            return self._new(f"load double, double* {at}")
        if isinstance(e, (sympy.Number, sympy.NumberSymbol)):
            return _constant(float(e))
        if isinstance(e, sympy.Add):
            return self._sum(e)
        if isinstance(e, sympy.Mul):
            return self._product(e)
        if isinstance(e, sympy.Pow):
            return self._power(*e.args)
        if isinstance(e, sympy.Piecewise):
            return self._choice(e)
        name = type(e).__name__
        if name in _MATH:
            return self._call(
                f"llvm.{name}.f64" if name in ("exp", "log", "sin", "cos") else name, self.number(e.args[0])
            )
        known = {
            "Abs": self._abs, "sign": self._sign, "Heaviside": self._heaviside, "floor": self._floor,
            "ceiling": self._ceiling, "Min": self._extreme, "Max": self._extreme,
        }  # fmt: skip
        if name in known:
            return known[name](e)
        raise NoCodeError(f"{name} has no machine code")

    def _sum(self, e: Any) -> str:
        return self._fold("fadd", [self.number(a) for a in e.args])

    def _product(self, e: Any) -> str:
        above, below = [], []
        for a in e.args:
            inverse = isinstance(a, sympy.Pow) and a.exp.is_number and bool(a.exp < 0)
            (below if inverse else above).append(sympy.Pow(a.base, -a.exp) if inverse else a)
        top = self._fold("fmul", [self.number(a) for a in above]) if above else "1.0"
        return self._new(f"fdiv double {top}, {self._fold('fmul', [self.number(b) for b in below])}") if below else top

    def _power(self, base: Any, exponent: Any) -> str:
        if exponent.is_number and bool(exponent < 0):
            return self._new(f"fdiv double {_constant(1.0)}, {self.number(sympy.Pow(base, -exponent))}")
        if exponent == sympy.Rational(1, 2):
            return self._call("llvm.sqrt.f64", self.number(base))
        if exponent.is_Integer and int(exponent) <= _FEW:
            return self._fold("fmul", [self.number(base)] * int(exponent))
        return self._call("pow", self.number(base), self.number(exponent))

    def _choice(self, e: Any) -> str:
        *cases, last = e.args
        if last[1] != sympy.true:
            raise NoCodeError("a choice without an otherwise has no machine code")
        value = self.number(last[0])
        for result, when in reversed(cases):
            value = self._select(self._condition(when), self.number(result), value)
        return value

    def _select(self, condition: str, yes: str, no: str) -> str:
        return self._new(f"select i1 {condition}, double {yes}, double {no}")

    def _compare(self, how: str, a: str, b: str) -> str:
        return self._new(f"fcmp {how} double {a}, {b}")

    def _condition(self, e: Any) -> str:
        if e in (sympy.true, sympy.false):
            return "true" if e == sympy.true else "false"
        if type(e) in _COMPARED:
            return self._compare(_COMPARED[type(e)], self.number(e.args[0]), self.number(e.args[1]))
        if isinstance(e, (sympy.And, sympy.Or)):
            word = "and" if isinstance(e, sympy.And) else "or"
            value, *rest = [self._condition(a) for a in e.args]
            for r in rest:
                value = self._new(f"{word} i1 {value}, {r}")
            return value
        if isinstance(e, sympy.Not):
            return self._new(f"xor i1 {self._condition(e.args[0])}, true")
        raise NoCodeError(f"{type(e).__name__} has no machine code")

    def _abs(self, e: Any) -> str:
        return self._call("llvm.fabs.f64", self.number(e.args[0]))

    def _sign(self, e: Any) -> str:
        x, zero = self.number(e.args[0]), _constant(0.0)
        below = self._select(self._compare("olt", x, zero), _constant(-1.0), zero)
        return self._select(self._compare("ogt", x, zero), _constant(1.0), below)

    def _heaviside(self, e: Any) -> str:
        x, zero = self.number(e.args[0]), _constant(0.0)
        at = self._select(self._compare("oeq", x, zero), self.number(e.args[1]), zero)
        return self._select(self._compare("ogt", x, zero), _constant(1.0), at)

    def _floor(self, e: Any) -> str:
        return self._call("llvm.floor.f64", self.number(e.args[0]))

    def _ceiling(self, e: Any) -> str:
        return self._call("llvm.ceil.f64", self.number(e.args[0]))

    def _extreme(self, e: Any) -> str:
        how = "olt" if isinstance(e, sympy.Min) else "ogt"
        value, *rest = [self.number(a) for a in e.args]
        for r in rest:
            value = self._select(self._compare(how, r, value), r, value)
        return value


def _constant(value: float) -> str:
    """A float to the last bit, as LLVM writes it."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
