"""Spike-timing-dependent plasticity by pairs: traces of pre and post spikes, sampled onto a weight capacitor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..circuit import Circuit
from ..element import Element
from ..elements import Probe
from ..errors import unknown
from ..units import Value
from .entry import Entry
from .learning_parts import bench, jump, spikes, trace, want_stable, weight
from .learning_targets import arguments_of, bounded, in_milli, lifted_by, rule_target
from .synapse_parts import positive
from .target import Target

KINDS: dict[str, tuple[str, str, dict[str, str]]] = {
    # Laws of potentiation and depression, and what they read besides the trace. A step that depends on the weight
    # itself is made by the decay that has the same result: 1 - w shrinks by the factor 1 - a r, w by 1 - a o.
    "additive": ("a*r", "-a*o", {}),
    "multiplicative": ("-(1 - w)*log(1 - a*r)", "w*log(1 - a*o)", {"w": "w"}),
}


LONE = 1.2
"""A trace that rises higher holds more than one spike."""
OVERLAP = "spikes follow each other within the window, so a change of weight is a sum over pairs, not the window of one"


def stdp_rule(
    kind: str = "additive", a_plus: Value = 0.005, a_minus: Value = 0.00525, tau_plus: Value = "20m",
    tau_minus: Value = "20m", start: Value = 0.5,
) -> tuple[Element, ...]:  # fmt: skip
    """The elements of the rule: ports `pre` and `post` take events, `pre_late` and `post_late` those that follow.

    Every pair counts, all to all. A post spike adds a_plus times the trace r of the pre spikes before it, a pre spike
    takes off a_minus times the trace o of the post spikes before it; node `w` holds the weight. The window is
    a_plus e^(-dt/tau_plus) for dt = t_post - t_pre > 0 and -a_minus e^(dt/tau_minus) for dt < 0 (Song, Miller and
    Abbott 2000, Nat Neurosci 3:919), and nothing for dt = 0 (`learning_parts`). Multiplicative: times 1 - w, and times
    w (van Rossum, Bi and Turrigiano 2000; here after Rubin, Lee and Sompolinsky 2001).

    Args:
        kind: "additive" or "multiplicative".
        a_plus: step of potentiation, of the weight's range.
        a_minus: step of depression.
        tau_plus: decay of the pre trace, seconds.
        tau_minus: decay of the post trace, seconds.
        start: weight at time 0, of its range.

    Raises:
        UnknownNameError: another kind.
        DesignError: steps outside 0..1.
    """
    if kind not in KINDS:
        raise unknown("kind of STDP", kind, KINDS)
    p = positive(a_plus=a_plus, a_minus=a_minus, tau_plus=tau_plus, tau_minus=tau_minus)
    want_stable(p["a_plus"], p["a_minus"])
    up, down, reads = KINDS[kind]
    return (
        *trace("r", "pre", p["tau_plus"]),
        *trace("o", "post", p["tau_minus"]),
        *weight(start),
        jump("B_up", "w", "post", up, {"r": "r", **reads}, {"a": p["a_plus"]}),
        jump("B_down", "w", "pre", down, {"o": "o", **reads}, {"a": p["a_minus"]}),
    )


def stdp(
    kind: str = "additive", pre: Sequence[Value] = (0.01, 0.11, 0.22, 0.33),
    post: Sequence[Value] = (0.02, 0.13, 0.21, 0.32), **rule: Value,
) -> Circuit:  # fmt: skip
    """The rule with ideal spikes: two pairs in the order pre, post and two in the other.

    Args:
        kind: "additive" or "multiplicative".
        pre: spike times, seconds.
        post: spike times, seconds.
        **rule: a_plus, a_minus, tau_plus, tau_minus, start; see `stdp_rule`.
    """
    parts = stdp_rule(kind, **rule)
    made = bench(f"stdp_{kind}", parts, spikes("pre", pre), spikes("post", post), {})
    return made.add(*(Probe(n, n, unit="1", high=LONE, why=OVERLAP) for n in ("r", "o")))


PUBLISHED = {
    "additive": (
        "Song, Miller and Abbott 2000, Nat Neurosci 3:919; all pairs, none of equal times (NEST's stdp_synapse)",
        ("a_plus*r", "-a_minus*o"),
    ),
    "multiplicative": (
        "Rubin, Lee and Sompolinsky 2001, Phys Rev Lett 86:364; all pairs, none of equal times (NEST's stdp_synapse)",
        ("a_plus*(1 - w)*r", "-a_minus*w*o"),
    ),
}
"""Source of each kind, and what a post spike adds and a pre spike takes off."""


def _target(given: Mapping[str, Any]) -> Target:
    p = arguments_of(stdp_rule, given["rule"])
    source, (up, down) = PUBLISHED[given["kind"]]
    return rule_target(
        source, (("r", "-r/tau_plus"), ("o", "-o/tau_minus")), p["start"],
        {"a_plus": p["a_plus"], "a_minus": p["a_minus"], **in_milli(p, "tau_plus", "tau_minus")},
        {"pre": given["pre"], "post": given["post"]}, (("post", bounded(up)), ("pre", bounded(down))),
        {"pre": lifted_by("r"), "post": lifted_by("o")},
    )  # fmt: skip


ENTRY = Entry("stdp", stdp, "learning", "pair STDP: traces sampled onto a weight capacitor", 0.4, target=_target)
