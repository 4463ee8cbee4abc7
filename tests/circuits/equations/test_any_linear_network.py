"""Derived equations of any linear network against the dense descriptor system: poles, every node, every branch."""

import random

import numpy as np
import pytest
from oracles.descriptor import Descriptor, descriptor, response

from lapicque.analysis import solve
from lapicque.circuits import C, Circuit, E, EquationError, F, G, H, I, L, R, S, Step, UnknownNameError, V
from lapicque.circuits.closed_forms.transfer import frequency_response, state_space, transfer
from lapicque.circuits.elements import CurrentProbe
from lapicque.circuits.equations.derive import Equations, derive
from lapicque.circuits.errors import CircuitError
from lapicque.circuits.numeric.numeric import compiled, numeric

POINTS = (0.3 + 0.2j, 2j, 1.7 - 0.4j)
TIGHT = 1e-7


def network(seed: int) -> Circuit:
    """Whatever falls together: capacitor loops, inductor cutsets, ammeters, all controlled sources."""
    r = random.Random(seed)
    n = r.randint(2, 5)
    nodes = [*(f"n{k}" for k in range(n)), "0"]
    parts, sensors = [V("V1", "n0", "0", Step())], ["V1"]
    for k in range(r.randint(n + 1, n + 5)):
        a, b = r.sample(nodes, 2)
        kind = r.choices("RCLVIEGFH", [4, 4, 2, 2, 0.7, 1, 1, 1, 1])[0]
        name, gain = f"{kind}x{k}", round(r.choice([-1, 1]) * 10 ** r.uniform(-1, 0.6), 3)
        if kind in "RCL":
            parts.append({"R": R, "C": C, "L": L}[kind](name, a, b, round(10 ** r.uniform(-1, 1), 3)))
        elif kind == "V":
            parts.append(V(name, a, b, r.choice([0, Step()])))
            sensors.append(name)
        elif kind == "I":
            parts.append(I(name, a, b, Step()))
        elif kind in "EG":
            parts.append({"E": E, "G": G}[kind](name, a, b, *r.sample(nodes, 2), gain))
        else:
            parts.append({"F": F, "H": H}[kind](name, a, b, r.choice(sensors), gain))
    return Circuit(f"network {seed}", tuple(parts))


def wired(first: int, count: int) -> list[Circuit]:
    """So many networks whose wiring is possible."""
    found = []
    while len(found) < count:
        made = network(first)
        first += 1
        try:
            made.check()
        except CircuitError:
            continue
        found.append(made)
    return found


def derived_at(equations: Equations, s: complex) -> tuple[list[str], np.ndarray]:
    """Every node and branch from the state equations; the slope of an input is s times the input."""
    system = numeric(equations)
    mode = system.mode(())
    inputs = list(equations.inputs)
    own = np.eye(len(inputs))
    driven = np.array([*own, *(s * own[inputs.index(u)] for u in equations.input_slopes.values())])
    nodes = {n: e for n, e in equations.voltages.items() if n != "0"}
    c, d, _ = system.affine(compiled(equations, [*nodes.values(), *equations.currents.values()]), ())
    x = np.linalg.solve(s * np.eye(len(mode.a)) - mode.a, mode.b @ driven)
    return [*(f"v_{n}" for n in nodes), *(f"i_{e}" for e in equations.currents)], c @ x + d @ driven


def is_refused_rightly(system: Descriptor) -> bool:
    """Singular at every frequency, or some transfer grows with its square: a second derivative of an input."""
    if min(np.linalg.cond(s * system.e - system.a) for s in POINTS) > 1e12:
        return True
    return np.abs(system.at(1e6)).max() > 50 * np.abs(system.at(1e5)).max()


@pytest.mark.parametrize("first", [0, 1000])
def test_poles_nodes_and_branches_of_random_networks(first):
    """Forty of them, 12 s in all; nearly half have a slope of an input in a current."""
    refused = 0
    for circuit in wired(first, 20):
        system = descriptor(circuit)
        try:
            equations = derive(circuit)
        except EquationError as error:
            refused += 1
            if not is_refused_rightly(system):
                raise AssertionError(circuit) from error
            continue
        a = numeric(equations).mode(()).a
        poles = np.linalg.eigvals(a) if len(a) else np.zeros(0)
        ratios = [system.characteristic(s) / np.prod(s - poles) for s in POINTS]
        assert ratios == pytest.approx([ratios[0]] * 3, rel=1e-6), circuit
        want_the_same(equations, system)
    assert refused < 4


def want_the_same(equations: Equations, system: Descriptor) -> None:
    """Every node and branch, at two complex frequencies."""
    for s in POINTS[:2]:
        names, found = derived_at(equations, s)
        dense = system.at(s)
        expected = np.array([dense[system.rows.index(n)] for n in names])
        assert found == pytest.approx(expected, rel=TIGHT, abs=TIGHT * np.abs(expected).max()), equations.circuit


def mirrors(count: int) -> Circuit:
    """A ladder in which each node takes a part of the current of the source, which is an unknown as all nodes are."""
    parts = [V("V1", "in", "0", Step()), L("L1", "in", "x0", 0.7)]
    for k in range(count):
        here, there = f"x{k}", f"x{k + 1}"
        parts += [R(f"R{k}", here, there, 1 + k / 7), R(f"Q{k}", there, "0", 2 + k / 9)]
        parts.append(F(f"F{k}", there, "0", "V1", 0.3 + k / 30))
    return Circuit("mirrors", tuple(parts))


LOOPED_MIRRORS = Circuit("looped mirrors").add(
    V("V1", "in", "0", Step()), L("L1", "in", "x1", 0.8), R("R1", "x1", "0", 2.4), R("R2", "x1", "x2", 4.3),
    R("R3", "x2", "0", 1.3), F("F1", "e0", "0", "V1", 1.45), R("R4", "e0", "x1", 0.74),
    F("F2", "e1", "0", "V1", -0.8), R("R5", "e1", "x2", 0.69),
)  # fmt: skip


@pytest.mark.parametrize(("circuit", "most"), [(LOOPED_MIRRORS, 100), (mirrors(4), 400), (mirrors(10), 3000)])
def test_many_equations_without_states_do_not_swell(circuit, most):
    """The first took minutes when results were multiplied out; the last does where they are."""
    equations = derive(circuit)
    assert sum(e.count_ops() for e in equations.rhs) < most
    want_the_same(equations, descriptor(circuit))


SENSED_LOOP = Circuit("sensed loop").add(
    V("V1", "in", "0", Step(0, 1, "0.1m", "10u")), R("R1", "in", "a", "1k"), C("C0", "a", "0", "10n"),
    V("VA", "a", "b", 0), C("C1", "b", "0", "100n"), F("F1", "0", "o", "VA", 1), R("R2", "o", "0", "1k"),
)  # fmt: skip


def test_an_ammeter_in_a_loop_of_capacitors_sees_their_current():
    """The value is that of ngspice and of a dense system solved elsewhere: 0.383 V."""
    times = np.array([0.105e-3, 0.2e-3, 0.5e-3])
    system = descriptor(SENSED_LOOP)
    corners = {e.name: e.stimulus.breakpoints() for e in SENSED_LOOP.of_type(V)}
    expected = response(system, corners, times)
    solution = solve(SENSED_LOOP, "1m")
    seen = solution.voltage("o", "0", times)
    assert seen[1] == pytest.approx(0.383, abs=5e-4)
    assert seen == pytest.approx(expected[system.rows.index("v_o")], rel=1e-9, abs=1e-10)
    currents = solution.values([solution.system.equations.currents[n] for n in ("C0", "C1", "VA")], times)
    assert currents == pytest.approx(expected[[system.rows.index(f"i_{n}") for n in ("C0", "C1", "VA")]], abs=1e-13)


def test_a_source_over_a_divider_of_capacitors_gives_the_slope_of_its_stimulus():
    """A ramp of 1e5 V/s over 1 nF in series with 3 nF: 75 uA through the source while it lasts, and nothing after."""
    circuit = Circuit("divider").add(
        V("V1", "in", "0", Step(0, 1, "10u", "10u")), C("C1", "in", "a", "1n"), C("C3", "a", "0", "3n"),
        R("R1", "a", "0", "1G"), CurrentProbe("supply", "V1"),
    )  # fmt: skip
    solution = solve(circuit, "40u")
    seen = solution.values([solution.system.equations.currents["V1"]], np.array([5e-6, 15e-6, 35e-6]))[0]
    assert seen == pytest.approx([0, -75e-6, 0], abs=1e-9)


def test_inductors_and_current_sources_at_a_node():
    """Two inductors in series, and one that a current source drives: v = L di/dt."""
    circuit = Circuit("cutset").add(
        V("V1", "in", "0", Step(0, 1, "1m", "1m")), R("R1", "in", "a", 2), L("L1", "a", "b", 1), L("L2", "b", "c", 3),
        R("R2", "c", "0", 5), I("I1", "0", "d", Step(0, 1, "1m", "2m")), L("L3", "d", "0", "1m"),
    )  # fmt: skip
    equations = derive(circuit)
    assert [s.element for s in equations.states] == ["L2"]
    system, times = descriptor(circuit), np.array([0.5e-3, 2.5e-3, 4e-3])
    corners = {e.name: e.stimulus.breakpoints() for e in circuit.parts if isinstance(e, (V, I))}
    expected = response(system, corners, times)
    solution = solve(circuit, "10m")
    for n in "abcd":
        assert solution.voltage(n, "0", times) == pytest.approx(expected[system.rows.index(f"v_{n}")], abs=1e-9)
    assert solution.voltage("d", "0", np.array([2.5e-3]))[0] == pytest.approx(0.5)


def test_a_capacitor_whose_source_feels_its_current_is_a_state():
    """H senses the current of C1 that it drives: to C1 it is a resistor of H ohms."""
    circuit = Circuit("felt").add(
        V("V1", "in", "0", Step()), V("VA", "in", "m", 0), C("C1", "m", "h", 2), H("H1", "h", "0", "VA", 5)
    )
    equations = derive(circuit)
    (state,) = equations.states
    assert numeric(equations).mode(()).a[0, 0] == pytest.approx(-1 / (5 * 2))
    assert state.element == "C1"


def test_what_has_no_finite_current_is_refused_in_words():
    held = Circuit("held").add(
        V("V1", "in", "0", 1), R("R1", "in", "a", 1), S("S1", "a", "0", "in", "0", 2, 0.1, 1, 1e6),
        E("E1", "b", "0", "a", "0", 1), C("C1", "b", "0", 1),
    )  # fmt: skip
    with pytest.raises(EquationError, match="'C1' is infinite whenever 'S1' switches.*resistor in series"):
        derive(held)
    twice = Circuit("twice").add(
        V("V1", "a", "0", 1),
        V("VA", "a", "b", 0),
        C("C1", "b", "0", 1),
        H("H1", "h", "0", "VA", 1),
        C("C2", "h", "0", 1),
    )
    with pytest.raises(EquationError, match="'C2' follows the second derivative of 'V1'"):
        derive(twice)
    fed = Circuit("fed").add(
        V("V1", "in", "0", 1), R("R1", "in", "a", 1), V("VA", "a", "b", 0), C("C1", "b", "0", 1), C("C0", "a", "0", 1),
        F("F1", "0", "a", "VA", 2),
    )  # fmt: skip
    with pytest.raises(EquationError, match="singular at v_b.*feedback of a controlled source"):
        derive(fed)
    with pytest.raises(CircuitError, match="'L1' starts at 0 A.*'?in series with send 1 A"):
        solve(
            Circuit("cut").add(I("I1", "0", "a", 1), L("L1", "a", "0", 1), C("C1", "b", "0", 1), R("R1", "b", "0", 1)),
            1,
        )


def test_a_switch_beside_a_loop_of_capacitors():
    """The loop's states stay continuous while the switch changes what a feedback current makes of them."""
    circuit = SENSED_LOOP.add(
        S("S1", "o", "a", "in", "0", 0.5, 0.1, 100, 1e6), V("VB", "in", "q", 0), C("CQ", "q", "0", "1n")
    )
    equations = derive(circuit)
    system = numeric(equations)
    for closed in (False, True):
        dense = descriptor(circuit, {"S1": closed})
        mode = system.mode((closed,))
        poles = np.linalg.eigvals(mode.a)
        scale = 1e4
        ratios = [dense.characteristic(s * scale) / np.prod(s * scale - poles) for s in POINTS]
        assert ratios == pytest.approx([ratios[0]] * 3, rel=1e-6)
    assert len(solve(circuit, "1m").transitions) == 1


def test_transfer_functions_that_grow_with_frequency():
    circuit = Circuit("slope").add(
        V("V1", "a", "0", 1),
        V("VA", "a", "b", 0),
        C("C1", "b", "0", "1n"),
        H("H1", "h", "0", "VA", "1k"),
        R("R1", "h", "0", 1),
    )
    equations = derive(circuit)
    assert str(transfer(equations, "V1", "h").h) == "C1*H1*s"
    assert frequency_response(equations, "V1", np.array([1e3]), "h") == pytest.approx([2j * np.pi * 1e-3])
    with pytest.raises(EquationError, match="follows the slope of 'V1'.*frequency_response"):
        state_space(equations, "V1", "h")


def test_everything_that_has_a_name_can_be_asked_for():
    equations = derive(
        Circuit("c").add(
            V("V1", "in", "0", 1), R("R1", "in", "mid", 1), R("R2", "mid", "out", 1), C("C1", "out", "0", 1)
        )
    )
    values = dict.fromkeys(equations.of("v_mid").free_symbols, 3.0) | dict.fromkeys(equations.parameters, 1.0)
    assert equations.of("v_mid").subs(values) == 3.0
    assert equations.of("v_out") == equations.rhs[0]
    assert (equations.of("i_C1") - equations.of("i_R2")).simplify() == 0
    with pytest.raises(UnknownNameError, match="Did you mean 'v_mid'"):
        equations.of("v_mud")


@pytest.mark.parametrize("elements", [
    (V("v_out", "in", "0", 1), R("R1", "in", "out", 1), C("C1", "out", "0", 1)),
    (V("V1", "in", "0", 1), R("R1", "in", "C1", 1), C("C2", "C1", "0", 1), C("C1", "C1", "b", 1), R("R2", "b", "0", 1)),
])  # fmt: skip
def test_one_symbol_for_two_things_is_refused(elements):
    with pytest.raises(EquationError, match="would stand for two things"):
        derive(Circuit("ambiguous", elements))
