"""Weights as parts: values by hand from Ohm's law and Q = C V, series, and what cannot be made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapicque.analysis import solve
from lapicque.circuits import C, DesignError, E, F, G, R, S, UnknownNameError, V
from lapicque.circuits.networks import (
    Connection,
    SpikeInput,
    compose,
    leaky,
    lif,
    network,
    one_to_one,
    poisson,
    scale_of,
)
from lapicque.circuits.networks.wiring import nearest

WIDTH, AREA = 1e-4, 1.0
SIGNED = np.array([[2e-3, -1e-3]])


def _built(weights, series="", signed=SIGNED, delay=0.0):
    made = network(
        "n", lif("a", 2, tau=20e-3), lif("b", 1, tau=20e-3, r=3.0), Connection("a", "b", signed, delay=delay)
    )
    return compose(made, scale_of(made, width=WIDTH, weights=weights, series=series))


def test_resistors_carry_the_weights_current_into_a_virtual_ground_of_its_sign():
    built = _built("resistor")
    circuit = built.circuit
    # A spike of 1 V and WIDTH seconds must carry weight x area x (1 V x r / 1 Mohm) coulombs.
    for pre, weight, column in ((0, 2e-3, "excite"), (1, -1e-3, "inhibit")):
        part = circuit.element(f"a.{pre}>b.0")
        assert isinstance(part, R)
        assert part.nodes == (f"a.{pre}.axon", f"b.0.{column}")
        assert 1 / part.value * WIDTH == pytest.approx(abs(weight) * AREA * 3.0 / 1e6)
        ground, mirror = circuit.element(f"b.0.V_{column}"), circuit.element(f"b.0.F_{column}")
        assert isinstance(ground, V)
        assert isinstance(mirror, F)
        assert ground.nodes == (f"b.0.{column}", "0")
        assert mirror.nodes == (("0", "b.0.in") if weight > 0 else ("b.0.in", "0"))
    axons = {e.name for e in circuit.of_type(E)} - {f"{n}.E_x" for n in ("a.0", "a.1", "b.0")}
    assert axons == {"a.0.E_axon", "a.1.E_axon"}


def test_charges_are_capacitors_that_are_full_at_rest():
    circuit = _built("charge").circuit
    for pre, weight, column in ((0, 2e-3, "excite"), (1, -1e-3, "inhibit")):
        store = circuit.element(f"a.{pre}>b.0.C")
        assert isinstance(store, C)
        assert store.ic == 1.0
        assert store.value * 1.0 == pytest.approx(abs(weight) * AREA * 3.0 / 1e6)
        fill, pour = circuit.element(f"a.{pre}>b.0.S_fill"), circuit.element(f"a.{pre}>b.0.S_pour")
        assert isinstance(fill, S)
        assert isinstance(pour, S)
        assert fill.closed
        assert not pour.closed
        assert pour.nodes[1] == f"b.0.{column}"
        # Break before make: a spike's voltage x opens fill above 1 - (v_t - v_h), closes pour above v_t + v_h.
        assert 1 - (fill.v_t - fill.v_h) < pour.v_t + pour.v_h
        assert 1 - (fill.v_t + fill.v_h) < pour.v_t - pour.v_h


def test_all_three_kinds_share_buffers_and_delays():
    for kind in ("transconductance", "resistor", "charge"):
        circuit = _built(kind, delay=3e-3).circuit
        assert {e.name.rpartition(".")[2] for e in circuit.of_type(E)} == {
            "E_x"
        }  # the end of a delay line is held already
        assert len([e for e in circuit.elements if e.name.startswith("T_")]) == 2


@given(st.floats(1e-15, 1e12), st.sampled_from(["E3", "E12", "E24", "E96", "E192"]))
def test_the_nearest_part_is_that_of_the_series_own_library(value, series):
    import eseries

    found = float(nearest(np.array([value]), series)[0])
    table = getattr(eseries, series)
    low, high = eseries.find_less_than_or_equal(table, value), eseries.find_greater_than_or_equal(table, value)
    assert abs(np.log(found / value)) <= min(np.log(high / value), np.log(value / low)) + 1e-9


def test_a_series_changes_the_weights_of_what_is_built_and_keeps_those_that_were_asked_for():
    signed = np.array([[2.0e-3, -1.1e-3]])
    built = _built("resistor", "E12", signed)
    assert np.array_equal(built.asked.connections[0].weights.toarray(), signed)
    # 1e6 / 3 x 1e-4 / 2e-3 = 16.7 k and 30.3 k: the nearest are 18 k (by ratio 1.080, 15 k 1.111) and 33 k.
    assert [built.circuit.element(f"a.{k}>b.0").value for k in (0, 1)] == pytest.approx([18e3, 33e3])
    ratio = built.network.connections[0].weights.toarray() / signed
    assert ratio[0] == pytest.approx([1e5 / 6 / 18e3, 1e6 / 33 / 33e3])


def test_what_cannot_be_made_is_refused_by_name():
    analog = network("n", leaky("li", 1), lif("b", 1), Connection("li", "b", one_to_one(1)))
    with pytest.raises(DesignError, match="'li' drives 'b' with a voltage"):
        compose(analog, scale_of(analog, weights="charge"))
    close = network(
        "n", SpikeInput("in", (np.array([1e-3, 1.1e-3]),)), lif("b", 1, tau=20e-3), Connection("in", "b", one_to_one(1))
    )
    with pytest.raises(DesignError, match="spikes 0 and 1 on line 0 of input 'in' are 100 us apart"):
        compose(close, scale_of(close, width=WIDTH, weights="charge"))
    with pytest.raises(DesignError, match="transconductances come in no series"):
        scale_of(close, series="E24")
    with pytest.raises(UnknownNameError, match="E24"):
        scale_of(close, weights="resistor", series="E25")
    with pytest.raises(UnknownNameError, match="resistor"):
        scale_of(close, weights="resistance")


def test_poisson_inputs_that_are_kept_apart_can_be_packets():
    made = network(
        "n", poisson("in", 2, 50, 0.2, seed=1, dead=2e-3), lif("b", 2, tau=20e-3), Connection("in", "b", one_to_one(2))
    )
    assert len(compose(made, scale_of(made, weights="charge")).circuit.of_type(C)) == 2 * 2 + 2


def test_transconductances_stay_the_default():
    assert isinstance(_built("transconductance").circuit.element("a.0>b.0"), G)


@pytest.mark.parametrize("drive", [1.5, 10.0, 40.0, 1000.0])
@pytest.mark.parametrize("width", ["10u", "200u"])
def test_every_spike_of_a_cell_has_unit_area(drive, width):
    """Whatever its input (1000 is up to 28 thresholds in a spike): asked 1e-6, measured 3e-8; it was 2e-3."""
    net = network("one", lif("a", 1, tau=10e-3, v_reset=0.3, bias=drive))
    scale = scale_of(net, width=width)
    made = compose(net, scale).circuit
    made = made.add(G("G_s", "0", "s", "a.0.out", "0", 1e-9 / scale.width), C("C_s", "s", "0", "1n"))
    solution = solve(made, 30e-3 / drive + 5 * scale.width)
    spikes = solution.spikes(made.element("a.0.spike"))
    counted = solution.voltage("s", "0", spikes - 1e-12)
    assert len(spikes) > 1
    assert np.diff(counted) == pytest.approx(1.0, rel=6e-8)
