"""SPICE text of stimuli (ngspice manual, section 4.1), and the moments that ngspice must be told of."""

from __future__ import annotations

import numpy as np

from ...circuits.smooth_stimuli import AM, FM, SMOOTH, Exponential, Sine, Smooth
from ...circuits.stimuli import Constant, EndlessPulses, Stimulus
from .numbers import number

NOT_ZERO = 1e-30
"""A delay of EXP that is no delay; 0 means the step of `.tran` to ngspice."""


def stimulus_text(stimulus: Stimulus) -> str:
    """SPICE form of a stimulus."""
    if isinstance(stimulus, Constant):
        return f"DC {number(stimulus.value)}"
    return f"DC {number(stimulus.breakpoints()[1][0])} {shape_text(stimulus)}"


def shape_text(stimulus: Stimulus) -> str:
    """SPICE form of what a stimulus does over time."""
    times, values = stimulus.breakpoints()
    if isinstance(stimulus, SMOOTH):
        kind, parts = _smooth(stimulus)
    elif isinstance(stimulus, EndlessPulses):
        s = stimulus
        kind, parts = "PULSE", [s.low, s.high, s.at, s.rise, s.fall, s.width, s.period]
    else:
        kind, parts = "PWL", [x for point in zip(times, values, strict=True) for x in point]
    return f"{kind}({' '.join(map(number, parts))})"


def _smooth(stimulus: Smooth) -> tuple[str, list[float]]:
    match stimulus:
        case Sine() as s:
            return "SIN", [s.offset, s.amplitude, s.frequency, s.delay, s.damping, float(np.degrees(s.phase))]
        case Exponential() as s:
            return "EXP", [s.low, s.high, s.at or NOT_ZERO, s.tau, s.back_at, s.back_tau]
        case AM() as s:
            return "AM", [s.amplitude, s.offset, s.modulation, s.carrier, s.delay]
        case FM() as s:
            return "SFFM", [s.offset, s.amplitude, s.carrier, s.index, s.modulation]


def moments_texts(stimulus: Stimulus) -> list[str]:
    """Stimuli of 0, one for each time after the start at which a smooth one begins something.

    ngspice steps over where a SIN or an EXP begins; to the first point of a PWL it cuts its steps. Of later points it
    hears only when it has hit the one before to the last digit: so there is a PWL for each.
    """
    times = stimulus.breakpoints()[0] if isinstance(stimulus, SMOOTH) else ()
    return [f"DC 0.0 PWL({number(t)} 0.0 {number(2 * t)} 0.0)" for t in times if t > 0]
