"""One reference and many files: a line a file, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from ...circuits.circuit import Circuit
from ...circuits.errors import LapicqueError
from ...circuits.runs.run_length import end_of
from ...netlists.reading.deck import Deck
from .decks import begun_circuit, compare_decks
from .expectations import Expectation, Held, held, latest
from .likeness import Likeness
from .near import TOLERANCE
from .runs import run_of

if TYPE_CHECKING:
    from ...netlists.ngspice.engine import Engine

SAME, DIFFERENT, UNREAD, UNSURE = "same", "different", "cannot be read", "cannot say"


@frozen
class Answer:
    """What is said of one file.

    Attributes:
        name: of the file.
        likeness: to the reference; None where there is none, or where the file could not be read.
        held: figures that must hold.
        trouble: why it could not be read; else empty.
    """

    name: str
    likeness: Likeness | None = None
    held: tuple[Held, ...] = ()
    trouble: str = ""

    @property
    def state(self) -> str:
        """ "same", "different", "cannot say" or "cannot be read"; a figure that does not hold is a difference."""
        if self.trouble:
            return UNREAD
        if self.likeness is not None and self.likeness.unseen and all(h.passed for h in self.held):
            return UNSURE
        good = (self.likeness is None or self.likeness.same) and all(h.passed for h in self.held)
        return SAME if good else DIFFERENT

    @property
    def line(self) -> str:
        """One line: what decided."""
        if self.trouble:
            return f"{UNREAD}: {self.trouble}"
        wrong = [str(h) for h in self.held if not h.passed]
        if self.likeness is not None and not self.likeness.same:
            return "; ".join([self.likeness.verdict, *wrong])
        if wrong:
            return f"{DIFFERENT}: {'; '.join(wrong)}"
        return self.likeness.verdict if self.likeness is not None else "all that is expected holds"

    @property
    def data(self) -> dict[str, Any]:
        """The same for machines."""
        figures = [
            {"figure": h.expectation.text, "wanted": h.expectation.wanted, "found": h.found, "unit": h.expectation.unit,
             "passed": h.passed} for h in self.held
        ]  # fmt: skip
        like = self.likeness.data if self.likeness else None
        return {"name": self.name, "state": self.state, "line": self.line, "likeness": like, "expected": figures}


@frozen
class Asked:
    """What is asked of each file.

    Attributes:
        reference: as written; None where only figures are asked for.
        expectations: figures that must hold.
        within: relative difference that figures may have.
        tolerance: relative difference of values that are taken for equal.
        stop: seconds; as long as the reference, or the file, says unless given.
    """

    reference: Deck | None
    expectations: tuple[Expectation, ...] = ()
    within: float = 0.01
    tolerance: float = TOLERANCE
    stop: float | None = None


def answers(names: Iterable[str], read: Callable[[str], Deck], asked: Asked, engine: Engine | None) -> Iterator[Answer]:
    """Answer for each file, one after the other; what cannot be read is an answer too.

    Args:
        names: of the files.
        read: reads one, as written.
        asked: what is asked of each.
        engine: of ngspice, for all.
    """
    for name in names:
        try:
            deck = read(name)
        except LapicqueError as error:
            yield Answer(name, trouble=" ".join(str(error).split()))
            continue
        try:
            yield answer(name, deck, asked, engine)
        except Exception as fault:  # ours; what is found in the other files is not lost by it
            words = f"a fault of lapicque: {type(fault).__name__}: {' '.join(str(fault).split())}"
            yield Answer(name, trouble=f"{words}; `lapicque --traceback compare` with this file alone shows where")


def answer(name: str, deck: Deck, asked: Asked, engine: Engine | None) -> Answer:
    """Answer for one file that was read."""
    found = Answer(name)
    try:
        if asked.reference is not None:
            found = evolve(found, likeness=compare_decks(asked.reference, deck, asked.tolerance, asked.stop, engine))
        if asked.expectations:
            found = evolve(found, held=_figures(deck, asked, engine, found.likeness))
    except LapicqueError as error:
        return evolve(found, trouble=" ".join(str(error).split()))
    return found


def _here(e: Expectation, circuit: Circuit, likeness: Likeness | None) -> Expectation:
    """A figure with the names that its nodes have in this circuit: those of the reference may be others here."""
    there = {n.casefold(): n for n in circuit.nodes}
    named = {x: y for y, x in likeness.nodes.items()} if likeness is not None else {}
    return evolve(e, nodes=tuple(there.get(n.casefold(), named.get(n, n)) for n in e.nodes))


def _figures(deck: Deck, asked: Asked, engine: Engine | None, likeness: Likeness | None) -> tuple[Held, ...]:
    """Run a deck and read off what is expected; where it cannot run, nothing of it holds."""
    try:
        circuit: Circuit = begun_circuit(deck, engine).check()
        own = asked.stop or deck.stop or (asked.reference.stop if asked.reference else 0.0)
        end = max(own or end_of(circuit, 0.0, None), latest(asked.expectations))
        run = run_of(circuit, end, engine)
    except LapicqueError as error:
        why = " ".join(str(error).split())
        return tuple(Held(e, None, False, why) for e in asked.expectations)
    return held([_here(e, circuit, likeness) for e in asked.expectations], run, circuit, asked.within)


def failures_first(found: Sequence[Answer]) -> tuple[Answer, ...]:
    """What differs, then what cannot be read, then what is the same; each in the order given."""
    order = (DIFFERENT, UNREAD, UNSURE, SAME)
    return tuple(sorted(found, key=lambda a: order.index(a.state)))
