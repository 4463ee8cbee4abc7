"""Reading a figure off a run, and holding it against its closed form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..circuits.circuit import Circuit
from ..circuits.elements import SpikeProbe
from ..circuits.errors import LapicqueError
from ..circuits.library.entry import Prediction
from ..circuits.library.predictions import number
from .comparison import Metric
from .limits import Tolerance
from .spikes import spike_times

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


HEIGHTS = ("peak", "highest", "final", "ratio")


class NotMeasured(LapicqueError):
    """A run does not show what a prediction speaks of."""


def prediction_metrics(
    predictions: tuple[Prediction, ...], circuit: Circuit, simulated: xarray.Dataset, allowed: Tolerance
) -> tuple[Metric, ...]:
    """Hold a run against closed forms.

    Args:
        predictions: of the circuit's entry.
        circuit: as built.
        simulated: a run of it.
        allowed: error that the run itself may have, besides the size of the approximation: that of spikes for times,
            that of waveforms for heights.

    Returns:
        One metric a prediction: the relative difference, and as limit the size of the approximation.

    Raises:
        NotMeasured: the run does not show it (no spikes, no such probe).
    """
    trains = {
        p.name: spike_times(p, simulated["time"].values, simulated[p.name].values) for p in circuit.of_type(SpikeProbe)
    }
    metrics = []
    for p in predictions:
        value = number(p.formula, circuit)
        found = measured(p, simulated, trains, number(p.since, circuit))
        limit = abs(number(p.within, circuit)) + (allowed.waveform if p.measure in HEIGHTS else allowed.spikes)
        metrics.append(Metric(f"{p.name}: ngspice against closed form", abs(found / value - 1), limit, "relative"))
    return tuple(metrics)


def measured(p: Prediction, run: xarray.Dataset, trains: Mapping[str, Array], since: float = 0.0) -> float:
    """Read off what a prediction speaks of.

    Args:
        p: the prediction.
        run: signals over time.
        trains: spike times by probe.
        since: seconds, from which times are counted.

    Raises:
        NotMeasured: the run does not show it.
    """
    first = p.probes[0]
    if p.measure in ("interval", "first spike", "delay"):
        return _of_spikes(p, [_wanted(p, trains[name][trains[name] >= since]) for name in p.probes], since)
    time, signal = run["time"].values, run[first].values
    if p.measure == "width":
        return _width(p, time, signal, run.attrs)
    if p.measure in ("peak", "peak time"):
        at, height = peak(time[time >= since], signal[time >= since])
        return at - since if p.measure == "peak time" else height
    if p.measure == "highest":
        return float(np.max(signal))
    if p.measure == "final":
        return float(signal[-1])
    if p.measure == "ratio":
        return float(signal[-1] / run[p.probes[1]].values[-1])
    raise NotMeasured(f"{p.name}: there is no measure {p.measure!r}.")


def _wanted(p: Prediction, spikes: Array) -> Array:
    if not len(spikes) or (p.measure == "interval" and len(spikes) < 2):
        raise NotMeasured(
            f"{p.name} is not seen in this run: it has {len(spikes)} spikes; run longer, or drive harder."
        )
    return spikes


def _of_spikes(p: Prediction, trains: list[Array], since: float) -> float:
    if p.measure == "interval":
        return float(trains[0][-1] - trains[0][-2])
    if p.measure == "first spike":
        return float(trains[0][0] - since)
    return float(trains[1][0] - trains[0][0])


def _width(p: Prediction, time: Array, signal: Array, attrs: Mapping[str, object]) -> float:
    """Length of the last whole pulse of a signal, between crossings of its middle."""
    middle = (signal.max() + signal.min()) / 2
    probe = SpikeProbe("w", "w", "0", float(middle))
    up = spike_times(probe, time, signal)
    down = spike_times(SpikeProbe("w", "w", "0", float(middle), True), time, signal)
    pairs = [(u, down[down > u][0]) for u in up if (down > u).any()]
    if not pairs:
        raise NotMeasured(f"{p.name} is not seen in this run: no pulse begins and ends in it; run longer.")
    return float(pairs[-1][1] - pairs[-1][0])


def peak(time: Array, signal: Array) -> tuple[float, float]:
    """Time and height of the largest departure from the first value, by a parabola through three points."""
    departure = signal - signal[0]
    k = int(np.argmax(np.abs(departure)))
    if not 0 < k < len(time) - 1:
        return float(time[k]), float(departure[k])
    t, y = time[k - 1 : k + 2] - time[k], departure[k - 1 : k + 2]
    a, b, c = np.polyfit(t / t[2], y, 2)
    top = -b / (2 * a) if a else 0.0
    return float(time[k] + top * t[2]), float(c + b * top / 2)
