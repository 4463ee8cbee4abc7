"""Networks from the front door: objects show themselves in a line, and as pictures in a notebook."""

import numpy as np
import pytest

import lapicque as lq


def _net(title="n"):
    return lq.network(
        title, lq.poisson("in", 4, 40, 0.1, seed=1, dead=1e-3), lq.lif("a", 40, bias=1.5),
        lq.cuba_lif("b", 3, bias=0.9),
        lq.Connection("in", "a", lq.random_weights(40, 4, 2, 1e-3)),
        lq.Connection("a", "b", lq.all_to_all(3, 40, 1e-4), delay="1m"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def run(engine):
    return lq.run_network(lq.prepare_network(_net(), 0.05), engine)


def test_everything_of_a_network_is_one_short_line(run):
    compared = lq.compare_network(run)
    made = run.prepared.composed.network
    words = {
        "neurons 43, lines 4, weights 200": made, "40 LIF": made.populations[0], "lines 4": made.inputs[0],
        "a > b: weights 120, delay 1 ms": made.connections[1], "with its circuit": run.prepared.composed,
        "ready for 50 ms": run.prepared, f"{sum(map(len, run.spikes.values()))} spikes": run,
        "All 43 neurons have as many spikes": compared, "of 43 neurons": compared.ideal,
        "signals 2": lq.constant_input("c", [1.0, 2.0]),
    }  # fmt: skip
    for word, thing in words.items():
        assert word in repr(thing)
        assert len(repr(thing)) < 250, type(thing)
        assert "\n" not in repr(thing)
    assert all(c.name in str(compared) for c in compared.causes)
    assert "open switches leak" in str(compared)


def test_spikes_and_pictures_of_a_network(run):
    found = lq.spikes(run)
    assert found.keys() == run.spikes.keys()
    assert all(np.array_equal(t, run.spikes[n]) for n, t in found.items())
    figure = lq.plot(run)
    assert len(figure.axes) == 2  # a panel a population
    strokes = [sum(len(c.get_positions()) for c in axis.collections) for axis in figure.axes]
    assert strokes == [sum(len(t) for n, t in found.items() if n.startswith(p)) for p in ("a.", "b.")]


def test_notebooks_get_pictures_of_networks(run):
    for thing in (run, lq.compare_network(run)):
        assert "<svg" in thing._repr_html_()
        assert "<pre" in thing._repr_html_()
    words = _net("<b>x</b>")._repr_html_()
    assert "<b>" not in words
    assert "40 LIF" in words


def test_a_network_in_which_nobody_spikes_shows_itself_too(engine):
    made = lq.network("quiet", lq.leaky("a", 2, bias=0.5))
    run = lq.run_network(lq.prepare_network(made, 0.01), engine)
    assert lq.spikes(run) == {}
    assert "0 spikes" in run._repr_html_()
    with pytest.raises(lq.DesignError, match="no neurons that spike"):
        lq.plot(run)
