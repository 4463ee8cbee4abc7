"""What a picture draws is painted, also as PNG."""

import itertools
from io import BytesIO

import matplotlib.image
import numpy as np
import pytest

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


def test_a_sine_in_step_with_the_times_that_are_drawn_fills_its_band():
    """2999 periods of a volt through an RC of a thousandth of a period: at even times all of them are zero."""
    parts = (lq.V("V1", "in", "0", lq.Sine(0, 1, 29990)), lq.R("R1", "in", "out", "1"), lq.C("C1", "out", "0", "33n"))
    figure = lq.plot(lq.solve(lq.Circuit("band", (*parts, lq.Probe("out", "out"))), "100m"))
    heights = np.asarray(figure.axes[0].get_lines()[0].get_ydata())
    for part in np.array_split(heights, 20):
        assert np.ptp(part) == pytest.approx(np.ptp(heights), rel=0.05)
    assert np.ptp(heights) == pytest.approx(2000, rel=0.05)  # mV


def test_the_picture_of_a_comparison_is_no_empty_frame():
    rc = lq.build("rc")
    figure = lq.plot(lq.compare(lq.solve(rc, "8m"), lq.simulate(rc, lq.Transient("8m"))))
    with_dots = painted(figure)
    for artist in list(figure.axes[0].patches):
        artist.remove()
    assert with_dots > 10 * painted(figure)


def ladder(count):
    """Sections of resistor and capacitor: one voltage for each, and each differs."""
    nodes = ["in", *(f"n{k}" for k in range(count))]
    parts = [lq.V("V1", "in", "0", lq.Sine(0, 1, 100))]
    for a, b in itertools.pairwise(nodes):
        parts += [lq.R(f"R_{b}", a, b, "1k"), lq.C(f"C_{b}", b, "0", "100n"), lq.Probe(f"p_{b}", b, "0")]
    return lq.Circuit("ladder", tuple(parts))


@pytest.mark.parametrize("count", [3, 6, 9])
def test_no_colour_twice_and_what_is_not_drawn_is_counted(count):
    circuit = ladder(count)
    solution = lq.solve(circuit, "5m")
    comparison = lq.compare(solution, lq.simulate(circuit, lq.Transient("5m")))
    for figure in (lq.plot(solution), lq.plot(comparison)):
        axis = figure.axes[0]
        drawn = [line for line in axis.lines if line.get_label().startswith("p_")]
        said = [line.get_label() for line in axis.lines if line.get_label().startswith("and ")]
        assert len(drawn) == len({line.get_color() for line in drawn}) == min(count, 6)
        assert said == ([f"and {count - 6} more"] if count > 6 else [])


def test_residuals_begin_with_the_worst():
    circuit = ladder(9)
    comparison = lq.compare(lq.solve(circuit, "5m"), lq.simulate(circuit, lq.Transient("5m")))
    drawn = [line.get_label() for line in lq.plot(comparison).axes[0].lines if line.get_label().startswith("p_")]
    errors = {w.signal: w.worst / w.swing for w in comparison.waveforms}
    assert drawn == sorted(errors, key=lambda n: -errors[n])[:6]


def test_a_comparison_of_spikes_alone_draws_the_spikes_of_both(recwarn):
    """Each probe a row with as many strokes as ngspice has spikes and rings as the model has; below, how late."""
    circuit = lq.Circuit("relaxation").add(
        lq.I("drive", "0", "soma", "2u"), lq.R("leak", "soma", "0", "1Meg"), lq.C("cell", "soma", "0", "10n"),
        lq.S("short", "soma", "0", "soma", "0", 0.505, 0.495, 100, "10G"),
        lq.SpikeProbe("spike", "soma", "0", 0.5, True), lq.SpikeProbe("never", "soma", "0", 3),
    )  # fmt: skip
    solution, run = lq.solve(circuit, "60m"), lq.simulate(circuit, lq.Transient("60m"))
    comparison = lq.compare(solution, run)
    rows, late = lq.plot(comparison).axes
    counts = {line.get_marker(): len(line.get_xdata()) for line in rows.lines if 0 in line.get_ydata()}
    assert counts == {"|": len(lq.spikes(run)["spike"]), "o": len(lq.spikes(solution)["spike"])}
    assert [t.get_text() for t in rows.get_yticklabels()] == ["spike", "never"]
    assert [t.get_text() for t in rows.texts] == ["no spikes"]
    assert len(late.lines[0].get_xdata()) == counts["o"]
    assert "ngspice" in comparison._repr_html_()
    assert not recwarn.list
