"""What a run hands on: tables and Neo objects hold the same spikes as the run."""

import neo
import numpy as np
import pytest

from lapicque.analysis.networks.outputs import network_dataset, to_neo, write_spikes
from lapicque.circuits import LapicqueError
from lapicque.circuits.networks import Connection, lif, network, one_to_one
from lapicque.netlists.networks.network import prepare_network, run_network


@pytest.fixture(scope="module")
def run(engine):
    made = network(
        "pair", lif("a", 2, tau=10e-3, bias=1.5), lif("b", 2, tau=10e-3, bias=0.9),
        Connection("a", "b", one_to_one(2, 3e-3)),
    )  # fmt: skip
    return run_network(prepare_network(made, 60e-3), engine, traces=["b.1"])


def test_a_neo_block_holds_every_spike_with_its_unit(run, tmp_path):
    block = to_neo(run)
    trains = {t.name: t for t in block.segments[0].spiketrains}
    assert set(trains) == {"a.0", "a.1", "b.0", "b.1"}
    for name, times in run.spikes.items():
        assert len(times)
        assert np.array_equal(trains[name].rescale("s").magnitude, times)
        assert float(trains[name].t_stop.rescale("ms")) == pytest.approx(60.0)
    # And through a file of Neo's own.
    neo.io.PickleIO(str(tmp_path / "s.pkl")).write_block(block)
    again = neo.io.PickleIO(str(tmp_path / "s.pkl")).read_block()
    assert sum(len(t) for t in again.segments[0].spiketrains) == sum(map(len, run.spikes.values()))


def test_tables_are_in_order_of_time_and_name_each_neuron(run, tmp_path):
    data = network_dataset(run)
    assert np.all(np.diff(data["spike_time"].values) >= 0)
    assert dict(zip(data["neuron"].values, data["spike_count"].values, strict=True)) == {
        n: len(t) for n, t in run.spikes.items()
    }
    assert data["v(b.1)"].dims == ("time(b.1)",)
    rows = write_spikes(run, tmp_path / "s.csv").read_text().splitlines()
    assert rows[0] == "time,neuron"
    times, names = zip(*(row.split(",") for row in rows[1:]), strict=True)
    for name, expected in run.spikes.items():
        assert [float(t) for t, n in zip(times, names, strict=True) if n == name] == expected.tolist()
    with pytest.raises(LapicqueError, match=r"\.nc or \.csv"):
        write_spikes(run, tmp_path / "s.txt")
