"""What the targets of learning rules share: traces that decay, and spikes that first read them and then lift them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence

from ..units import Value, parse
from .learning_parts import spikes
from .synapse_parts import WIDTH
from .synapse_targets import MILLI, arrivals
from .target import Kick, Match, Quantity, Target, Texts

NEAR = "an event lasts 20 us where the paper's spike takes no time, and spikes less than two events apart count in part"


def bounded(change: str) -> Texts:
    """A change of the weight, which stays within its range."""
    return (("w", f"Min(1, Max(0, w + {change}))"),)


def rule_target(
    source: str, equations: Texts, start: float, quantities: dict[str, float],
    trains: dict[str, Sequence[Value] | Value], reads: tuple[tuple[str, Texts], ...], lifts: dict[str, Texts],
    seen: tuple[str, ...] | None = None,
) -> Target:  # fmt: skip
    """A rule in ms. Where spikes coincide all of them read what was just before, and lift afterwards.

    Args:
        source: of the rule.
        equations: of the traces, and of w where it moves between spikes.
        start: of the weight.
        quantities: parameters.
        trains: spike times, seconds, by name.
        reads: train and what each of its spikes does by what it reads.
        lifts: what each spike of a train does to its traces.
        seen: states that the circuit has a probe for besides w, by the same name; all of them unless given.
    """
    every = equations if any(name == "w" for name, _ in equations) else (*equations, ("w", "0"))
    when = {name: arrivals(spikes(name, times)) for name, times in trains.items()}
    seen = tuple(n for n, _ in equations if n != "w") if seen is None else seen
    kicks = [(name, then) for name, then in reads] + list(lifts.items())
    return Target(
        source, MILLI, every, tuple((n, "w_0" if n == "w" else "0") for n, _ in every),
        (Quantity("w_0", start), *(Quantity(n, v) for n, v in quantities.items())),
        kicks=tuple(Kick(when[name], then) for name, then in kicks if when[name]), lasting=3 * WIDTH, because=NEAR,
        matches=(Match("w", "w"), *(Match(n, n) for n in seen)),
    )  # fmt: skip


def lifted_by(*traces: str) -> Texts:
    """One more spike in each trace."""
    return tuple((name, f"{name} + 1") for name in traces)


def arguments_of(rule: Callable[..., object], given: Mapping[str, Value]) -> dict[str, float]:
    """The numbers of a rule's parameters: the given ones, and its defaults."""
    bound = inspect.signature(rule).bind_partial(**given)
    bound.apply_defaults()
    return {name: parse(value, name) for name, value in bound.arguments.items() if name != "kind"}


def in_milli(values: Mapping[str, float], *names: str) -> dict[str, float]:
    """Some of the parameters in thousandths of their SI unit."""
    return {name: values[name] / MILLI for name in names}
