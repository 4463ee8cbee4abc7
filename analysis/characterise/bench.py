"""The bench: a circuit at rest, its input turned so that it excites, and every run of it remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
from attrs import define, field, frozen

from ...circuits.arguments import positive, want
from ...circuits.circuit import Circuit
from ...circuits.errors import DesignError
from ...circuits.inputs import input_unit
from ...circuits.library import circuit_of
from ...circuits.stimuli import Constant, Stimulus, evaluate
from ...circuits.straight_stimuli import Step
from ...circuits.units import Value, parse, show
from ...netlists.spice.accuracy import accuracy as named_accuracy
from ..plain_firing import is_plain_run, want_engine
from .journal import Journal, Run, key_of
from .kept_rest import kept_rest
from .legs import Leg, ModelLeg, NgspiceLeg, Task
from .resting import Linear, Rest, interval_of, linear_at, pull_of, rest_of_model, rest_of_ngspice
from .subject import Subject, other_level, own_input, subject_of, turned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...netlists.ngspice.engine import Engine

    Array = NDArray[np.float64]

HORIZON = 25.0
"""Length of a long run in the slowest time constant that counts about rest."""
LEAD = 0.02
"""Part of a long run that ngspice is given before a stimulus: its own first steps."""
RISE = 1e-4
"""Rise of a step, as a part of what it is to show."""
FACTORS = (1.0, 4.0, 0.25, 16.0, 64.0, 0.0625, 256.0, 1024.0)
"""Inputs at which it is tried whether it fires, in the one that the circuit brings;"""
SMALLER = (2.0**-6, 2.0**-8, 2.0**-10)
"""in one that was guessed, from the smallest on, these too: what is too much may take long."""
WORKERS = 2


@frozen(eq=False)
class Observation:
    """What was seen of a run, turned so that input excites and spikes rise.

    Attributes:
        stimulus: what was applied, in the unit of the input, from its resting value on.
        stop: length of the run, seconds.
        spikes: their times, seconds.
        time: seconds, shape (points,).
        v: of the membrane at those times, volts.
        current: the stimulus at those times.
        run: its key in the journal.
    """

    stimulus: Stimulus
    stop: float
    spikes: Array
    time: Array
    v: Array
    current: Array
    run: str


@define(eq=False)
class Bench:
    """A circuit under test; use as a context manager, which lets go of its helpers.

    Attributes:
        subject: what of the circuit is what.
        leg: who runs it.
        rest: where it rests.
        linear: how it moves about rest; None for circuits without equations, and for those that do not rest.
        journal: the runs.
        sign: 1, or -1 where less input fires more.
        turn: 1, or -1 where the membrane falls when it is excited.
        fires_at: an input at which it fires, turned; None where none was found.
        tried: the largest input that was tried, turned.
        horizon: length of a long run, seconds: after it what did not fire does not.
        largest: no experiment applies more than this, turned; None where nobody forbids it.
        said: what a reader must know of how it was turned.
    """

    subject: Subject
    leg: Leg
    rest: Rest
    linear: Linear | None
    journal: Journal
    accuracy: str
    horizon: float
    progress: Callable[[], object] = lambda: None
    largest: float | None = None
    sign: float = 1.0
    turn: float = 1.0
    fires_at: float | None = None
    tried: float = 0.0
    said: list[str] = field(factory=list)
    seconds: float = 0.0
    """Work of a processor on runs of this bench that were not known before."""
    asked: set[str] = field(factory=set)
    """The runs that its experiments asked for, by their keys;"""
    made: int = 0
    """so many of them were not known before."""

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of helpers; an engine that was given stays open."""
        self.leg.close()

    def took(self, key: str, seconds: float) -> None:
        """A run was made that was not known."""
        self.asked.add(key)
        self.made += 1
        self.seconds += seconds
        self.progress()

    @property
    def workers(self) -> int:
        """How many runs are done at once."""
        return self.leg.workers

    @property
    def lead(self) -> float:
        """When stimuli begin, seconds."""
        return LEAD * self.horizon if self.leg.name == "ngspice" else 0.0

    @property
    def unit(self) -> str:
        """Of the input."""
        return self.subject.unit

    @property
    def v_rest(self) -> float:
        """Of the membrane, turned, volts."""
        return self.turn * self.rest.v

    def step(self, height: float, at: float | None = None, rise: float | None = None) -> Stimulus:
        """A step from rest, turned: at the lead unless another time is given."""
        since = self.lead if at is None else at
        if self.rest.start is None and at is None:
            return Constant(height)
        return Step(0.0, height, since, rise or RISE * self.horizon / HORIZON)

    def observe(self, stimuli: Sequence[Stimulus], stop: Value | Sequence[float]) -> list[Observation]:
        """Run the circuit under several stimuli, side by side; a run that is known is not made again.

        Args:
            stimuli: turned, from the resting input on (0 is rest); each run begins at rest.
            stop: length of the runs, seconds; or one for each.

        Returns:
            What was seen, in the order of the stimuli.

        Raises:
            SimulationError: ngspice does not run it.
            EquationError: the solver gave up.
        """
        stops = list(map(float, stop)) if isinstance(stop, (list, tuple, np.ndarray)) else None
        stops = stops or [positive(stop, "stop", "'10m'", unit="s")] * len(stimuli)  # type: ignore[arg-type]
        applied = [turned(s, self.sign, self.subject.base) for s in stimuli]
        tasks = [Task(self.subject.driven(a), self.rest.start, t) for a, t in zip(applied, stops, strict=True)]
        keys = [self._key(task, a) for task, a in zip(tasks, applied, strict=True)]
        new = {k: t for k, t in zip(keys, tasks, strict=True) if k not in self.journal}
        self.asked |= set(keys)
        for key, run in zip(new, self.leg.run(self.subject, list(new.values())) if new else (), strict=True):
            self.journal.add(key, run)
            self.took(key, run.seconds)
        runs = map(self.journal.get, keys)
        return [self._seen(*each) for each in zip(stimuli, stops, keys, runs, strict=True)]

    def _seen(self, stimulus: Stimulus, stop: float, key: str, run: Run) -> Observation:
        current = evaluate(stimulus, run.time)
        return Observation(stimulus, stop, run.spikes, run.time, self.turn * run.v, current, key)

    def _key(self, task: Task, stimulus: Stimulus) -> str:
        return key_of(self._constant, stimulus, task.stop)

    @cached_property
    def _constant(self) -> str:
        """What all runs of the bench have in common."""
        start = self.rest.start
        begun = "as it is" if start is None else (start.states, start.closed, start.volts)
        circuit = self.subject.driven(self.subject.base_stimulus).to_json()
        own = metadata.version("lapicque"), self.leg.name, self.accuracy, self.subject.membrane, self.subject.source
        return key_of(*own, circuit, begun)


def bench_of(
    what: str | Circuit,
    engine: Engine | None = None,
    accuracy: str = "standard",
    journal: str | Path | Journal | None = None,
    stop: Value | None = None,
    upto: Value | None = None,
    base: Value | None = None,
    by: str | None = None,
    progress: Callable[[], object] = lambda: None,
    workers: int = WORKERS,
) -> Bench:
    """Put a circuit on the bench: find its parts, its rest, and which way its input excites it.

    Args:
        what: a circuit with a spike probe and an input, or the name of one of the library.
        engine: of ngspice, which circuits without equations need.
        accuracy: of ngspice.
        journal: of runs, or the name of its file.
        stop: length of a long run, seconds; from the time constants of the equations unless given.
        upto: the largest input that is applied, in its unit.
        base: the input at which it rests; 0 unless given, or what a stimulus of its own begins with.
        by: "model" or "ngspice"; the model where there are equations, unless given.
        progress: called after each run.
        workers: processes that the model may use.

    Raises:
        DesignError: no input, no spike probe, or no engine or length of run where these are needed; says what to give.
    """
    circuit, accuracy = circuit_of(what), named_accuracy(accuracy).name
    if engine is not None:
        want_ngspice(circuit, engine)
    if not isinstance(journal, Journal):
        journal = Journal(journal)  # type: ignore[arg-type]
    end = None if stop is None else positive(stop, "stop", "'10m'", unit="s")
    most = None if upto is None else positive(upto, "upto", "'5u'", unit=input_unit(circuit))
    subject = subject_of(circuit, None if base is None else parse(base, "base"))
    opaque = is_plain_run(circuit)
    if by not in (None, "model", "ngspice"):
        raise DesignError(f"by is {by!r}: give 'model' or 'ngspice', or nothing.")
    if opaque and by == "model":
        want_engine(circuit, None, None)
    if opaque or by == "ngspice":
        opened, end = want_engine(circuit, engine, end) if opaque else (want_ngspice(circuit, engine), end)
        leg: Leg = NgspiceLeg(opened, accuracy)
    else:
        leg = ModelLeg(workers)
    if opaque and end and isinstance(leg, NgspiceLeg):
        rest = _rest_by_ngspice(subject, leg, end, journal)
    else:
        rest = kept_rest(journal, _key_of_rest(subject, "model"), lambda: rest_of_model(subject, None))
    linear = None if opaque else linear_at(subject, rest)
    if isinstance(leg, NgspiceLeg) and not opaque:
        rest = _rest_by_ngspice(subject, leg, end or horizon_of(circuit, subject, linear, rest), journal)
    horizon = end or horizon_of(circuit, subject, linear, rest)
    bench = Bench(subject, leg, rest, linear, journal, accuracy, horizon, progress, most)
    bench.said += [words for words in (subject.held, other_level(circuit, subject), rest.creeping) if words]
    try:
        _turn(bench, own_input(circuit, subject.source) - subject.base)
    except BaseException:
        bench.close()
        raise
    return bench


def _rest_by_ngspice(subject: Subject, leg: NgspiceLeg, length: float, journal: Journal) -> Rest:
    key = _key_of_rest(subject, leg.name, leg.accuracy, length)
    return kept_rest(journal, key, lambda: rest_of_ngspice(subject, leg, length))


def _key_of_rest(subject: Subject, *how: object) -> str:
    circuit = subject.driven(subject.base_stimulus).to_json()
    return key_of("rest", metadata.version("lapicque"), subject.membrane, circuit, *how)


def want_ngspice(circuit: Circuit, engine: Engine | None) -> Engine:
    """The engine that was given.

    Raises:
        DesignError: none was.
    """
    from ...netlists.ngspice.engine import Engine

    if engine is None:
        raise DesignError(f"{circuit.title!r} shall be run by ngspice: give an engine.")
    return want(engine, Engine, "engine", "make one, `with Engine(2) as engine`")


def horizon_of(circuit: Circuit, subject: Subject, linear: Linear | None, rest: Rest) -> float:
    """Length of a long run: many of the slowest time constants that count, or some intervals where nothing leaks.

    Raises:
        DesignError: neither is known.
    """
    if rest.interval is not None:
        return HORIZON * rest.interval
    if linear is not None and linear.slowest and not linear.integrates:
        return HORIZON * linear.slowest
    if own_input(circuit, subject.source) and (interval := interval_of(subject, circuit)):
        return HORIZON * interval
    raise DesignError(
        f"how long {circuit.title!r} must run does not follow from its equations: give stop, such as stop='20m' or "
        "--stop 20m, long enough for some spikes."
    )


def _turn(bench: Bench, own: float) -> None:
    """Find an input at which it fires, which sign of it, and which way the membrane goes."""
    guess = abs(own) or _guess(bench)
    first = -1.0 if own < 0 else 1.0
    signs = (first, -first)
    from_below = not own and bench.rest.start is not None  # what fires by itself does so at the smallest, too
    sizes = [factor * guess for factor in (sorted([*FACTORS, *SMALLER]) if from_below else FACTORS)]
    if bench.largest is not None:
        sizes = [size for size in sizes if size <= bench.largest] or [bench.largest]
    for size in sizes:
        seen = []
        for sign in signs:
            bench.sign = sign
            seen += bench.observe([bench.step(size)], bench.horizon)
            if sign == signs[0] and len(seen[0].spikes) > 1 and bench.rest.start is not None:
                break  # it fires on: the other sign need not be asked
        bench.tried = max(bench.tried, size)
        counts = [len(o.spikes) for o in seen]
        if any(counts):
            best = int(np.argmax(counts))
            bench.sign, bench.fires_at = signs[best], size
            _turn_membrane(bench, seen[best])
            return
    bench.sign = first


def _turn_membrane(bench: Bench, fired: Observation) -> None:
    before = (fired.time >= bench.lead) & (fired.time < fired.spikes[0])
    ahead = np.diff(fired.v[before])
    risen = float(np.mean(fired.v[before]) - bench.rest.v) if before.sum() > 1 else 0.0
    if bench.rest.start is None:
        risen = float(ahead.sum())
    bench.turn = -1.0 if risen < 0 else 1.0
    if bench.sign < 0:
        bench.said.append(f"more of {bench.subject.source!r} fires less: currents are turned, so that they excite.")
    if bench.turn < 0:
        bench.said.append(
            f"{bench.subject.membrane!r} falls when it is excited: voltages are turned, so that it rises."
        )


def _guess(bench: Bench) -> float:
    """An input of the size that moves the membrane to a spike, for circuits that bring none of their own."""
    subject, linear = bench.subject, bench.linear
    supplies = [abs(v) for n, v in subject.circuit.sources.items() if n != subject.source]
    swing = abs(subject.probe.level - bench.rest.v) if subject.probe.plus == subject.membrane else 0.0
    swing = swing or max([abs(subject.probe.level), *supplies], default=1.0) or 1.0
    if linear is not None and linear.resistance and np.isfinite(linear.resistance):
        return float(f"{swing / abs(linear.resistance):.3g}")
    if subject.unit == "V":
        return swing
    if bench.leg.name == "model" and bench.rest.interval and (pull := pull_of(subject)):
        return float(f"{bench.rest.swing / bench.rest.interval / pull / 4:.3g}")
    raise DesignError(
        f"how much of {subject.source!r} makes {subject.circuit.title!r} fire is not known: give it a value at which "
        f"it does, such as --set {subject.source}=1n; it is measured from there."
    )


def size_of(value: float, unit: str) -> str:
    """A figure in words, four digits."""
    return show(float(f"{value:.4g}"), unit)
