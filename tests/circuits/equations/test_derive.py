"""Equations against an independent dense descriptor system, written with numpy alone."""

import os
import subprocess
import sys

import numpy as np
import pytest
import sympy
from oracles.descriptor import descriptor

from lapicque.circuits import B, C, Circuit, E, EquationError, F, G, H, R, Step, V
from lapicque.circuits.equations.algebra import derivative
from lapicque.circuits.equations.derivation import latex_expression
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.library import build, ladder
from lapicque.circuits.numeric.numeric import numeric


def dense_transfer(circuit: Circuit, source: str, s: complex) -> dict[str, complex]:
    """Node voltages for a unit source at one complex frequency, from the dense descriptor system."""
    found = descriptor(circuit).transfer(source, s)
    return {n: found[f"v_{n}"] for n in circuit.nodes if n != "0"}


def derived_transfer(circuit: Circuit, source: str, s: complex) -> dict[str, complex]:
    """The same from our state equations."""
    equations = derive(circuit)
    system = numeric(equations)
    mode = system.mode(())
    u = np.zeros(len(equations.inputs))
    u[[k.name for k in equations.inputs].index(source)] = 1
    from lapicque.circuits.numeric.numeric import compiled

    x = np.linalg.solve(s * np.eye(len(mode.a)) - mode.a, mode.b @ u) if len(mode.a) else np.zeros(0)
    read = compiled(equations, list(equations.voltages.values()))
    c, d, _ = system.affine(read, ())
    return dict(zip(equations.voltages, c @ x + d @ u, strict=True))


CONTROLLED = Circuit("controlled").add(
    V("V1", "in", "0", 1), R("R1", "in", "a", 1), C("C1", "a", "0", 1), E("E1", "b", "0", "a", "0", 2),
    R("R2", "b", "c", 1), V("V2", "c", "d", 0), C("C2", "d", "0", 2), F("F1", "0", "a", "V2", 0.3),
    H("H1", "h", "0", "V2", 3), R("R3", "h", "a", 5), G("G1", "0", "d", "a", "0", 0.1), R("R4", "d", "0", 4),
)  # fmt: skip


def test_all_four_controlled_sources():
    for s in (0.5, 1j, 0.1 + 3j):
        expected, found = dense_transfer(CONTROLLED, "V1", s), derived_transfer(CONTROLLED, "V1", s)
        assert {n: found[n] for n in expected} == pytest.approx(expected, rel=1e-9)


def test_the_rc_derivation_reads_like_a_textbook():
    derivation = derive(build("rc")).derivation
    assert [s.law for s in derivation.steps] == [
        "constitutive law", "KCL", "constitutive law", "constitutive law", "substitution", "substitution", "solve",
    ]  # fmt: skip
    assert "dv_out/dt = (V1 - v_out)/(C1*R1)" in str(derivation)


def test_every_step_follows_from_the_one_before():
    """Put numbers in: what a step starts from and what it ends in must be the same relation."""
    import sympy

    equations = derive(build("lif"))
    for step in equations.derivation.steps:
        if step.law == "solve":
            unknown = step.after[0]
            solved = sympy.solve(step.before[0] - step.before[1], unknown)
            assert len(solved) == 1
            assert sympy.simplify(solved[0] - step.after[1]) == 0


def test_derivations_do_not_depend_on_the_hash_seed():
    code = (
        "from lapicque.circuits.library import build\n"
        "from lapicque.circuits.closed_forms.derivations import derivations\n"
        "for n in ('lif', 'rlc', 'ladder', 'lif_comparator'):\n"
        "    for d in derivations(build(n)): print(d, d.to_latex(), d.to_json())\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize("n", [1, 2, 10, 50])
def test_ladders_of_any_length(n):
    equations = derive(ladder(n))
    assert len(equations.states) == n
    assert equations.is_linear


def test_no_equation_and_no_closed_form_are_said():
    divider = Circuit("d").add(
        V("V1", "in", "0", 1), R("R1", "in", "a", 1), E("E1", "e", "0", "a", "0", 1), C("C1", "e", "0", 1)
    )
    law = B("B1", "a", "0", "g*v**3", {"v": "a"}, {"g": 1})
    with pytest.raises(EquationError, match="v_a.*implicit nonlinear.*capacitor"):
        derive(divider.add(law))
    with pytest.raises(EquationError, match="singular"):
        derive(
            Circuit("g").add(
                V("V1", "a", "0", 1), R("R1", "a", "b", 1), G("G1", "b", "0", "b", "0", -1), C("C1", "a", "0", 1)
            )
        )


def test_latex_and_json_of_names_in_hangul():
    circuit = Circuit("막").add(V("V1", "입력", "0", Step()), R("R_누설", "입력", "막", 1), C("C1", "막", "0", 1))
    derivation = derive(circuit).derivation
    assert "막" in derivation.to_latex()
    assert "v_막" in derivation.to_json()


@pytest.mark.parametrize(
    ("name", "written"),
    [("R1", "R_{1}"), ("tau", r"\tau"), ("v_mem", r"v_{\text{mem}}"), ("C_ref", r"C_{\text{ref}}"), ("t", "t"),
     ("v_a_0", r"v_{\text{a,0}}"), ("dv_a/dt", r"\frac{d v_{a}}{dt}"), ("dI1/dt", r"\frac{d I_{1}}{dt}"),
     ("Rleak", r"R_{\text{leak}}"), ("Drive", r"\text{Drive}"), ("time", r"\text{time}"), ("gNa", r"g_{\text{Na}}"),
     ("X1.R1", r"X_{\text{1.R1}}")],
)  # fmt: skip
def test_names_are_written_as_people_write_them(name, written):
    assert latex_expression(sympy.Symbol(name)) == written


@pytest.mark.parametrize(
    "name", ["hodgkin_huxley", "dpi_neuron", "axon_hillock", "izhikevich", "psp_nmda", "stdp_early"]
)
def test_our_derivatives_are_those_of_sympy(name):
    """By a state they are written the same way too: what is compiled of them is the same."""
    equations = derive(build(name))
    for rate in equations.rhs:
        for state in equations.symbols:
            assert derivative(rate, state) == rate.diff(state)


@pytest.mark.parametrize(
    "law", ["x**y", "Abs(x)*y", "Max(x, y)**2", "sqrt(x)*log(1 + exp(x/y))", "exp(-x**2)/(1 + tanh(x*y))", "x/y**3 + 2"]
)
def test_derivatives_of_laws(law):
    x, y = symbols = sympy.symbols("x y", real=True)
    expr = sympy.sympify(law, locals={"x": x, "y": y})
    for s in symbols:
        ours, theirs = derivative(expr, s), expr.diff(s)
        for at in ({x: 0.3, y: 1.7}, {x: 1.2, y: 0.4}):
            assert float(ours.subs(at)) == pytest.approx(float(theirs.subs(at)), rel=1e-12)
