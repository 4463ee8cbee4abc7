"""What a picture draws is painted, also as PNG."""

from io import BytesIO

import matplotlib.image
import numpy as np

import lapicque as lq
from lapicque.analysis.plots.over_time import _points
from lapicque.analysis.plots.style import new_figure


def painted(figure):
    """Pixels of a figure that are in colour."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=100)
    buffer.seek(0)
    rgb = matplotlib.image.imread(buffer)[..., :3]
    return int((np.ptp(rgb, axis=-1) > 0.3).sum())


def test_each_dot_is_painted():
    """A hundred dots apart from each other are a hundred times the pixels of one."""
    counts = []
    for places in ([50.0], np.linspace(2, 98, 100)):
        figure = new_figure()
        axis = figure.add_subplot(xlim=(0, 100), ylim=(0, 1))
        axis.add_artist(_points(np.array(places), np.full(len(places), 0.5), "red", 0.02))
        counts.append(painted(figure))
    one, hundred = counts
    assert one >= 1
    assert 60 * one < hundred < 140 * one


def test_the_picture_of_a_comparison_is_no_empty_frame():
    rc = lq.build("rc")
    figure = lq.plot(lq.compare(lq.solve(rc, "8m"), lq.simulate(rc, lq.Transient("8m"))))
    with_dots = painted(figure)
    for artist in list(figure.axes[0].patches):
        artist.remove()
    assert with_dots > 10 * painted(figure)
