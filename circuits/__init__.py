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
    L,
    Mosfet,
    MosfetBulk,
    MosfetEkv,
    Probe,
    R,
    S,
    SpikeProbe,
    V,
)
from .errors import CircuitError, DesignError, EquationError, LapicqueError, QuantityError, UnknownNameError
from .stimuli import PWL, Constant, Noise, Pulse, PulseTrain, Ramp, Sine, SpikeTrain, Step
from .units import parse, show

__all__ = [
    "GROUND", "PWL", "B", "Bjt", "C", "Circuit", "CircuitError", "Comparator", "Constant", "CurrentProbe", "Delay",
    "DesignError", "Diode", "E", "EquationError", "F", "G", "H", "I", "Jfet", "L", "LapicqueError", "Mosfet",
    "MosfetBulk", "MosfetEkv", "Noise", "Probe", "Pulse", "PulseTrain", "QuantityError", "R", "Ramp", "S", "Sine",
    "SpikeProbe", "SpikeTrain", "Step", "UnknownNameError", "V", "parse", "show",
]  # fmt: skip
