"""Waveforms of ngspice alone, of circuits that have no equations to lay beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...circuits.circuit import Circuit
from ...circuits.elements import SpikeProbe
from .over_time import panel
from .style import look, new_figure, scaled

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure


def simulated_waveforms(circuit: Circuit, simulated: xarray.Dataset) -> Figure:
    """What the probes see over time, as ngspice gave it.

    Args:
        circuit: that was run.
        simulated: its transient.

    Returns:
        A figure with one axis a unit; spike detectors are left out where there is anything else.
    """
    detectors = {p.name for p in circuit.of_type(SpikeProbe)}
    names = [str(n) for n in simulated.data_vars if n not in detectors] or [str(n) for n in simulated.data_vars]
    units = list(dict.fromkeys(str(simulated[n].attrs["units"]) for n in names))
    times = simulated["time"].values
    factor, prefix = scaled(float(times[-1]))
    with look():
        figure = new_figure(height=2.0 + 1.5 * len(units))
        heights = [2.2, *[1.0] * (len(units) - 1)]
        axes = figure.subplots(len(units), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        for axis, unit in zip(axes, units, strict=True):
            rows = {n: simulated[n].values for n in names if simulated[n].attrs["units"] == unit}
            panel(axis, unit, times * factor, rows)
        axes[-1].set(xlabel=f"time / {prefix}s", xlim=(0, float(times[-1]) * factor))
    return figure
