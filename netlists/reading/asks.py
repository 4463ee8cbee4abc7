"""Cards that say what is to be done with a circuit: `.ac`, `.dc`, `.op`, `.nodeset`; what is not known is said why."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import I, V
from ...circuits.errors import CircuitError, LapicqueError
from ...circuits.stimuli import Constant, Stimulus
from ..spice.analyses import AC, SPACINGS, Analysis, DCSweep, OperatingPoint, Transient
from .dialects import Dialect
from .expressions_in import names_of
from .measure import Measure
from .measures_in import WORDS, measure_of
from .noticed import of_absent
from .numbers import finite, number
from .source import Card
from .steps import Step, step_of

KINDS: dict[type, str] = {Transient: "tran", AC: "ac", DCSweep: "dc", OperatingPoint: "op"}
"""How people call analyses."""
_SET = re.compile(r"v\s*\(\s*([^\s()]+)\s*\)\s*=\s*(\S+)", re.IGNORECASE)


@frozen
class Small:
    """What a source is for other analyses than a transient.

    Attributes:
        steady: its value at an operating point; None where that at time 0 is.
        amplitude: of a small signal.
        phase: of that, radians.
    """

    steady: float | None = None
    amplitude: float = 0.0
    phase: float = 0.0


@frozen
class Asks:
    """What a netlist asks for.

    Attributes:
        analyses: besides transients and operating points, in the order of the file.
        measures: what is to be read off.
        steps: what is varied.
        guess: node voltages of `.nodeset`.
        aside: cards that were not understood.
        notes: why not.
    """

    analyses: tuple[Analysis, ...] = ()
    measures: tuple[Measure, ...] = ()
    steps: tuple[Step, ...] = ()
    guess: tuple[tuple[str, float], ...] = ()
    aside: tuple[Card, ...] = ()
    notes: tuple[str, ...] = ()


NOTHING = Asks()


def asks_of(
    cards: Sequence[Card], circuit: Circuit, small: Mapping[str, Small], parameters: Mapping[str, float],
    dialect: Dialect, first: str,
) -> Asks:  # fmt: skip
    """Read cards whose values are numbers.

    Args:
        cards: that ask.
        circuit: what they ask about.
        small: of its sources, by name.
        parameters: values of those that measures speak of, by name in lower case.
        dialect: of the cards.
        first: kind of the analysis that measures mean that name none; "" for the first of the cards.
    """
    guess = tuple(pair for c in cards if c.word == ".nodeset" for pair in _guesses(c, circuit))
    absent = of_absent(
        ".nodeset", (n for c in cards if c.word == ".nodeset" for n, _ in _SET.findall(c.text)), circuit.nodes
    )
    found = Asks(guess=guess, notes=tuple(absent))
    names = names_of(circuit, parameters)
    for card in sorted(cards, key=lambda c: c.word in WORDS):  # they speak of analyses
        try:
            if card.word in WORDS:
                usual = first or next((KINDS[type(a)] for a in found.analyses), "")
                made = measure_of(card, usual, names, dialect)
                if any((m.name.lower(), m.analysis) == (made.name.lower(), made.analysis) for m in found.measures):
                    raise CircuitError(f"there is a measure {made.name!r} of .{made.analysis} before it")
                names = names.knowing(made.name)
                found = evolve(found, measures=(*found.measures, made))
            elif card.word == ".step":
                found = evolve(found, steps=(*found.steps, step_of(card, circuit)))
            elif card.word != ".nodeset":
                analysis, steps = _analysis(card, circuit, small, guess)
                if type(analysis) in map(type, found.analyses):
                    raise CircuitError(f"there is a {card.word} before it, which is the one that is run")
                found = evolve(found, analyses=(*found.analyses, analysis), steps=(*found.steps, *steps))
        except LapicqueError as error:
            why = f"{card.place}: set aside {card}: {str(error).rstrip('.')}."
            found = evolve(found, aside=(*found.aside, card), notes=(*found.notes, why))
    return found


def _analysis(
    card: Card, circuit: Circuit, small: Mapping[str, Small], guess: tuple[tuple[str, float], ...]
) -> tuple[Analysis, tuple[Step, ...]]:
    words = card.text.lower().replace(",", " ").split()[1:]
    if card.word == ".ac":
        return _response(words, small, guess), ()
    # PSpice writes the spacing before the source or behind it; ngspice knows none.
    spacing = next((w for w in words[:2] if w in (*SPACINGS, "list")), "lin")
    if spacing != "lin":
        raise CircuitError(f"a sweep by {spacing} is not known here: give SOURCE FROM TO STEP, or use .step")
    words = [w for k, w in enumerate(words) if k > 1 or w != "lin"]
    if len(words) not in (4, 8):
        raise CircuitError("write .dc SOURCE FROM TO STEP, and the same of a second source behind it")
    outer = [step_of(Card(f".step {' '.join(words[4:])}", card.place), circuit)] if words[4:] else []
    swept = DCSweep(_source(words[0], circuit), *map(finite, words[1:4]), guess=guess)
    return swept, tuple(evolve(s, within="dc") for s in outer)


def _response(words: Sequence[str], small: Mapping[str, Small], guess: tuple[tuple[str, float], ...]) -> AC:
    if len(words) != 4 or words[0] not in SPACINGS:
        raise CircuitError("write .ac DEC|OCT|LIN POINTS FROM TO")
    moved = {n: s for n, s in small.items() if s.amplitude}
    if not moved:
        raise CircuitError("no source moves: write AC 1 behind one")
    points, start, stop = map(finite, words[1:])
    if points != int(points):
        raise CircuitError(f"{words[1]!r} points: give a whole number")
    (source, by), *others = moved.items()
    more = tuple((n, s.amplitude, s.phase) for n, s in others)
    return AC(source, start, stop, int(points), words[0], by.amplitude, by.phase, more, guess)


def _source(name: str, circuit: Circuit) -> str:
    for e in circuit.parts:
        if isinstance(e, (V, I)) and e.name.lower() == name:
            return e.name
    what = "the temperature is one, 27 degrees" if name == "temp" else "it is no independent source"
    raise CircuitError(f"{name!r} cannot be swept here: {what}")


def _guesses(card: Card, circuit: Circuit) -> Sequence[tuple[str, float]]:
    """Node voltages; names of nodes that are not there are left out, as ngspice does."""
    spelt = {n.lower(): n for n in circuit.nodes}
    pairs = [(spelt.get(n.lower()), number(v)) for n, v in _SET.findall(card.text)]
    return [(n, v) for n, v in pairs if n is not None and v is not None]


def small_of(words: Sequence[str]) -> Small:
    """What stands behind the nodes of a source besides its function over time."""
    steady, amplitude, phase, k = None, 0.0, 0.0, 0
    while k < len(words):
        word = words[k].removesuffix("=")
        if word == "ac":
            values = [v for v in map(number, words[k + 1 : k + 3]) if v is not None]
            amplitude, phase = [*values, *(1.0, 0.0)[len(values) :]]
            k += 1 + len(values)
        else:
            value = number(words[k + 1]) if word == "dc" and k + 1 < len(words) else number(word)
            steady = value if steady is None else steady
            k += 2 if word == "dc" else 1
    return Small(steady, amplitude, math.radians(phase))


def at_rest(circuit: Circuit, small: Mapping[str, Small]) -> Circuit:
    """The circuit as analyses other than transients see it: sources that go by a function are at their DC values.

    Args:
        circuit: as read.
        small: of its sources, by name.
    """
    waves = [n for n, s in small.items() if s.steady is not None and not isinstance(_stimulus(circuit, n), Constant)]
    return circuit.with_values({n: small[n].steady or 0.0 for n in waves})


def _stimulus(circuit: Circuit, name: str) -> Stimulus:
    source = circuit.element(name)
    return source.stimulus if isinstance(source, (V, I)) else Constant(0.0)
