"""A netlist as a circuit, and what else it says: analyses, what was set aside, what was noticed."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

from attrs import evolve, field, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, C, E, Element, F, G, H, I, L, R, V
from ...circuits.errors import LapicqueError, unknown
from ..ngspice.engine import Engine
from ..ngspice.errors import SimulationError
from ..spice.analyses import Analysis, OperatingPoint, Transient
from .allowed import Sorted, sorted_out
from .asked import AS_IT_IS, Asked
from .asks import KINDS, NOTHING, Asks, Small, asks_of, small_of
from .coupled_in import want_inductors
from .dialects import NGSPICE, Dialect, dialect_of
from .elements_in import elements_of
from .flatten import flattened, want_no_chance
from .includes import Folders, included, of_moved
from .kept import Keeping
from .lines import COMMENTS, Text, cards_of
from .measures_in import WORDS
from .meters import metered
from .models import model_of
from .noticed import (
    is_shorted,
    of_absent,
    of_blocks,
    of_inductors,
    of_milli,
    of_shorted,
    of_switches,
    of_tables,
    of_temperature,
)
from .nullors_in import with_ideal_op_amps
from .params import parameters_of, with_parameters
from .places import Places
from .questions import Answers, questions
from .refusals import refused
from .rewrite import rewritten
from .schematic import cards_of_schematic, is_schematic
from .source import Card, NetlistError, decoded, text_of
from .starts import from_given, from_operating_point, given_at_start
from .startup import with_startup
from .steps import with_steps
from .stimuli_in import beside_function
from .told import told_in, with_cards
from .transformers_in import of_transformers, with_transformers
from .transients_in import analyses_of, asked_in_blocks, rank, transient_of
from .varactors_in import of_varactors, with_varactors
from .words import Setting

MANY = 2000
"""Laws from which on who waits for an operating point is told."""
LINEAR = (R, C, L, V, I, E, G, F, H)


@frozen
class Deck:
    """What a netlist says.

    Attributes:
        circuit: its elements.
        analyses: what it asks for.
        aside: cards that do not change the circuit, and were not used.
        notes: what a reader should know.
        start: how its transient begins: "operating point" or "initial conditions".
        read: cards that were read; 0 for what was no netlist.
        parameters: names of its own `.param`s, in lower case.
        given: node voltages of `.ic`.
        dialect: for which program it was taken to be written.
        asks: what it asks for besides.
        small: of its sources, what they are in other analyses than transients.
        since: when what it wants of its transient begins, seconds.
    """

    circuit: Circuit
    analyses: tuple[Analysis, ...]
    aside: tuple[Card, ...]
    notes: tuple[str, ...]
    start: str
    read: int = 0
    parameters: frozenset[str] = frozenset()
    given: tuple[tuple[str, float], ...] = ()
    dialect: Dialect = NGSPICE
    asks: Asks = NOTHING
    small: Mapping[str, Small] = field(factory=dict)
    since: float = 0.0

    @property
    def stop(self) -> float:
        """End of its transient, seconds; 0 where it has none."""
        return next((a.stop for a in self.analyses if isinstance(a, Transient)), 0.0)


def read_netlist(path: str | Path, asked: Asked = AS_IT_IS, engine: Engine | None = None) -> Deck:
    """Read a netlist from a file.

    Args:
        path: of the file.
        asked: how.
        engine: whose worker resolves it; one of its own unless given.

    Raises:
        NetlistError: names file, line, card and what is wrong.
        LapicqueError: no such file; no such dialect; no ngspice.
    """
    with _engine(engine) as opened:
        return begun(read_as_written(path, asked, opened), opened)


def read_as_written(path: str | Path, asked: Asked = AS_IT_IS, engine: Engine | None = None) -> Deck:
    """Read a netlist and begin nothing: each capacitor and inductor has the IC of its own card, see `read_netlist`."""
    name = Path(path)
    text = text_of(name, str(path))
    return _read(text, str(path), asked, name.resolve().parent, engine)


def netlist_of(data: bytes, called: str = "-", asked: Asked = AS_IT_IS, engine: Engine | None = None) -> Deck:
    """Read a netlist that is no file, such as standard input; see `read_netlist`."""
    with _engine(engine) as opened:
        return begun(netlist_as_written(data, called, asked, opened), opened)


def netlist_as_written(data: bytes, called: str = "-", asked: Asked = AS_IT_IS, engine: Engine | None = None) -> Deck:
    """Read a netlist that is no file, and begin nothing; see `read_as_written`."""
    return _read(decoded(data, called), called, asked, None, engine)


def begun(deck: Deck, engine: Engine) -> Deck:
    """The deck with capacitors and inductors as its transient begins.

    Args:
        deck: as written.
        engine: that finds the operating point, where it begins from one.

    Raises:
        SimulationError: it was not found.
        CircuitError: the wiring is impossible.
    """
    if not deck.read:
        return deck
    given = dict(deck.given)
    if deck.start == "operating point":
        laws = sum(not isinstance(e, LINEAR) for e in deck.circuit.parts)
        if laws > MANY:
            logging.getLogger("lapicque").warning(f"{laws:,} nonlinear elements: their operating point takes minutes.")
        try:
            return evolve(deck, circuit=from_operating_point(deck.circuit, given, engine, deck.asks.guess))
        except SimulationError as error:
            raise error.with_words(
                "The transient of this netlist begins from its operating point; with uic behind .tran it begins from "
                ".ic and IC=."
            ) from error
    return evolve(deck, circuit=from_given(deck.circuit, given))


def _engine(engine: Engine | None) -> AbstractContextManager[Engine]:
    return Engine() if engine is None else nullcontext(engine)


def _read(text: str, called: str, asked: Asked, beside: Path | None, engine: Engine | None) -> Deck:
    dialect = dialect_of(text, asked.dialect)
    folders = Folders((*([beside] if beside else []), *asked.folders))
    if is_schematic(text):
        own = cards_of_schematic(text, called, Path(called).stem, partial(_symbol_file, folders))
    else:
        own = cards_of(text, called, titled=True, inline=COMMENTS[dialect.name])
    told = told_in(text, called)
    cards = with_steps(tuple(included(own, folders, beside, dialect)))
    known_here = parameters_of(cards)
    for name in asked.parameters:
        if name not in known_here:
            raise unknown(f"parameter of {called!r}", name, known_here)
    cards = tuple(with_parameters(cards, asked.parameters))
    in_blocks = asked_in_blocks(own, cards)
    cards = (*with_startup(cards), *in_blocks)
    known = sorted_out(rewritten(cards))
    if not any(c.word[0] != "." for c in known.given):
        raise LapicqueError(f"{called!r} has no elements. The first line of a netlist is its title.")
    with _engine(engine) as opened:
        deck = _resolved(own, known, called, opened, dialect, known_here, Keeping(asked.keep))
    notes = (
        *deck.notes,
        *of_tables(cards),
        *of_milli(own.cards),
        *of_inductors(own.cards, dialect),
        *of_blocks(in_blocks),
    )
    notes = (*notes, *of_moved(own.cards, dialect))
    return evolve(deck, circuit=with_cards(deck.circuit, told), notes=notes, parameters=known_here)


def _symbol_file(folders: Folders, name: str) -> str | None:
    """The text of a symbol's file in one of some folders."""
    for folder in folders.every:
        path = folder / f"{name}.asy"
        if path.resolve().parent == folder and path.is_file():
            return text_of(path, path.name)
    return None


def _resolved(
    own: Text, known: Sorted, called: str, engine: Engine, dialect: Dialect, parameters: frozenset[str],
    keeping: Keeping,
) -> Deck:  # fmt: skip
    measured = [c for c in known.wants if c.word in WORDS]
    asked = questions([c for c in known.wants if c.word not in WORDS], measured, parameters)
    whole = (*known.given, *sorted_out(asked.cards).given)
    flat = flattened(whole, engine)
    want_no_chance(flat, whole, known.chance, engine)
    if not flat.cards:
        raise refused((*known.given, *(c for _, c in asked.asked)), flat.said, called)
    cards, answers = asked.answered(flat.cards)
    places = Places(known.given)
    models = {m.name: m for m in (model_of(c) for c in cards if c.startswith(".model"))}
    setting = Setting(models, *transient_of(cards)[:2], dialect.name, known.temperature)
    deck = _made(own.title or called, cards, setting, places, dialect, keeping)
    aside, notes = (*own.aside, *known.aside), (
        *of_switches(cards, models), *of_shorted(deck.circuit.elements), *of_temperature(known.temperature),
        *of_transformers(cards),
    )  # fmt: skip
    held = tuple(e for e in deck.circuit.elements if not is_shorted(e))
    deck = evolve(deck, circuit=evolve(deck.circuit, elements=held))
    given = tuple((places.node(n), v) for n, v in given_at_start(cards).items())
    notes = (*notes, *of_absent(".ic", (n for n, _ in given), deck.circuit.nodes))
    given = tuple((n, v) for n, v in given if n in deck.circuit.nodes and n != GROUND)
    transient = next((c.split() for c in cards if c.startswith(".tran")), [])
    start = "initial conditions" if "uic" in transient or not transient else "operating point"
    notes += tuple(of_varactors(deck.circuit, dict(given))) if start == "initial conditions" else ()
    deck = evolve(deck, aside=aside, notes=notes, start=start, read=len(cards), given=given)
    return _asking(deck, known.wants, answers, parameters)


def _asking(deck: Deck, wants: Sequence[Card], answers: Answers, parameters: frozenset[str]) -> Deck:
    """The deck with what its other cards ask for."""
    first = KINDS[type(deck.analyses[0])] if deck.analyses else ""
    cards = [c if c.word in WORDS else answers.put(c) for c in wants]
    first = "" if first == "op" else first
    asks = asks_of(cards, deck.circuit, deck.small, answers.of(parameters), deck.dialect, first)
    own = (OperatingPoint(asks.guess) if isinstance(a, OperatingPoint) else a for a in deck.analyses)
    every = sorted((*own, *asks.analyses), key=rank)
    aside, notes = (*deck.aside, *asks.aside), (*deck.notes, *asks.notes)
    return evolve(deck, analyses=tuple(every), aside=aside, notes=notes, asks=asks)


def _made(
    title: str, flat: Sequence[str], setting: Setting, places: Places, dialect: Dialect, keeping: Keeping
) -> Deck:
    """A deck of the elements of flat cards, their analyses, and what their sources are at rest."""
    _, _, since = transient_of(flat)
    found: list[Element] = []
    small: dict[str, Small] = {}
    couplings: list[tuple[str, Element]] = []
    for card in with_varactors(flat):
        if not card.startswith("."):
            try:
                made = [places.named(e) for e in _read_or_kept(card, setting, keeping)]
            except LapicqueError as error:
                raise NetlistError(places.of(card), str(error)) from None
            if card[0] in "vi":
                small[made[0].name] = small_of(beside_function(" ".join(card.split()[3:])))
            if card[0] == "k":
                couplings.append((card, made[0]))
            found += made
    for card, coupling in couplings:
        want_inductors(coupling, found, places.of(card))
    found = list(with_transformers(found, {e.name: places.of(card) for card, e in couplings}))
    return Deck(
        Circuit(title, with_ideal_op_amps(tuple(metered(found)))),
        tuple(analyses_of(flat)),
        (),
        (),
        "",
        dialect=dialect,
        small=small,
        since=since,
    )


def _read_or_kept(card: str, setting: Setting, keeping: Keeping) -> Sequence[Element]:
    try:
        return tuple(elements_of(card, setting))
    except LapicqueError as why:
        return (keeping.of(card, setting, why),)
