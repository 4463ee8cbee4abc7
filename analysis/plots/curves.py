"""f-I curve, Bode plot and the waterfall of an explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..explanation import Explanation
from ..rates import FiCurve
from .style import BLUE, GREEN, GREY, ORANGE, RED, look, new_figure, power_of_ten, scaled

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from ..models.frequency import Bode


def fi_curve(curve: FiCurve) -> Figure:
    """Firing rate over input current: ideal formula, the circuit's own equations, ngspice, where they are known."""
    factor, prefix = scaled(float(np.max(np.abs(curve.currents))))
    with look():
        figure = new_figure(5.6, 3.6)
        axis = figure.add_subplot()
        if curve.ideal is not None:
            fine, rates = curve.ideal
            axis.plot(fine * factor, rates, color=BLUE, lw=1.4, label="ideal LIF, closed form")
        if curve.model is not None:
            axis.plot(curve.currents * factor, curve.model, "x", ms=8, color=ORANGE, mew=1.6, label="circuit, model")
        if curve.simulated is not None:
            axis.plot(
                curve.currents * factor,
                curve.simulated,
                "o",
                ms=9,
                mfc="none",
                mec=GREEN,
                mew=1.4,
                label="circuit, ngspice",
            )
        if curve.rheobase is not None:
            axis.axvline(curve.rheobase * factor, color=RED, lw=1.0, ls="--")
            axis.annotate("rheobase", (curve.rheobase * factor, 0.97), xycoords=("data", "axes fraction"), rotation=90,
                          color=RED, fontsize=8, va="top", ha="right")  # fmt: skip
        name = "voltage" if curve.unit == "V" else "current"
        axis.set(xlabel=f"input {name} / {prefix}{curve.unit}", ylabel="firing rate / Hz", ylim=(0, None))
        axis.legend(loc="lower right")
    return figure


def bode(data: Bode) -> Figure:
    """Magnitude and phase: transfer function, model's matrices, ngspice."""
    with look():
        figure = new_figure(height=4.6)
        top, bottom = figure.subplots(2, 1, sharex=True)
        _bode_lines(top, bottom, data.frequencies, data.formula, "-", BLUE, "transfer function", 1.6)
        _bode_lines(top, bottom, data.frequencies, data.model, "--", ORANGE, "model", 1.4)
        if data.simulated is not None:
            _bode_lines(top, bottom, data.simulated_frequencies, data.simulated, "o", GREEN, "ngspice", 1.2)
        top.set(ylabel="gain / dB")
        bottom.set(xlabel="frequency / Hz", ylabel="phase / °")
        bottom.xaxis.set_major_formatter(power_of_ten)
        if data.cutoff:
            for axis in (top, bottom):
                axis.axvline(data.cutoff, color=RED, lw=1.0, ls=":")
            top.annotate(
                "cut-off",
                (data.cutoff, 0.05),
                xycoords=("data", "axes fraction"),
                color=RED,
                fontsize=8,
                ha="right",
                rotation=90,
            )
        top.legend()
    return figure


def _bode_lines(
    top, bottom, f: NDArray[np.float64], h: NDArray[np.complex128], mark: str, colour: str, label: str, width: float
) -> None:
    style = {"color": colour, "label": label, "lw": width, "ms": 4, "mfc": "none"}
    step = max(1, len(f) // 30) if mark == "o" else 1
    top.semilogx(f[::step], 20 * np.log10(np.abs(h[::step])), mark, **style)
    bottom.semilogx(f[::step], np.degrees(np.unwrap(np.angle(h)))[::step], mark, **style)


def waterfall(explanation: Explanation) -> Figure:
    """From the ideal interval to the circuit's, cause by cause; who gave that one is the name of the last bar."""
    last_of_all = "circuit, model" if explanation.simulated is None else "ngspice"
    names = ["ideal LIF", *(c.name for c in explanation.causes), "unexplained", last_of_all]
    changes = np.array([*(c.seconds for c in explanation.causes), explanation.unexplained])
    factor, prefix = scaled(float(np.max(np.abs(np.cumsum(changes)), initial=1e-15)))
    ends = np.concatenate([[0.0], np.cumsum(changes)]) * factor
    with look():
        figure = new_figure(height=3.6)
        axis = figure.add_subplot()
        for k, change in enumerate(changes * factor):
            colour = BLUE if change >= 0 else ORANGE
            axis.barh(k + 1, change, left=ends[k], color=colour, height=0.6)
            axis.plot([ends[k], ends[k]], [k - 0.1, k + 1.3], color=GREY, lw=0.7)
            written = f"{change:+.3g}" if abs(change) > 1e-9 * np.max(np.abs(ends)) else "0"
            axis.annotate(written, (max(ends[k], ends[k] + change), k + 1), xytext=(4, 0), textcoords="offset points",
                          va="center", fontsize=8)  # fmt: skip
        last = len(changes) + 1
        axis.plot([ends[-1], ends[-1]], [last - 0.4, last + 0.4], color=RED, lw=2)
        axis.plot([0, 0], [-0.4, 0.4], color=RED, lw=2)
        axis.annotate(
            f"{ends[-1]:+.4g} {prefix}s",
            (ends[-1], last),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
        axis.set_yticks(range(last + 1), names)
        axis.invert_yaxis()
        axis.margins(x=0.15)
        axis.set(xlabel=f"inter-spike interval minus the ideal {explanation.ideal * 1e3:.5g} ms / {prefix}s")
        axis.grid(axis="y", visible=False)
    return figure
