import numpy as np
import pytest

from lapicque.circuits import C, Circuit, LapicqueError, R, V
from lapicque.circuits.library import build
from lapicque.circuits.stimuli import Step
from lapicque.netlists import AC, Engine, OperatingPoint, SimulationTimeout, Transient, load, save, simulate


@pytest.mark.parametrize("analysis", [Transient("2m"), AC("V1", 10, 1e4)], ids=["transient", "ac"])
def test_netcdf_round_trip(engine, tmp_path, analysis):
    result = engine.run(build("rc"), analysis)
    back = load(save(result, tmp_path / "rc.nc"))
    assert np.array_equal(back["out"].values, result["out"].values)
    assert back["out"].attrs == result["out"].attrs
    assert {k: v for k, v in back.attrs.items() if v == v} == {k: v for k, v in result.attrs.items() if v == v}


def test_files_that_cannot_be_written_or_read(engine, tmp_path):
    result = engine.run(build("rc"), Transient("1m"), "fast")
    with pytest.raises(LapicqueError, match="cannot write"):
        save(result, tmp_path / "nowhere" / "rc.nc")
    with pytest.raises(LapicqueError, match="cannot read"):
        load(tmp_path / "absent.nc")
    (tmp_path / "text.nc").write_text("no result")
    with pytest.raises(LapicqueError, match="cannot read"):
        load(tmp_path / "text.nc")


@pytest.mark.parametrize("analysis", [Transient("1m"), AC("V1", 10, 1e5, 5), OperatingPoint()])
def test_names_that_end_as_parts_of_complex_numbers_do_come_back(engine, tmp_path, analysis):
    """Nodes x, x__re, x__im, and x__re beside x__re_: each has its own signal afterwards."""
    nodes = ("x", "x__re", "x__im", "x__re_", "y__re", "y__im")
    circuit = Circuit("parts").add(V("V1", "in", "0", 1))
    for k, n in enumerate(nodes):
        circuit = circuit.add(R(f"R{k}", "in", n, 1e3 * (k + 1)), C(f"C{k}", n, "0", 1e-7), R(f"Q{k}", n, "0", 5e3))
    made = engine.run(circuit, analysis)
    back = load(save(made, tmp_path / "parts.nc"))
    assert set(back.data_vars) == set(made.data_vars) >= set(nodes)
    for n in made.data_vars:
        assert (back[n].values == made[n].values).all(), n
        assert back[n].attrs == made[n].attrs


def test_a_run_of_too_many_steps_says_what_asks_for_them():
    """Hours beside an edge of a nanosecond; a transistor's femtoseconds; a run that its limit of time ends."""
    edge = build("rc").with_values({"V1": Step(0, 1, 3600), "R1": "1Meg"})
    with pytest.raises(LapicqueError, match=r"because the stimulus of .V1. has an edge of 1 ns.*longer max_step"):
        simulate(edge, Transient(14400))
    slow = build("rc").with_values({"C1": "1p"})
    with pytest.raises(LapicqueError, match=r"because the circuit's longest time constant is .*longer max_step"):
        simulate(slow, Transient(1))
    with (
        Engine(timeout=1) as engine,
        pytest.raises(SimulationTimeout, match=r"it needs 2\.5e\+06 steps or more, because the circuit's longest"),
    ):
        engine.run(slow, Transient(1e-4))
