"""An amplitude-modulated source for programs that have none: its carrier and both sidebands are three sines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...circuits.elements import I, V
from ...circuits.smooth_stimuli import AM
from ..spice.names import SpiceNames
from ..spice.numbers import number


def tone_cards(e: V | I, am: AM, names: SpiceNames) -> Iterator[str]:
    """Three sources: in series for a voltage, in parallel for a current. The first has the name of the element.

    sin a sin b = (cos(a - b) - cos(a + b))/2; before their delay the sidebands stand still and cancel each other.
    """
    name, (plus, minus) = names.elements[e.name], (names.nodes[n] for n in e.nodes)
    half, quarter = am.amplitude / 2, 90.0
    tones = [
        _sine(am.amplitude * am.offset, am.carrier, am.delay, 0.0),
        _sine(half, abs(am.carrier - am.modulation), am.delay, quarter),
        _sine(-half, am.carrier + am.modulation, am.delay, quarter),
    ]
    between = [plus, *(f"tone{k}_{name}" for k in (2, 3)), minus] if isinstance(e, V) else []
    for k, tone in enumerate(tones):
        here = name if k == 0 else f"{name[0]}tone{k + 1}_{name}"
        ends = f"{between[k]} {between[k + 1]}" if between else f"{plus} {minus}"
        yield f"{here} {ends} {tone}"


def _sine(amplitude: float, frequency: float, delay: float, degrees: float) -> str:
    if not frequency:  # a sideband that stands still
        return f"DC {number(amplitude * float(np.sin(np.radians(degrees))))}"
    return f"SIN({' '.join(map(number, (0.0, amplitude, frequency, delay, 0.0, degrees)))})"
