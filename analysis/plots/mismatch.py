"""How a neuron's parameters spread: histograms, two of them together with their ellipse, and what causes what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..mismatch.mismatch import Mismatch
from .style import BLUE, GREEN, GREY, ORANGE, RED, look, new_figure, scaled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = (BLUE, ORANGE, GREEN, RED, "#7a5195", GREY)
"""Of parts; the last is that of all others."""
MOST = 6
"""Parameters that are drawn: those that spread most, as a part of themselves;"""
LEAST = 1e-4
"""and none that spreads by less than this part of itself."""
ONE = 0.98
"""Two parameters that are as correlated as this are one: others are drawn together where there are any."""


def spread_figure(found: Mismatch) -> Figure:
    """One sheet: histograms of up to six parameters, two together, and shares.

    Args:
        found: a spread; without instances only the prediction is drawn.
    """
    names = _shown(found)
    rows = (len(names) + 2) // 3
    with look():
        figure = new_figure(9.6, 2.5 * rows + 3.2)
        grid = figure.add_gridspec(rows + 1, 6, height_ratios=[2.4] * rows + [3.0])
        for k, name in enumerate(names):
            _histogram(figure.add_subplot(grid[k // 3, 2 * (k % 3) : 2 * (k % 3) + 2]), found, name)
        if len(names) > 1:
            _together(figure.add_subplot(grid[rows, :3]), found, _pair(found, names))
        if names:
            _shares(figure.add_subplot(grid[rows, 3:] if len(names) > 1 else grid[rows, :]), found, names)
    return figure


def _shown(found: Mismatch) -> list[str]:
    middle = dict(zip(found.prediction.sensitivities.figures, found.prediction.sensitivities.nominal, strict=True))
    sigmas = found.prediction.covariance.sigmas
    parts = {n: sigmas[n] / max(abs(middle[n]), 1e-300) for n in found.moving}
    most = sorted((n for n in parts if parts[n] > LEAST), key=lambda n: -parts[n])[:MOST]
    return [n for n in found.moving if n in most]


def _of(found: Mismatch, name: str) -> tuple[float, float, np.ndarray | None]:
    """Middle, predicted standard deviation, and values of the instances."""
    k = found.prediction.sensitivities.figures.index(name)
    values = None if found.measured is None else found.measured.values[:, found.measured.figures.index(name)]
    return float(found.prediction.sensitivities.nominal[k]), found.prediction.covariance.sigmas[name], values


def _label(found: Mismatch, name: str, prefix: str) -> str:
    unit = prefix + found.units[name]
    return f"{name} / {unit}" if unit else name


def _histogram(axis: Axes, found: Mismatch, name: str) -> None:
    middle, sigma, values = _of(found, name)
    factor, prefix = scaled(max(abs(middle), sigma))
    reach = 3.5 * sigma if values is None else max(3.5 * sigma, 1.05 * float(np.abs(values - middle).max()))
    x = np.linspace(middle - reach, middle + reach, 300)
    if values is not None:
        bins = int(np.clip(np.sqrt(len(values)) * 1.5, 6, 40))
        axis.hist(values * factor, bins, density=True, color=BLUE, alpha=0.45, label="instances")
    density = np.exp(-0.5 * ((x - middle) / sigma) ** 2) / (sigma * factor * np.sqrt(2 * np.pi))
    axis.plot(x * factor, density, color=RED, lw=1.2, label="predicted")
    axis.set(xlabel=_label(found, name, prefix), yticks=[], xlim=(x[0] * factor, x[-1] * factor))
    axis.locator_params(axis="x", nbins=4)
    axis.legend(fontsize=7, frameon=False)


def _pair(found: Mismatch, names: list[str]) -> tuple[str, str]:
    """The two parameters that are most alike, but are not the same."""
    of = found.prediction.covariance
    where = [of.names.index(n) for n in names]
    size = np.array([of.sigmas[n] for n in names])
    alike = np.abs(np.array(of.matrix)[np.ix_(where, where)] / np.outer(size, size))
    alike[alike > ONE] = -1.0
    np.fill_diagonal(alike, -2.0)
    a, b = np.unravel_index(int(np.argmax(alike)), alike.shape)
    return names[min(a, b)], names[max(a, b)]


def _together(axis: Axes, found: Mismatch, pair: tuple[str, str]) -> None:
    (mx, sx, vx), (my, sy, vy) = (_of(found, n) for n in pair)
    fx, px = scaled(max(abs(mx), sx))
    fy, py = scaled(max(abs(my), sy))
    of = found.prediction.covariance
    ax, ay = (of.names.index(n) for n in pair)
    rho = float(np.clip(of.matrix[ax][ay] / (sx * sy), -1, 1))
    if vx is not None and vy is not None:
        axis.plot(vx * fx, vy * fy, "o", ms=3, color=BLUE, alpha=0.6, label="instances")
    turn = np.linspace(0, 2 * np.pi, 200)
    for size, style in ((1, "-"), (2, "--")):
        x = mx + size * sx * np.cos(turn)
        y = my + size * sy * (rho * np.cos(turn) + np.sqrt(1 - rho**2) * np.sin(turn))
        axis.plot(x * fx, y * fy, style, color=RED, lw=1.2, label=f"predicted, {size} sigma")
    axis.set(title=f"correlation {rho:+.2f}", xlabel=_label(found, pair[0], px), ylabel=_label(found, pair[1], py))
    axis.locator_params(nbins=5)
    axis.legend(fontsize=7)


def _shares(axis: Axes, found: Mismatch, names: list[str]) -> None:
    owners = found.prediction.by_element(found.circuit)
    figures = found.prediction.sensitivities.figures
    where = [figures.index(n) for n in names]
    ranked = sorted(owners, key=lambda o: -float(np.abs(owners[o][where]).max()))
    apart = ranked[: len(COLOURS) - 1] if len(ranked) > len(COLOURS) else ranked
    bars = {o: owners[o][where] for o in apart}
    if rest := [owners[o][where] for o in ranked if o not in bars]:
        bars["others"] = np.sum(rest, axis=0)
    left = np.zeros(len(names))
    for (owner, part), colour in zip(bars.items(), COLOURS, strict=False):
        axis.barh(range(len(names)), 100 * part, left=left, color=colour, label=owner)
        left = left + 100 * part
    axis.set(title="what causes it", xlabel="part of the variance / %", yticks=range(len(names)), yticklabels=names)
    axis.invert_yaxis()
    axis.set_axisbelow(True)
    axis.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0))
