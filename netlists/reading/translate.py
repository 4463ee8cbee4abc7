"""Cards of LTspice, PSpice and HSPICE in the words of ngspice; what is not understood is refused, never guessed.

What their words mean: LTspice's help (B, C, L, S and V devices, .tran), the PSpice A/D reference guide (chapter on
expressions), the HSPICE manual (chapter on parameters and functions).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from .calls import Rewording, reworded, table
from .dialects import Dialect
from .numbers import number
from .parasitics import with_parasitics
from .pwl_times import with_absolute_times
from .source import Card, NetlistError

NO_STEP = "1e-24"
"""For a step of 0, with which LTspice takes its own; ngspice wants one."""
_EXPRESSIVE = frozenset("begrclhf")
"""First letters of elements whose cards may hold expressions."""
_GUIDES = re.compile(r"\s+(?:trip(?:dv|dt)|nojacob)\b(?:\s*=\s*\S+)?", re.IGNORECASE)
_FOLDED = re.compile(r"(?<![\w.])(\d+)(meg|[kmunpfrgt\u00b5\u03bc])(\d+)(?![\w.])", re.IGNORECASE)
_CHARGE = re.compile(r"^(c\S*\s+(\S+)\s+(\S+)\s+q\s*=)(.*)$", re.IGNORECASE)
"""A capacitor's charge, in which `x` is its voltage."""
_OWN_NODE = re.compile(r"(?<!\S)\$N_(\d+)")
"""How Schematics calls nodes without names; `$` begins a comment in ngspice."""
_NEVER = {
    "ddt": "the slope of something is the current of a capacitor: give one",
    "idt": "the integral of something is the voltage of a capacitor: give one",
    "sdt": "the integral of something is the voltage of a capacitor: give one",
    "idtmod": "the integral of something is the voltage of a capacitor: give one",
    "delay": "delays have no equations here", "absdelay": "delays have no equations here",
    "white": "noise is another at each run", "random": "noise is another at each run",
    "rand": "noise is another at each run", "gauss": "it is another at each run", "agauss": "it is another at each run",
    "flat": "it is another at each run", "mc": "it is another at each run",
}  # fmt: skip


def translated(cards: Iterable[Card], dialect: Dialect) -> Iterator[Card]:
    """Cards as ngspice would have them.

    Raises:
        NetlistError: a card that means something else there, or something that is not known here.
    """
    for card in cards:
        if dialect.foreign:
            _refuse(card, dialect)
            made = Card(_reworded(card, dialect), card.place)
            if dialect.name in ("ltspice", "pspice"):
                made = with_absolute_times(made)
            yield from with_parasitics(made) if dialect.name == "ltspice" else [made]
        else:
            yield card


def _is_expressive(card: Card) -> bool:
    return card.word[0] in _EXPRESSIVE or card.word in (".param", ".func")


def _refuse(card: Card, dialect: Dialect) -> None:
    if not _is_expressive(card):
        return
    for word, why in _NEVER.items():
        if re.search(rf"(?<![\w.]){word}\s*\(", card.text, re.IGNORECASE):
            raise NetlistError(card, f"{word}: {why}.")
    if card.word[0] in "begf" and re.search(r"\s(?:laplace|freq|chebyshev)\b", card.text, re.IGNORECASE):
        raise NetlistError(card, "a filter by its transfer function is not known here: give its parts.")
    if card.word[0] == "l" and re.search(r"\bflux\s*=", card.text, re.IGNORECASE):
        raise NetlistError(card, "flux= makes it nonlinear, which is not known here: give it a number.")
    if "^" in card.text and dialect.name in ("ltspice", "pspice"):
        raise NetlistError(
            card, "^ is an exclusive or in LTspice and PSpice: write ** for a power, or say --read-as ngspice."
        )


def _reworded(card: Card, dialect: Dialect) -> str:
    text = card.text.replace("\u00a7", "_")
    if dialect.name == "pspice":
        text = _OWN_NODE.sub(r"N_\1", text)
    if card.word == ".func":
        text = re.sub(r"^(\.func\s+\w+\s*\([^)]*\))\s*=\s*", r"\1 ", text, flags=re.IGNORECASE)
    if card.word == ".tran" and dialect.name == "ltspice":
        return _transient(card)
    if card.word in (".lib", ".include", ".inc") and not is_standard(card):
        return _including(card, text, dialect)
    if dialect.name == "ltspice" and (found := _CHARGE.match(text)):
        text = found[1] + re.sub(r"\bx\b", f"v({found[2]},{found[3]})", found[4], flags=re.IGNORECASE)
    if card.word[0] in "bg" and dialect.name == "ltspice":
        text = _GUIDES.sub("", text)
    if dialect.name == "ltspice" and (card.word[0] in "rcl" or card.word == ".param"):
        text = _unfolded(text, 1 if card.word == ".param" else 3)
    try:
        return reworded(text, FUNCTIONS[dialect.name]) if _is_expressive(card) else text
    except ValueError as error:
        raise NetlistError(card, f"{error}.") from None


_STANDARD = re.compile(r"\b(?:standard\.(?:dio|bjt|mos|jft|cap|ind|res|bead)|nom\.lib)\b", re.IGNORECASE)
"""LTspice and PSpice (`nom.lib`) name their own libraries in every netlist."""


def is_standard(card: Card) -> bool:
    """Whether a card names a library that a program names in every netlist, whether it is asked for anything or not."""
    return card.word == ".lib" and _STANDARD.search(card.text) is not None


def _including(card: Card, text: str, dialect: Dialect) -> str:
    """`.lib FILE` as `.include`; LTspice's names of files may have blanks without quotes."""
    name = text[len(card.word) :].strip()
    if dialect.name == "ltspice" and '"' not in name and "'" not in name and re.search(r"\s\S*\.\w+$", name):
        return f'.include "{name}"'
    if card.word == ".lib" and dialect.name != "hspice" and _is_file(text):
        return f".include {name}"
    return text


def _is_file(text: str) -> bool:
    """Whether `.lib` names a file and no section of it; one word without an ending begins a section."""
    words = re.findall(r'"[^"]*"|\'[^\']*\'|\S+', text)
    return len(words) == 2 and "." in words[1]


def _transient(card: Card) -> str:
    """`.tran STOP` or `.tran STEP STOP [START [LONGEST]]`, and words behind."""
    words = card.text.split()[1:]
    modifiers = [w.lower() for w in words if re.fullmatch(r"uic|startup|steady|nodiscard|step", w, re.IGNORECASE)]
    times = words[: len(words) - len(modifiers)]
    if other := [m for m in modifiers if m not in ("uic", "startup")]:
        raise NetlistError(card, f"{other[0]} is not known here: take it out.")
    if not times:
        raise NetlistError(card, "give .tran its length.")
    step, *rest = times if len(times) > 1 else ["0", *times]
    return " ".join([".tran", step if number(step) != 0 else NO_STEP, *rest, *modifiers])


def _unfolded(text: str, first: int) -> str:
    """Values such as 4k7, which LTspice reads as 4.7k, from some word on."""

    def value(found: re.Match[str]) -> str:
        return f"{found[1]}.{found[3]}" + ("" if found[2].lower() == "r" else found[2])

    parts = text.split(maxsplit=first)
    return " ".join([*parts[:first], *(_FOLDED.sub(value, p) for p in parts[first:])]) if _FOLDED.search(text) else text


def _table(args: Sequence[str]) -> str:
    if len(args) < 3 or len(args) % 2 == 0:
        raise ValueError("table(x, x1, y1, ...) has a value and pairs of numbers")
    return f"({table(args[0], list(zip(args[1::2], args[2::2], strict=True)))})"


def _of(count: int, make: Callable[..., str], name: str) -> Rewording:
    def word(args: Sequence[str]) -> str:
        return make(*args) if len(args) == count else f"{name}({','.join(args)})"

    return word


_SIZED = _of(2, lambda x, y: f"pow(abs({x}),{y})", "pwr")
_SIGNED = _of(2, lambda x, y: f"(sgn({x})*pow(abs({x}),{y}))", "pwrs")
_LIMIT = _of(3, lambda x, a, b: f"min(max({x},min({a},{b})),max({a},{b}))", "limit")
_IF = _of(3, lambda c, a, b: f"ternary_fcn({c},{a},{b})", "if")
_BOTH = {"limit": _LIMIT, "table": _table, "pwr": _SIZED, "pwrs": _SIGNED, "if": _IF}
FUNCTIONS: dict[str, dict[str, Rewording]] = {
    "ltspice": {
        **_BOTH, "inv": _of(1, lambda x: f"ternary_fcn({x}>0.5,0,1)", "inv"),
        "buf": _of(1, lambda x: f"ternary_fcn({x}>0.5,1,0)", "buf"),
        "hypot": _of(2, lambda x, y: f"sqrt(({x})*({x})+({y})*({y}))", "hypot"),
        "arctan": _of(1, lambda x: f"atan({x})", "arctan"), "arcsin": _of(1, lambda x: f"asin({x})", "arcsin"),
        "arccos": _of(1, lambda x: f"acos({x})", "arccos"), "round": _of(1, lambda x: f"nint({x})", "round"),
    },
    "pspice": {
        **_BOTH, "stp": _of(1, lambda x: f"ternary_fcn({x}>0,1,0)", "stp"),
        "log10": _of(1, lambda x: f"(ln({x})/ln(10))", "log10"), "log": _of(1, lambda x: f"ln({x})", "log"),
        "arctan": _of(1, lambda x: f"atan({x})", "arctan"),
    },
    "hspice": {"pwr": _SIGNED, "sign": _of(2, lambda x, y: f"(sgn({y})*abs({x}))", "sign"), "if": _IF},
}  # fmt: skip
"""Functions that ngspice has not, or has with another meaning."""
