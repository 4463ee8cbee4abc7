"""Results that are not over time: an AC response as magnitude and phase, a DC sweep as curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .style import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, look, new_figure, power_of_ten, scaled

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, BLACK)


def response_figure(result: xarray.Dataset) -> Figure:
    """Magnitude (decibels of a volt or an ampere) and phase of each signal over frequency.

    Args:
        result: of an AC analysis.
    """
    frequencies = result["frequency"].values
    with look():
        figure = new_figure(height=4.6)
        top, bottom = figure.subplots(2, 1, sharex=True)
        with np.errstate(divide="ignore"):
            for name, colour in _shown(result):
                values = result[name].values
                top.plot(frequencies, 20 * np.log10(np.abs(values)), color=colour, lw=1.4, label=name)
                bottom.plot(frequencies, np.degrees(np.unwrap(np.angle(values))), color=colour, lw=1.4)
        units = dict.fromkeys(str(result[n].attrs["units"]) for n, _ in _shown(result))
        top.set(ylabel=f"magnitude / dB{' or dB'.join(units)}", xscale="log")
        bottom.set(xlabel="frequency / Hz", ylabel="phase / °")
        bottom.xaxis.set_major_formatter(power_of_ten)
        _legend(top, result)
    return figure


def transfer_figure(result: xarray.Dataset, source: str) -> Figure:
    """Each signal over what a source was.

    Args:
        result: of a DC sweep.
        source: its name.
    """
    swept, unit = result["sweep"].values, str(result["sweep"].attrs["units"])
    factor, prefix = scaled(float(np.max(np.abs(swept))))
    units = dict.fromkeys(str(result[n].attrs["units"]) for n, _ in _shown(result))
    with look():
        figure = new_figure(height=1.2 + 2.2 * len(units))
        axes = figure.subplots(len(units), 1, sharex=True, squeeze=False)[:, 0]
        for axis, of in zip(axes, units, strict=True):
            signals = [(n, c) for n, c in _shown(result) if result[n].attrs["units"] == of]
            size, letter = scaled(max(float(np.max(np.abs(result[n].values))) for n, _ in signals))
            for name, colour in signals:
                axis.plot(swept * factor, result[name].values * size, color=colour, lw=1.4, label=name)
            axis.set(ylabel=f"{'voltage' if of == 'V' else 'current'} / {letter}{of}")
            axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        axes[-1].set(xlabel=f"{source} / {prefix}{unit}")
        _legend(axes[0], result)
    return figure


def _shown(result: xarray.Dataset) -> list[tuple[str, str]]:
    """As many signals as are told apart, with their colours."""
    return list(zip(map(str, result.data_vars), _COLOURS, strict=False))


def _legend(axis: Axes, result: xarray.Dataset) -> None:
    if (more := len(result.data_vars) - len(_COLOURS)) > 0:
        axis.plot([], [], " ", label=f"and {more} more")
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
