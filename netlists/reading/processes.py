"""What a level 1 MOSFET's process says: threshold, transconductance and body effect, from doping and oxide too.

Source: Vladimirescu and Liu 1980, memorandum UCB/ERL M80/7; defaults and constants are those of ngspice's mos1.
"""

from __future__ import annotations

from math import log, sqrt

from attrs import frozen

from ...circuits.errors import CircuitError
from ..spice.devices import OXIDE, VACUUM
from .diodes_in import first_of
from .models import Model
from .temperature import PER_KELVIN, Temperature, gap

PROCESS = ("vto", "vt0", "kp", "gamma", "phi", "tox", "uo", "u0", "nsub", "nss", "tpg")
"""Parameters that say it."""
CHARGE = 1.6021766208e-19
"""Coulombs."""
SILICON = 11.7 * VACUUM
"""Its permittivity, farads a metre."""
INTRINSIC = 1.45e16
"""Carriers of silicon without doping at 27 degrees Celsius, 1/m3."""
PER_CM2, PER_CM3 = 1e4, 1e6


@frozen
class Process:
    """What follows from a model's process.

    Attributes:
        vto: threshold without a voltage at the bulk, volts; with the sign of the model.
        kp: transconductance, A/V2.
        gamma: of the body effect, V^0.5.
        phi: surface potential, volts.
        oxide: capacitance of the gate over the channel, F/m2; 0 where TOX is not given.
    """

    vto: float
    kp: float
    gamma: float
    phi: float
    oxide: float

    @property
    def without_oxide(self) -> str:
        """Parameters of a model with the same currents whose gate has no capacitance over the channel."""
        return f"TOX=0 VTO={self.vto!r} KP={self.kp!r} GAMMA={self.gamma!r} PHI={self.phi!r}"


def process_of(model: Model, here: Temperature) -> Process:
    """Work out what a model does not say from what it says; without TOX nothing follows from UO and NSUB.

    Args:
        model: of level 1.
        here: the temperature.

    Raises:
        CircuitError: fewer dopants than silicon has carriers by itself.
    """
    given = model.values
    thickness, doping = model.value("tox", 0.0), model.value("nsub", 0.0) * PER_CM3
    oxide = OXIDE / thickness if thickness else 0.0
    mobility = first_of(model, ("uo", "u0"), 600.0) / PER_CM2
    kp = model.value("kp", mobility * oxide if oxide else 2e-5)
    gamma, phi, vto = model.value("gamma", 0.0), model.value("phi", 0.6), first_of(model, ("vto", "vt0"), 0.0)
    if oxide and "nsub" in given:
        if doping <= INTRINSIC:
            raise CircuitError(
                f"nsub={given['nsub']} of the model {model.name!r} is fewer than silicon has by itself: give more than "
                f"{INTRINSIC / PER_CM3:g} per cm3."
            )
        if "phi" not in given:
            phi = max(0.1, 2 * here.nominal * PER_KELVIN * log(doping / INTRINSIC))
        if "gamma" not in given:
            gamma = sqrt(2 * SILICON * CHARGE * doping) / oxide
        if "vto" not in given and "vt0" not in given:
            vto = _threshold(model, oxide, gamma, phi, gap(here.nominal))
    if here.is_usual:
        return Process(vto, kp, gamma, phi, oxide)
    sign = 1 if model.kind == "nmos" else -1
    moved = here.threshold(vto, gamma, phi, sign)
    return Process(moved, kp * here.mobility(), gamma, here.potential(phi), oxide)


def _threshold(model: Model, oxide: float, gamma: float, phi: float, width: float) -> float:
    """The flat-band voltage, less what charges of the surface make, and what inverts the channel.

    Args:
        model: whose threshold it is.
        oxide: capacitance of the gate, F/m2.
        gamma: of the body effect.
        phi: surface potential, volts.
        width: of the gap, volts.
    """
    sign = 1 if model.kind == "nmos" else -1
    gate = model.value("tpg", 1.0)
    work = 3.25 + width / 2 - sign * gate * width / 2 if gate else 3.2
    flat = work - (3.25 + width / 2 + sign * phi / 2) - model.value("nss", 0.0) * PER_CM2 * CHARGE / oxide
    return flat + sign * (gamma * sqrt(phi) + phi)
