"""Coupled inductors: derived equations against textbooks and the dense descriptor system."""

import itertools
import random

import numpy as np
import pytest
from oracles.descriptor import descriptor

from lapicque.circuits import C, Circuit, I, K, L, R, Step, V
from lapicque.circuits.closed_forms.transfer import frequency_response
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.errors import CircuitError, NotDerivedError, QuantityError, UnknownNameError
from lapicque.circuits.numeric.numeric import compiled, numeric

POINTS = (0.3 + 0.2j, 2j, 1.7 - 0.4j)


def transformer(k=0.95, **values):
    """A source behind a resistor, two windings, a load."""
    found = {"R1": 5.0, "L1": 1e-3, "L2": 4e-3, "R2": 50.0} | values
    return Circuit("transformer").add(
        V("V1", "in", "0", Step()), R("R1", "in", "a", found["R1"]), L("L1", "a", "0", found["L1"]),
        L("L2", "b", "0", found["L2"]), K("K1", "L1", "L2", k), R("R2", "b", "0", found["R2"]),
    )  # fmt: skip


def test_the_derivation_reads_as_in_a_textbook():
    text = str(derive(transformer()).derivation)
    assert "M_K1 = K1*sqrt(L1)*sqrt(L2)" in text
    assert "L1*di_L1/dt + M_K1*di_L2/dt = v_a" in text
    assert "L2*di_L2/dt + M_K1*di_L1/dt = v_b" in text
    assert "/(L1*L2 - M_K1**2)" in text


@pytest.mark.parametrize("k", [0.3, 0.95, -0.95, 0.9999, 0.0])
def test_a_loaded_transformer_has_the_input_impedance_of_textbooks(k):
    """Z = s L1 + (w M)^2 / (s L2 + R2) seen by the source, and v2 = s M i1 R2 / (s L2 + R2)."""
    circuit = transformer(k)
    hertz = np.geomspace(1, 1e6, 13)
    s = 2j * np.pi * hertz
    l1, l2, r2 = 1e-3, 4e-3, 50.0
    m = k * np.sqrt(l1 * l2)
    current = 1 / (5.0 + s * l1 - (s * m) ** 2 / (s * l2 + r2))
    found = frequency_response(derive(circuit), "V1", hertz, "b")
    assert found == pytest.approx(s * m * current * r2 / (s * l2 + r2), rel=1e-9)


def windings(seed: int) -> Circuit:
    """Two or three windings that are coupled at random: alone, in series, in parallel, fed by currents."""
    r = random.Random(seed)
    nodes = ["in", *(f"n{k}" for k in range(r.randint(1, 3))), "0"]
    parts = [V("V1", "in", "0", Step())]
    for k in range(r.choice([2, 2, 2, 3])):
        parts.append(L(f"L{k}", *r.sample(nodes, 2), round(10 ** r.uniform(-1, 1), 3)))
    if r.random() < 0.6:  # in series with a winding: one of the two is no state
        parts += [L("L8", nodes[0], "m", 2.5), L("L9", "m", r.choice(nodes[1:]), round(10 ** r.uniform(-1, 1), 3))]
    for k in range(r.randint(2, 4)):
        parts.append(r.choice([R, R, C])(f"X{k}", *r.sample(nodes, 2), round(10 ** r.uniform(-1, 1), 3)))
    if r.random() < 0.4:
        parts.append(I("I1", *r.sample(nodes, 2), Step()))
    pairs = list(itertools.combinations([e.name for e in parts if isinstance(e, L)][-3:], 2))
    for k, pair in enumerate(r.sample(pairs, r.randint(1, len(pairs)))):
        parts.append(K(f"K{k}", *pair, round(r.uniform(-0.45, 0.45) if len(pairs) > 1 else r.uniform(-1, 1), 3)))
    return Circuit(f"windings {seed}", tuple(parts))


def wired(count):
    seed = 0
    while count:
        seed += 1
        try:
            yield windings(seed).check()
        except (CircuitError, QuantityError):
            continue
        count -= 1


def test_random_windings_against_the_dense_system():
    """Every node and branch of twenty networks at two complex frequencies; in most of them one winding is no state."""
    dependent = 0
    for circuit in wired(20):
        equations, dense = derive(circuit), descriptor(circuit)
        system = numeric(equations)
        mode, inputs = system.mode(()), list(equations.inputs)
        poles = np.linalg.eigvals(mode.a) if len(mode.a) else np.zeros(0)
        ratios = [dense.characteristic(s) / np.prod(s - poles) for s in POINTS]
        assert ratios == pytest.approx([ratios[0]] * 3, rel=1e-6), circuit
        dependent += len(circuit.of_type(L)) > sum(s.unit == "A" for s in equations.states)
        nodes = {n: e for n, e in equations.voltages.items() if n != "0"}
        c, d, _ = system.affine(compiled(equations, [*nodes.values(), *equations.currents.values()]), ())
        names = [*(f"v_{n}" for n in nodes), *(f"i_{e}" for e in equations.currents)]
        own = np.eye(len(inputs))
        for s in POINTS[:2]:
            driven = np.array([*own, *(s * own[inputs.index(u)] for u in equations.input_slopes.values())])
            found = c @ np.linalg.solve(s * np.eye(len(mode.a)) - mode.a, mode.b @ driven) + d @ driven
            expected = np.array([dense.at(s)[dense.rows.index(n)] for n in names])
            assert found == pytest.approx(expected, rel=1e-7, abs=1e-7 * np.abs(expected).max()), circuit
    assert dependent > 8


def test_what_no_coils_can_be_is_refused_in_words():
    with pytest.raises(QuantityError, match=r"'K1' of 'L1' and 'L2' is 1: it must be between -1 and 1"):
        K("K1", "L1", "L2", 1)
    with pytest.raises(QuantityError, match=r"is -1\.5"):
        K("K1", "L1", "L2", -1.5)
    with pytest.raises(CircuitError, match="'K1' names 'L1' twice"):
        K("K1", "L1", "L1", 0.5)
    circuit = transformer()
    with pytest.raises(UnknownNameError, match=r"inductor \(coupled by 'K2'\) 'R1'"):
        circuit.add(K("K2", "L1", "R1", 0.5)).check()
    with pytest.raises(CircuitError, match="'K1' and 'K2' both couple 'L2' and 'L1'"):
        derive(circuit.add(K("K2", "L2", "L1", 0.5)))
    three = circuit.add(L("L3", "a", "0", 1), K("K2", "L2", "L3", 0.95), K("K3", "L1", "L3", 0.9))
    assert len(derive(three).states) == 3
    for wrong in (three.with_values({"K3": 0.7}), three.without("K3")):
        for ask in (derive, Circuit.check):
            with pytest.raises(QuantityError, match=r"K1 = 0\.95, K2 = 0\.95.*L1, L2, L3 cannot be coupled so"):
                ask(wrong)
    many = Circuit("many").add(*(L(f"L{k}", "a", "0", 1) for k in range(7)), R("R1", "a", "0", 1))
    with pytest.raises(CircuitError, match="couplings join 7 inductors"):
        many.add(*(K(f"K{k}", f"L{k}", f"L{k + 1}", 0.1) for k in range(6))).check()


def test_four_windings_of_which_one_is_no_state_are_left_to_ngspice():
    circuit = Circuit("four").add(
        V("V1", "in", "0", Step()), L("L1", "in", "a", 1), L("L2", "a", "0", 1), L("L3", "b", "0", 1),
        L("L4", "c", "0", 1), R("R3", "b", "0", 1), R("R4", "c", "0", 1), K("K1", "L1", "L2", 0.3),
        K("K2", "L2", "L3", 0.3), K("K3", "L3", "L4", 0.3),
    )  # fmt: skip
    with pytest.raises(NotDerivedError, match="'L1' is coupled with L2, L3, L4.*at most 3 windings.*resistor across"):
        derive(circuit)
    assert len(derive(circuit.add(R("R1", "a", "0", "1Meg"))).states) == 4


def test_couplings_follow_their_inductors_into_other_circuits():
    inner = transformer().without("V1")
    whole = (
        Circuit("two").add(V("V1", "in", "0", 1)).instance("A", inner, {"in": "in"}).instance("B", inner, {"in": "in"})
    )
    assert [k.inductors for k in whole.of_type(K)] == [("A.L1", "A.L2"), ("B.L1", "B.L2")]
    assert whole.with_values({"A.K1": 0.5}).values["A.K1"] == 0.5
    assert Circuit.from_json(whole.to_json()) == whole
    assert "coupling of inductors" in str(whole)
