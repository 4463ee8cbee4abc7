"""ReSuMe: a teacher's spikes strengthen, the neuron's own weaken, until they come together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..circuit import Circuit
from ..element import Element
from ..elements import Probe
from ..units import Value, parse
from .entry import Entry
from .learning_parts import bench, jump, spikes, trace, weight
from .learning_targets import arguments_of, bounded, in_milli, lifted_by, rule_target
from .synapse_parts import event_source, positive
from .target import Target


def resume_rule(
    a: Value = 0.002, amplitude: Value = 0.02, tau: Value = "10m", start: Value = 0.5
) -> tuple[Element, ...]:  # fmt: skip
    """The elements of the rule: ports `pre_late`, `post` (the neuron's own spikes), `teacher`; node `w`.

    dw/dt = (S_teacher - S_post)(a + amplitude trace of S_pre), the trace as it was just before (Ponulak and Kasinski
    2010, Neural Comput 22:467): where teacher and neuron fire together nothing changes.

    Args:
        a: step without regard to the input.
        amplitude: step for an input spike that has just come.
        tau: decay of the input's trace, seconds.
        start: weight at time 0.
    """
    p = positive(amplitude=amplitude, tau=tau)
    steps: dict[str, Value] = {"a": parse(a, "a"), "b": p["amplitude"]}
    return (
        *trace("r", "pre", p["tau"]),
        *weight(start),
        jump("B_teach", "w", "teacher", "a + b*r", {"r": "r"}, steps),
        jump("B_own", "w", "post", "-(a + b*r)", {"r": "r"}, steps),
    )


def resume(
    pre: Sequence[Value] = (0.01, 0.06, 0.11), post: Sequence[Value] = (0.03, 0.068),
    teacher: Sequence[Value] = (0.015, 0.065, 0.115), **rule: Value,
) -> Circuit:  # fmt: skip
    """The rule with ideal spikes of input, neuron and teacher.

    Args:
        pre: spike times, seconds.
        post: the neuron's own, seconds.
        teacher: spike times that are asked for, seconds.
        **rule: see `resume_rule`.
    """
    made = bench("resume", resume_rule(**rule), spikes("pre", pre), spikes("post", post), {})
    source = event_source(spikes("teacher", teacher), "V_teacher", "teacher")
    return made.add(source, Probe("r", "r", unit="1"))


def _target(given: Mapping[str, Any]) -> Target:
    p = arguments_of(resume_rule, given["rule"])
    return rule_target(
        "Ponulak and Kasinski 2010, Neural Comput 22:467, with an exponential window; traces as just before a spike",
        (("r", "-r/tau"),), p["start"], {"a": p["a"], "A": p["amplitude"], **in_milli(p, "tau")},
        {name: given[name] for name in ("pre", "post", "teacher")},
        (("teacher", bounded("a + A*r")), ("post", bounded("-(a + A*r)"))), {"pre": lifted_by("r")},
    )  # fmt: skip


ENTRY = Entry("resume", resume, "learning", "a teacher moves spikes to asked times", 0.2, target=_target)
