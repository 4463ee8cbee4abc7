"""Izhikevich's neuron in the dimensional form of his book: capacitance, resting and threshold voltage, currents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..circuit import Circuit
from ..elements import B, C, I, Probe
from ..errors import DesignError
from ..roles import NEURON
from ..stimuli import Pulse, Stimulus, stimulus
from ..units import Value, parse, show
from .entry import Entry
from .izhikevich import highest
from .reset_parts import FILLS, QUICK, Reset, reset_length, spike_probes, switch_reset
from .synapse_parts import positive
from .target import Drive, Event, Match, Quantity, Target

G_U = 1e-9
"""Amperes of recovery current for one volt of its capacitor."""


def izhikevich_2007(
    c_m: Value = "100p", k: Value = "0.7u", v_r: Value = "-60m", v_t: Value = "-40m", v_peak: Value = "35m",
    a: Value = 30.0, b: Value = "-2n", c: Value = "-50m", d: Value = "100p", current: Stimulus | Value | None = None,
    quick: Value = QUICK,
) -> Circuit:  # fmt: skip
    """The square-law neuron with a recovery current: a regular spiking cell unless told otherwise.

    C dv/dt = k (v - v_r)(v - v_t) - u + I, du/dt = a (b (v - v_r) - u); when v reaches v_peak, v = c and u = u + d
    (Izhikevich 2007, Dynamical Systems in Neuroscience, MIT Press, eqs. 8.5 and 8.6). u is the voltage of a capacitor,
    1 V for 1 nA. The reset begins as much early as it takes; u is kicked by a metered charge.

    Args:
        c_m: membrane capacitance C, farads.
        k: amperes per volt squared (0.7 nS/mV is 0.7u).
        v_r: resting voltage, volts; the neuron starts there.
        v_t: instantaneous threshold, volts.
        v_peak: where a spike is cut off, volts.
        a: rate of the recovery current, per second.
        b: its sensitivity to v, siemens.
        c: where v is reset to, volts.
        d: step of u at a spike, amperes.
        current: injected; a step of 100 pA from 5 ms on unless given.
        quick: length of the reset, in time constants of the membrane.

    Raises:
        DesignError: voltages out of order.
    """
    p = _numbers(c_m, k, v_r, v_t, v_peak, a, b, c, d)
    source = _step() if current is None else current
    c_u = 1e-12
    reset = _reset(p, source, quick)
    way = (p["v_peak"] - p["c"]) * (1 - reset.mean)
    missed = p["a"] * reset.length * (p["b"] * way + p["d"] * (1 - 1 / FILLS))
    parts = (
        I("I1", "0", "mem", source),
        C("C1", "mem", "0", p["c_m"], p["v_r"]),
        B(
            "B_v", "mem", "0", "g*u - k*(v - r)*(v - h)", {"v": "mem", "u": "u"},
            {"g": G_U, "k": p["k"], "r": p["v_r"], "h": p["v_t"]},
        ),
        C("C_u", "u", "0", c_u),
        B(
            "B_u", "u", "0", "-c*a*(b*(v - r)/g - u)", {"v": "mem", "u": "u"},
            {"c": c_u, "a": p["a"], "b": p["b"], "r": p["v_r"], "g": G_U},
        ),
        *reset.elements,
        reset.kick("G_d", "u", (p["d"] + missed) / G_U * c_u),
        *spike_probes(),
        Probe("u", "u", unit="nA"),
    )  # fmt: skip
    return Circuit("izhikevich_2007", parts, roles=NEURON)


def _step() -> Stimulus:
    return Pulse(0, "100p", "5m", 10, "10u")


def _numbers(*values: Value) -> dict[str, float]:
    names = ("c_m", "k", "v_r", "v_t", "v_peak", "a", "b", "c", "d")
    p = {name: parse(value, name) for name, value in zip(names, values, strict=True)}
    positive(**{name: p[name] for name in ("c_m", "k", "a")})
    if not p["v_r"] < p["v_t"]:
        raise DesignError(f"v_r {show(p['v_r'], 'V')} must lie below v_t {show(p['v_t'], 'V')}: swap them.")
    if not max(p["v_t"], p["c"]) < p["v_peak"]:
        raise DesignError(
            f"v_t {show(p['v_t'], 'V')} and c {show(p['c'], 'V')} must lie below v_peak {show(p['v_peak'], 'V')}."
        )
    return p


def _reset(p: Mapping[str, float], source: Stimulus | Value, quick: Value) -> Reset:
    upstroke = p["k"] * (p["v_peak"] - p["v_r"]) * (p["v_peak"] - p["v_t"])
    leak = 1 / (p["k"] * (p["v_t"] - p["v_r"]))
    rate = (upstroke + highest(source)) / p["c_m"]
    return switch_reset(p["c_m"], leak, p["v_peak"], p["c"], 2 * upstroke, lambda length: rate * length, quick)


def _target(given: Mapping[str, Any]) -> Target:
    """In the book's units: mV, ms, pF, pA, nS."""
    units = {
        "c_m": ("C", 1e-12, "pF"), "k": ("k", 1e-6, "nS/mV"), "v_r": ("v_r", 1e-3, "mV"), "v_t": ("v_t", 1e-3, "mV"),
        "v_peak": ("v_peak", 1e-3, "mV"), "a": ("a", 1e3, "1/ms"), "b": ("b", 1e-9, "nS"), "c": ("c", 1e-3, "mV"),
        "d": ("d", 1e-12, "pA"),
    }  # fmt: skip
    source = _step() if given["current"] is None else given["current"]
    return Target(
        "Izhikevich 2007, Dynamical Systems in Neuroscience, eqs. 8.5 and 8.6",
        time=1e-3,
        equations=(("v", "(k*(v - v_r)*(v - v_t) - u + I)/C"), ("u", "a*(b*(v - v_r) - u)")),
        start=(("v", "v_r"), ("u", "0")),
        quantities=tuple(Quantity(n, parse(given[key]) / size, unit) for key, (n, size, unit) in units.items()),
        drives=(Drive("I", stimulus(source), 1e-12, "pA"),),
        events=(Event("v - v_peak", (("v", "c"), ("u", "u + d"))),),
        matches=(Match("mem", "v", 1e-3), Match("u", "u", 1e-3)),
        spike="spike",
        suspects=(reset_length(given["quick"]),),
    )


ENTRY = Entry(
    "izhikevich_2007", izhikevich_2007, "neuron", "the square-law neuron in amperes, farads and volts", 400e-3,
    currents=(40e-12, 60e-12, 80e-12, 120e-12, 200e-12), target=_target,
)  # fmt: skip
