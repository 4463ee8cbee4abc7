"""Where laws jump, and that what is said of them holds for the numbers."""

from itertools import pairwise

import numpy as np
import pytest
import sympy

from lapicque.circuits import B, C, Circuit, R, V
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.equations.jumps import is_linear, jumps, slope

v, w = sympy.symbols("v w", real=True)
LAWS = [
    sympy.sign(v - 0.25), sympy.Heaviside(w * v), sympy.floor(2 * v), sympy.ceiling(v - w) * v, sympy.Max(v, w),
    sympy.Piecewise((v, (v > w) & (w < 1)), (2, True)), sympy.floor(sympy.Abs(v)) * sympy.sign(v),
    sympy.Piecewise((sympy.sign(w), v >= 0.5), (sympy.tanh(v), True)), sympy.exp(v) + sympy.Abs(v),
]  # fmt: skip


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_a_law_jumps_only_where_a_guard_changes_its_sign(law):
    """Walk a line through both variables in small steps: between two of them a law moves little, or a guard turned."""
    guards = [sympy.lambdify([v, w], j.guard) for j in jumps(law)]
    value = sympy.lambdify([v, w], law, [{"Heaviside": lambda x, half=0.5: (x > 0) + half * (x == 0)}, "math"])
    step = 1 / 997
    points = [(k * step, 0.3 - 0.7 * k * step) for k in np.arange(-2000.37, 2000)]
    for a, b in pairwise(points):
        if abs(value(*b) - value(*a)) > 50 * step:
            assert any(g(*a) * g(*b) <= 0 for g in guards)


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_slopes_are_those_between_the_jumps(law):
    found = slope(law, v)
    assert not found.has(sympy.DiracDelta, sympy.Derivative, sympy.Subs)
    for x, y in [(0.31, 0.12), (-0.77, 0.4), (1.7, -0.21)]:
        at = {v: sympy.Float(x), w: sympy.Float(y)}
        near = [law.xreplace(at | {v: sympy.Float(x + d)}).evalf() for d in (1e-6, -1e-6)]
        assert float(found.xreplace(at).evalf()) == pytest.approx(float(near[0] - near[1]) / 2e-6, abs=1e-5)


def test_what_jumps_is_not_linear():
    assert is_linear(3 * v + w, {v})
    assert not is_linear(v - sympy.Piecewise((1, v > 0.5), (0, True)), {v})
    assert is_linear(v - sympy.Piecewise((1, w > 0.5), (0, True)), {v})
    circuit = Circuit("c").add(
        B("B1", "a", "0", sympy.Piecewise((5e-5, v > 0.5), (0, True)), {"v": "a"}), R("R1", "a", "0", 1e3),
        C("C1", "a", "0", 1e-9),
    )  # fmt: skip
    assert not derive(circuit).is_linear


def test_a_node_inside_a_jump_that_nothing_holds_is_an_unknown():
    circuit = Circuit("c").add(
        V("V1", "in", "0", 1), R("R1", "in", "a", 1e3), R("R2", "a", "0", 1e3),
        B("B1", "a", "0", sympy.Piecewise((5e-5, v > 0.5), (0, True)), {"v": "a"}),
    )  # fmt: skip
    assert [z.symbol.name for z in derive(circuit).unknowns] == ["v_a"]
    assert not derive(circuit).is_linear
