"""Every function of a law has one value, the right one, in the model (at one point, at many) and in ngspice."""

import math
from fractions import Fraction

import numpy as np
import pytest

from lapicque.circuits import B, Circuit, R, V
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.laws.functions import FUNCTIONS
from lapicque.circuits.numeric.numeric import compiled
from lapicque.netlists import OperatingPoint

POINTS = (-2.5, -2.0, -1.0, -0.5, -0.3, 0.0, 0.3, 0.5, 1.0, 1.5, 2.25, 2.5)
INNER = tuple(v for v in POINTS if abs(v) < 1)
ABOVE = tuple(v for v in POINTS if v >= 0)


def truth(condition):
    return 1.0 if condition else 0.0


def power(base, exponent):
    """Exactly, so that no library's idea of a power is asked."""
    return float(Fraction(base) ** exponent)


# Text, what it means in plain Python of math, and the points (v; g is 0.75) at which it is asked.
LAWS = {
    "v + g - 2": lambda v: v + 0.75 - 2,
    "-v^2": lambda v: -v * v,
    "2^-v": lambda v: math.pow(2, -v),
    "v**3": lambda v: v * v * v,
    "v^9": lambda v: power(v, 9),
    "v^10": lambda v: power(v, 10),
    "(v - 3)^-9": lambda v: power(v - 3, -9),
    "(v - 3)**-2": lambda v: power(v - 3, -2),
    "(v - 3)^(4*g)": lambda v: power(v - 3, 3),
    "(v + 3)^2.5": lambda v: math.pow(v + 3, 2.5),
    "pow(v + 3, g*v)": lambda v: math.pow(v + 3, 0.75 * v),
    "2*v/7": lambda v: 2 * v / 7,
    "1/(v + 3)": lambda v: 1 / (v + 3),
    "v > 0.5": lambda v: truth(v > 0.5),
    "v >= 0.5": lambda v: truth(v >= 0.5),
    "v < 0.5": lambda v: truth(v < 0.5),
    "v <= 0.5": lambda v: truth(v <= 0.5),
    "v == 0.5": lambda v: truth(v == 0.5),
    "v != 0.5": lambda v: truth(v != 0.5),
    "eq(v, 0.5) + 2*ne(v, 0.5)": lambda v: 1.0 if v == 0.5 else 2.0,
    "-1 < v <= g": lambda v: truth(-1 < v <= 0.75),
    "v > 0 and not v > 1": lambda v: truth(0 < v <= 1),
    "v > 0 && !(v > 1) || v < -2": lambda v: truth(0 < v <= 1 or v < -2),
    "(v < 0) | (v > 1) & ~(v > 2)": lambda v: truth(v < 0 or 1 < v <= 2),
    "v if v > g else 2*v": lambda v: v if v > 0.75 else 2 * v,
    "v > 1 ? 3 : v > 0 ? 2 : v": lambda v: 3.0 if v > 1 else 2.0 if v > 0 else v,
    "v ? g : 2": lambda v: 0.75 if v else 2.0,
    "if(v > 0, v, 0)*if(v < 2, 1, 0.5)": lambda v: (v if v > 0 else 0) * (1 if v < 2 else 0.5),
    "ternary_fcn(v > 1, 3, 4) + ITE(v > 0, 1, 2)": lambda v: (3 if v > 1 else 4) + (1 if v > 0 else 2),
    "Piecewise((g*v, v > 0.3), (-v, True))": lambda v: 0.75 * v if v > 0.3 else -v,
    "1e-3*(v > 0)": lambda v: 1e-3 * (v > 0),
    "min(v, g)": lambda v: min(v, 0.75),
    "max(v, g, -v, 2*v)": lambda v: max(v, 0.75, -v, 2 * v),
    "Min(v, 0.1, v*v)": lambda v: min(v, 0.1, v * v),
    "abs(v) + Abs(v - 1)": lambda v: abs(v) + abs(v - 1),
    "sign(v)": lambda v: truth(v > 0) - truth(v < 0),
    "sgn(v - g)*2": lambda v: 2 * (truth(v > 0.75) - truth(v < 0.75)),
    "u(v)": lambda v: 0.5 if v == 0 else truth(v > 0),
    "Heaviside(v - 0.5)": lambda v: 0.5 if v == 0.5 else truth(v > 0.5),
    "Heaviside(v, 0) + 10*Heaviside(v, 1)": lambda v: truth(v > 0) + 10 * truth(v >= 0),
    "uramp(v)": lambda v: max(v, 0.0),
    "limit(v, -1, g) + limit(v, g, -1)": lambda v: 2 * min(max(v, -1), 0.75),
    "floor(v)": math.floor,
    "ceil(2*v) + ceiling(v)": lambda v: math.ceil(2 * v) + math.ceil(v),
    "int(v)": math.trunc,
    "round(v)": lambda v: math.copysign(math.floor(abs(v) + 0.5), v),
    "nint(3*v)": lambda v: math.copysign(math.floor(abs(3 * v) + 0.5), v),
    "exp(v) + exp(1)": lambda v: math.exp(v) + math.e,
    "ln(v + 3)": lambda v: math.log(v + 3),
    "log(v + 3)": lambda v: math.log(v + 3),
    "log10(v + 3)": lambda v: math.log10(v + 3),
    "log(v + 3, 2)": lambda v: math.log2(v + 3),
    "sin(2*pi*v/5)": lambda v: math.sin(2 * math.pi * v / 5),
    "cos(v)*tan(v/2)": lambda v: math.cos(v) * math.tan(v / 2),
    "atan(v) + arctan(2*v)": lambda v: math.atan(v) + math.atan(2 * v),
    "sinh(v) - cosh(v)": lambda v: math.sinh(v) - math.cosh(v),
    "tanh(v/g)": lambda v: math.tanh(v / 0.75),
    "asinh(v) + arcsinh(2*v)": lambda v: math.asinh(v) + math.asinh(2 * v),
    "acosh(v + 4) + arccosh(v + 5)": lambda v: math.acosh(v + 4) + math.acosh(v + 5),
    "10k*v + 4k7 - 2Meg": lambda v: 1e4 * v + 4700 - 2e6,
}
INSIDE = {
    "asin(v) + arcsin(v/2)": lambda v: math.asin(v) + math.asin(v / 2),
    "acos(v) + arccos(v/2)": lambda v: math.acos(v) + math.acos(v / 2),
    "atanh(v) + arctanh(v/2)": lambda v: math.atanh(v) + math.atanh(v / 2),
}
OUTSIDE = {
    "sqrt(v)": math.sqrt,
    "sqrt(v)*g + v^1.5": lambda v: 0.75 * math.sqrt(v) + v * math.sqrt(v),
}
GROUPS = [(LAWS, POINTS), (INSIDE, INNER), (OUTSIDE, ABOVE)]


CLOSE = {"rel": 1e-12, "abs": 1e-12}


def bench(laws, v):
    """One source, and every law of it as a voltage of its own."""
    parts = [V("V1", "a", "0", v)]
    for k, law in enumerate(laws):
        parts += [B(f"B{k}", "0", f"o{k}", law, {"v": "a"}, {"g": 0.75}), R(f"R{k}", f"o{k}", "0", 1)]
    return Circuit("laws").add(*parts)


def test_every_function_is_asked():
    text = " ".join(law.lower() for laws, _ in GROUPS for law in laws)
    named = {f for f in FUNCTIONS if f.isidentifier()} - {"neg", "pair", "and", "or", "not"}
    assert {f for f in named if f"{f}(" not in text} == set()


@pytest.mark.parametrize(("laws", "points"), GROUPS, ids=["everywhere", "inside", "above"])
def test_the_model_gives_each_function_its_value_at_one_point_and_at_many(laws, points):
    equations = derive(bench(laws, 0.1))
    function = compiled(equations, [equations.voltages[f"o{k}"] for k in range(len(laws))])
    spread = function(np.zeros((0, len(points))), np.array([points]), np.zeros(0))
    for k, v in enumerate(points):
        wanted = [float(value(v)) for value in laws.values()]
        single = function(np.zeros(0), np.array([v]), np.zeros(0))
        assert dict(zip(laws, single, strict=True)) == pytest.approx(dict(zip(laws, wanted, strict=True)), **CLOSE)
        assert dict(zip(laws, spread[:, k], strict=True)) == pytest.approx(
            dict(zip(laws, wanted, strict=True)), **CLOSE
        )


def jumps(value, v):
    """ngspice's voltages are good to their last digit, so only at 0 V is it exactly at a jump."""
    return v != 0 and max(abs(value(v) - value(v + d)) for d in (1e-9, -1e-9)) > 1e-6


@pytest.mark.parametrize(("laws", "points"), GROUPS, ids=["everywhere", "inside", "above"])
def test_ngspice_gives_each_function_its_value(engine, laws, points):
    for v in points:
        asked = {law: k for k, (law, f) in enumerate(laws.items()) if not jumps(f, v)}
        run = engine.run(bench(laws, v), OperatingPoint(), "reference", save=[f"o{k}" for k in asked.values()])
        found = {law: float(run[f"o{k}"]) for law, k in asked.items()}
        assert found == pytest.approx({law: float(laws[law](v)) for law in asked}, rel=1e-9, abs=1e-10), v


def test_a_small_denominator_keeps_its_value(engine):
    """A Hill function of a tenth of a micromole, 1e-35 over 2e-35: half a volt; it was 1 mV."""
    circuit = Circuit("hill").add(
        V("V1", "ca", "0", 1e-7), R("R0", "ca", "0", "1k"), R("R1", "o", "0", "1k"),
        B("B1", "0", "o", "1m*c^5/(c^5 + k^5)", {"c": "ca"}, {"k": 1e-7}),
    )  # fmt: skip
    assert float(engine.run(circuit, OperatingPoint())["o"]) == pytest.approx(0.5, rel=1e-9)


def test_a_logarithm_of_a_sum_with_an_exponential_is_not_capped(engine):
    """exp(300) is beyond what ngspice allows an exponential: ln(1 + exp(300)) is 300, not 227.96."""
    circuit = Circuit("softplus").add(
        V("V1", "v", "0", 3.0), R("R0", "v", "0", "1k"), R("R1", "o", "0", "1k"),
        B("B1", "0", "o", "1u*log(1 + exp(100*v)) + 1u*log(1 + 2*exp(-100*v))", {"v": "v"}),
    )  # fmt: skip
    assert float(engine.run(circuit, OperatingPoint())["o"]) == pytest.approx(0.3, rel=1e-9)
