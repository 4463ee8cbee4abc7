"""Short-term plasticity after Tsodyks and Markram: resources that are used up, a release that is facilitated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..circuit import Circuit
from ..element import Element
from ..elements import B, C, E, G, Probe, R, V
from ..errors import QuantityError, unknown
from ..units import Value, parse, show
from .entry import Entry
from .synapse_parts import C_S, EDGE, WIDTH, bench, positive
from .synapse_targets import MILLI, SHORT, on_membrane, pico
from .target import Match, Target, Texts

PRESETS: dict[str, dict[str, float]] = {
    # Tsodyks, Uziel and Markram 2000, J Neurosci 20:RC50 (excitatory, depressing; and interneurons, facilitating).
    "depressing": {"u": 0.5, "tau_rec": 0.8, "tau_fac": 0.0},
    "facilitating": {"u": 0.04, "tau_rec": 0.1, "tau_fac": 1.0},
}
SHORTEST_GAP = 5 * WIDTH
"""Least distance of the spikes of a bench, seconds."""


def tsodyks_markram_synapse(
    weight: Value = "100p", u: Value = 0.5, tau_rec: Value = 0.8, tau_fac: Value = 0.0, tau: Value = "3m",
    width: Value = WIDTH,
) -> Circuit:  # fmt: skip
    """Two states of the resources: what is released is on its way back at once.

    Between spikes dx/dt = (1 - x)/tau_rec, du/dt = -u/tau_fac, ds/dt = -s/tau; at a spike u += U (1 - u), then s += u x
    and x -= u x (Tsodyks, Pawelzik and Markram 1998, Neural Comput 10:821, with a u that decays to 0; NEST's
    tsodyks2_synapse). Without facilitation, tau_fac = 0, u is U at every spike.

    A jump that depends on what jumps is made by a decay: over one event 1 - u shrinks by the factor 1 - U, and x decays
    at the rate -log(1 - u) - log(1 - U)/2. Since log(1 - u) falls in a straight line, the integral of that is the
    logarithm of 1 - u after the jump: x shrinks by that factor.

    Args:
        weight: amperes for all resources.
        u: part of the resources that the first spike uses (U).
        tau_rec: recovery, seconds.
        tau_fac: decay of the facilitation, seconds; 0 for none.
        tau: decay of the current, seconds.
        width: of an event, seconds.

    Raises:
        QuantityError: U outside 0..1, a time constant that is negative or, other than tau_fac, 0.
    """
    return Circuit("tsodyks_markram_synapse").add(*_resources(weight, u, tau_rec, tau_fac, tau, width, "one"))


def tsodyks_synapse(
    weight: Value = "100p", u: Value = 0.5, tau_rec: Value = 0.8, tau_fac: Value = 0.0, tau: Value = "3m",
    width: Value = WIDTH,
) -> Circuit:  # fmt: skip
    """Three states of the resources: recovered x, active y, inactive z; only what is inactive recovers.

    dx/dt = z/tau_rec, dy/dt = -y/tau, dz/dt = y/tau - z/tau_rec, and at a spike u x goes from x to y (Tsodyks, Uziel
    and Markram 2000, J Neurosci 20:RC50, eqs. 3 and 4; NEST's tsodyks_synapse). y is node `s`, and z = 1 - x - y.

    Args:
        weight: amperes for all resources.
        u: part of the resources that the first spike uses (U).
        tau_rec: recovery, seconds.
        tau_fac: decay of the facilitation, seconds; 0 for none.
        tau: decay of the current, which inactivates, seconds.
        width: of an event, seconds.

    Raises:
        QuantityError: as for `tsodyks_markram_synapse`.
    """
    inactive = E("E_free", "free", "one", "0", "s", 1.0)
    return Circuit("tsodyks_synapse").add(*_resources(weight, u, tau_rec, tau_fac, tau, width, "free"), inactive)


def _resources(
    weight: Value, u: Value, tau_rec: Value, tau_fac: Value, tau: Value, width: Value, full: str
) -> tuple[Element, ...]:
    """Resources x that recover towards a node, the current s that they become, and the release."""
    p, slow = positive(tau_rec=tau_rec, tau=tau, width=width), parse(tau_fac, "tau_fac")
    part = parse(u, "u")
    if not 0 < part < 1:
        raise QuantityError(f"u is {part:g}: it is the part of the resources that a spike uses, between 0 and 1.")
    if not 0 <= slow < math.inf:
        raise QuantityError(f"tau_fac is {show(slow, 's')}: it must not be negative; 0 means no facilitation.")
    values: dict[str, Value] = {"c": C_S / p["width"], "p": part}
    reads = {"x": "x", "e": "pre"}
    facilitation: tuple[Element, ...] = ()
    taken = "c*x*log(1 - p)*e"
    if slow:
        taken, reads = "c*x*(log(1 - u) + log(1 - p)/2)*e", reads | {"u": "u"}
        facilitation = (
            C("C_u", "u", "0", C_S),
            R("R_u", "u", "0", slow / C_S),
            B("B_u", "u", "0", "c*(1 - u)*log(1 - p)*e", {"u": "u", "e": "pre"}, values),
        )
    return (
        *facilitation,
        V("V_one", "one", "0", 1.0),
        C("C_x", "x", "0", C_S, 1.0),
        R("R_x", "x", full, p["tau_rec"] / C_S),
        B("B_x", "0", "x", taken, reads, values),
        C("C_s", "s", "0", C_S),
        R("R_s", "s", "0", p["tau"] / C_S),
        B("B_s", "s", "0", taken, reads, values),
        G("G_w", "0", "post", "s", "0", weight),
    )


def release_time(u: float, tau_fac: float) -> float:
    """When within an event the resources are released on average, in its length.

    Without facilitation they fall by e^(-lambda t) to 1 - u: nearer to the beginning. With it, near enough the middle.
    """
    if tau_fac:
        return 0.5
    return -1 / math.log1p(-u) - (1 - u) / u


def short_term(preset: str = "depressing", weight: Value = "100p", rate: Value = 20.0, count: Value = 8) -> Circuit:
    """A train of spikes on a Tsodyks-Markram synapse, on a passive membrane, and one spike after a pause.

    Args:
        preset: "depressing" or "facilitating".
        weight: amperes for all resources.
        rate: of the train, hertz.
        count: of its spikes.

    Raises:
        UnknownNameError: another preset.
        QuantityError: spikes so close that their events touch.
    """
    return _bench("short_term", tsodyks_markram_synapse(weight, **_preset(preset)), train(rate, count))


def tsodyks(preset: str = "depressing", weight: Value = "100p", rate: Value = 20.0, count: Value = 8) -> Circuit:
    """The same with three states of the resources: what is active does not recover yet.

    Args:
        preset: "depressing" or "facilitating".
        weight: amperes for all resources.
        rate: of the train, hertz.
        count: of its spikes.

    Raises:
        UnknownNameError: another preset.
        QuantityError: spikes so close that their events touch.
    """
    return _bench("tsodyks", tsodyks_synapse(weight, **_preset(preset)), train(rate, count))


def _bench(title: str, synapse: Circuit, times: list[float]) -> Circuit:
    states = [n for n in ("x", "u", "s") if n in synapse.nodes]
    return bench(title, synapse, times, 0.0, [Probe(n, n, unit="1", low=0, high=1) for n in states])


def _preset(name: str) -> dict[str, float]:
    if name not in PRESETS:
        raise unknown("preset", name, PRESETS)
    return PRESETS[name]


def train(rate: Value, count: Value) -> list[float]:
    """Spike times of a bench: `count` at a rate, and one half a second later.

    Raises:
        QuantityError: spikes so close that their events touch, or a count that is no whole number above 0.
    """
    gap, number = 1 / positive(rate=rate)["rate"], parse(count, "count")
    if gap < SHORTEST_GAP:
        raise QuantityError(
            f"rate is {rate}: spikes {show(float(f'{gap:.3g}'), 's')} apart touch; an event takes "
            f"{show(SHORTEST_GAP, 's')} with its surroundings."
        )
    if number != int(number) or not 1 <= number <= 100_000:
        raise QuantityError(f"count is {number:g}: give a whole number of spikes, 1 to 100,000.")
    times = [5e-3 + k * gap for k in range(int(number))]
    return [*times, times[-1] + 0.5]


def _target(source: str, recovered: str, given: Mapping[str, Any]) -> Target:
    """u is lifted first, then u x of the resources become active."""
    p = _preset(given["preset"])
    values = {
        "A": pico(given["weight"], "weight"), "U": p["u"], "tau_rec": p["tau_rec"] / MILLI,
        "tau_fac": p["tau_fac"] / MILLI, "tau_I": 3.0,
    }  # fmt: skip
    facilitates = bool(p["tau_fac"])
    use = "u" if facilitates else "U"
    states: Texts = (("x", f"{recovered}/tau_rec"), ("y", "-y/tau_I"))
    release: Texts = (("x", f"x - {use}*x"), ("y", f"y + {use}*x"))
    lift: Texts = (("u", "u + U*(1 - u)"),) if facilitates else ()
    return on_membrane(
        source, "A*y", (*states, ("u", "-u/tau_fac")) if facilitates else states, lift,
        train(given["rate"], given["count"]), values, Match("x", "x"), Match("s", "y"),
        *([Match("u", "u")] if facilitates else []), start={"x": "1"},
        after=WIDTH * (release_time(p["u"], p["tau_fac"]) + EDGE / 2), steps=(release,),
        because=SHORT + "; with facilitation the release is up to a twelfth of an event late",
    )  # fmt: skip


def _two_states(given: Mapping[str, Any]) -> Target:
    return _target(
        "Tsodyks, Pawelzik and Markram 1998, Neural Comput 10:821; NEST's tsodyks2_synapse", "(1 - x)", given
    )


def _three_states(given: Mapping[str, Any]) -> Target:
    source = "Tsodyks, Uziel and Markram 2000, J Neurosci 20:RC50, eqs. 3 and 4; NEST's tsodyks_synapse"
    return _target(source, "(1 - x - y)", given)


ENTRIES = (
    Entry("short_term", short_term, "synapse", "Tsodyks-Markram: depression and facilitation", 1.0, target=_two_states),
    Entry(
        "tsodyks", tsodyks, "synapse", "three states: recovered, active, inactive resources", 1.0, target=_three_states
    ),
)
