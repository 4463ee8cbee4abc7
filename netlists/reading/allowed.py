"""Which cards ngspice is given: those that describe; what acts is set aside or refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from ...circuits.errors import visible
from .calls import arguments, closing
from .numbers import number
from .source import Card, NetlistError
from .temperature import AT_27, ZERO, Temperature

BRANCHES = frozenset({".if", ".elseif", ".else", ".endif"})
"""Cards between which ngspice chooses."""
DESCRIBES = frozenset({".param", ".func", ".subckt", ".ends", ".model", ".global"}) | BRANCHES
"""Cards that ngspice is given, besides elements."""
ASKS = frozenset({".tran", ".op", ".ic"})
"""Cards that say what is to be done: their values may be expressions, and ngspice, which has them, only loads."""
WANTS = frozenset({".ac", ".dc", ".nodeset", ".meas", ".measure", ".step"})
"""Cards that say so and never reach ngspice: it is only asked for the values of their expressions (questions.py)."""
ASIDE = frozenset(
    {
        ".save", ".print", ".plot", ".probe", ".backanno", ".width", ".four",
        ".noise", ".tf", ".pz", ".pss", ".sp", ".sens", ".disto", ".wave", ".net", ".csparam",
        ".lib", ".probe64", ".autoconverge", ".aliases", ".endaliases",
    }
)  # fmt: skip
"""Cards without which the circuit is the same circuit."""
ELEMENTS = frozenset("rclviegfhbsdmqjktwx")
"""First letters of elements that ngspice is given."""
MODELS = frozenset(
    {"r", "c", "l", "d", "npn", "pnp", "nmos", "pmos", "njf", "pjf", "sw", "csw", "vswitch", "iswitch", "ltra", "urc"}
)
"""Kinds of models: none of them opens a file."""
_USUAL = {"scale": 1.0, "scalm": 1.0, "defw": 1e-4, "defl": 1e-4, "defad": 0.0, "defas": 0.0, "cshunt": 0.0}
"""Options that change elements, and their values without them."""
_SHUNTS = {"rshunt": lambda ohms: ohms >= 1 / GMIN, "gshunt": lambda siemens: siemens <= GMIN}
"""Options that put a resistor from each node to ground, and when it is none to speak of."""
GMIN = 1e-12
"""Siemens that ngspice puts across junctions in any case."""
_TEMPERATURE = re.compile(r"\btemper\b|^\.model\s+\S+\s+[rcl]\b", re.IGNORECASE)
_CHANCE = re.compile(r"(?<![\w.])(agauss|gauss|aunif|unif|limit)\s*\(", re.IGNORECASE)
_FUNCTION = re.compile(r"^\.func\s+([a-z_]\w*)\s*\(", re.IGNORECASE)
_ALIEN = re.compile(r"[^\x20-\x7e]")
_MICRO = str.maketrans({"µ": "u", "μ": "u", "Ω": "", "\u00a0": " "})
_FILES = re.compile(r"\bfile\s*=|\bfilesource\b|\bwavefile\b|\bexternal\b", re.IGNORECASE)


@frozen
class Sorted:
    """What ngspice is given, what was set aside, and what says what is to be done."""

    given: tuple[Card, ...]
    aside: tuple[Card, ...]
    wants: tuple[Card, ...] = ()
    chance: tuple[Card, ...] = ()
    """Definitions among `given` for which ngspice draws a random number whenever it reads them."""
    temperature: Temperature = AT_27


def sorted_out(cards: Iterable[Card]) -> Sorted:
    """Let known cards through.

    Raises:
        NetlistError: a card that is not known, or that holds what no card needs.
    """
    given: list[Card] = []
    aside: list[Card] = []
    wants: list[Card] = []
    every = [Card(card.text.translate(_MICRO), card.place) for card in cards]
    _want_choices(every)
    own = {found[1].lower() for c in every if (found := _FUNCTION.match(c.text))}
    for plain in every:
        if plain.word in ASIDE or plain.word == ".temp" or is_option(plain):
            _want_usual(plain)
            aside.append(plain)
        elif plain.word in WANTS:
            if odd := next((c for c in plain.text if visible(c) != c), ""):
                raise NetlistError(plain, f"the character {odd!r} has no place in a card; take it out.")
            wants.append(plain)
        else:
            given.append(_known(plain))
    chance = tuple(c for c in given if _draws(c, own))
    for card in chance:
        if card.word[0] != "." or _clamps(card):
            raise drawn(card)
    return Sorted(tuple(given), tuple(aside), tuple(wants), chance, temperature_of(every))


def _want_choices(cards: Iterable[Card]) -> None:
    """Refuse what ngspice reads between `.if` and `.endif` whatever the condition says, and conditions of instances.

    Raises:
        NetlistError: such a card.
    """
    inside = chosen = 0
    for card in cards:
        chosen += (card.word == ".if") - (card.word == ".endif")
        inside += (card.word == ".subckt") - (card.word == ".ends")
        if card.word in BRANCHES and inside:
            raise NetlistError(card, f"{card.word} in a subcircuit is not known here: ngspice asks it of no instance.")
        if chosen and card.word[0] == "." and card.word not in BRANCHES | {".model"}:
            raise NetlistError(
                card, f"{card.word} is no card to choose by .if: put it outside, or its values into one."
            )


def is_option(card: Card) -> bool:
    """Whether a card is one of options: `.opt`, and whatever begins with `.option`, as programs take it."""
    return card.word == ".opt" or card.word.startswith(".option")


def temperature_of(cards: Sequence[Card]) -> Temperature:
    """What `.temp` and the options TEMP and TNOM say together.

    Raises:
        NetlistError: it is no number, another one than before, or something feels it whose law is known at 27 degrees.
    """
    found: dict[str, float] = {}
    for card in cards:
        for key, text in _said(card).items():
            value = number(text)
            if value is None or value <= -ZERO:
                raise NetlistError(card, f"{key}={text} is no temperature: give one number, degrees Celsius.")
            if found.setdefault(key, value) != value:
                raise NetlistError(card, f"{key}={text} is another temperature than {found[key]:g}: give one.")
    if any(v != 27 for v in found.values()):
        _want_unfeeling(cards, found)
    return Temperature(*(found.get(k, 27.0) + ZERO for k in ("temp", "tnom")))


def _said(card: Card) -> dict[str, str]:
    """Temperatures that a card gives, in its words."""
    text = re.sub(r"\s*=\s*", "=", card.text.lower())
    if card.word == ".temp":
        return {"temp": " ".join(text.replace("=", " ").split()[1:])}
    if not is_option(card):
        return {}
    pairs = (w.split("=", 1) for w in text.split() if "=" in w)
    return {k: v for k, v in pairs if k in ("temp", "tnom")}


def _want_unfeeling(cards: Sequence[Card], found: Mapping[str, float]) -> None:
    """Refuse a card that does something else at another temperature, by laws that are not known here."""
    at = ", ".join(f"{k}={v:g}" for k, v in found.items())
    for card in cards:
        if card.word[0] == "j" or _TEMPERATURE.search(card.text):
            raise NetlistError(
                card, f"{at} is not known here yet for this card, which feels it: diodes, bipolar transistors and "
                "MOSFETs of level 1 are read at any temperature."
            )  # fmt: skip


def _draws(card: Card, own: set[str]) -> bool:
    """Whether ngspice draws a number for a card; a function of that name in the netlist is another."""
    if card.word[0] == "." and card.word not in DESCRIBES | ASKS:
        return False
    return any(found[1].lower() not in own for found in _CHANCE.finditer(card.text))


def _clamps(card: Card) -> bool:
    """Whether `limit` has three values, as bounds have elsewhere: ngspice makes a number of it, drops the rest."""
    ends = (found.end() for found in _CHANCE.finditer(card.text) if found[1].lower() == "limit")
    return any(len(arguments(card.text[end : closing(card.text, end)])) > 2 for end in ends)


def drawn(card: Card) -> NetlistError:
    """What is said of a card whose random number changes the circuit."""
    name = next(found[1] for found in _CHANCE.finditer(card.text))
    limit = " For bounds write min(max(x,low),high)." if name.lower() == "limit" else ""
    return NetlistError(card, f"{name}() is a random number in ngspice, another at each reading: give a number.{limit}")


def _want_usual(card: Card) -> None:
    """Refuse options that would change what elements do, or add some.

    Raises:
        NetlistError: they are not as without them.
    """
    words = dict(w.split("=", 1) for w in re.sub(r"\s*=\s*", "=", card.text.lower()).split() if "=" in w)
    for key, usual in _USUAL.items():
        if is_option(card) and key in words and number(words[key]) != usual:
            raise NetlistError(card, f"{key}={words[key]} is not known here yet: elements are as at {key}={usual:g}.")
    for key, is_none in _SHUNTS.items():
        if is_option(card) and key in words and not is_none(number(words[key]) or 0.0):
            raise NetlistError(
                card, f"{key}={words[key]} is a resistor from each node to ground: give those that matter as elements."
            )


def _known(card: Card) -> Card:
    if found := _ALIEN.search(card.text):
        raise NetlistError(card, f"the character {found[0]!r} has no place in a card; write it in plain letters.")
    if "`" in card.text:
        raise NetlistError(card, "back quotes run commands in ngspice: none is let through.")
    if found := _FILES.search(card.text):
        raise NetlistError(card, f"{found[0]!r} reads a file while it runs: give the points as PWL(...) instead.")
    word = card.word
    if word.startswith("."):
        if word not in DESCRIBES | ASKS:
            raise NetlistError(card, f"{word} is not known here; take it out.")
        if word == ".model":
            _model(card)
        if word == ".ic" and re.search(r"\bi\s*\(", card.text, re.IGNORECASE):
            raise NetlistError(card, ".ic of a current is not known here: write IC= behind its inductor.")
    elif word[0] not in ELEMENTS:
        raise NetlistError(card, f"elements that begin with {word[0].upper()!r} are not known here.")
    return card


def _model(card: Card) -> None:
    words = [w for w in re.split(r"[\s(),=]+", card.text) if w]  # as ngspice divides them
    if len(words) < 3:
        raise NetlistError(card, "write .model NAME KIND(...).")
    kind = words[2].lower()
    if kind not in MODELS:
        power = ": take a MOSFET of level 1 and capacitors. ngspice begins its charges at 0, whatever is given"
        raise NetlistError(card, f"models of kind {words[2]!r} are not known here{power * (kind == 'vdmos')}.")
