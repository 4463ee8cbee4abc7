"""The map of a sweep: each value is in the middle of its cell, as the axis shows it."""

import numpy as np
import pytest
import xarray

import lapicque as lq
from lapicque.analysis.plots import sweep_figure


@pytest.mark.parametrize(
    ("values", "scale", "inside"),
    [([22.0, 47.0], "log", np.sqrt(22.0 * 47.0)), ([1.0, 1.1, 1.2], "linear", 1.05), ([3.0], "linear", None)],
)
def test_cells_meet_halfway(values, scale, inside):
    shape = (2, len(values))
    data = xarray.Dataset(
        {"final": (("a", "b"), np.arange(np.prod(shape), dtype=float).reshape(shape), {"units": "1"})},
        {"a": [1.0, 2.0], "b": values},
    )
    axis = sweep_figure(data, "final").axes[0]
    assert axis.get_xscale() == scale
    edges = axis.collections[0].get_coordinates()[0, :, 0]
    to_screen = axis.transData.transform(np.column_stack([edges, np.ones(len(edges))]))[:, 0]
    middles = axis.transData.transform(np.column_stack([values, np.ones(len(values))]))[:, 0]
    assert np.allclose((to_screen[:-1] + to_screen[1:]) / 2, middles)
    assert (np.diff(to_screen) > 1).all()
    if inside is not None:
        assert edges[1] == pytest.approx(inside)


def test_a_sweep_is_saved_and_drawn_when_it_is_loaded(tmp_path):
    swept = lq.sweep("rc", {"R1": ["1k", "2k", "4k"]}, ("rise_time",), leg="model", certify=0, workers=1)
    kept = lq.load(lq.save(swept, tmp_path / "sweep.nc"))
    assert kept["rise_time"].equals(swept["rise_time"])
    line = lq.plot(kept).axes[0].lines[0]
    assert line.get_ydata() == pytest.approx(lq.plot(swept).axes[0].lines[0].get_ydata())
    assert line.get_ydata()[0] * 4 == pytest.approx(line.get_ydata()[-1], rel=1e-4)
