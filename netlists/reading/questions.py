"""Numbers of cards that ask: ngspice says them, as values of sources from ground to ground that only it sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import field, frozen

from .numbers import number
from .source import Card

_MARK = "i__asked"
_EXPRESSION = re.compile(r"\{[^{}]*\}|'[^']*'")
_WORD = re.compile(r"(?<![\w.])[a-z_]\w*(?![\w.]|\s*\()", re.IGNORECASE)


@frozen
class Questions:
    """Expressions whose values ngspice is asked for.

    Attributes:
        asked: an expression, and the card in which it stands.
    """

    asked: tuple[tuple[str, Card], ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """What ngspice is given for it."""
        return tuple(Card(f"{_MARK}{k} 0 0 {{{text}}}", c.place) for k, (text, c) in enumerate(self.asked))

    def answered(self, flat: Iterable[str]) -> tuple[tuple[str, ...], Answers]:
        """The cards of a flat deck without the questions, and what their answers are."""
        values: dict[str, float] = {}
        rest: list[str] = []
        for card in flat:
            name, *words = card.split()
            if not name.startswith(_MARK):
                rest.append(card)
            elif (value := number(words[-1])) is not None:
                values[self.asked[int(name[len(_MARK) :])][0]] = value
        return tuple(rest), Answers(values)


@frozen
class Answers:
    """Values of expressions."""

    values: dict[str, float] = field(factory=dict)

    def put(self, card: Card) -> Card:
        """A card with numbers in the places of its expressions."""
        return Card(_EXPRESSION.sub(lambda m: _shown(m[0], self.values), card.text), card.place)

    def of(self, names: Iterable[str]) -> dict[str, float]:
        """Of names of parameters."""
        return {n: self.values[n] for n in names if n in self.values}


def questions(cards: Sequence[Card], measures: Sequence[Card], parameters: Iterable[str]) -> Questions:
    """What is to be asked for cards.

    Args:
        cards: in which expressions are in braces or quotes.
        measures: in which parameters stand by themselves, among names of other measures.
        parameters: of the netlist, in lower case.
    """
    found = [(m[0][1:-1].strip(), c) for c in cards for m in _EXPRESSION.finditer(c.text)]
    known = frozenset(parameters)
    found += [(w, c) for c in measures for m in _WORD.finditer(c.text) if (w := m[0].lower()) in known]
    return Questions(tuple({text: (text, c) for text, c in reversed(found)}.values()))


def _shown(quoted: str, values: dict[str, float]) -> str:
    text = quoted[1:-1].strip()
    return repr(values[text]) if text in values else quoted
