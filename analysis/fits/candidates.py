"""Which models are tried, and where each fit begins: read off the dynamic I-V curve and the recordings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from ...circuits.neurons.flows import Flow
from .dynamic_iv import DynamicIv
from .least import FLOOR
from .parameters import Candidate, Parameter
from .recording import Recording

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FLAT = 0.1
"""A curve has not turned up by less, in the current that lifts the membrane from reset to spike in an interval."""
SHARPEST = 3e-3
"""An exponential that grows e-fold in less of the swing is a threshold."""
KNOTS = 10
"""Points of a table."""
TAUS = (0.5, 30.0)
"""Time constants of adaptations lie between so many middle intervals."""
FALLS = (0.3, 2.0, 8.0)
"""Where fits of a second variable begin, in middle intervals."""


@frozen(eq=False)
class Scene:
    """What the starts of all fits are made of.

    Attributes:
        curve: the dynamic I-V curve.
        reset: where the membrane is after the window behind a spike, volts.
        turn: where a spike turns the membrane round or is seen, volts.
        turn_sigma: how much that differs from spike to spike.
        onset: lowest point of the curve before it turns up; `turn` where it does not.
        g: slope of the curve's lower part, siemens.
        q: the curve at the middle of the voltages, amperes.
        middle: of the voltages, volts.
        window: behind a spike, seconds.
        shortest: interval, seconds.
        interval: the middle one.
        current: mean of what is put in, amperes.
        length: of everything, seconds.
    """

    curve: DynamicIv
    reset: float
    turn: float
    turn_sigma: float
    onset: float
    g: float
    q: float
    middle: float
    window: float
    shortest: float
    interval: float
    current: float
    length: float

    @property
    def swing(self) -> float:
        """From reset to spike, volts."""
        return self.turn - self.reset

    @property
    def leak(self) -> float:
        """A leak that matters, siemens."""
        return max(self.g, 0.3 * self.curve.c / self.interval)

    @property
    def slowest(self) -> float:
        """No second variable is slower, seconds."""
        return min(TAUS[1] * self.interval, self.length)

    @property
    def drive(self) -> float:
        """A large current, amperes."""
        return self.curve.c * self.swing / self.interval


def scene_of(recordings: Sequence[Recording], curve: DynamicIv) -> Scene:
    """Read off where fits begin."""
    intervals = np.concatenate([r.intervals for r in recordings])
    turns = np.concatenate([r.at(r.turns) for r in recordings])
    window = min(curve.window, 0.9 * float(intervals.min()))
    after = np.concatenate([r.at(r.spikes[r.spikes + window < r.time[-1]] + window) for r in recordings])
    turn, reset = float(np.median(turns)), float(np.median(after))
    v, f = curve.v, curve.f
    # of an integrator the curve is flat, and its lowest point anywhere: up to where it has not yet turned up
    drive = curve.c * (turn - reset) / float(np.median(intervals))
    last = int(np.flatnonzero(f <= f.min() + FLAT * drive)[-1])
    onset = float(v[last]) if 2 < last < len(v) - 2 else turn
    lower = v <= v[0] + 0.7 * (onset - v[0])
    g, at = np.polyfit(v[lower], f[lower], 1) if np.count_nonzero(lower) > 2 else (0.0, float(f.mean()))
    middle = (max(reset, float(v[0])) + onset) / 2
    mean = float(np.average([r.current.mean() for r in recordings], weights=[r.length for r in recordings]))
    return Scene(
        curve, reset, turn, float(np.std(turns)), onset, max(-float(g), 1e-3 * curve.c / float(np.median(intervals))),
        float(g * middle + at), middle, window, float(intervals.min()), float(np.median(intervals)), mean,
        sum(r.length for r in recordings),
    )  # fmt: skip


def candidates(scene: Scene) -> tuple[tuple[str, tuple[Candidate, ...]], ...]:
    """Every model that is tried, the simplest first: its name, and the starts from which it is fitted."""
    plain, held = _membrane(scene), (*_membrane(scene), _release(scene))
    levels = [_level(scene, s) for s in _levels(scene)]
    leak = {"release": 0.0, "delay": 0.0}
    delay = Parameter("delay", 1e-4 * scene.interval, 0.0, scene.shortest, scene.interval / 10, natural=True)
    lif = [Candidate("LIF", "leak", (*plain, v), leak, scene.middle) for v in levels]
    refractory = [
        Candidate("LIF, refractory", "leak", (*held, v), {"delay": 0.0}, scene.middle) for v in levels
    ]  # fmt: skip
    late = [
        Candidate("LIF, refractory, late", "leak", (*held, v, delay), {}, scene.middle) for v in levels
    ]  # fmt: skip
    second = (*held, levels[-1], delay)
    adaptive = [
        Candidate("adaptive LIF", "leak", (*second, *_adaptation(scene, k)), {}, scene.middle) for k in FALLS
    ]  # fmt: skip
    moving = [
        Candidate("adaptive threshold", "leak", (*second, *_threshold(scene, k)), {}, scene.middle) for k in FALLS
    ]  # fmt: skip
    both = [
        Candidate(
            "adaptive LIF, moving threshold", "leak", (*second, *_adaptation(scene, k), *_threshold(scene, k)), {},
            scene.middle,
        )
        for k in FALLS[:1]
    ]  # fmt: skip
    fixed = {"delay": 0.0, "v_spike": scene.turn}
    spread = {"v_spike": max(scene.turn_sigma, FLOOR * scene.swing)}
    sharp = (*held, *_exponential(scene))
    exponential = [Candidate("exponential IF", "exponential", sharp, fixed, scene.middle, known=spread)]
    adex = [
        Candidate("AdEx", "exponential", (*sharp, *_adaptation(scene, k)), fixed, scene.middle, known=spread)
        for k in FALLS
    ]
    table = [_table(scene, fixed)]
    turning = [
        attrs.evolve(table[0], name="table, adaptive", parameters=(*table[0].parameters, *_adaptation(scene, k)))
        for k in FALLS[:2]
    ]
    return tuple(
        (group[0].name, tuple(group))
        for group in (lif, refractory, late, exponential, moving, adaptive, both, adex, table, turning)
        if len(group)
    )


def _membrane(s: Scene) -> tuple[Parameter, ...]:
    return (
        Parameter("c", s.curve.c, s.curve.c / 10, s.curve.c * 10, ratio=True),
        Parameter("g", s.g, 1e-6 * s.leak, 1e3 * s.leak, s.leak, natural=True),
        Parameter("q", s.q, s.q - 100 * s.drive, s.q + 100 * s.drive, s.drive),
        Parameter("v_reset", s.reset, s.reset - 2 * s.swing, s.reset + 0.99 * s.swing, s.swing),
    )


def _release(s: Scene) -> Parameter:
    return Parameter("release", s.window, 0.0, 0.999 * s.shortest, s.interval, natural=True)


def _levels(s: Scene) -> list[float]:
    """Where a threshold may be: from where the curve turns up to where the spike is."""
    if s.onset >= s.turn - 0.05 * s.swing:
        return [s.turn]
    return [s.onset + (s.turn - s.onset) * k for k in (0.1, 0.4)]


def _level(s: Scene, at: float) -> Parameter:
    return Parameter("v_spike", at, s.reset + 0.02 * s.swing, s.turn + s.swing, s.swing)


def _exponential(s: Scene) -> tuple[Parameter, ...]:
    known = s.curve.exponential
    good = known is not None and s.reset - s.swing < known.v_t < s.turn and known.delta_t < s.swing
    sharp = known.delta_t if known is not None and good else 0.05 * s.swing
    at = known.v_t if known is not None and good else min(s.onset, s.turn - 4 * sharp)
    return (
        Parameter("delta_t", max(sharp, 2 * SHARPEST * s.swing), SHARPEST * s.swing, s.swing, ratio=True),
        Parameter("v_t", at, s.reset - 2 * s.swing, s.turn, s.swing),
    )


def _adaptation(s: Scene, intervals: float) -> tuple[Parameter, ...]:
    return (
        Parameter("a", 0.0, -20 * s.leak, 20 * s.leak, s.leak),
        Parameter("b", 0.02 * s.drive, -10 * s.drive, 10 * s.drive, 0.3 * s.drive),
        Parameter("tau_w", intervals * s.interval, TAUS[0] * s.shortest / 10, s.slowest, ratio=True),
    )  # fmt: skip


def _threshold(s: Scene, intervals: float) -> tuple[Parameter, ...]:
    return (
        Parameter("jump", 0.02 * s.swing, -s.swing, 5 * s.swing, 0.3 * s.swing),
        Parameter("tau_h", intervals * s.interval, TAUS[0] * s.shortest / 10, s.slowest, ratio=True),
    )  # fmt: skip


def _table(s: Scene, fixed: dict[str, float]) -> Candidate:
    """The curve itself, its points moved; denser where it bends."""
    v, f = s.curve.v, s.curve.f
    share = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(v) / np.ptp(v), np.diff(f) / max(np.ptp(f), 1e-300)))])
    knots = np.unique(np.interp(np.linspace(0, share[-1], KNOTS), share, v))
    if s.turn > knots[-1] + 0.05 * s.swing:
        knots = np.append(knots, np.linspace(knots[-1], s.turn, 4)[1:])
    c, _, _, reset = _membrane(s)
    points = tuple(
        Parameter(f"f{k}", float(np.interp(x, v, f)), -1e3 * s.drive, 1e3 * s.drive, s.drive)
        for k, x in enumerate(knots)
    )
    return Candidate(
        "table", "table", (c, reset, _release(s), *points), fixed, s.middle, tuple(float(k) for k in knots)
    )  # fmt: skip


def begun_at(candidate: Candidate, found: dict[str, float]) -> Candidate:
    """The same candidate, begun where a simpler one ended."""
    return attrs.evolve(candidate, parameters=[_moved(p, found.get(p.name, p.start)) for p in candidate.parameters])


def table_at(candidate: Candidate, flow: Flow, found: dict[str, float], most: float) -> Candidate:
    """A table that begins as another flow, up to a largest current."""
    points = {f"f{k}": min(float(flow.at(v)), most) for k, v in enumerate(candidate.knots)}
    return begun_at(candidate, {**found, **points})


def _moved(p: Parameter, start: float) -> Parameter:
    inside = min(max(start, p.low), p.high)
    return p if p.ratio and not inside > 0 else attrs.evolve(p, start=inside)
