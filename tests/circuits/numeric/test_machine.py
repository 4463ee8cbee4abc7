"""Machine code has the values that Python's own arithmetic has."""

import ctypes
import math

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from lapicque.circuits.laws.functions import FUNCTIONS
from lapicque.circuits.laws.law import expression
from lapicque.circuits.numeric.machine import NoCodeError, machine_code

X, Y = sympy.symbols("x y", real=True)


def run(code, x, y):
    function = ctypes.CFUNCTYPE(None, *[ctypes.c_uint64] * 6)(code.address)
    given, out = np.array([x, y]), np.empty(1)
    function(given.ctypes.data, 0, 0, 0, out.ctypes.data, 1)
    return float(out[0])


UNARY = [
    "abs", "sign", "floor", "ceil", "int", "round", "u", "uramp", "sqrt", "exp", "ln", "log10", "sin", "cos", "tan",
    "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "neg",
]  # fmt: skip
PLAIN = {
    "abs": abs, "sign": lambda v: (v > 0) - (v < 0), "floor": math.floor, "ceil": math.ceil, "int": math.trunc,
    "round": lambda v: math.copysign(math.floor(abs(v) + 0.5), v), "u": lambda v: 0.5 * ((v > 0) + (v >= 0)),
    "uramp": lambda v: max(0.0, v), "ln": math.log, "neg": lambda v: -v,
}  # fmt: skip
BINARY = {
    "x + y": lambda a, b: a + b, "x * y": lambda a, b: a * b, "x - y": lambda a, b: a - b, "x / y": lambda a, b: a / b,
    "x ^ y": lambda a, b: float(a) ** b, "min(x, y)": min, "max(x, y)": max, "x ^ 3": lambda a, b: a**3,
    "x ^ (-2)": lambda a, b: a**-2, "x > y ? x : 2 * y": lambda a, b: a if a > b else 2 * b,
    "(x > 0 and y <= 1) or not (x != y)": lambda a, b: float((a > 0 and b <= 1) or a == b),
    "limit(x, y, 1)": lambda a, b: min(max(a, min(b, 1.0)), max(b, 1.0)),
}  # fmt: skip

VALUES = st.floats(-30, 30) | st.integers(-3, 3).map(float) | st.floats(-1e-3, 1e-3)


def plain(function, *values):
    try:
        value = function(*values)
    except (ValueError, ZeroDivisionError, OverflowError):
        return math.nan
    return math.nan if isinstance(value, complex) else float(value)


def same(found, wanted):
    """Python has errors where IEEE arithmetic has infinities."""
    return not math.isfinite(found) if math.isnan(wanted) else found == pytest.approx(wanted, rel=4e-16, abs=5e-324)


def test_every_function_of_a_law_is_here():
    other = {"+", "*", "/", "^", "<", "<=", ">", ">=", "==", "!=", "and", "or", "not", "pair", "if", "ite", "pow"}
    spelt_alike = {"ternary_fcn", "piecewise", "eq", "ne", "min", "max", "sgn", "ceiling", "nint", "heaviside", "log"}
    arcs = {f for f in FUNCTIONS if f.startswith("arc")}
    assert set(UNARY) == set(FUNCTIONS) - other - spelt_alike - arcs - {"limit"}


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_value(name):
    law = expression(f"{name}(x)" if name != "neg" else "-x")
    code = machine_code([[X, Y], [], [], []], [law])
    for x in [-2.5, -1.0, -0.5, -1e-9, 0.0, 1e-9, 0.3, 0.5, 1.0, 1.5, 2.0, 700.0]:
        wanted = plain(PLAIN.get(name, getattr(math, name, None)), x)
        assert same(run(code, x, 0.0), wanted), x


@pytest.mark.parametrize("law", BINARY)
@settings(max_examples=60, deadline=None)
@given(x=VALUES, y=VALUES)
def test_operators(law, x, y):
    code = CODES.setdefault(law, machine_code([[X, Y], [], [], []], [expression(law)]))
    assert same(run(code, x, y), plain(BINARY[law], x, y))


CODES = {}


def test_arguments_come_from_their_own_groups():
    a, b, c, d = sympy.symbols("a b c d")
    code = machine_code([[a], [b], [c], [d]], [a - b, c * d])
    arrays = [np.array([v]) for v in (7.0, 2.0, 3.0, 5.0)]
    out = np.empty(2)
    function = ctypes.CFUNCTYPE(None, *[ctypes.c_uint64] * 6)(code.address)
    function(*(v.ctypes.data for v in arrays), out.ctypes.data, 1)
    assert out.tolist() == [5.0, 15.0]


def test_many_points_have_a_column_each():
    code = machine_code([[X], [Y], [], []], [X * Y, X - Y, sympy.Integer(3)])
    x, y, out = np.arange(5.0), np.arange(5.0) ** 2, np.empty((3, 5))
    function = ctypes.CFUNCTYPE(None, *[ctypes.c_uint64] * 6)(code.address)
    function(x.ctypes.data, y.ctypes.data, 0, 0, out.ctypes.data, 5)
    assert out.tolist() == [(x * y).tolist(), (x - y).tolist(), [3.0] * 5]
    function(x.ctypes.data, y.ctypes.data, 0, 0, 0, 0)  # no point, nowhere to write


def test_what_has_no_code_is_said():
    with pytest.raises(NoCodeError, match="gamma"):
        machine_code([[X], [], [], []], [sympy.gamma(X)])
