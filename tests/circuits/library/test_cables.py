import math

import numpy as np
import pytest

from lapicque.analysis import solve
from lapicque.circuits import CircuitError, Probe, QuantityError, SpikeProbe, UnknownNameError
from lapicque.circuits.library.cables import active_cable, branching, cable
from lapicque.circuits.library.tree import SMALL, Branch, tree


def attenuation(circuit, far="far", near="near"):
    solution = solve(circuit, 0.3)
    at = np.array([0.3])
    return float((solution.voltage(far, "0", at) / solution.voltage(near, "0", at))[0])


@pytest.mark.parametrize(("end", "over"), [("sealed", np.cosh), ("open", np.sinh)])
@pytest.mark.parametrize("length", [0.3, 1.0, 2.5])
def test_attenuation_of_the_continuous_cable(end, over, length):
    """Rall: v(x) goes as cosh (sealed) or sinh (open) of the distance from the end, in length constants."""
    n = 200
    h = length / n
    exact = over(h / 2) / over(length - h / 2)
    assert attenuation(cable(n, length, end=end)) == pytest.approx(exact, rel=2 * length * h**2)


def test_ralls_equivalent_cylinder():
    """Two daughters of half the conductance are one cable of the same length: at every tip the same voltage."""
    tips = [attenuation(branching(40), far) for far in ("far_a", "far_b")]
    assert tips[0] == pytest.approx(tips[1], rel=1e-9)
    assert tips[0] == pytest.approx(attenuation(cable(80, 1.0)), rel=1e-9)


@pytest.mark.parametrize(("celsius", "published", "within"), [(18.5, 18.8, 0.02)])
def test_conduction_velocity_of_the_squid_axon(celsius, published, within):
    """Hodgkin and Huxley 1952, p. 524: 18.8 m/s computed at 18.5 degrees (diameter 476 um, 35.4 ohm cm)."""
    circuit = active_cable(48, celsius=celsius)
    solution = solve(circuit, 0.004)
    first, second = (solution.spikes(p)[0] for p in circuit.of_type(SpikeProbe))
    assert dict(circuit.spec)["distance"] / (second - first) == pytest.approx(published, rel=within)  # measured 18.49


def test_speed_goes_with_the_root_of_the_diameter():
    """Hodgkin 1954: four times the diameter and twice the length are the same cable in length constants."""
    size = {"n": 4, "membrane": "cortical", "resistivity": 1.0}
    times = []
    for circuit in (
        active_cable(diameter="4u", length="0.6m", **size),
        active_cable(diameter="16u", length="1.2m", **size),
    ):
        solution = solve(circuit, 0.004)
        times.append([solution.spikes(p)[0] for p in circuit.of_type(SpikeProbe)])
    assert times[0][0] < times[0][1]
    assert times[0] == pytest.approx(times[1], rel=1e-6)


def test_a_passive_membrane_lets_a_step_decay():
    """Length constant sqrt(d / (4 rho g)) of the squid's leak alone, 0.3 mS/cm^2; sealed ends."""
    d, rho, whole, n = 476e-6, 0.354, 20e-3, 60
    circuit = active_cable(n, d, whole, rho, membrane="passive", current="1u")
    assert not list(circuit.of_type(SpikeProbe))
    solution, at, rest = solve(circuit, 0.06), np.array([0.06]), -54.387e-3
    near, far = (solution.voltage(f"p{k}.mem", "0", at)[0] - rest for k in (1, n))
    scale, half = math.sqrt(d / (4 * rho * 3)), whole / n / 2
    assert far / near == pytest.approx(math.cosh(half / scale) / math.cosh((whole - half) / scale), rel=1e-4)


def test_what_is_no_cable():
    with pytest.raises(UnknownNameError, match="passive"):
        active_cable(membrane="pasive")
    with pytest.raises(QuantityError, match="diameter"):
        active_cable(diameter=0)
    with pytest.raises(QuantityError, match="whole number of stages"):
        cable(1)
    with pytest.raises(QuantityError, match="greater than zero"):
        cable(length=0)
    with pytest.raises(UnknownNameError, match="sealed"):
        cable(end="seald")
    with pytest.raises(QuantityError, match="too long for a spike to pass: take n above"):
        active_cable(5)


def conductances(branches, r_m, resistivity):
    """Rall 1959: what flows into each branch over the voltage at its start, all ends sealed; from the tips inwards."""
    found = {}
    for name, b in reversed(branches.items()):
        length = b.length / math.sqrt(b.diameter * r_m / (4 * resistivity))
        infinite = math.pi / 2 * b.diameter**1.5 / math.sqrt(r_m * resistivity)
        load = sum(found[n][0] for n, other in branches.items() if other.parent == name) / infinite
        found[name] = infinite * (load + math.tanh(length)) / (1 + load * math.tanh(length)), length, load
    return found


def test_a_tree_of_any_shape_is_ralls():
    """Voltage at the tips over that at the root, by the continuous cable; halves of compartments cost h^2."""
    fine = {n: Branch(b.parent, b.length, b.diameter, 20) for n, b in SMALL.items()}
    circuit, exact = tree(fine), conductances(fine, 2.0, 1.5)
    solution, at = solve(circuit, 0.4), np.array([0.4])
    seen = {p.name: float(solution.voltage(p.plus, "0", at)[0]) for p in circuit.of_type(Probe)}
    ends = {"": 1e-10 / exact["trunk"][0]}
    for name, b in fine.items():
        _, length, load = exact[name]
        ends[name] = ends[b.parent] / (math.cosh(length) + load * math.sinh(length))
    assert set(seen) == {"near", "left", "tip", "twig"}
    for name in ("left", "tip", "twig"):
        assert seen[name] == pytest.approx(ends[name], rel=9e-5)  # measured 2.8e-5


def test_a_tree_of_one_branch_is_a_cable():
    d, r_m, rho = 2e-6, 2.0, 1.5
    whole = math.sqrt(d * r_m / (4 * rho))
    circuit = tree({"only": Branch("", whole, d, 40)}, r_m, 0.01, rho)
    other = cable(40, 1.0, r_m / (math.pi * d * whole), 0.01 * math.pi * d * whole)
    assert attenuation(circuit, "only.40", "only.1") == pytest.approx(attenuation(other), rel=1e-9)


def test_what_is_no_tree():
    with pytest.raises(CircuitError, match="at least one branch"):
        tree({})
    with pytest.raises(CircuitError, match="first branch is the root"):
        tree({"a": Branch("b", 1e-4, 1e-6)})
    with pytest.raises(CircuitError, match="a tree has one"):
        tree({"a": Branch("", 1e-4, 1e-6), "b": Branch("", 1e-4, 1e-6)})
    with pytest.raises(CircuitError, match="does not come before it: a"):
        tree({"a": Branch("", 1e-4, 1e-6), "b": Branch("c", 1e-4, 1e-6)})
    with pytest.raises(CircuitError, match="without a dot"):
        tree({"a.b": Branch("", 1e-4, 1e-6)})
    with pytest.raises(QuantityError, match="diameter of a"):
        tree({"a": Branch("", 1e-4, 0)})
    with pytest.raises(QuantityError, match="2.5 compartments"):
        tree({"a": Branch("", 1e-4, 1e-6, 2.5)})
    with pytest.raises(QuantityError, match="at most 20000"):
        tree({"a": Branch("", 1e-4, 1e-6, 20_001)})


def test_patches_and_what_joins_them_are_numbered_along_the_cable():
    """Patch k ends at p(k).mem; R_a(k) leads from it to the next."""
    made = active_cable(24)
    for k in range(1, 24):
        assert made.element(f"R_a{k}").nodes == (f"p{k}.mem", f"p{k + 1}.mem")
    assert "R_a24" not in {e.name for e in made.parts}
