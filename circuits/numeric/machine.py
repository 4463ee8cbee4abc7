"""Expressions as machine code: written as LLVM's text and compiled in milliseconds, once for a structure.

lambdify's functions cost microseconds a call, and its elimination of common parts seconds for large circuits; numba
takes seconds for each new function. Values are those of C's math library; what has none is inf or nan.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import sympy
from attrs import field, frozen
from numpy.typing import NDArray
from sympy import Basic, Expr, Symbol

Array = NDArray[np.float64]

LONG = 8000
"""Lines from which on LLVM makes the code as it comes: its scheduling takes a time that rises with their square (25,000
lines: 9 s, without it 0.15 s, and half as fast to run)."""
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
    """A function of five addresses of floats and a number of points.

    The addresses are those of states, inputs, numbers, parameters, and where the values go. States, inputs and values
    have a column for each point.
    """

    address: int
    sizes: tuple[int, ...]
    """How many states, inputs, numbers and parameters it takes."""
    count: int
    """Values at a point."""
    _kept: Any = field(repr=False)
    """What holds the code in memory."""

    @cached_property
    def _function(self) -> Any:
        return ctypes.PYFUNCTYPE(None, *[ctypes.c_uint64] * 6)(self.address)

    def __call__(self, x: Array, u: Array, r: Array, p: Array) -> Array:
        """The values, shape (count,) or (count, points) for states of shape (n, points)."""
        given = [np.ascontiguousarray(a, dtype=float) for a in (x, u, r, p)]
        points = given[0].shape[1] if given[0].ndim > 1 else 1
        needed = (self.sizes[0] * points, self.sizes[1] * points, *self.sizes[2:])
        if tuple(a.size for a in given) != needed:  # it would read what is not its own
            raise IndexError(f"{tuple(a.size for a in given)} numbers were given, and {needed} are needed")
        values = np.empty((self.count, *np.shape(x)[1:]))
        self._function(*(a.ctypes.data for a in (*given, values)), points)
        return values


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
        writer.store(k, writer.number(e))
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    text = writer.text()
    module = binding.parse_assembly(text)
    effort = 2 if text.count("\n") < LONG else 0
    machine = binding.Target.from_default_triple().create_target_machine(opt=effort)
    engine = binding.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    sizes = tuple(map(len, groups))
    return MachineCode(engine.get_function_address("f"), sizes, len(expressions), engine)


class _Writer:
    """The lines of one function; equal parts of expressions are written once, those without states or inputs before the
    loop over points.
    """

    def __init__(self, places: dict[Basic, tuple[str, int]]) -> None:
        self._places = places
        self._once: list[str] = []
        self._each: list[str] = []
        self._moving: set[str] = set()
        """Values that differ from point to point."""
        self._known: dict[Basic, str] = {}
        self._declared: dict[str, str] = {}
        self._count = 0

    def store(self, k: int, value: str) -> None:
        """Write a value of the result."""
        at = self._new(self._at("out", k), moving=True)
        self._each.append(f"store double {value}, double* {at}")

    def text(self) -> str:
        """The module."""
        arguments = ", ".join([*(f"i64 %a{g}" for g in (*GROUPS, "out")), "i64 %points"])
        casts = [f"%{g} = inttoptr i64 %a{g} to double*" for g in (*GROUPS, "out")]
        head = ["%none = icmp eq i64 %points, 0", "br i1 %none, label %done, label %loop", "loop:"]
        head.append("%j = phi i64 [ 0, %entry ], [ %next, %loop ]")
        tail = ["%next = add i64 %j, 1", "%more = icmp ult i64 %next, %points", "br i1 %more, label %loop, label %done"]
        lines = ["entry:", *casts, *self._once, *head, *self._each, *tail, "done:", "ret void"]
        return "\n".join([*self._declared.values(), f"define void @f({arguments}) {{", *lines, "}"])

    def number(self, e: Any) -> str:
        """The name of the value of an expression."""
        if e not in self._known:
            self._known[e] = self._made(e)
        return self._known[e]

    def _new(self, code: str, *parts: str, moving: bool = False) -> str:
        """A new value, made of others."""
        name = f"%v{self._count}"
        self._count += 1
        moves = moving or any(p in self._moving for p in parts)
        if moves:
            self._moving.add(name)
        (self._each if moves else self._once).append(f"{name} = {code}")
        return name

    def _at(self, group: str, k: int) -> str:
        """Where a number is: in the row k, at this point; of numbers and parameters there is one for all points."""
        if group in "rp":
            return f"getelementptr double, double* %{group}, i64 {k}"
        row = self._new(f"mul i64 %points, {k}")
        at = self._new(f"add i64 {row}, %j", moving=True)
        return f"getelementptr double, double* %{group}, i64 {at}"

    def _call(self, function: str, *arguments: str) -> str:
        kinds = ", ".join(["double"] * len(arguments))
        self._declared[function] = f"declare double @{function}({kinds})"
        return self._new(f"call double @{function}({', '.join(f'double {a}' for a in arguments)})", *arguments)

    def _fold(self, code: str, parts: Sequence[str]) -> str:
        fixed, moving = [p for p in parts if p not in self._moving], [p for p in parts if p in self._moving]
        value, *rest = [*fixed, *moving]
        for p in rest:
            value = self._new(f"{code} double {value}, {p}", value, p)
        return value

    def _made(self, e: Any) -> str:
        if e in self._places:
            group, k = self._places[e]
            moving = group not in "rp"
            at = self._new(self._at(group, k), moving=moving)
            return self._new(f"load double, double* {at}", moving=moving)
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
        top = self._fold("fmul", [self.number(a) for a in above]) if above else _constant(1.0)
        return self._divided(top, self._fold("fmul", [self.number(b) for b in below])) if below else top

    def _divided(self, a: str, b: str) -> str:
        return self._new(f"fdiv double {a}, {b}", a, b)

    def _power(self, base: Any, exponent: Any) -> str:
        if exponent.is_number and bool(exponent < 0):
            return self._divided(_constant(1.0), self.number(sympy.Pow(base, -exponent)))
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
        return self._new(f"select i1 {condition}, double {yes}, double {no}", condition, yes, no)

    def _compare(self, how: str, a: str, b: str) -> str:
        return self._new(f"fcmp {how} double {a}, {b}", a, b)

    def _condition(self, e: Any) -> str:
        if e in (sympy.true, sympy.false):
            return "true" if e == sympy.true else "false"
        if type(e) in _COMPARED:
            return self._compare(_COMPARED[type(e)], self.number(e.args[0]), self.number(e.args[1]))
        if isinstance(e, (sympy.And, sympy.Or)):
            word = "and" if isinstance(e, sympy.And) else "or"
            value, *rest = [self._condition(a) for a in e.args]
            for r in rest:
                value = self._new(f"{word} i1 {value}, {r}", value, r)
            return value
        if isinstance(e, sympy.Not):
            inner = self._condition(e.args[0])
            return self._new(f"xor i1 {inner}, true", inner)
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
