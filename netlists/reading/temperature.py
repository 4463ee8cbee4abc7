"""The one temperature of a netlist: what parameters of junctions and MOSFETs are there, by SPICE's formulas.

Elements are as at 27 degrees Celsius; what is hotter becomes such an element with other values. An exponent
v / (n U_T) at another temperature is one at 27 degrees with n T / 300.15 K.

Sources: Antognetti and Massobrio 1993, Semiconductor Device Modeling with SPICE, chapters 1 and 2; Vladimirescu and Liu
1980, memorandum UCB/ERL M80/7; constants are those of ngspice.
"""

from __future__ import annotations

from math import exp, log, sqrt

import attrs
from attrs import frozen

from ...circuits.devices import THERMAL_VOLTAGE
from .models import Model

ZERO = 273.15
"""0 degrees Celsius, kelvins."""
USUAL = 300.15
"""27 degrees Celsius, kelvins."""
PER_KELVIN = THERMAL_VOLTAGE / USUAL
"""k / q, volts a kelvin."""
GAP_USUAL = 1.1150877
"""The gap of silicon at 27 degrees Celsius as SPICE rounds it, volts."""
GROWTH = 4e-4
"""Of a depletion capacitance, a kelvin."""


def gap(kelvin: float) -> float:
    """The gap of silicon, volts."""
    return 1.16 - 7.02e-4 * kelvin**2 / (kelvin + 1108)


@frozen
class Temperature:
    """Of a circuit, and at which its parameters were measured; kelvins."""

    kelvin: float = USUAL
    nominal: float = USUAL

    @property
    def is_usual(self) -> bool:
        """Whether all is at 27 degrees Celsius: values are as they are written."""
        return self.kelvin == self.nominal == USUAL

    @property
    def is_nominal(self) -> bool:
        """Whether parameters were measured at the temperature of the circuit: drifts do nothing."""
        return self.kelvin == self.nominal

    @property
    def celsius(self) -> float:
        """Of the circuit, degrees."""
        return round(self.kelvin - ZERO, 9)

    @property
    def thermal_voltage(self) -> float:
        """k T / q, volts."""
        return self.kelvin * PER_KELVIN

    @property
    def stretch(self) -> float:
        """By what an emission coefficient is greater at 27 degrees, so that it does the same."""
        return self.kelvin / USUAL

    def of(self, model: Model) -> Temperature:
        """With the TNOM of a model, where it has one."""
        if not {"tnom", "tref"} & model.values.keys():
            return self
        own = model.value("tnom", model.value("tref", 27.0))
        return attrs.evolve(self, nominal=own + ZERO)

    def saturation(self, energy: float, exponent: float) -> float:
        """The logarithm of what a saturation current grows by.

        Args:
            energy: EG, volts.
            exponent: XTI.
        """
        ratio = self.kelvin / self.nominal
        return (ratio - 1) * energy / self.thermal_voltage + exponent * log(ratio)

    def silicon(self) -> float:
        """What the saturation current of a MOSFET's junction grows by."""
        return exp(gap(self.nominal) / (self.nominal * PER_KELVIN) - gap(self.kelvin) / self.thermal_voltage)

    def layer(self, capacitance: float, potential: float, grading: float) -> tuple[float, float]:
        """Capacitance of a depletion layer at 0 V, and its potential."""
        at_usual = self._back(potential)
        there = _forth(at_usual, self.kelvin)
        grown = [
            1 + grading * (GROWTH * (kelvin - USUAL) - (volts - at_usual) / at_usual)
            for kelvin, volts in ((self.nominal, potential), (self.kelvin, there))
        ]
        return capacitance * grown[1] / grown[0], there

    def potential(self, volts: float) -> float:
        """A potential of doping, such as PHI."""
        return _forth(self._back(volts), self.kelvin)

    def threshold(self, vto: float, gamma: float, phi: float, sign: int) -> float:
        """VTO of a MOSFET; its sign is -1 for a p channel."""
        moved = self.potential(phi)
        shift = 0.5 * (gap(self.nominal) - gap(self.kelvin)) + sign * 0.5 * (moved - phi)
        return vto + shift + sign * gamma * (sqrt(moved) - sqrt(phi))

    def mobility(self) -> float:
        """What a transconductance grows by."""
        return (self.kelvin / self.nominal) ** -1.5

    def _back(self, volts: float) -> float:
        return (volts - _doping(self.nominal)) * USUAL / self.nominal


AT_27 = Temperature()


def _forth(volts: float, kelvin: float) -> float:
    return volts * kelvin / USUAL + _doping(kelvin)


def _doping(kelvin: float) -> float:
    """How far carriers of their own bring a potential of doping down from being proportional to the temperature."""
    volts = kelvin * PER_KELVIN
    exponent = GAP_USUAL / (2 * USUAL * PER_KELVIN) - gap(kelvin) / (2 * volts)
    return -2 * volts * (1.5 * log(kelvin / USUAL) + exponent)
