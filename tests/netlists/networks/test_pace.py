"""On a machine that is half as fast everything that a plan says takes twice as long, and nothing else changes."""

import pytest

from lapicque.circuits.networks import Connection, lif, network, poisson
from lapicque.netlists.networks import cost
from lapicque.netlists.networks.network import prepare_network
from lapicque.netlists.networks.pace import pace

FORWARD = network(
    "forward", poisson("in", 3, 20, 0.1, seed=1), lif("a", 4, tau=20e-3), Connection("in", "a", [[0.01] * 3] * 4)
)
BACK = network("back", lif("a", 4, tau=20e-3, bias=1.5), Connection("a", "a", [[0.01] * 4] * 4, delay=2e-3))


def test_a_machine_has_a_pace():
    assert 0.1 < pace() < 30


@pytest.mark.parametrize("asked", [FORWARD, BACK], ids=lambda n: n.title)
def test_seconds_follow_the_pace(asked, monkeypatch):
    plans = []
    for here in (1.0, 2.0):
        monkeypatch.setattr(cost, "pace", lambda here=here: here)
        plans.append(prepare_network(asked, 0.1).plan)
    once, twice = plans
    assert twice.cost.seconds == pytest.approx(2 * once.cost.seconds, rel=1e-12)
    assert twice.monolith.seconds == pytest.approx(2 * once.monolith.seconds, rel=1e-12)
    assert twice.batch == once.batch
    assert [(f.how, f.window) for f in twice.feedback.values()] == [(f.how, f.window) for f in once.feedback.values()]
