"""Dopamine-modulated STDP: pairs leave a mark, and only a reward, even a second later, turns it into weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..circuit import Circuit
from ..element import Element
from ..elements import B, C, Probe, R
from ..units import Value, parse
from .entry import Entry
from .learning_parts import C_L, bench, jump, lifted, spikes, trace, want_stable, weight
from .learning_targets import arguments_of, in_milli, lifted_by, rule_target
from .synapse_parts import event_source, positive
from .synapse_targets import MILLI
from .target import Target


def dopamine_rule(
    a_plus: Value = 0.1, a_minus: Value = 0.15, tau_plus: Value = "20m", tau_minus: Value = "20m", tau_c: Value = 1.0,
    tau_n: Value = 0.2, baseline: Value = 0.0, gain: Value = 1.0, start: Value = 0.5,
) -> tuple[Element, ...]:  # fmt: skip
    """The elements of the rule: ports `pre`, `post`, `pre_late`, `post_late`, `reward`; nodes `c`, `n`, `w`.

    Eligibility dc/dt = -c/tau_c, jumped by pair STDP; dopamine dn/dt = -n/tau_n, jumped by rewards; weight
    dw/dt = gain c (n - baseline)
    (Izhikevich 2007, Cereb Cortex 17:2443; with tau_n and baseline as in NEST's stdp_dopamine_synapse).

    Args:
        a_plus: step of eligibility.
        a_minus: step of eligibility.
        tau_plus: seconds.
        tau_minus: seconds.
        tau_c: how long a pair is remembered, seconds.
        tau_n: how long a reward lasts, seconds.
        baseline: dopamine without reward.
        gain: 1/s.
        start: weight at time 0.

    Raises:
        DesignError: steps outside 0..1.
    """
    p = positive(a_plus=a_plus, a_minus=a_minus, tau_plus=tau_plus, tau_minus=tau_minus, tau_c=tau_c, tau_n=tau_n)
    want_stable(p["a_plus"], p["a_minus"])
    law = {"k": C_L * parse(gain, "gain"), "b": parse(baseline, "baseline")}
    return (
        *trace("r", "pre", p["tau_plus"]),
        *trace("o", "post", p["tau_minus"]),
        *lifted("n", "reward", p["tau_n"]),
        C("C_c", "c", "0", C_L),
        R("R_c", "c", "0", p["tau_c"] / C_L),
        jump("B_up", "c", "post", "a*r", {"r": "r"}, {"a": p["a_plus"]}),
        jump("B_down", "c", "pre", "-a*o", {"o": "o"}, {"a": p["a_minus"]}),
        *weight(start),
        B("B_w", "0", "w", "k*c*(n - b)", {"c": "c", "n": "n"}, law),
    )


def stdp_dopamine(
    pre: Sequence[Value] = (0.1, 1.9), post: Sequence[Value] = (0.11, 1.88), reward: Sequence[Value] = (1.0,),
    **rule: Value,
) -> Circuit:  # fmt: skip
    """The rule with ideal spikes: one pair, and a reward nearly a second later.

    Args:
        pre: spike times, seconds.
        post: spike times, seconds.
        reward: times of rewards, seconds.
        **rule: see `dopamine_rule`.
    """
    made = bench("stdp_dopamine", dopamine_rule(**rule), spikes("pre", pre), spikes("post", post), {})
    source = event_source(spikes("reward", reward), "V_reward", "reward")
    return made.add(source, Probe("c", "c", unit="1"), Probe("n", "n", unit="1"))


def _target(given: Mapping[str, Any]) -> Target:
    """In ms, so that the gain, per second, is divided by a thousand."""
    p = arguments_of(dopamine_rule, given["rule"])
    steps = {name: p[name] for name in ("a_plus", "a_minus", "baseline")} | {"gain": p["gain"] * MILLI}
    return rule_target(
        "Izhikevich 2007, Cereb Cortex 17:2443; tau_n, baseline as in NEST's stdp_dopamine_synapse; pairs as in stdp",
        (
            ("r", "-r/tau_plus"), ("o", "-o/tau_minus"), ("c", "-c/tau_c"), ("n", "-n/tau_n"),
            ("w", "gain*c*(n - baseline)"),
        ),
        p["start"], {**steps, **in_milli(p, "tau_plus", "tau_minus", "tau_c", "tau_n")},
        {name: given[name] for name in ("pre", "post", "reward")},
        (("post", (("c", "c + a_plus*r"),)), ("pre", (("c", "c - a_minus*o"),))),
        {"pre": lifted_by("r"), "post": lifted_by("o"), "reward": lifted_by("n")}, seen=("c", "n"),
    )  # fmt: skip


ENTRY = Entry(
    "stdp_dopamine", stdp_dopamine, "learning", "a reward a second later turns a pair into weight", 2.5, target=_target
)
