"""A netlist as a circuit, and what else it says: analyses, what was set aside, what was noticed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from attrs import evolve, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import Element
from ...circuits.errors import LapicqueError
from ..ngspice.engine import Engine
from ..spice.analyses import Analysis, OperatingPoint, Transient
from .allowed import Sorted, sorted_out
from .dialects import NGSPICE, Dialect, dialect_of
from .elements_in import elements_of
from .flatten import flattened
from .includes import Folders, included
from .lines import COMMENTS, Text, cards_of
from .models import Model, model_of
from .noticed import of_inductors, of_switches, of_tables
from .numbers import number
from .places import Places
from .rewrite import rewritten
from .schematic import cards_of_schematic, is_schematic
from .source import Card, NetlistError, decoded, text_of
from .starts import from_given, from_operating_point, given_at_start
from .translate import NO_STEP
from .words import Setting


@frozen
class Deck:
    """What a netlist says.

    Attributes:
        circuit: its elements.
        analyses: what it asks for.
        aside: cards that do not change the circuit, and were not used.
        notes: what a reader should know.
        start: how its transient begins, in words.
        read: cards that were read; 0 for what was no netlist.
        dialect: for which program it was taken to be written.
    """

    circuit: Circuit
    analyses: tuple[Analysis, ...]
    aside: tuple[Card, ...]
    notes: tuple[str, ...]
    start: str
    read: int = 0
    dialect: Dialect = NGSPICE

    @property
    def stop(self) -> float:
        """End of its transient, seconds; 0 where it has none."""
        return next((a.stop for a in self.analyses if isinstance(a, Transient)), 0.0)


def read_netlist(
    path: str | Path, include: Iterable[str | Path] = (), engine: Engine | None = None, dialect: str = ""
) -> Deck:
    """Read a netlist from a file.

    Args:
        path: of the file.
        include: folders besides its own in which files may be that it includes.
        engine: whose worker resolves it; one of its own unless given.
        dialect: for which program it is written, one of `dialects.DIALECTS`; told by its words unless given.

    Raises:
        NetlistError: names file, line, card and what is wrong.
        LapicqueError: no such file; no such dialect; no ngspice.
    """
    name = Path(path)
    text = text_of(name, str(path))
    folders = Folders((name.resolve().parent, *(Path(f).resolve() for f in include)))
    return _read(text, str(path), folders, name.resolve().parent, engine, dialect_of(text, dialect))


def netlist_of(
    data: bytes, called: str = "-", include: Iterable[str | Path] = (), engine: Engine | None = None, dialect: str = ""
) -> Deck:
    """Read a netlist that is no file, such as standard input; see `read_netlist`."""
    text, folders = decoded(data, called), Folders(tuple(Path(f).resolve() for f in include))
    return _read(text, called, folders, None, engine, dialect_of(text, dialect))


def _read(
    text: str, called: str, folders: Folders, beside: Path | None, engine: Engine | None, dialect: Dialect
) -> Deck:
    if is_schematic(text):
        own = cards_of_schematic(text, called, Path(called).stem, partial(_symbol_file, folders))
    else:
        own = cards_of(text, called, titled=True, inline=COMMENTS[dialect.name])
    cards = tuple(included(own, folders, beside, dialect))
    known = sorted_out(rewritten(cards))
    if not any(c.word[0] != "." for c in known.given):
        raise LapicqueError(f"{called!r} has no elements. The first line of a netlist is its title.")
    if engine is not None:
        deck = _resolved(own, known, called, engine, dialect)
    else:
        with Engine() as made:
            deck = _resolved(own, known, called, made, dialect)
    return evolve(deck, notes=(*deck.notes, *of_tables(cards), *of_inductors(own.cards, dialect)), dialect=dialect)


def _symbol_file(folders: Folders, name: str) -> str | None:
    """The text of a symbol's file in one of some folders."""
    for folder in folders.every:
        path = folder / f"{name}.asy"
        if path.resolve().parent == folder and path.is_file():
            return text_of(path, path.name)
    return None


def _resolved(own: Text, known: Sorted, called: str, engine: Engine, dialect: Dialect) -> Deck:
    flat = flattened(known.given, engine)
    if not flat.cards:
        raise _refused(known.given, flat.said, called)
    places = Places(known.given)
    models = {m.name: m for m in (model_of(c) for c in flat.cards if c.startswith(".model"))}
    circuit, analyses = _made(own.title or called, flat.cards, models, places, dialect)
    aside, notes = (*own.aside, *known.aside), tuple(of_switches(flat.cards, models))
    given = {places.node(n): v for n, v in given_at_start(flat.cards).items()}
    transient = next((c.split() for c in flat.cards if c.startswith(".tran")), [])
    if "uic" in transient or not transient:
        begun, start = from_given(circuit, given), "initial conditions"
    else:
        begun, start = from_operating_point(circuit, given, engine), "operating point"
    return Deck(begun, analyses, aside, notes, start, len(flat.cards))


def _made(
    title: str, flat: Sequence[str], models: Mapping[str, Model], places: Places, dialect: Dialect
) -> tuple[Circuit, tuple[Analysis, ...]]:
    analyses = tuple(_analyses(flat))
    step, stop = _transient(flat)
    setting = Setting(models, step, stop, dialect.name)
    found: list[Element] = []
    for card in flat:
        if not card.startswith("."):
            try:
                found += (places.named(e) for e in elements_of(card, setting))
            except LapicqueError as error:
                raise NetlistError(places.of(card), str(error)) from None
    return Circuit(title, tuple(found)), analyses


def _transient(flat: Sequence[str]) -> tuple[float | None, float | None]:
    """Step and stop of `.tran`."""
    for card in flat:
        words = card.split()
        if words[0] == ".tran" and len(words) > 2:
            return (number(words[1]) if words[1] != NO_STEP else None), number(words[2])
    return None, None


def _analyses(flat: Sequence[str]) -> Iterable[Analysis]:
    for card in flat:
        words = card.split()
        if words[0] == ".tran" and len(words) > 2 and (stop := number(words[2])):
            yield Transient(stop)
        elif words[0] == ".op":
            yield OperatingPoint()


def _refused(cards: Sequence[Card], said: str, called: str) -> LapicqueError:
    """What ngspice said of a deck that it did not take, at the card that it means."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith(("Note:", "Circuit:"))]
    words = " ".join(line for line in lines if "awaits to be detached" not in line)
    if found := re.search(r"line no\. (\d+)", words):  # the first is the title
        return NetlistError(cards[min(max(int(found[1]) - 2, 0), len(cards) - 1)], f"ngspice says: {words[:300]}")
    for card in cards:
        first = card.text.split()[0].lower()
        if any(line.lower().startswith(f"{first} ") for line in lines):
            return NetlistError(card, f"ngspice does not take it: {words[:300]}")
    return LapicqueError(f"ngspice does not take {called!r}: {words[:500] or 'it says nothing'}.")
