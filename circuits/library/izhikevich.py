"""Izhikevich's neuron: a square law, a recovery variable, a reset; and the twenty firing patterns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from ..circuit import Circuit
from ..elements import B, C, I, Probe
from ..errors import DesignError, unknown
from ..roles import NEURON
from ..stimuli import PWL, Stimulus, extent, stimulus
from ..units import Value, parse
from .entry import Entry
from .reset_parts import FILLS, QUICK, Reset, reset_length, spike_probes, switch_reset
from .target import Drive, Event, Match, Quantity, Target

CURRENT = 1e-9
"""One unit of Izhikevich's current: amperes that charge C1 by 1 mV in 1 ms."""
MILLI = 1e-3
C_MEM = CURRENT * MILLI / MILLI
V_PEAK = 30 * MILLI


@frozen
class Pattern:
    """Parameters of one firing pattern and its input: times in ms, current in Izhikevich's units."""

    a: float
    b: float
    c: float
    d: float
    v_0: float
    input: tuple[tuple[float, float], ...]
    stop: float
    linear: float = 5.0
    constant: float = 140.0
    u_0: float | None = None
    rest: float = 0.0
    """b (v - rest) is where u goes; Izhikevich's accommodation uses -65, and no decay of u."""
    decay: float = 1.0

    @property
    def start_u(self) -> float:
        """Where u is at first: at its resting point for v_0, unless the pattern says otherwise."""
        return self.b * (self.v_0 - self.rest) if self.u_0 is None else self.u_0

    @property
    def stimulus(self) -> Stimulus:
        """The input in seconds and amperes."""
        times, values = zip(*self.input, strict=True)
        return PWL([t * MILLI for t in times], [i * CURRENT for i in values])


EDGE = 0.01
"""Rise time of the inputs' edges, ms."""


def _pulses(high: float, low: float, *spans: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    points = [(0.0, low)]
    for start, end in spans:
        points += [(start, low), (start + EDGE, high), (end, high), (end + EDGE, low)]
    return tuple(points)


def _on(at: float, high: float) -> tuple[tuple[float, float], ...]:
    return ((0.0, 0.0), (at, 0.0), (at + EDGE, high))


PATTERNS: dict[str, Pattern] = {
    # Izhikevich 2004, IEEE Trans Neural Netw 15:1063, fig. 1, with the parameters and inputs of its program, which
    # takes Euler steps of 0.1 to 0.5 ms. Two of its patterns are products of those steps: solved exactly, the
    # after-potential with d = -21 fires on and the bursting with d = -2 never ends. Here d is -18 and 0.
    "tonic spiking": Pattern(0.02, 0.2, -65, 6, -70, _on(10, 14), 100),
    "phasic spiking": Pattern(0.02, 0.25, -65, 6, -64, _on(20, 0.5), 200),
    "tonic bursting": Pattern(0.02, 0.2, -50, 2, -70, _on(22, 15), 220),
    "phasic bursting": Pattern(0.02, 0.25, -55, 0.05, -64, _on(20, 0.6), 200),
    "mixed mode": Pattern(0.02, 0.2, -55, 4, -70, _on(16, 10), 160),
    "spike frequency adaptation": Pattern(0.01, 0.2, -65, 8, -70, _on(8.5, 30), 85),
    "class 1": Pattern(0.02, -0.1, -55, 6, -60, ((0, 0), (30, 0), (300, 20.25)), 300, linear=4.1, constant=108),
    "class 2": Pattern(0.2, 0.26, -65, 0, -64, ((0, -0.5), (30, -0.5), (300, 3.55)), 300),
    "spike latency": Pattern(0.02, 0.2, -65, 6, -70, _pulses(7.04, 0, (10, 13)), 100),
    "subthreshold oscillations": Pattern(0.05, 0.26, -60, 0, -62, _pulses(2, 0, (20, 25)), 200),
    "resonator": Pattern(0.1, 0.26, -60, -1, -62, _pulses(0.65, 0, (40, 44), (60, 64), (280, 284), (320, 324)), 400),
    "integrator": Pattern(
        0.02, -0.1, -55, 6, -60, _pulses(9, 0, (9.09, 11.09), (14.09, 16.09), (70, 72), (80, 82)), 100, linear=4.1,
        constant=108,
    ),
    "rebound spike": Pattern(0.03, 0.25, -60, 4, -64, _pulses(-15, 0, (20, 25)), 200),
    "rebound burst": Pattern(0.03, 0.25, -52, 0, -64, _pulses(-15, 0, (20, 25)), 200),
    "threshold variability": Pattern(
        0.03, 0.25, -60, 4, -64,
        (*_pulses(1, 0, (10, 15)), *_pulses(-6, 0, (70, 75))[1:], *_pulses(1, 0, (80, 85))[1:]), 100,
    ),
    "bistability": Pattern(0.1, 0.26, -60, 0, -61, _pulses(1.24, 0.24, (37.5, 42.5), (216, 221)), 300),
    "depolarizing after-potential": Pattern(1, 0.2, -60, -18, -70, _pulses(20, 0, (9, 11)), 50),
    "accommodation": Pattern(
        0.02, 1, -55, 4, -65, ((0, 0), (200, 8), (200 + EDGE, 0), (300, 0), (312.5, 4), (312.5 + EDGE, 0)), 400,
        u_0=-16, rest=-65, decay=0.0,
    ),
    "inhibition-induced spiking": Pattern(-0.02, -1, -60, 8, -63.8, _pulses(75, 80, (50, 250)), 350),
    "inhibition-induced bursting": Pattern(-0.026, -1, -45, 0, -63.8, _pulses(75, 80, (50, 250)), 350),
}  # fmt: skip


def pattern(name: str) -> Pattern:
    """Find a firing pattern.

    Raises:
        UnknownNameError: another name.
    """
    if name not in PATTERNS:
        raise unknown("firing pattern", name, PATTERNS)
    return PATTERNS[name]


def izhikevich(
    preset: str = "tonic spiking", a: Value | None = None, b: Value | None = None, c: Value | None = None,
    d: Value | None = None, current: Stimulus | Value | None = None, quick: Value = QUICK,
) -> Circuit:  # fmt: skip
    """Two capacitors, a square-law current, a reset that also kicks the recovery variable.

    With v and u in mV, time in ms: dv/dt = 0.04 v^2 + 5 v + 140 - u + I, du/dt = a (b v - u); when v reaches 30, v = c
    and u = u + d (Izhikevich 2003, IEEE Trans Neural Netw 14:1569, eqs. 1 to 3). u is the voltage of a second
    capacitor, 1 V for 1 mV. The reset takes 0.15 us and begins as much early, so that v is back at c when that of an
    instant reset would be; u is kicked by a metered charge. A spike is where the reset begins.

    Args:
        preset: one of the twenty firing patterns of Izhikevich 2004.
        a: rate of the recovery variable, per ms; the pattern's unless given.
        b: its sensitivity to v.
        c: where v is reset to, mV.
        d: step of u at a spike, mV.
        current: injected, amperes (1 nA is one unit of the papers); the pattern's own unless given.
        quick: length of the reset, in 10 ms.

    Raises:
        UnknownNameError: another pattern.
        DesignError: a reset that is not below the peak.
    """
    p = _chosen(preset, {"a": a, "b": b, "c": c, "d": d})
    source = p.stimulus if current is None else current
    c_u = 1e-9
    reset = _reset(p, source, quick)
    square = "-one*(q*(1000*v)**2 + k*1000*v + n - u)"
    recovery = "-c*a*(b*(1000*v - r) - z*u)"
    parts = (
        I("I1", "0", "mem", source),
        C("C1", "mem", "0", C_MEM, p.v_0 * MILLI),
        B(
            "B_v", "mem", "0", square, {"v": "mem", "u": "u"},
            {"one": CURRENT, "q": 0.04, "k": p.linear, "n": p.constant},
        ),
        C("C_u", "u", "0", c_u, p.start_u),
        B(
            "B_u", "u", "0", recovery, {"v": "mem", "u": "u"},
            {"c": c_u / MILLI, "a": p.a, "b": p.b, "r": p.rest, "z": p.decay},
        ),
        *reset.elements,
        reset.kick("G_d", "u", (p.d + _missed(p, reset)) * c_u),
        *spike_probes(),
        Probe("u", "u", unit="mV"),
    )  # fmt: skip
    return Circuit("izhikevich", parts, roles=NEURON)


def _chosen(preset: str, changes: dict[str, Value | None]) -> Pattern:
    """A pattern with some of its parameters changed."""
    given = {name: parse(value, name) for name, value in changes.items() if value is not None}
    p = evolve(pattern(preset), **given)
    if not p.c * MILLI < V_PEAK:
        raise DesignError(f"c is {p.c:g} mV: the reset must lie below the peak of 30 mV.")
    return p


def _reset(p: Pattern, source: Stimulus | Value, quick: Value) -> Reset:
    """A reset that wins against the square law at the peak, and begins early by what v still gains meanwhile."""
    upstroke = 0.04 * 30**2 + p.linear * 30 + p.constant
    rate = upstroke + highest(source) / CURRENT - p.start_u
    strongest = (abs(upstroke) + 100) * CURRENT
    return switch_reset(C_MEM, 1e7, V_PEAK, p.c * MILLI, strongest, lambda length: rate * length, quick)


def highest(source: Stimulus | Value) -> float:
    """The largest current that a stimulus reaches, amperes, with its sign."""
    return extent(stimulus(source))[1]


def _missed(p: Pattern, reset: Reset) -> float:
    """What u would have drifted in the time by which the reset is early, and what it drifts during it, mV."""
    way = (30 - p.c) * (1 - reset.mean)
    return p.a * reset.length / MILLI * (p.b * way + p.decay * p.d * (1 - 1 / FILLS))


def _target(given: Mapping[str, Any]) -> Target:
    """As the papers have it: mV, ms; some patterns change the constants, as the program of 2004 does."""
    p = _chosen(given["preset"], {k: given[k] for k in "abcd"})
    values = {
        "a": p.a, "b": p.b, "c": p.c, "d": p.d, "q": p.linear, "p": p.constant, "v_rest": p.rest, "z": p.decay,
        "v_0": p.v_0, "u_0": p.start_u,
    }  # fmt: skip
    return Target(
        "Izhikevich 2003, IEEE Trans Neural Netw 14:1569, eqs. 1 to 3; patterns: 2004, 15:1063, fig. 1",
        time=MILLI,
        equations=(("v", "0.04*v**2 + q*v + p - u + I"), ("u", "a*(b*(v - v_rest) - z*u)")),
        start=(("v", "v_0"), ("u", "u_0")),
        quantities=tuple(Quantity(name, value) for name, value in values.items()),
        drives=(Drive("I", p.stimulus if given["current"] is None else stimulus(given["current"]), CURRENT),),
        events=(Event("v - 30", (("v", "c"), ("u", "u + d"))),),
        matches=(Match("mem", "v", MILLI), Match("u", "u")),
        spike="spike",
        suspects=(reset_length(given["quick"]),),
    )


ENTRY = Entry(
    "izhikevich", izhikevich, "neuron", "a square law and a reset: twenty firing patterns", 100e-3,
    currents=(2e-9, 3.5e-9, 4.2e-9, 6e-9, 10e-9, 14e-9), target=_target,
)  # fmt: skip
