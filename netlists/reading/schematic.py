"""LTspice's schematics (.asc) as cards: wires and names become nodes, symbols elements, texts with `!` directives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from attrs import define, field

from ...circuits.errors import CircuitError
from .lines import LONGEST, Text
from .nets import Nets, Wire, joined
from .source import Card, NetlistError, Place
from .symbols import ATTRIBUTES, SYMBOLS, Point, Symbol, symbol_of, turned

MOST_LINES = 50_000
MOST_SLANTED = 100
"""Wires that are neither level nor upright; each is looked at with each pin."""
_DRAWN = frozenset(
    {"version", "sheet", "window", "line", "rectangle", "circle", "arc", "iopin", "dataflag"}
)  # fmt: skip
_TEXT = re.compile(r"TEXT\s+\S+\s+\S+\s+\S+\s+\S+\s*([!;])(.*)", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,7}")
_ORIENTATION = re.compile(r"[RM](?:0|90|180|270)")
FindSymbol = Callable[[str], str | None]
"""From the name of a symbol to the text of its file; None where there is none."""


@define
class _Placed:
    """A symbol on the sheet."""

    place: Place
    name: str
    symbol: Symbol
    pins: tuple[Point, ...]
    attributes: dict[str, str] = field(factory=dict)

    @property
    def card(self) -> Card:
        """For messages."""
        return Card(f"SYMBOL {self.name} {self.attributes.get('InstName', '')}".strip(), self.place)


@define
class _Sheet:
    """What is drawn."""

    wires: list[Wire] = field(factory=list)
    flags: list[tuple[Point, str, Card]] = field(factory=list)
    placed: list[_Placed] = field(factory=list)
    directives: list[Card] = field(factory=list)


def is_schematic(text: str) -> bool:
    """Whether a text is a schematic."""
    return re.match(r"\s*Version\s+4", text, re.IGNORECASE) is not None


def cards_of_schematic(text: str, file: str, title: str, find: FindSymbol) -> Text:
    """The netlist that a schematic stands for.

    Args:
        text: of the schematic.
        file: its name in messages.
        title: of the circuit.
        find: files of symbols that are not LTspice's own.

    Raises:
        NetlistError: what cannot be read, with its line.
    """
    sheet = _read(text, file, find)
    pins = [pin for s in sheet.placed for pin in s.pins]
    nets = joined(sheet.wires, [*pins, *(point for point, _, _ in sheet.flags)])
    nodes = _Nodes(nets, sheet)
    elements = [_element(s, nodes) for s in sheet.placed]
    if not elements:
        raise NetlistError(Card(file, Place(file, 1)), "the schematic has no elements.")
    return Text(title, (*elements, *sheet.directives, *_defaults(sheet)), ())


def _read(text: str, file: str, find: FindSymbol) -> _Sheet:
    lines = re.split(r"\r\n|\r|\n", text)
    if len(lines) > MOST_LINES:
        raise NetlistError(Card(file, Place(file, MOST_LINES)), f"a schematic has no more than {MOST_LINES:,} lines.")
    sheet, known, slanted = _Sheet(), dict(SYMBOLS), 0
    for k, line in enumerate(lines, 1):
        card = Card(line.strip().replace("\t", " "), Place(file, k))
        if len(line) > LONGEST:
            raise NetlistError(card, f"a line is not longer than {LONGEST:,} characters.")
        word = line.split(maxsplit=1)[0].lower() if line.strip() else ""
        if not word or word in _DRAWN:
            continue
        if word == "wire":
            x0, y0, x1, y1 = _integers(card, 4)
            slanted += x0 != x1 and y0 != y1
            sheet.wires.append(((x0, y0), (x1, y1)))
        elif word == "flag":
            x, y = _integers(card, 2)
            sheet.flags.append(((x, y), " ".join(card.text.split()[3:]), card))
        elif word == "symbol":
            sheet.placed.append(_symbol(card, known, find))
        elif word == "symattr":
            _attribute(card, sheet)
        elif word == "text":
            sheet.directives += _directives(card)
        else:
            raise NetlistError(card, f"{card.text.split()[0]} is not known here in a schematic.")
    if slanted > MOST_SLANTED:
        raise NetlistError(Card(file, Place(file, 1)), f"more than {MOST_SLANTED} wires are neither level nor upright.")
    return sheet


def _integers(card: Card, count: int) -> list[int]:
    words = card.text.split()[1 : count + 1]
    if len(words) < count or not all(map(_NUMBER.fullmatch, words)):
        raise NetlistError(card, f"{card.word} needs {count} whole numbers.")
    return list(map(int, words))


def _symbol(card: Card, known: dict[str, Symbol], find: FindSymbol) -> _Placed:
    found = re.fullmatch(r"SYMBOL\s+(.+?)\s+(-?\d{1,7})\s+(-?\d{1,7})(?:\s+(\S+))?", card.text, re.IGNORECASE)
    orientation = ((found[4] if found else None) or "R0").upper()
    if found is None or not _ORIENTATION.fullmatch(orientation):
        raise NetlistError(card, "write SYMBOL NAME X Y, and R0, R90, R180, R270 or M0 to M270.")
    name = re.split(r"[\\/]", found[1].strip('"'))[-1]
    key = name.lower()
    if key not in known:
        text = find(name)
        if text is None:
            raise NetlistError(
                card,
                f"the symbol {name!r} is not known here: put its file {name}.asy beside the schematic, or draw it with "
                "the parts that it stands for.",
            )
        try:
            known[key] = symbol_of(text, name)
        except CircuitError as error:
            raise NetlistError(card, str(error)) from None
    x, y = int(found[2]), int(found[3])
    offsets = (turned(p, orientation) for p in known[key].pins)
    return _Placed(card.place, name, known[key], tuple((x + dx, y + dy) for dx, dy in offsets))


def _attribute(card: Card, sheet: _Sheet) -> None:
    words = card.text.split(maxsplit=2)
    if not sheet.placed or len(words) < 2:
        raise NetlistError(card, "SYMATTR belongs to a SYMBOL above it: SYMATTR NAME VALUE.")
    sheet.placed[-1].attributes[words[1]] = words[2] if len(words) > 2 else ""


def _directives(card: Card) -> Iterator[Card]:
    """Directives of a text; several of them, and continuations, have `\\n` between them."""
    found = _TEXT.fullmatch(card.text)
    if found is None or found[1] == ";":
        return
    joined_lines = re.sub(r"\\n\s*\+\s*", " ", found[2])
    for line in joined_lines.split("\\n"):
        plain = line.partition(";")[0].strip()
        if plain and not plain.startswith("*"):
            yield Card(plain, card.place)


class _Nodes:
    """Names of nets: those that are drawn, else N001, N002 and so on in the order of the elements' pins."""

    def __init__(self, nets: Nets, sheet: _Sheet) -> None:
        self._nets, self._names, self._count = nets, {}, 0
        self._taken = {name.lower() for _, name, _ in sheet.flags}
        for point, name, card in sheet.flags:
            if not name or re.search(r"[\s(),{}'\"`=]", name):
                raise NetlistError(card, f"{name!r} is no name of a net.")
            plain = "0" if name.lower() in ("0", "gnd") else name
            known = self._names.setdefault(nets.of(point), plain)
            if known.lower() != plain.lower():
                raise NetlistError(card, f"this net is {plain!r} here and {known!r} elsewhere: give it one name.")

    def at(self, point: Point) -> str:
        net = self._nets.of(point)
        while net not in self._names:
            self._count += 1
            name = f"N{self._count:03}"
            if name.lower() not in self._taken:
                self._names[net] = name
        return self._names[net]


def _element(placed: _Placed, nodes: _Nodes) -> Card:
    given, symbol = placed.attributes, placed.symbol
    name = given.get("InstName", "")
    if not re.fullmatch(r"[^\s(),{}'\"`=]+", name):
        raise NetlistError(placed.card, "the symbol has no name (InstName)." if not name else f"{name!r} is no name.")
    prefix = (given.get("Prefix") or symbol.prefix)[:1].upper()
    joint = "" if prefix == "X" else "\u00a7"  # as LTspice joins them
    whole = name if name[0].upper() == prefix else f"{prefix}{joint}{name}"
    words = [w for w in ({**symbol.words, **given}.get(a, "") for a in ATTRIBUTES) if w not in ("", '""')]
    if not words:
        raise NetlistError(placed.card, f"{name} has no value.")
    text = " ".join([whole, *map(nodes.at, placed.pins), *words])
    return Card(text, placed.place)


def _defaults(sheet: _Sheet) -> Iterator[Card]:
    """Models that LTspice adds for symbols without one of their own, and files that symbols bring."""
    defined = {c.text.split()[1].lower() for c in sheet.directives if c.word == ".model" and len(c.text.split()) > 1}
    for s in sheet.placed:
        model, file = s.symbol.model, s.symbol.file
        if model and s.attributes.get("Value", model) == model and model.lower() not in defined:
            defined.add(model.lower())
            yield Card(f".model {model} {model}", s.place)
        if file and file not in defined:
            defined.add(file)
            yield Card(f'.include "{file}"', s.place)
