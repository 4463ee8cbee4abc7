"""What the compiled loop of a smooth circuit knows, and its memory; importing this loads numba."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .inside import NODES
from .mode_tables import InputTable
from .radau import Array, Radau
from .radau_work import Drive, Shape, Work


class Laws(NamedTuple):
    """Addresses of machine code, each of a function of states, inputs, numbers and parameters.

    Attributes:
        slopes: derivatives of the states.
        jacobian: those of the slopes by the states that are not zero.
        watched: controls of the switches, then the arguments that jump at zero.
        across: derivatives of these arguments by states and inputs.
        arguments: what smooth functions are taken of, then what makes kinks.
        p: parameters.
    """

    slopes: int
    jacobian: int
    watched: int
    across: int
    arguments: int
    p: Array


class Guarded(NamedTuple):
    """Switches, and jumps of laws.

    Attributes:
        closes_above, opens_below, r_on, r_off: of each switch.
        stairs, compared: of each jump, whether it is a staircase, or a comparison.
        smooth, kinks: how many arguments there are.
    """

    closes_above: Array
    opens_below: Array
    r_on: Array
    r_off: Array
    stairs: Any
    compared: Any
    smooth: int
    kinks: int


class Inputs(NamedTuple):
    """Inputs as straight lines between bends; besides them waves, and the largest value of each."""

    lines: InputTable
    index: Any
    since: Array
    amplitude: Array
    omega: Array
    phase: Array
    decay: Array
    largest: Array


class Rules(NamedTuple):
    """When a run ends, and tolerances."""

    stop: float
    rtol: float
    atol: float


class Solver(NamedTuple):
    """The method, the shape of its matrices, and memory for a step."""

    method: Radau
    shape: Shape
    work: Work


class Now(NamedTuple):
    """Where a run is.

    Attributes:
        at: t; lengths of the next step (0 to find one) and of the last; where the steps go to, and the longest of
            them; beginning and end of the stretch, and whether the next step is its first; when something changed
            last, and how often at that moment; t since the stretch began, and when it ends at the latest. Where the
            steps go to, and the end, count from the beginning too: a reset of picoseconds has all its digits late in
            a long run as well.
        phase: whether a stretch is to begin (NEW; SETTLED with the switches and sides as they are) or has (INSIDE), and
            how many rows are watched in it.
        x: states.
        closed: which switches are.
        sides: of the jumps.
        size: largest absolute value of each state so far.
        before: polynomial of the last step.
        finals: how far what is watched was beyond its slack at the end of the last step.
    """

    at: Array
    phase: Any
    x: Array
    closed: Any
    sides: Array
    size: Array
    before: Array
    finals: Array


T, H, LAST, GOAL, LONGEST, SINCE, END, FIRST, INSTANT, HERE, AT, BEND = range(12)
NEW, SETTLED, INSIDE = range(3)


class Watch(NamedTuple):
    """Rows that are watched in a stretch: which value, the way it goes (1 is up), its level and its slack."""

    which: Any
    sign: Array
    level: Array
    slack: Array


class Look(NamedTuple):
    """What is seen inside one step, at `NODES`; `r` are resistances and sides."""

    x: Array
    u: Array
    watched: Array
    arguments: Array
    fits: Array
    across: Array
    value: Array
    argument: Array
    r: Array
    other: Array
    other_values: Array
    roots: Array
    times: Array
    rows: Any


class Inside(NamedTuple):
    """A function along a step, whose polynomial is one of (t - time) / scale; value, x and u are memory."""

    function: int
    p: Array
    r: Array
    drive: Drive
    coefficients: Array
    time: float
    scale: float
    value: Array
    x: Array
    u: Array


class Record(NamedTuple):
    """What was run through: spans and polynomials of the steps, when they end (events cut them), and their stretches.

    Of each stretch: when it began, its switches and its sides. Of each change of a switch: when, which, and whether it
    closed.
    """

    spans: Array
    ends: Array
    coefficients: Array
    stretch: Any
    since: Array
    closed: Any
    sides: Array
    changes: Array
    changed: Any


def record(steps: int, n: int, order: int, switches: int, sides: int) -> Record:
    """Memory for so many steps."""
    return Record(
        np.zeros((steps, 2)), np.zeros(steps), np.zeros((steps, n, order)), np.zeros(steps, np.int64), np.zeros(steps),
        np.zeros((steps, switches), np.bool_), np.zeros((steps, sides)), np.zeros((switches + 1) * steps),
        np.zeros(((switches + 1) * steps, 2), np.int64),
    )  # fmt: skip


def look(n: int, m: int, guarded: Guarded) -> Look:
    """Memory for a circuit of n states and m inputs."""
    s, j, points = len(guarded.r_on), len(guarded.stairs), len(NODES)
    rows, arguments = s + 2 * j, guarded.smooth + guarded.kinks
    return Look(
        np.zeros((n, points)), np.zeros((max(m, 1), points)), np.zeros((max(s + j, 1), points)),
        np.zeros((max(arguments, 1), points)), np.zeros((max(rows, 1), points)), np.zeros(max(j * (n + m), 1)),
        np.zeros(max(s + j, 1)), np.zeros(points), np.zeros(s + j), np.zeros(s + j), np.zeros(points), np.zeros(64),
        np.zeros(max(rows, 1)), np.zeros(max(rows, 1), np.int64),
    )  # fmt: skip


def watch(guarded: Guarded) -> Watch:
    """Memory for what is watched: a row a switch, and two a jump."""
    rows = len(guarded.r_on) + 2 * len(guarded.stairs)
    return Watch(np.zeros(rows, np.int64), np.zeros(rows), np.zeros(rows), np.zeros(rows))
