"""The whole on circuits whose answers are published or follow from one sentence; words where there is no figure."""

import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis.characterise.alternating import answer, read_off
from lapicque.analysis.characterise.bench import bench_of
from lapicque.analysis.characterise.characteristics import Characteristics
from lapicque.analysis.characterise.journal import Journal
from lapicque.analysis.characterise.passive import passive
from lapicque.analysis.characterise.refractory import refractory
from lapicque.analysis.characterise.shape import two_sizes
from lapicque.analysis.characterise.threshold import brief_threshold, rheobase


def test_hodgkin_and_huxley_s_own_figures():
    """1952, J Physiol 117:500: at 6.3 degrees 7 mV fire and 6 mV do not (figure 12); rest is where the tables say."""
    with bench_of("hodgkin_huxley") as bench:
        least = rheobase(bench)
        below = passive(bench, least.first.low)
        threshold = brief_threshold(bench, below)
    assert 6e-3 < threshold.voltage - bench.v_rest < 7e-3
    assert bench.v_rest == pytest.approx(-65e-3, abs=1e-4)
    found = {f.name: f for f in (*below.figures, *least.figures)}
    assert found["capacitance"].value == pytest.approx(1e-6, rel=1e-3)  # 1 uF/cm2, one square centimetre
    assert "rings" in found["time constant"].words
    # It fires once from a third of the current on with which it fires on, from 6.2 to 6.3 uA/cm2 (Rinzel 1978).
    assert found["fires on from"].value == pytest.approx(6.25e-6, rel=0.01)
    assert 2.1e-6 < found["rheobase"].value < 2.4e-6


def test_it_rests_or_fires_on_between_two_currents():
    """Its rest is stable up to 9.78 uA/cm2, and from 6.26 on it can fire on all the same (Hassard 1978, J Theor Biol
    71:401; Rinzel and Miller 1980, Math Biosci 49:27)."""
    with bench_of("hodgkin_huxley", base=8e-6) as bench:
        assert not bench.rest.restless
        least = rheobase(bench)
        below = passive(bench, least.first.low)
        figures = refractory(bench, below, brief_threshold(bench, below)).figures
    assert "bistable" in figures[0].words
    with bench_of("hodgkin_huxley", base=10e-6) as bench:
        assert "fires without input" in bench.rest.restless


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "lif.jsonl"
    with lq.Engine(2) as engine:
        yield path, engine, lq.characterise("lif_switch", engine, "fast", path)


def test_a_whole_neuron_and_its_way_through_json(measured, tmp_path):
    _, _, found = measured
    assert abs(found["reset"].value) <= found["reset"].error < 2e-4
    assert found["hold"].value == pytest.approx(2e-3, rel=2e-3)
    period = found["absolute refractory period"]
    assert abs(period.value - 2e-3) < period.error < 2e-5
    assert not found["spike width"].exists
    assert "reset" in found["spike width"].words
    firing = found.curves["firing"]
    on = (firing.values > 0) & (firing.at < 1e-5)  # above that the reset's own resistance is seen
    ideal = 1 / (2e-3 + 9.998e-3 * np.log(firing.at[on] / (firing.at[on] - 1.0002e-6)))
    np.testing.assert_allclose(firing.values[on], ideal, rtol=2e-3)
    again = Characteristics.load(found.save(tmp_path / "lif.json"))
    assert str(again) == str(found)
    assert again.to_json() == found.to_json()


def test_a_journal_that_was_cut_off_goes_on_and_gives_the_same(measured):
    path, engine, found = measured
    content = path.read_bytes()
    path.write_bytes(content[:-100])  # the last run was being written when somebody pulled the plug
    again = lq.characterise("lif_switch", engine, "fast", path)
    assert again.runs == (found.runs[0], 1)
    assert [f.value for f in again.figures if f.exists] == [f.value for f in found.figures if f.exists]
    assert path.read_bytes().count(b"\n") == content.count(b"\n")
    with pytest.raises(lq.LapicqueError, match="no journal"):
        Journal(path.with_name("other.jsonl").write_text("{}\n") and path.with_name("other.jsonl"))


def test_a_circuit_is_turned_so_that_input_excites_and_spikes_rise():
    """The same neuron with its source the other way round gives the same figures."""
    circuit = lq.build("lif_switch")
    turned = lq.Circuit(
        "turned", tuple(lq.I("I1", "mem", "0", -2e-6) if e.name == "I1" else e for e in circuit.elements),
        circuit.spec, circuit.roles,
    )  # fmt: skip
    found = []
    for c in (circuit, turned):
        with bench_of(c) as bench:
            found.append((bench.sign, bench.said, rheobase(bench).first.middle))
    assert [f[0] for f in found] == [1.0, -1.0]
    assert "fires less" in found[1][1][0]
    assert found[0][2] == pytest.approx(found[1][2], rel=1e-4)


def test_what_a_circuit_does_not_have_is_said():
    fires = lq.characterise("schmitt", by="model")
    for name in ("rest", "threshold", "rheobase", "chronaxie", "absolute refractory period"):
        assert "fires without input" in fires[name].words
    assert fires["rate without input"].value == pytest.approx(1097.6, rel=1e-3)
    with bench_of("lif_switch", upto="0.5u") as bench:
        assert bench.fires_at is None
        assert "does not fire up to 500 nA" in rheobase(bench).figures[0].words


@pytest.mark.parametrize(
    ("circuit", "said"),
    [
        (lq.build("rc"), "no spike probe"),
        (lq.build("lif_switch").without("spike").add(lq.SpikeProbe("a", "mem"), lq.SpikeProbe("b", "mem")), "several"),
    ],
)
def test_what_cannot_be_measured_is_refused_by_name(circuit, said):
    with pytest.raises(lq.LapicqueError, match=said):
        bench_of(circuit)


def test_an_alternating_input_gives_resistance_and_time_constant(measured):
    """Those of the parts: R1 beside two open switches, and C1; a capacitor alone has none."""
    _, engine, _ = measured
    circuit = lq.build("lif_switch")
    v = circuit.values
    r = 1 / (1 / v["R1"] + 2 / v["r_off_S_reset"])
    with bench_of(circuit, engine, "fast", by="ngspice") as bench:
        found = answer(bench)
    assert found.resistance == pytest.approx(r, rel=1e-5)
    assert found.tau == pytest.approx(r * v["C1"], rel=1e-3)
    f = np.geomspace(1e-3, 1e6, 200)
    assert read_off(f, 1 / (2j * np.pi * f)) is None  # a capacitor alone has no resistance
    two = read_off(f, 3 / (1 + 2j * np.pi * f * 1e-2) + 1 / (1 + 2j * np.pi * f * 1e-3))
    assert two.tau == pytest.approx((3e-2 + 1e-3) / 4, rel=1e-4)


def test_two_thresholds_are_said():
    """A second probe of another level on the same node; spikes of an even and an odd height, as a bifurcation makes."""
    circuit = lq.build("hodgkin_huxley").add(lq.SpikeProbe("half", "mem", "0", 0.02))
    with bench_of(circuit, upto="10u") as bench:
        (said,) = [words for words in bench.said if "two thresholds" in words]
    assert "'half' at 20 mV" in said
    assert two_sizes([1.0, 0.6, 1.01, 0.61, 0.99, 0.6], 0.0) == (0.6, 1.0)
    assert two_sizes(np.linspace(0.6, 1.0, 20).tolist(), 0.0) is None
    assert two_sizes([1.0, 1.0, 1.0, 1.0, 0.2], 0.0) is None
