"""The strength-duration curve: the least pulse that fires, for each duration; Lapicque's own measurement.

Lapicque 1907 (J Physiol Pathol Gen 9:620, translated in Brunel and van Rossum 2007, Biol Cybern 97:341): a leaky
capacitor reaches its threshold under i for the time d where i = i_rh / (1 - exp(-d / tau)); its chronaxie, the
duration at which twice the rheobase is needed (Lapicque 1909), is tau ln 2. Weiss 1901 had measured i = i_rh (1 +
chronaxie / d).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.stimuli import Stimulus
from .bench import Bench, size_of
from .figure import Figure, missing
from .passive import Passive
from .search import Bracket, bracketed, fired, narrowed
from .threshold import WAIT, Rheobase, precision, pulse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

DURATIONS = (0.05, 0.15, 0.4, 1.0, 2.5, 6.0)
"""In time constants of the membrane."""
COARSER = 5.0
"""The points of the curve are found to so much less than the rheobase."""


@frozen(eq=False)
class StrengthDuration:
    """The curve, and what two laws make of it.

    Attributes:
        figures: chronaxie, and how well the laws hold.
        durations: seconds.
        strengths: the least pulses, turned.
        errors: half of their brackets.
        lapicque: rheobase and time constant of Lapicque's law through the points; None where it was not fitted.
        weiss: rheobase and chronaxie of Weiss's law.
    """

    figures: tuple[Figure, ...]
    durations: Array
    strengths: Array
    errors: Array
    lapicque: tuple[float, float] | None = None
    weiss: tuple[float, float] | None = None


def lapicque_law(d: Array, rheobase: float, tau: float) -> Array:
    """The least pulse of a leaky capacitor."""
    return rheobase / -np.expm1(-d / tau)


def weiss_law(d: Array, rheobase: float, chronaxie: float) -> Array:
    """The least pulse by Weiss's law: a charge that grows in a straight line."""
    return rheobase * (1 + chronaxie / d)


def strength_duration(bench: Bench, passive: Passive, found: Rheobase, charge: float | None = None) -> StrengthDuration:
    """Find the least pulse for some durations, all side by side, and the duration at which twice the rheobase fires.

    Args:
        bench, passive, found: the circuit, and what is known of it.
        charge: that fires it in a brief pulse, where it is known: no shorter pulse is looked for below that.
    """
    none = np.zeros(0)
    if bench.rest.start is None or bench.fires_at is None:
        why = bench.rest.restless or f"it does not fire up to {size_of(bench.tried, bench.unit)}"
        return StrengthDuration((missing("chronaxie", "s", why),), none, none, none)
    widths = passive.tau * np.array(DURATIONS)
    wait = _wait(bench, passive, found)

    def ask(k: int, height: float) -> tuple[Stimulus, float]:
        width = float(passive.tau * DURATIONS[kept[k]])
        return pulse(bench, height, width), bench.lead + width + wait

    kept = list(range(len(widths)))
    base = found.first.middle if found.first is not None else 0.0
    least = (charge or bench.fires_at * passive.tau / 4) / widths
    guess = 0.95 * np.maximum(lapicque_law(widths, base, passive.tau), least if charge else 0.0) if base else least
    brackets = bracketed(bench, guess.tolist(), ask, fired(bench), factor=1.15 if base else 2.0, most=12)
    kept = [k for k, b in enumerate(brackets) if b is not None and b.runs[0]]
    if len(kept) < 4:
        why = "too few durations have a least pulse that fires"
        return StrengthDuration((missing("chronaxie", "s", why),), none, none, none)
    open_ = [b for b in brackets if b is not None and b.runs[0]]
    closed = narrowed(bench, open_, ask, fired(bench), COARSER * precision(bench))
    widths = widths[kept]
    strengths, errors = (np.array([getattr(b, n) for b in closed]) for n in ("middle", "half"))
    laws = _fitted(lapicque_law, widths, strengths, passive.tau), _fitted(weiss_law, widths, strengths, passive.tau / 2)
    figures = [_chronaxie(bench, found, closed, widths, wait)]
    for name, law, fit in (("Lapicque", lapicque_law, laws[0]), ("Weiss", weiss_law, laws[1])):
        figures.append(_worst(bench.unit, name, law, fit, widths, strengths, closed))
    return StrengthDuration(tuple(figures), widths, strengths, errors, *laws)


def _wait(bench: Bench, passive: Passive, found: Rheobase) -> float:
    """How long after a pulse one waits for a spike: not less than the rheobase itself takes to make one."""
    wait = WAIT * passive.settles
    if found.first is None:
        return wait
    spikes = bench.journal.get(found.first.runs[1]).spikes - bench.lead
    return max(wait, *spikes[spikes >= 0][:1].tolist())


def _fitted(law: object, d: Array, i: Array, tau: float) -> tuple[float, float] | None:
    from scipy.optimize import curve_fit

    try:
        (a, b), _ = curve_fit(law, d / tau, i / i.min(), p0=(1.0, 1.0), sigma=i / i.min())  # type: ignore[arg-type]
    except RuntimeError:
        return None
    return float(a * i.min()), float(b * tau)


def _worst(
    unit: str, name: str, law: object, fit: tuple[float, float] | None, d: Array, i: Array, seen: list[Bracket]
) -> Figure:
    called, runs = f"{name}'s law misses by", [r for b in seen for r in b.seen]
    if fit is None:
        return missing(called, "1", "no parameters were found for it", runs)
    worst = float(np.max(np.abs(law(d, *fit) / i - 1)))  # type: ignore[operator]
    error = max(b.half / b.middle for b in seen)
    second = "time constant" if name == "Lapicque" else "chronaxie"
    worst = worst if worst > error else 0.0
    words = f"with a rheobase of {size_of(fit[0], unit)} and a {second} of {size_of(fit[1], 's')}"
    return Figure(called, worst, "1", error, tuple(runs), words)


def _chronaxie(bench: Bench, found: Rheobase, closed: list[Bracket], widths: Array, wait: float) -> Figure:
    """The duration at which twice the rheobase fires, found by itself: the curve only says where to look."""
    name = "chronaxie"
    if found.first is None:
        spread = [b.middle * d for b, d in zip(closed, widths, strict=True)]
        told = f"it has no rheobase; pulses of {size_of(spread[0], 'C' if bench.unit == 'A' else 'Vs')} fire it"
        return missing(name, "s", told, [r for b in closed for r in b.seen])
    height = 2 * found.first.middle

    def ask(_: int, width: float) -> tuple[Stimulus, float]:
        return pulse(bench, height, width), bench.lead + width + wait

    strengths = np.array([b.middle for b in closed])
    guess = float(np.exp(np.interp(-np.log(height), -np.log(strengths), np.log(widths))))
    (bracket,) = bracketed(bench, [guess], ask, fired(bench), factor=1.15, most=12)
    if bracket is None or not bracket.runs[0]:
        return missing(name, "s", f"no duration was found at which {size_of(height, bench.unit)} begins to fire it")
    (bracket,) = narrowed(bench, [bracket], ask, fired(bench), precision(bench))
    relative = found.first.half / found.first.middle
    slope = abs(np.gradient(np.log(widths), np.log(strengths))[int(np.argmin(np.abs(widths - bracket.middle)))])
    error = float(np.hypot(bracket.half, bracket.middle * relative * slope))
    return Figure(name, bracket.middle, "s", error, (*found.first.seen, *bracket.seen), "at twice the rheobase")
