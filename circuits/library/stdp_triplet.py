"""Triplet STDP: a second, slower trace of each side, so that frequency counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..circuit import Circuit
from ..element import Element
from ..elements import Probe
from ..units import Value
from .entry import Entry
from .learning_parts import bench, jump, spikes, trace, weight
from .learning_targets import arguments_of, bounded, in_milli, lifted_by, rule_target
from .synapse_parts import positive
from .target import Target

# Pfister and Gerstner 2006, J Neurosci 26:9673, table 4, visual cortex, all-to-all, full model.
A2_PLUS, A3_PLUS, A2_MINUS, A3_MINUS = 5e-10, 6.2e-3, 7e-3, 2.3e-4
TAU_PLUS, TAU_X, TAU_MINUS, TAU_Y = 16.8e-3, 101e-3, 33.7e-3, 125e-3


def triplet_rule(
    a2_plus: Value = A2_PLUS, a3_plus: Value = A3_PLUS, a2_minus: Value = A2_MINUS, a3_minus: Value = A3_MINUS,
    tau_plus: Value = TAU_PLUS, tau_x: Value = TAU_X, tau_minus: Value = TAU_MINUS, tau_y: Value = TAU_Y,
    start: Value = 0.5,
) -> tuple[Element, ...]:  # fmt: skip
    """The elements of the rule: ports `pre`, `post`, `pre_late`, `post_late`, node `w`.

    At a post spike w += r1 (a2_plus + a3_plus o2), at a pre spike w -= o1 (a2_minus + a3_minus r2), with all traces as
    they were just before (Pfister and Gerstner 2006; they leave open what r1 and o1 are where spikes of both sides
    coincide).

    Args:
        a2_plus: pair potentiation.
        a3_plus: triplet potentiation.
        a2_minus: pair depression.
        a3_minus: triplet depression.
        tau_plus: decay of r1, seconds.
        tau_x: decay of r2.
        tau_minus: decay of o1.
        tau_y: decay of o2.
        start: weight at time 0.
    """
    p = positive(tau_plus=tau_plus, tau_x=tau_x, tau_minus=tau_minus, tau_y=tau_y)
    return (
        *trace("r1", "pre", p["tau_plus"]),
        *trace("r2", "pre", p["tau_x"]),
        *trace("o1", "post", p["tau_minus"]),
        *trace("o2", "post", p["tau_y"]),
        *weight(start),
        jump("B_up", "w", "post", "r*(a2 + a3*o)", {"r": "r1", "o": "o2"}, {"a2": a2_plus, "a3": a3_plus}),
        jump("B_down", "w", "pre", "-o*(a2 + a3*r)", {"o": "o1", "r": "r2"}, {"a2": a2_minus, "a3": a3_minus}),
    )


def stdp_triplet(
    pre: Sequence[Value] = (0.02, 0.07, 0.12, 0.17, 0.22), post: Sequence[Value] = (0.03, 0.08, 0.13, 0.18, 0.23),
    **rule: Value,
) -> Circuit:  # fmt: skip
    """The rule with ideal spikes: pairs at 20 Hz, pre before post.

    Args:
        pre: spike times, seconds.
        post: spike times, seconds.
        **rule: see `triplet_rule`.
    """
    made = bench("stdp_triplet", triplet_rule(**rule), spikes("pre", pre), spikes("post", post), {})
    return made.add(*(Probe(n, n, unit="1") for n in ("r1", "r2", "o1", "o2")))


def _target(given: Mapping[str, Any]) -> Target:
    p = arguments_of(triplet_rule, given["rule"])
    names = ("tau_plus", "tau_x", "tau_minus", "tau_y")
    steps = {name: p[name] for name in ("a2_plus", "a3_plus", "a2_minus", "a3_minus")}
    return rule_target(
        "Pfister and Gerstner 2006, J Neurosci 26:9673, eqs. 1 to 4, all-to-all; traces as just before a spike",
        (("r1", "-r1/tau_plus"), ("r2", "-r2/tau_x"), ("o1", "-o1/tau_minus"), ("o2", "-o2/tau_y")), p["start"],
        {**steps, **in_milli(p, *names)}, {"pre": given["pre"], "post": given["post"]},
        (("post", bounded("r1*(a2_plus + a3_plus*o2)")), ("pre", bounded("-o1*(a2_minus + a3_minus*r2)"))),
        {"pre": lifted_by("r1", "r2"), "post": lifted_by("o1", "o2")},
    )  # fmt: skip


ENTRY = Entry(
    "stdp_triplet", stdp_triplet, "learning", "triplet STDP: the rate counts, not only the order", 0.4, target=_target
)
