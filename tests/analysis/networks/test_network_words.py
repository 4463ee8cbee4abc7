"""What is said of a network: of its comparison, and where it is refused."""

import warnings

import numpy as np
import pytest

import lapicque as lq
from lapicque.circuits.arguments import KindError
from lapicque.circuits.errors import DesignError

FEEDBACK = np.array([[0, 0, -0.004, 0], [0.003, 0, 0, 0], [0, 0.004, 0, -0.003], [0, 0, 0.004, 0]])


@pytest.fixture(scope="module")
def run(engine):
    """Four neurons that hear each other late, and one that only adds up."""
    weights = np.random.default_rng(7).uniform(0, 0.008, (4, 6))
    net = lq.network(
        "rec", lq.poisson("x", 6, 80, 0.3, seed=11, dead="3m"), lq.lif("n", 4, tau="20m", bias=[0.3, 0.6, 0.9, 1.1]),
        lq.leaky("read", 1, tau="30m"), lq.Connection("x", "n", weights),
        lq.Connection("n", "n", FEEDBACK, delay="4m"), lq.Connection("n", "read", [[0.01] * 4]),
    )  # fmt: skip
    return lq.run_network(lq.prepare_network(net, 0.3), engine)


def test_where_nothing_can_be_compared_no_time_is_said(run):
    """The length of spikes changes how often all four fire: there are no pairs of spikes, so there is no distance."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = lq.compare_network(run)
    lines = str(found).splitlines()
    alike = [len(found.ideal.spikes[n]) == len(run.spikes[n]) for n in run.spikes]
    assert not all(alike)
    for name, same in zip(run.spikes, alike, strict=True):
        other = f"{name} {len(run.spikes[name])} instead of {len(found.ideal.spikes[name])}"
        assert (other in lines[-1]) != same
    for cause in found.causes:
        line = next(row for row in lines if row.startswith(cause.name))
        assert ("no times are compared" in line) == (len(cause.change.unlike) == 4)
        assert np.isnan(cause.change.worst) == (len(cause.change.unlike) == 4)
    assert any(len(c.change.unlike) == 4 for c in found.causes)


def test_what_can_be_kept_of_a_run_is_said(run, tmp_path):
    with pytest.raises(KindError, match="keep its spike times"):
        lq.save(run, tmp_path / "run.nc")


@pytest.mark.parametrize(
    ("weights", "delay", "said"),
    [
        (np.ones((2, 2)), None, ["smaller weights", "spike_area=", "drive_limit="]),
        (np.full((2, 2), 1e-4), "1u", ["'a' to 'a' is 1 us", "scale_of(network, width=5e-07)", "a longer delay"]),
    ],
)
def test_a_network_that_cannot_be_says_what_to_change_in_python(weights, delay, said):
    late = {} if delay is None else {"delay": delay}
    net = lq.network("w", lq.lif("a", 2, bias=1.5), lq.Connection("a", "a", weights, **late))
    with pytest.raises(DesignError) as error:
        lq.prepare_network(net, 0.1)
    assert all(words in str(error.value) for words in said), error.value
