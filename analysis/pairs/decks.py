"""Two files with circuits: besides what is in them, how they begin and how long they run."""

from __future__ import annotations

import math
import re
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import attrs

from ...circuits.circuit import Circuit
from ...circuits.errors import LapicqueError
from ...circuits.units import show
from ...netlists.reading.deck import Deck, begun
from ...netlists.reading.noticed import BOTH_ENDS
from ...netlists.reading.starts import from_given
from .costs import Weights
from .edit import Edit
from .likeness import Likeness, by_behaviour, by_structure
from .near import TOLERANCE, near

if TYPE_CHECKING:
    from ...netlists.ngspice.engine import Engine

SETTLED = 1e-6
"""Relative tolerance of what ngspice finds for an operating point."""


def compare_decks(
    first: Deck, second: Deck, tolerance: float = TOLERANCE, stop: float | None = None, engine: Engine | None = None
) -> Likeness:
    """Say whether two decks are the same, and what differs; see `compare_circuits`.

    Args:
        first: the reference, as written.
        second: what is held against it, as written.
        tolerance: relative difference of values that are taken for equal.
        stop: seconds, how long both are run; as long as the reference says unless given.
        engine: of ngspice; one of its own is made where it is needed unless given.

    Raises:
        LapicqueError: the reference itself cannot be begun.
    """
    end = stop or first.stop or second.stop or None
    weights = Weights(tolerance, end or math.inf)
    found = by_structure(_as_written(first), _as_written(second), weights)
    found = attrs.evolve(found, edits=tuple(_shorted(e, second) for e in found.edits))
    run, notes = _runs(first, second)
    found = attrs.evolve(found, notes=(*found.notes, *notes))
    if found.same:
        run = (*run, *_given(first, second, found, tolerance))
    with _engine(engine, first, second) as opened:
        if found.same and not run and _begin_alike(first, second, opened):
            return attrs.evolve(found, how=f"{found.how}{_shorter(first, second)}")
        if found.same and not run:
            run = (_begins(first, second),)
        found = attrs.evolve(
            found, same=False, edits=(*found.edits, *run), how="in how they run" if found.same else found.how
        )
        if all(e.kind == "run" for e in found.edits):
            return found
        return _with_effects(found, (first, second), end, opened)


def _shorted(edit: Edit, second: Deck) -> Edit:
    """A part that is missing because its reader left it out says so."""
    (name, *_) = edit.names or ("",)
    if edit.kind != "missing" or not any(
        n.startswith(BOTH_ENDS) and name in re.split(r"[:, ]+", n) for n in second.notes
    ):
        return edit
    return Edit("joined", edit.names, edit.words.replace("is missing", "has both ends on one node"))


def _with_effects(found: Likeness, decks: tuple[Deck, Deck], stop: float | None, engine: Engine | None) -> Likeness:
    try:
        circuits = tuple(begun_circuit(d, engine) for d in decks)
    except LapicqueError as error:
        return attrs.evolve(found, notes=(*found.notes, f"it cannot run: {_line(error)}"))
    return by_behaviour(found, (circuits[0], circuits[1]), stop, engine)


def _line(error: LapicqueError) -> str:
    return " ".join(str(error).split())


def _engine(engine: Engine | None, *decks: Deck) -> AbstractContextManager[Engine | None]:
    """An engine, where a deck needs one to begin."""
    from ...netlists.ngspice.engine import Engine as Ngspice

    needed = engine is None and any(d.read for d in decks)
    return Ngspice() if needed else nullcontext(engine)


def _as_written(deck: Deck) -> Circuit:
    """Its circuit with the voltages of `.ic` in its capacitors."""
    return from_given(deck.circuit, dict(deck.given)) if deck.read else deck.circuit


def begun_circuit(deck: Deck, engine: Engine | None) -> Circuit:
    """The circuit of a deck as its transient begins."""
    return begun(deck, engine).circuit if engine is not None else deck.circuit


def _runs(first: Deck, second: Deck) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
    """What the second lacks to be run, and what should be known of how long both run."""
    if not (first.stop and second.read):
        return (), ()
    if not second.stop:
        words = f"there is no .tran: nothing is run, where the first runs for {_seconds(first.stop)}"
        return (Edit("run", (".tran",), words),), ()
    if near(first.stop, second.stop, TOLERANCE):
        return (), ()
    return (), (f"it runs for {_seconds(second.stop)}, the first for {_seconds(first.stop)}",)


def _shorter(first: Deck, second: Deck) -> str:
    """That the second ends before it shows what the first does: it may be all that is wrong."""
    if not (second.read and 0 < second.stop < first.stop) or near(first.stop, second.stop, TOLERANCE):
        return ""
    return f", but it runs for {_seconds(second.stop)}, not for {_seconds(first.stop)}"


def _seconds(value: float) -> str:
    return show(float(f"{value:.6g}"), "s")


def _given(first: Deck, second: Deck, found: Likeness, tolerance: float) -> tuple[Edit, ...]:
    """Voltages of `.ic` that differ, where the circuits are the same."""
    wanted, there = dict(first.given), {found.nodes.get(n, n): (n, v) for n, v in second.given}
    edits = []
    for node in dict.fromkeys([*wanted, *there]):
        name, value = there.get(node, (node, 0.0))
        if not near(wanted.get(node, 0.0), value, tolerance):
            words = f"v({name}) begins at {show(value, 'V')}, not at {show(wanted.get(node, 0.0), 'V')}"
            edits.append(Edit("start", (name,), words))
    return tuple(edits)


def _begin_alike(first: Deck, second: Deck, engine: Engine | None) -> bool:
    """Whether transients begin in the same way, or at least with the same voltages."""
    if not (first.stop and second.stop) or first.start == second.start:
        return True
    try:
        circuits = begun_circuit(first, engine), begun_circuit(second, engine)
    except LapicqueError:  # one has no operating point: that is another beginning than initial conditions
        return False
    return by_structure(*circuits, Weights(SETTLED)).same


def _begins(first: Deck, second: Deck) -> Edit:
    uic = "uic is missing" if second.start == "operating point" else "uic is too much"
    words = f"its transient begins from the {second.start}, not from the {first.start}: {uic} in .tran"
    return Edit("start", (".tran",), words)
