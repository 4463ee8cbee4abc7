"""What a sweep gave: a curve, a map, or a histogram; and which parts it hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..sweeps.statistics import Sensitivity, figure_of
from .style import BLUE, GREY, ORANGE, RED, look, new_figure, scaled

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure


def sweep_figure(result: xarray.Dataset, name: str) -> Figure:
    """Draw a figure of a sweep: over one axis a curve, over two a map, over numbered runs a histogram.

    Args:
        result: of `run_sweep`.
        name: of the figure.

    Raises:
        UnknownNameError: a figure that the sweep has not.
    """
    data = figure_of(result, name)
    unit, words = data.attrs["units"], name.replace("_", " ")
    size, prefix = scaled(float(np.nanmax(np.abs(data.values), initial=0.0))) if unit != "1" else (1.0, "")
    label = f"{words} / {prefix}{unit}" if unit != "1" else words
    with look():
        figure = new_figure(height=3.2)
        axis = figure.subplots()
        if data.dims == ("run",):
            good = data.values[np.isfinite(data.values)]
            axis.hist(good * size, bins=min(40, max(5, int(np.sqrt(len(good))))), color=BLUE)
            axis.set(xlabel=label, ylabel="runs")
        elif data.ndim == 1:
            x, text = _axis(result, str(data.dims[0]))
            axis.plot(x, data.values * size, ".-", color=BLUE)
            axis.set(xlabel=text, ylabel=label, xscale=_spacing(x))
        elif data.ndim == 2:
            (y, y_text), (x, x_text) = (_axis(result, str(d)) for d in data.dims)
            mesh = axis.pcolormesh(_edges(x), _edges(y), data.values * size, cmap="cividis", shading="flat")
            figure.colorbar(mesh, label=label)
            axis.set(xlabel=x_text, ylabel=y_text, xscale=_spacing(x), yscale=_spacing(y))
            axis.grid(False)
        else:
            flat = data.values.ravel()
            axis.plot(np.arange(flat.size), flat * size, ".", color=BLUE)
            axis.set(xlabel="run", ylabel=label)
    return figure


def _axis(result: xarray.Dataset, name: str) -> tuple[np.ndarray, str]:
    values, unit = result[name].values, str(result[name].attrs.get("units", ""))
    if not unit:
        return values, name
    factor, prefix = scaled(float(np.max(np.abs(values))))
    return values * factor, f"{name} / {prefix}{unit}"


def _spacing(values: np.ndarray) -> str:
    """Logarithmic where the values rise by factors."""
    if len(values) < 2 or values.min() <= 0 or np.ptp(values) == 0:
        return "linear"
    factors = np.diff(np.log(values))
    even = np.ptp(factors) < 1e-6 * np.max(np.abs(factors))
    return "log" if even and abs(factors[0]) > 0.2 else "linear"


def _edges(values: np.ndarray) -> np.ndarray:
    """Where the cells of a map end: halfway between two values as the axis shows them, and as far outside."""
    if len(values) == 1:
        half = abs(values[0]) / 2 or 0.5
        return np.array([values[0] - half, values[0] + half])
    logarithmic = _spacing(values) == "log"
    at = np.log(values) if logarithmic else values
    inside = (at[:-1] + at[1:]) / 2
    edges = np.array([2 * at[0] - inside[0], *inside, 2 * at[-1] - inside[-1]])
    return np.exp(edges) if logarithmic else edges


def sensitivity_figure(sampled: Sequence[Sensitivity], derived: Sequence[Sensitivity] = ()) -> Figure:
    """Draw sensitivities: what the runs say, with its error, beside what the closed form says."""
    known = {s.name: s.value for s in derived}
    names = [s.name for s in sampled]
    at = np.arange(len(names))
    with look():
        figure = new_figure(height=1.2 + 0.35 * len(names))
        axis = figure.subplots()
        axis.axvline(0.0, color=GREY, linewidth=0.8)
        axis.barh(at, [s.value for s in sampled], xerr=[2 * s.error for s in sampled], color=BLUE, height=0.6,
                  ecolor=RED, label="sampled")  # fmt: skip
        shown = [(k, known[n]) for k, n in enumerate(names) if n in known]
        if shown:
            axis.plot(
                [v for _, v in shown], [k for k, _ in shown], "D", color=ORANGE, label="derived", linestyle="none"
            )
        axis.set(yticks=at, yticklabels=names, xlabel="percent of the figure per percent of the value")
        axis.invert_yaxis()
        axis.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
    return figure
