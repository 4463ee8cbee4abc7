"""Short-term plasticity after Tsodyks and Markram: resources that are used up, a release that is facilitated."""

from __future__ import annotations

from ..circuit import Circuit
from ..elements import B, C, G, Probe, R, V
from ..errors import QuantityError, unknown
from ..units import Value, parse
from .entry import Entry
from .synapse_parts import WIDTH, bench, event_source, positive

C_S = 1e-12
LATE = 1.1
"""How many widths after an event the second one begins."""
PRESETS = {
    # Tsodyks, Uziel and Markram 2000, J Neurosci 20:RC50 (excitatory, depressing; and interneurons, facilitating).
    "depressing": {"u": 0.5, "tau_rec": 0.8, "tau_fac": 5e-3},  # published is none; 5 ms is gone by the next spike
    "facilitating": {"u": 0.04, "tau_rec": 0.1, "tau_fac": 1.0},
}


def tsodyks_markram_synapse(
    weight: Value = "100p", u: Value = 0.5, tau_rec: Value = 0.8, tau_fac: Value = "1m", tau: Value = "3m",
    width: Value = WIDTH,
) -> Circuit:  # fmt: skip
    """Three capacitors: resources x (1 at rest), release u (0 at rest), current s.

    Between spikes dx/dt = (1 - x)/tau_rec, du/dt = -u/tau_fac, ds/dt = -s/tau; at a spike u += U (1 - u), then s += u x
    and x -= u x (Tsodyks, Pawelzik and Markram 1998, Neural Comput 10:821, with a u that decays to 0). Jumps that
    depend on what jumps are made by decays: during its event at `pre` u approaches 1 at the rate -log(1 - U)/width,
    during a second event at `late`, which follows, x approaches 0 at the rate -log(1 - u)/width.

    Args:
        weight: amperes for all resources.
        u: part of the resources that the first spike uses (U).
        tau_rec: recovery, seconds.
        tau_fac: decay of the facilitation, seconds.
        tau: decay of the current, seconds.
        width: of an event, seconds.

    Raises:
        QuantityError: U outside 0..1.
    """
    p = positive(tau_rec=tau_rec, tau_fac=tau_fac, tau=tau, width=width)
    part = parse(u, "u")
    if not 0 < part < 1:
        raise QuantityError(f"u is {part:g}: it is the part of the resources that a spike uses, between 0 and 1.")
    rate = {"c": C_S / p["width"]}
    taken = "c*x*log(1 - u)*e"
    return Circuit("tsodyks_markram_synapse").add(
        C("C_u", "u", "0", C_S),
        R("R_u", "u", "0", p["tau_fac"] / C_S),
        B("B_u", "u", "0", "c*(1 - u)*log(1 - p)*e", {"u": "u", "e": "pre"}, rate | {"p": part}),
        V("V_one", "one", "0", 1.0),
        C("C_x", "x", "0", C_S, 1.0),
        R("R_x", "x", "one", p["tau_rec"] / C_S),
        B("B_x", "0", "x", taken, {"x": "x", "u": "u", "e": "late"}, rate),
        C("C_s", "s", "0", C_S),
        R("R_s", "s", "0", p["tau"] / C_S),
        B("B_s", "s", "0", taken, {"x": "x", "u": "u", "e": "late"}, rate),
        G("G_w", "0", "post", "s", "0", weight),
    )


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

    if preset not in PRESETS:
        raise unknown("preset", preset, PRESETS)
    gap = 1 / positive(rate=rate)["rate"]
    if gap < 5 * WIDTH:
        raise QuantityError(f"rate is {rate}: spikes {gap:.3g} s apart touch, an event takes {2 * WIDTH:.3g} s.")
    number = int(parse(count, "count"))
    times = [5e-3 + k * gap for k in range(number)]
    times.append(times[-1] + 0.5)
    made = tsodyks_markram_synapse(weight, **PRESETS[preset])
    probes = [Probe(n, n, unit="1", low=0, high=1) for n in ("x", "u", "s")]
    later = [t + LATE * WIDTH for t in times]
    return bench("short_term", made, times, 0.0, probes).add(event_source(later, "V_late", "late"))


ENTRY = Entry("short_term", short_term, "synapse", "Tsodyks-Markram: depression and facilitation", 1.0)
