"""What ngspice gives just after time 0, behind parasitics of every speed, against the dense descriptor system."""

import numpy as np
import pytest
from oracles.descriptor import descriptor, response

from lapicque.circuits import C, Circuit, CurrentProbe, E, H, Pulse, R, S, Step, V
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.errors import CircuitError
from lapicque.circuits.runs.excited import excited
from lapicque.netlists import AC, Transient


def behind(r: float, c: float, stimulus) -> Circuit:
    return Circuit("behind a parasitic").add(
        V("V1", "in", "0", stimulus), R("R1", "in", "a", r), C("C1", "a", "0", c), R("R2", "a", "b", "82k"),
        C("C2", "b", "0", "1.5n"), CurrentProbe("i_V1", "V1"),
    )  # fmt: skip


def worst(circuit, result, which):
    """Largest error of the first forty and of forty other samples, as a part of the swing."""
    times = result["time"].values
    index = np.unique([*range(40), *np.linspace(40, len(times) - 1, 40).astype(int)])
    system = descriptor(circuit)
    corners = {e.name: e.stimulus.breakpoints() for e in circuit.of_type(V)}
    expected = response(system, corners, times[index])[system.rows.index(which)]
    seen = result[which.removeprefix("v_")].values[index]
    return np.abs(seen - expected).max() / np.ptp(result[which.removeprefix("v_")].values)


@pytest.mark.parametrize(("r", "c"), [(75, 8e-12), (1, 1e-15), (1e3, 1e-10), (0.1, 1e-14), (75, 3e-15), (1e-3, 1e-15)])
def test_a_source_that_is_on_at_the_start(engine, r, c):
    """The first of them gave 2.02 V for 2.57 V, and a current that was off by 107 swings."""
    circuit = behind(r, c, 4)
    result = engine.run(circuit, Transient("200u"), save=("a", "b"))
    assert worst(circuit, result, "v_a") < 1e-4
    assert worst(circuit, result, "v_b") < 1e-5
    assert worst(circuit, result, "i_V1") < 1e-4
    assert result.attrs["holds_from"] == result["time"].values[0]


def test_a_mode_that_is_stepped_over_hides_no_slower_one(engine):
    """1e-18 s is beyond ngspice's clock, 0.1 us is not: it was stepped over too, wrong by 72 % of the swing."""
    circuit = behind(1e-3, 1e-15, 4).without("R2").add(
        R("R2", "a", "m", 65), C("C3", "m", "0", "1.5n"), R("R3", "m", "b", "82k")
    )  # fmt: skip
    result = engine.run(circuit, Transient("2m"), save=("m", "b"))
    assert worst(circuit, result, "v_m") < 1e-4
    assert worst(circuit, result, "v_b") < 1e-5
    assert result.attrs["holds_from"] == result["time"].values[0] < 1e-8


@pytest.mark.parametrize("stimulus", [Step(0, 1, 0, 1e-9), Pulse(0, 1, "1u", "1u", 1e-9)])
@pytest.mark.parametrize("c", [1e-15, 1e-12, 1e-10])
def test_edges_of_a_nanosecond(engine, stimulus, c):
    circuit = behind(10, c, stimulus)
    result = engine.run(circuit, Transient("20u"), save=("a",))
    assert worst(circuit, result, "v_a") < 1e-4


def test_what_stands_still_asks_for_no_short_step():
    assert excited(derive(behind(75, 8e-12, 0)), 1e-6) == ()
    assert excited(derive(behind(75, 8e-12, 4)), 1e-6)[0] == pytest.approx(75 * 8e-12, rel=1e-3)
    charged = behind(75, 8e-12, 4).without("C1").add(C("C1", "a", "0", 8e-12, 4 * 82e3 / (82e3 + 75)))
    assert excited(derive(charged), 1e-6)[0] == pytest.approx(82e3 * 1.5e-9, rel=2e-3)


def test_a_switch_that_closes_at_the_start_is_fast_from_the_start():
    """What is beyond its level at time 0 changes at once: the first step is that of the closed switch."""
    circuit = Circuit("closes").add(V("V1", "in", "0", -3.11), R("R1", "in", "x", 618), C("C1", "x", "0", 6.76e-6))
    circuit = circuit.add(S("S1", "in", "x", "x", "in", v_t=0.327, v_h=0.0052, r_on=0.9117, r_off=1e6))
    assert excited(derive(circuit), 1e-6)[0] == pytest.approx(6.76e-6 / (1 / 618 + 1 / 0.9117), rel=1e-6)


def test_currents_of_sources_and_capacitors_can_be_probed(engine):
    """The parts of a loop of capacitors, and controlled sources of either kind."""
    circuit = Circuit("probed").add(
        V("V1", "in", "0", Step(0, 1, "0.1m", "10u")), R("R1", "in", "a", "1k"), C("C1", "a", "0", "10n"),
        E("E1", "e", "0", "a", "0", 2), C("C2", "e", "0", "1n"), V("VA", "e", "f", 0), R("R2", "f", "0", "1k"),
        H("H1", "h", "0", "VA", 100), R("R3", "h", "0", 50),
        *(CurrentProbe(f"i_{n}", n) for n in ("C1", "C2", "E1", "H1")),
    )  # fmt: skip
    result = engine.run(circuit, Transient("0.2m"))
    for n in ("C1", "C2", "E1", "H1"):
        assert worst(circuit, result, f"i_{n}") < 1e-6
    with pytest.raises(CircuitError, match="no AC response of the current through 'C1'"):
        engine.run(circuit, AC("V1", 1, 1e3))
