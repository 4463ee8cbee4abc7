"""One firing of a circuit's own equations: where the spike is, where it leaves the membrane, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen

from ...circuits.circuit import Circuit
from ...circuits.equations.algebra import symbols_in
from ...circuits.errors import DesignError
from ...circuits.inputs import input_of, input_unit, spikes_of
from ...circuits.numeric.numeric import Closed
from ...circuits.runs.timescales import longest_own
from ...circuits.stimuli import extent
from ...circuits.units import show
from ..firing import MANY, OTHERWISE, RTOL, STEADY
from ..models.model import Solution, solve
from ..models.resolving import close_times
from .view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SAMPLES = 60
"""Times of an approach at which states are kept."""
FIRST = 1.0
"""Volts by which the input alone would charge the membrane in a first run."""
PARASITIC = 1e-3
"""A time constant that is a smaller part of that is not the membrane's."""
DOUBLINGS = 10
"""How often a run is made longer until its intervals are alike."""
CLOSE, LOOKS = 2001, 4
"""Times of an interval at which one looks for its highest voltage, and how often one looks closer."""


@frozen(eq=False)
class Approach:
    """The last way to a spike under a constant input, from where the last spike lets go of the membrane.

    Attributes:
        drive: the input, in its unit.
        interval: seconds between the last two spikes.
        closed: state of the switches meanwhile.
        states: on the way, evenly spaced in time, shape (n, points).
        left: states where the former spike took the membrane away.
        held: seconds from there to where this way begins.
        seen: seconds from the end of the way to where the circuit's spike is seen.
        switched: whether switches take the membrane away; else it is said to begin where it is lowest.
    """

    drive: float
    interval: float
    closed: Closed
    states: Array
    left: Array
    held: float
    seen: float
    switched: bool


def driven(circuit: Circuit, drive: float) -> Circuit:
    """The circuit with a constant input."""
    return circuit.with_values({input_of(circuit): drive})


def usual_drive(circuit: Circuit) -> float:
    """The input that a circuit has of itself, where that is largest."""
    low, high = extent(circuit.element(input_of(circuit)).stimulus)  # type: ignore[attr-defined]
    return high if abs(high) >= abs(low) else low


def approach(seen: View, drive: float) -> tuple[View, Approach]:
    """Let a circuit fire until its intervals are alike, and read off its last one.

    Args:
        seen: the circuit.
        drive: constant input, amperes or volts.

    Returns:
        The circuit as it is between spikes, turned so that its membrane rises towards them; and the last way to one.

    Raises:
        DesignError: it does not fire on.
    """
    circuit = driven(seen.circuit, drive)
    solution, spikes = _steadily(seen, circuit, drive)
    if len(spikes) < 3:
        unit = input_unit(circuit)
        raise DesignError(
            f"{circuit.title!r} fires {len(spikes)} times in {show(float(f'{solution.stop:.3g}'), 's')} at an input of "
            f"{show(drive, unit)}: where a spike begins and where it ends is read off steady firing; give one at "
            f"which it fires on, drive='1{'n' if unit == 'A' else ''}'."
        )
    seen = evolve(seen, sign=_sign(seen, solution, spikes))
    acting = _acting(seen)
    way = (
        _between_switches(seen, solution, spikes, acting, drive)
        if acting
        else _between_lows(seen, solution, spikes, drive)
    )
    return evolve(seen, closed=way.closed), way


def _sign(seen: View, solution: Solution, spikes: Array) -> float:
    """Which way the input drives the membrane; where it acts through other nodes, which way it mostly goes."""
    direct = float(seen.by_input(seen.initial)[seen.membrane]) * seen.scale
    if direct:
        return float(np.sign(direct))
    v = seen.scale * _states(seen, solution, np.linspace(spikes[-2], spikes[-1], CLOSE))[seen.membrane]
    return 1.0 if np.mean(np.diff(v) > 0) >= 0.5 else -1.0


def _steadily(seen: View, circuit: Circuit, drive: float) -> tuple[Solution, Array]:
    """A run in which the last two intervals are alike, or the longest that one looks at; and its spikes."""
    probe = spikes_of(circuit)[0]
    charges = abs(float(seen.by_input(seen.initial)[seen.membrane]) * drive)
    length, leaks = FIRST / charges if charges else np.inf, longest_own(seen.system.equations) or np.inf
    if not np.isfinite(length) or PARASITIC * length < leaks < length:
        length = leaks if np.isfinite(leaks) else OTHERWISE
    for _ in range(DOUBLINGS):
        solution = solve(circuit, length, RTOL)
        spikes = solution.spikes(probe)
        intervals = np.diff(spikes)
        if len(intervals) > 2 and (abs(intervals[-1] / intervals[-2] - 1) < STEADY or len(spikes) > MANY):
            break
        length *= 2
    return solution, spikes


def _states(seen: View, solution: Solution, times: Array) -> Array:
    """States as the view has them, (n, points)."""
    return seen.nodes @ solution.states(times)


def _acting(seen: View) -> list[int]:
    """Switches whose resistance stands in the membrane's own equation."""
    equations = seen.system.equations
    own = symbols_in(equations.rhs[seen.membrane])
    return [k for k, s in enumerate(equations.switches) if s.resistance in own]


def _between_switches(seen: View, solution: Solution, spikes: Array, acting: list[int], drive: float) -> Approach:
    """The longest stretch of the last interval in which no switch acts on the membrane otherwise than before."""
    stretches = _stretches(seen, solution, acting)
    overlap = [max(0.0, min(b, spikes[-1]) - max(a, spikes[-2])) for a, b, _ in stretches]
    begin, end, closed = stretches[int(np.argmax(overlap))]
    key = tuple(closed[k] for k in acting)
    former = [b for a, b, c in stretches if b <= begin and tuple(c[k] for k in acting) == key]
    left = former[-1] if former else begin
    times = np.linspace(begin, end, SAMPLES)
    inside = np.clip(times, np.nextafter(begin, end), np.nextafter(end, begin))
    return Approach(
        drive, float(spikes[-1] - spikes[-2]), _longest(seen, solution, begin, end), _states(seen, solution, inside),
        _states(seen, solution, np.array([np.nextafter(left, 0.0)]))[:, 0], float(begin - left),
        max(float(spikes[-1] - end), 0.0), True,
    )  # fmt: skip


def _timeline(seen: View, solution: Solution) -> list[tuple[float, Closed]]:
    """When the switches are in which state, from 0 on."""
    names = [s.name for s in seen.system.equations.switches]
    state = list(seen.system.initial_mode)
    line = [(0.0, tuple(state))]
    for change in solution.transitions:
        state[names.index(change.switch)] = change.closed
        if change.time == line[-1][0]:
            line.pop()
        line.append((change.time, tuple(state)))
    return line


def _stretches(seen: View, solution: Solution, acting: list[int]) -> list[tuple[float, float, Closed]]:
    """From when to when the switches that act stand still, and all of them at the start of that."""
    found: list[tuple[float, float, Closed]] = []
    line = _timeline(seen, solution)
    for (begin, closed), end in zip(line, [t for t, _ in line[1:]] + [solution.stop], strict=True):
        same = found and all(found[-1][2][k] == closed[k] for k in acting)
        if same:
            found[-1] = (found[-1][0], end, found[-1][2])
        else:
            found.append((begin, end, closed))
    return found


def _longest(seen: View, solution: Solution, begin: float, end: float) -> Closed:
    """The state of all switches that lasts longest between two times."""
    line = _timeline(seen, solution)
    lasts: dict[Closed, float] = {}
    for (a, closed), b in zip(line, [t for t, _ in line[1:]] + [solution.stop], strict=True):
        lasts[closed] = lasts.get(closed, 0.0) + max(0.0, min(b, end) - max(a, begin))
    return max(lasts, key=lasts.__getitem__)


def _between_lows(seen: View, solution: Solution, spikes: Array, drive: float) -> Approach:
    """From the lowest voltage after a spike to the highest before the next is seen."""
    last, now = float(spikes[-2]), float(spikes[-1])
    begin = _extreme(seen, solution, last, now, -1.0)
    end = _extreme(seen, solution, begin, now, 1.0)
    left = last - (now - end)  # a whole interval before the end
    way = np.linspace(begin, end, SAMPLES)
    return Approach(
        drive, now - last, seen.closed, _states(seen, solution, way), _states(seen, solution, np.array([left]))[:, 0],
        begin - left, now - end, False,
    )  # fmt: skip


def _extreme(seen: View, solution: Solution, begin: float, end: float, sign: float) -> float:
    """When the membrane is highest between two times (lowest for a sign of -1): ever closer around the best so far."""
    times = close_times(solution)
    times = np.union1d(np.linspace(begin, end, CLOSE), times[(times > begin) & (times < end)])
    for _ in range(LOOKS):
        best = int(np.argmax(sign * seen.of(_states(seen, solution, times))))
        found, low, high = (
            float(times[best]),
            float(times[max(best - 1, 0)]),
            float(times[min(best + 1, len(times) - 1)]),
        )
        if not low < high:
            break
        times = np.linspace(low, high, 101)
    return found
