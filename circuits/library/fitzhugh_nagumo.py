"""FitzHugh-Nagumo: as Nagumo's circuit with tunnel diode and inductor, and as two integrators."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..circuit import Circuit
from ..elements import B, C, CurrentProbe, I, L, Probe, R, SpikeProbe, V
from ..errors import QuantityError
from ..roles import NEURON
from ..stimuli import Stimulus, stimulus
from ..units import Value, parse
from .entry import Entry
from .target import Drive, Match, Quantity, Target

A, B_, PHI = 0.7, 0.8, 0.08
"""FitzHugh 1961, Biophys J 1:445: the classical a, b and phi (there 1/c^2 with c = 3, about 0.11; 0.08 is usual)."""


def nagumo(
    a: Value = A, b: Value = B_, phi: Value = PHI, g: Value = "1m", time: Value = "1u",
    current: Stimulus | Value = "0.5m",
) -> Circuit:  # fmt: skip
    """Nagumo's circuit: a capacitor across a tunnel diode and across an inductor with resistor and battery.

    C dv/dt = I - g (v^3/3 - v) - i;  L di/dt = v + a - R i (Nagumo, Arimoto and Yoshizawa 1962, Proc IRE 50:2061),
    which with v in volts, w = i/g and time in units of `time` is dv/dt = v - v^3/3 - w + I/g,
    dw/dt = phi (v + a - b w). A spike is an upward crossing of 0.5 V.

    Args:
        a: battery, volts.
        b: ohms of the resistor times g.
        phi: how much slower the inductor's current follows.
        g: conductance of the tunnel diode at its steepest, siemens.
        time: unit of time, seconds.
        current: injected, amperes.

    Raises:
        QuantityError: phi, b, g or time not greater than zero.
    """
    slope, unit, slow, pull = parse(g, "g"), parse(time, "time"), parse(phi, "phi"), parse(b, "b")
    _want_positive({"phi": slow, "b": pull, "g": slope, "time": unit})
    parts = (
        I("I1", "0", "mem", current),
        C("C1", "mem", "0", unit * slope, -1.0),
        B("B_tunnel", "mem", "0", "g*(v**3/3 - v)", {"v": "mem"}, {"g": slope}),
        R("R1", "mem", "x", pull / slope),
        L("L1", "x", "y", unit / (slow * slope), -0.6 * slope),
        V("V_a", "0", "y", a),
        Probe("mem", "mem"),
        CurrentProbe("w", "L1"),
        SpikeProbe("spike", "mem", "0", 0.5),
    )
    return Circuit("nagumo", parts, roles=NEURON)


def fitzhugh_nagumo(a: Value = A, b: Value = B_, phi: Value = PHI, time: Value = "1u", current: Value = 0.5) -> Circuit:
    """The same two equations on two integrators: capacitors that are charged by nonlinear currents.

    Args:
        a: offset.
        b: decay of the recovery variable.
        phi: how much slower it follows.
        time: unit of time, seconds.
        current: input, a pure number.

    Raises:
        QuantityError: phi, b or time not greater than zero.
    """
    unit, slow, pull = parse(time, "time"), parse(phi, "phi"), parse(b, "b")
    _want_positive({"phi": slow, "b": pull, "time": unit})
    c = unit * 1e-3  # 1 V across 1 mS in one unit of time
    parts = (
        I("I1", "0", "v", parse(current, "current") * 1e-3),
        C("C_v", "v", "0", c, -1.0),
        B("B_v", "0", "v", "g*(v - v**3/3 - w)", {"v": "v", "w": "w"}, {"g": 1e-3}),
        C("C_w", "w", "0", c, -0.6),
        B("B_w", "0", "w", "g*phi*(v + a - b*w)", {"v": "v", "w": "w"}, {"g": 1e-3, "phi": slow, "a": a, "b": pull}),
        Probe("v", "v", unit="1"),
        Probe("w", "w", unit="1"),
        SpikeProbe("spike", "v", "0", 0.5),
    )
    return Circuit("fitzhugh_nagumo", parts, roles={"input": "I1", "membrane": "v"})


def _want_positive(values: dict[str, float]) -> None:
    for name, value in values.items():
        if not value > 0:
            raise QuantityError(f"{name} is {value:g}: it must be greater than zero.")


def _target(given: Mapping[str, Any], membrane: str) -> Target:
    """FitzHugh's two equations in his pure numbers; in Nagumo's circuit a current of g is one."""
    size = parse(given.get("g", 1.0))
    values = {name: parse(given[name]) for name in ("a", "b", "phi")}
    return Target(
        "FitzHugh 1961, Biophys J 1:445, eqs. 1 and 2, with the sign of v as Nagumo et al. 1962 have it",
        time=parse(given["time"]),
        equations=(("v", "v - v**3/3 - w + I"), ("w", "phi*(v + a - b*w)")),
        start=(("v", "-1"), ("w", "-0.6")),
        quantities=tuple(Quantity(*pair) for pair in values.items()),
        drives=(Drive("I", stimulus(given["current"]), size),),
        matches=(Match(membrane, "v"), Match("w", "w", size)),
        spike="spike",
        level="v - 0.5",
    )


ENTRIES = (
    Entry(
        "nagumo", nagumo, "neuron", "tunnel diode, inductor, battery: FitzHugh-Nagumo as one can solder it", 200e-6,
        currents=(0.2e-3, 0.3e-3, 0.35e-3, 0.5e-3, 0.8e-3, 1.2e-3), target=partial(_target, membrane="mem"),
    ),
    Entry(
        "fitzhugh_nagumo", fitzhugh_nagumo, "neuron", "the same two equations on two integrators", 200e-6,
        currents=(0.2e-3, 0.3e-3, 0.35e-3, 0.5e-3, 0.8e-3, 1.2e-3), target=partial(_target, membrane="v"),
    ),
)  # fmt: skip
