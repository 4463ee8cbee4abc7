"""Descriptions of circuits, the library of circuits, and their equations."""

from .circuit import Circuit
from .elements import (
    GROUND,
    B,
    Bjt,
    C,
    Comparator,
    CurrentProbe,
    Delay,
    Diode,
    E,
    F,
    G,
    H,
    I,
    Jfet,
    K,
    L,
    Mosfet,
    MosfetBulk,
    MosfetEkv,
    MosfetMeyer,
    OpAmp,
    Opaque,
    OpenCollector,
    Probe,
    R,
    S,
    SpikeProbe,
    V,
    Varactor,
)
from .errors import CircuitError, DesignError, EquationError, LapicqueError, QuantityError, UnknownNameError
from .macromodels import op_amp
from .smooth_stimuli import AM, FM, Exponential, Sine
from .stimuli import PWL, Constant, EndlessPulses, Noise, Pulse, PulseTrain, Ramp, SpikeTrain, Step
from .units import parse, show

__all__ = [
    "AM", "FM", "GROUND", "PWL", "B", "Bjt", "C", "Circuit", "CircuitError", "Comparator", "Constant", "CurrentProbe",
    "Delay", "DesignError", "Diode", "E", "EndlessPulses", "EquationError", "Exponential", "F", "G", "H", "I", "Jfet",
    "K", "L", "LapicqueError", "Mosfet", "MosfetBulk", "MosfetEkv", "MosfetMeyer", "Noise", "OpAmp", "Opaque",
    "OpenCollector", "Probe", "Pulse", "PulseTrain", "QuantityError", "R", "Ramp", "S", "Sine", "SpikeProbe",
    "SpikeTrain", "Step", "UnknownNameError", "V", "Varactor", "op_amp", "parse", "show",
]  # fmt: skip
