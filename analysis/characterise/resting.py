"""Where a circuit rests without input, and how it moves about there: found before anything else is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.elements import GROUND
from ...circuits.equations.derive import derive
from ...circuits.errors import EquationError
from ...circuits.numeric.numeric import NumericEquations, compiled, input_symbol, node_expression
from ...circuits.runs.timescales import longest_own
from ...circuits.straight_stimuli import Ramp
from ...circuits.units import show
from ...netlists.spice.analyses import Transient
from ..firing import at_rest
from .legs import NgspiceLeg, Start, Task, solution_of, started, system_at, watching_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sympy import Expr

    from ...circuits.circuit import Circuit
    from ..models.hybrid import Transition
    from ..models.model import Solution
    from .subject import Subject

    Array = NDArray[np.float64]

OTHERWISE = 0.1
"""First length of a run where no time constant says one, seconds."""
LONGEST = 4096
"""No run to rest is longer, in its first length."""
STILL = 1e-5
"""What moves by no more than this part of its largest value, or a thousandth of the way it came, rests."""
CREEPING = 64
"""After so many first lengths a membrane that rests is enough: what only leaks away elsewhere may take for ever."""
SLOWLY = 100.0
"""Time constants in which a circuit is led to an input at which it would fire if that came at once."""
NEWTON = 8
"""Steps from where a run came to rest to where its slopes vanish."""
COUNTS = 1e-3
"""A mode counts from this part of the input resistance on."""
MOST = 16
"""Times that a run is made longer, to see the first spikes of what integrates."""
STANDS = 1e-12
"""Rates below this part of the fastest are none."""


@frozen(eq=False)
class Rest:
    """Where it rests.

    Attributes:
        v: of the membrane, volts, as the circuit has it.
        start: from where runs begin; None where it begins as its elements say.
        restless: why it does not rest, in words; "" where it does.
        seconds: of the run that came there.
        moved: by how much the membrane still moved in the second half of that run, volts.
        interval: between spikes of what fires without input, seconds; else None.
        swing: of the membrane of what does not rest, volts.
        creeping: what still moves where the membrane rests, in words; "" where nothing does.
    """

    v: float
    start: Start | None
    restless: str
    seconds: float
    moved: float
    interval: float | None = None
    swing: float = 0.0
    creeping: str = ""


@frozen(eq=False)
class Linear:
    """How the membrane answers the input about rest: v = R i at last, by modes with time constants.

    Attributes:
        resistance: volts per unit of input; as the circuit has it, so negative where more input lowers the membrane.
        poles: 1/s, of modes that count, largest part of the resistance first.
        parts: of the resistance, of each of these.
        stable: whether all modes die away.
        integrates: whether a mode that counts does not leak.
    """

    resistance: float
    poles: NDArray[np.complex128]
    parts: Array
    stable: bool
    integrates: bool

    @property
    def slowest(self) -> float:
        """Time constant of the slowest mode that counts and leaks, seconds; 0 where there is none."""
        rates = -np.real(self.poles)
        rates = rates[rates > 0]
        return float(1 / rates.min()) if len(rates) else 0.0


def rest_of_model(subject: Subject, stop: float | None) -> Rest:
    """Where the equations come to rest: by a run until nothing moves, then to where all slopes vanish.

    Under an input at which it fires on when that is there at once, it is led there slowly: where it then rests, it can
    do both.

    Args:
        subject: the circuit.
        stop: length of a run, seconds; from its time constants unless given, and longer until it rests or fires on.
    """
    found = _rest_from(subject, subject.driven(subject.base_stimulus), stop)
    if found.start is not None or not subject.base:
        return found
    length = SLOWLY * (stop or longest_own(derive(subject.circuit)) or OTHERWISE)
    slowly = Ramp(0.0, subject.base / length, 0.0, length)
    led = _rest_from(subject, subject.driven(slowly), 4 * length)
    return led if led.start is not None else found


def _rest_from(subject: Subject, circuit: Circuit, stop: float | None) -> Rest:
    """Where a circuit under an input that is still from half of a run on comes to rest."""
    first = stop or longest_own(derive(circuit)) or OTHERWISE
    length, longest = first, (1 if stop else LONGEST) * first
    while True:
        solution = solution_of(Task(circuit, None, length))
        spikes = solution.spikes(subject.probe)
        late = spikes[spikes > length / 2]
        if len(late) > 3:
            interval, v = float(np.diff(late)[-1]), _late(subject, solution, length)
            why = _fires(subject, 1 / interval)
            return Rest(float(v.mean()), None, why, length, np.inf, interval, float(np.ptp(v)))
        times = np.linspace(length / 2, length, 400)
        v = _late(subject, solution, length)
        states = solution.states(np.append([0.0], times))
        still = np.ones(len(states), dtype=bool) if at_rest(solution) else _still(states)
        if still.all() or (length >= CREEPING * first and np.ptp(v) <= STILL * np.abs(states).max()):
            break
        if length >= longest:
            swing = float(np.ptp(v))
            return Rest(float(v.mean()), None, _never(subject, swing, length), length, swing, None, swing)
        length = min(4 * length, longest)
    x = solution.states(np.array([length]))[:, 0]
    system = system_at(circuit, None)
    closed = _closed_at_end(system, solution.transitions)
    u = system_at(subject.driven(subject.base_stimulus), None).initial_inputs
    x = _settled(system, x, u, closed) if still.all() else x
    start = Start(tuple(x.tolist()), closed)
    here = compiled(system.equations, [_membrane(system, subject)])
    at = float(here(x, u, system.resistances(closed))[0])
    left = [s.symbol.name for s, rests in zip(system.equations.states, still, strict=True) if not rests]
    creeping = f"{', '.join(left)} still moved after {show(float(f'{length:.3g}'), 's')} without input" if left else ""
    return Rest(at, start, "", length, float(np.ptp(v)), creeping=creeping)


def _still(states: Array) -> NDArray[np.bool_]:
    """Which states, given at the start and in the second half of a run, move no more in that."""
    late, largest = np.ptp(states[:, 1:], axis=1), np.abs(states).max(axis=1)
    return late <= np.maximum(STILL * largest, STILL / 10 * largest.max())


def _closed_at_end(system: NumericEquations, transitions: Sequence[Transition]) -> tuple[bool, ...]:
    now = {s.name: s.closed for s in system.equations.switches}
    now |= {name: closed for _, name, closed in transitions}
    return tuple(now[s.name] for s in system.equations.switches)


def _settled(system: NumericEquations, x: Array, u: Array, closed: tuple[bool, ...]) -> Array:
    """States nearby at which all slopes vanish; as they are where Newton's method does not lead there."""
    r = system.resistances(closed)
    best, least = x, np.inf
    for _ in range(NEWTON):
        with np.errstate(all="ignore"):
            slopes, jacobian = system.rhs(x, u, r), _jacobian(system, x, u, r)
        size = float(np.abs(slopes).max(initial=0.0))
        if not np.isfinite(size) or not np.isfinite(jacobian).all() or not size < least:
            break
        best, least = x, size
        x = x - np.linalg.lstsq(jacobian, slopes, rcond=STANDS)[0]
    return best


def _jacobian(system: NumericEquations, x: Array, u: Array, r: Array) -> Array:
    return np.asarray(system.jacobian(x, u, r), dtype=float).reshape(len(x), len(x))


def _membrane(system: NumericEquations, subject: Subject) -> Expr:
    return node_expression(system.equations, subject.membrane, GROUND)


def _late(subject: Subject, solution: Solution, length: float) -> Array:
    """The membrane in the second half of a run."""
    return solution.values([_membrane(solution.system, subject)], np.linspace(length / 2, length, 400))[0]


def linear_at(subject: Subject, rest: Rest) -> Linear | None:
    """The equations linearised about rest; None where they cannot be.

    The answer of the membrane to the input is d + c (sI - A)^-1 b, which is taken apart into modes.
    """
    if rest.start is None:
        return None
    system = system_at(subject.driven(subject.base_stimulus), rest.start)
    x, u, r = system.initial, system.initial_inputs, system.resistances(rest.start.closed)
    read = compiled(system.equations, [_membrane(system, subject)])
    try:
        k = list(system.equations.inputs).index(input_symbol(system.equations, subject.source))
        a = _jacobian(system, x, u, r)
        b, d = (_slope(f, u, k, lambda w, f=f: f(x, w, r)) for f in (system.rhs, read))
        c = np.array([_slope(read, x, j, lambda y: read(y, u, r))[0] for j in range(len(x))])
        rates, vectors = np.linalg.eig(a)
        weights = (c @ vectors) * np.linalg.solve(vectors, b.astype(complex))
    except (EquationError, np.linalg.LinAlgError):
        return None
    if not (np.isfinite(weights).all() and np.isfinite(rates).all()):
        return None
    stands = np.abs(rates) <= STANDS * np.abs(rates).max()
    parts = np.where(stands, 0.0, -weights / np.where(stands, 1.0, rates))
    total = float(np.real(parts.sum())) + float(d[0])
    grows = stands & (np.abs(weights) > 0)
    order = [j for j in np.argsort(-np.abs(parts)) if np.abs(parts[j]) > COUNTS * np.abs(parts).max(initial=0.0)]
    return Linear(total, rates[order], np.real(parts[order]), bool((np.real(rates) <= 0).all()), bool(grows.any()))


def _slope(function: object, at: Array, k: int, of: object) -> Array:
    """Derivative of a function by one of its arguments, by a difference: exact where it is linear."""
    step = 1e-6 * max(abs(float(at[k])), float(np.abs(at).max(initial=0.0)) * 1e-3, 1e-12)
    up, down = at.copy(), at.copy()
    up[k] += step
    down[k] -= step
    return (np.asarray(of(up)) - np.asarray(of(down))) / (up[k] - down[k])  # type: ignore[operator]


def rest_of_ngspice(subject: Subject, leg: NgspiceLeg, stop: float) -> Rest:
    """Where ngspice comes to rest: by a run until nothing moves; runs begin with the voltages of all nodes there.

    Args:
        subject: the circuit.
        leg: who runs it.
        stop: length of a run, seconds; four times longer, and again, until it rests or fires on.
    """
    circuit, names = watching_all(subject.driven(subject.base_stimulus))
    start: Start | None = None
    length = stop
    for _ in range(3):
        run = leg.engine.run(started(circuit, start), Transient(length), leg.accuracy)
        time = run["time"].values
        late = time > length / 2
        rows = np.array([run[p].values for p in names.values()])
        v = run[names[subject.membrane]].values
        from ..spikes import spike_times

        spikes = spike_times(subject.probe, time, run[subject.probe.name].values)
        if (spikes > length / 2).sum() > 3:
            interval, swing = float(np.diff(spikes)[-1]), float(np.ptp(v[late]))
            return Rest(float(v[late].mean()), None, _fires(subject, 1 / interval), length, np.inf, interval, swing)
        start = Start(volts=tuple(zip(names, rows[:, -1].tolist(), strict=True)))
        swing = float(np.abs(rows).max())
        if (np.ptp(rows[:, late], axis=1) <= 10 * STILL * swing).all():
            return Rest(float(v[-1]), start, "", length, float(np.ptp(v[late])))
        length *= 2
    swing = float(np.ptp(v[late]))
    return Rest(float(v[-1]), None, _never(subject, swing, length / 2), length / 2, swing, None, swing)


def _fires(subject: Subject, rate: float) -> str:
    return f"it fires without input, at {show(float(f'{rate:.4g}'), 'Hz')}{_at(subject)}"


def _never(subject: Subject, swing: float, length: float) -> str:
    return (
        f"its membrane does not come to rest without input{_at(subject)}: it still moves by "
        f"{show(float(f'{swing:.3g}'), 'V')} in the second half of {show(float(f'{length:.3g}'), 's')}"
    )


def _at(subject: Subject) -> str:
    return f" ({subject.source} at {show(subject.base, subject.unit)})" if subject.base else ""


def interval_of(subject: Subject, circuit: Circuit) -> float | None:
    """How long a circuit that integrates takes from spike to spike under the input that it brings, seconds.

    Runs begin with some of its fastest time constants and become four times longer until it has fired three times.
    """
    system = system_at(circuit, None)
    x, u, r = system.initial, system.initial_inputs, system.resistances(system.initial_mode)
    rates = np.abs(np.linalg.eigvals(_jacobian(system, x, u, r)))
    if not np.isfinite(rates).all() or not rates.any():
        return None
    length = 100 / float(rates.max())
    for _ in range(MOST):
        spikes = solution_of(Task(circuit, None, length)).spikes(subject.probe)
        if len(spikes) > 2:
            return float(np.diff(spikes)[-1])
        length *= 4
    return None


def pull_of(subject: Subject) -> float:
    """How fast a unit of input moves the membrane, as the circuit begins, V/s for each; 0 where it does not at once."""
    return _pull(subject, system_at(subject.circuit, None))


def pull_about(subject: Subject, rest: Rest) -> float:
    """The same about rest."""
    return _pull(subject, system_at(subject.driven(subject.base_stimulus), rest.start))


def _pull(subject: Subject, system: NumericEquations) -> float:
    x, u, r = system.initial, system.initial_inputs, system.resistances(system.initial_mode)
    k = list(system.equations.inputs).index(input_symbol(system.equations, subject.source))
    b = _slope(system.rhs, u, k, lambda w: system.rhs(x, w, r))
    read = compiled(system.equations, [_membrane(system, subject)])
    c = np.array([_slope(read, x, j, lambda y: read(y, u, r))[0] for j in range(len(x))])
    return abs(float(c @ b))
