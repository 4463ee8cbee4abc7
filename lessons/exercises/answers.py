"""Reading what a learner typed: a number with a unit, in any spelling that is not ambiguous; never evaluated."""

from __future__ import annotations

import re
import unicodedata

from attrs import frozen

from ...circuits.errors import QuantityError
from ...circuits.units import parse
from ..phrases import say

UNITS = ("Ω", "ohm", "Ohm", "ohms", "V", "A", "F", "C", "s", "Hz", "S")
"""Units of answers; all spellings of the ohm are one."""
LONGEST = 200
_WORDS = re.compile(r"[영공일이삼사오육륙칠팔구십백천만억]{1,}")
_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*")
_CODE = re.compile(r"[()=;{}\[\]*/]|__|import|lambda|print")
_COMMA = re.compile(r"\d,\d")
_PREFIX = re.compile(r"^(f|p|n|u|µ|μ|m|k|K|Meg|M|G)?(.*)$")


class AnswerError(Exception):
    """An answer that cannot be read; the words say why, in the learner's language."""


@frozen
class Quantity:
    """A number in SI units, and the unit that was written ("" for none)."""

    value: float
    unit: str


def clean(text: str, language: str) -> str:
    """The answer in plain characters: full-width letters and digits are read as what they look like.

    Raises:
        AnswerError: nothing there, or far too much.
    """
    plain = unicodedata.normalize("NFKC", text).replace("−", "-")
    plain = " ".join(plain.split())
    if not plain:
        raise AnswerError(say("answer_empty", language))
    if len(plain) > LONGEST:
        raise AnswerError(say("answer_long", language, most=LONGEST))
    return plain


def read_quantity(text: str, language: str = "en") -> Quantity:
    """Read a number with its unit.

    Args:
        text: as typed, such as "10 ms", "1e-2 s", "２０ｍＶ" or "0.368".
        language: of the error's words.

    Raises:
        AnswerError: empty, a comma, numbers as words, code, or no number at all.
    """
    plain = clean(text, language)
    if _COMMA.search(plain):
        raise AnswerError(say("answer_comma", language, better=plain.replace(",", ".")))
    if _WORDS.match(plain):
        raise AnswerError(say("answer_words", language))
    if _CODE.search(plain):
        raise AnswerError(say("answer_code", language))
    head = _NUMBER.match(plain)
    if head is None:
        raise AnswerError(say("answer_no_number", language, text=plain))
    unit = plain[head.end() :].strip().replace("Ω", "Ω")  # the ohm sign is a Greek letter
    if unit == "%":
        return Quantity(float(head[0]), "%")
    prefix, symbol = _split(unit)
    if symbol and symbol not in UNITS:
        raise AnswerError(say("answer_unit_unknown", language, unit=unit))
    try:
        value = parse(f"{head[0].strip()}{'Meg' if prefix == 'M' else prefix}")
    except QuantityError as error:
        raise AnswerError(say("answer_no_number", language, text=plain)) from error
    return Quantity(value, "Ω" if symbol.casefold() in ("ohm", "ohms") else symbol)


def _split(unit: str) -> tuple[str, str]:
    """Prefix and unit: "ms" is milli-second, "F" a farad, "M" alone or before a unit mega."""
    if not unit or unit in UNITS:
        return "", unit
    match = _PREFIX.match(unit)
    assert match is not None
    return match[1] or "", match[2].strip()
