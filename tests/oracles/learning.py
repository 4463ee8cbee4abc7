"""Learning rules as exact event-driven models: between events traces decay, at events weights jump; no time steps.

Events of one instant all read the traces as they were just before, then lift them: a coincident pair changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Handlers = dict[str, tuple[Callable[[dict[str, float]], None], tuple[str, ...]]]
"""What an event of each train does to the state that it is given, and the traces that it lifts by 1 afterwards."""


def run_events(
    trains: dict[str, Sequence[float]], decays: dict[str, float], handlers: Handlers, start: dict[str, float]
) -> Array:
    """Run a rule from event to event.

    Args:
        trains: event times by train, seconds.
        decays: time constant of each state that decays; the others stand still.
        handlers: what an event of a train does.
        start: the states at time 0; `w` is the weight, which is kept within 0..1 after every event.

    Returns:
        Time and weight after each event, shape (events, 2).
    """
    state, now, rows = dict(start), 0.0, []
    for t, arrived in _instants(trains):
        for name, tau in decays.items():
            state[name] *= math.exp((now - t) / tau)
        for train in arrived:
            handlers[train][0](state)
        for name in (n for train in arrived for n in handlers[train][1]):
            state[name] += 1.0
        state["w"] = min(max(state["w"], 0.0), 1.0)
        now = t
        rows += [(t, state["w"])] * len(arrived)
    return np.array(rows).reshape(-1, 2)


def _instants(trains: dict[str, Sequence[float]]) -> list[tuple[float, list[str]]]:
    """Every instant with the trains of which a spike comes then."""
    found: dict[float, list[str]] = {}
    for name, times in trains.items():
        for t in times:
            found.setdefault(t, []).append(name)
    return sorted(found.items())


def pair_stdp(
    pre: Sequence[float], post: Sequence[float], a_plus: float, a_minus: float, tau_plus: float, tau_minus: float,
    start: float = 0.5, kind: str = "additive",
) -> Array:  # fmt: skip
    """Pair STDP, all to all (Song, Miller and Abbott 2000).

    Args:
        pre: spike times, seconds.
        post: spike times, seconds.
        a_plus: step of potentiation.
        a_minus: step of depression.
        tau_plus: seconds.
        tau_minus: seconds.
        start: weight at time 0.
        kind: "additive" or "multiplicative".

    Returns:
        Time and weight after each spike, shape (spikes, 2).
    """
    soft = kind == "multiplicative"

    def on_pre(s: dict[str, float]) -> None:
        s["w"] -= a_minus * s["o"] * (s["w"] if soft else 1.0)

    def on_post(s: dict[str, float]) -> None:
        s["w"] += a_plus * s["r"] * ((1 - s["w"]) if soft else 1.0)

    start_state = {"r": 0.0, "o": 0.0, "w": start}
    handlers: Handlers = {"pre": (on_pre, ("r",)), "post": (on_post, ("o",))}
    return run_events({"pre": pre, "post": post}, {"r": tau_plus, "o": tau_minus}, handlers, start_state)


def triplet_stdp(
    pre: Sequence[float], post: Sequence[float], a2_plus: float, a3_plus: float, a2_minus: float, a3_minus: float,
    tau_plus: float, tau_x: float, tau_minus: float, tau_y: float, start: float = 0.5,
) -> Array:  # fmt: skip
    """Triplet STDP, all to all (Pfister and Gerstner 2006); arguments as `triplet_rule`."""

    def on_pre(s: dict[str, float]) -> None:
        s["w"] -= s["o1"] * (a2_minus + a3_minus * s["r2"])

    def on_post(s: dict[str, float]) -> None:
        s["w"] += s["r1"] * (a2_plus + a3_plus * s["o2"])

    decays = {"r1": tau_plus, "r2": tau_x, "o1": tau_minus, "o2": tau_y}
    handlers: Handlers = {"pre": (on_pre, ("r1", "r2")), "post": (on_post, ("o1", "o2"))}
    return run_events({"pre": pre, "post": post}, decays, handlers, dict.fromkeys(decays, 0.0) | {"w": start})


def dopamine_stdp(
    pre: Sequence[float], post: Sequence[float], reward: Sequence[float], a_plus: float, a_minus: float,
    tau_plus: float, tau_minus: float, tau_c: float, tau_n: float, baseline: float = 0.0, gain: float = 1.0,
    start: float = 0.5,
) -> Array:  # fmt: skip
    """Dopamine-modulated STDP (Izhikevich 2007): the weight moves between events by the integral of gain c (n - b).

    Arguments as `dopamine_rule`. The states c, n and w between events are exponentials, integrated in closed form.
    """
    trains = {"pre": pre, "post": post, "reward": reward}
    s = {"r": 0.0, "o": 0.0, "c": 0.0, "n": 0.0, "w": start}
    taus = {"r": tau_plus, "o": tau_minus, "c": tau_c, "n": tau_n}
    both = 1 / (1 / tau_c + 1 / tau_n)
    now, rows = 0.0, []
    for t, arrived in _instants(trains):
        gap = t - now
        s["w"] += gain * s["c"] * s["n"] * both * -math.expm1(-gap / both)
        s["w"] -= gain * s["c"] * baseline * tau_c * -math.expm1(-gap / tau_c)
        s |= {k: s[k] * math.exp(-gap / tau) for k, tau in taus.items()}
        s["c"] += ("post" in arrived) * a_plus * s["r"] - ("pre" in arrived) * a_minus * s["o"]
        for train, lifts in (("pre", "r"), ("post", "o"), ("reward", "n")):
            s[lifts] += train in arrived
        s["w"] = min(max(s["w"], 0.0), 1.0)
        now = t
        rows += [(t, s["w"])] * len(arrived)
    return np.array(rows).reshape(-1, 2)


def resume_learning(
    pre: Sequence[float], post: Sequence[float], teacher: Sequence[float], a: float, amplitude: float, tau: float,
    start: float = 0.5,
) -> Array:  # fmt: skip
    """ReSuMe (Ponulak and Kasinski 2010); arguments as `resume_rule`."""

    def on_pre(s: dict[str, float]) -> None:
        """An input only leaves a trace."""

    def on_teacher(s: dict[str, float]) -> None:
        s["w"] += a + amplitude * s["r"]

    def on_post(s: dict[str, float]) -> None:
        s["w"] -= a + amplitude * s["r"]

    handlers: Handlers = {"pre": (on_pre, ("r",)), "post": (on_post, ()), "teacher": (on_teacher, ())}
    return run_events({"pre": pre, "post": post, "teacher": teacher}, {"r": tau}, handlers, {"r": 0.0, "w": start})
