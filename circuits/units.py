"""Values at the edge: engineering notation in, engineering notation out, SI floats inside.

A value is a number, a prefix and a unit, each of the last two left out at will, and nothing else:

    number   1  -0.5  .5  1e-3                        ASCII digits, a decimal point
    prefix   f p n u µ m k K Meg G T                  Meg in any case; M alone only where the unit says mega: MΩ, MHz
    unit     V A F H S Ω C s Hz W J m ...             1F is a farad (SPICE reads femto), 1m is a thousandth
    inside   4k7 2R2 1n5                              IEC 60062: the prefix stands for the point; 22R is 22 ohms
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache
from numbers import Real
from typing import TYPE_CHECKING

from .errors import QuantityError

if TYPE_CHECKING:
    from quantiphy import Quantity

Value = float | str
"""What public functions take for a value: SI number or engineering string."""

_POWERS = {
    "a": -18, "f": -15, "p": -12, "n": -9, "u": -6, "µ": -6, "μ": -6, "m": -3, "": 0, "R": 0, "k": 3, "K": 3, "M": 6,
    "Meg": 6, "G": 9, "T": 12,
}  # fmt: skip
_SPELLINGS = {
    "Ω": ("Ω", "Ω", "ohm", "Ohm", "OHM", "ohms", "Ohms", "V/A"), "S": ("S", "A/V"), "A/V²": ("A/V²", "A/V2", "A/V^2"),
    "": ("", "V/V", "A/A"), **{u: (u,) for u in ("V", "A", "F", "H", "C", "s", "Hz", "W", "J", "1/V", "V/s", "A/s")},
    "m": ("m",), "V^0.5": ("V^0.5",),
}  # fmt: skip
_UNITS = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings}
_NUMBER = re.compile(r"([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")
_POINT = re.compile(r"([afpnuµμmRkKGT])([0-9]+)")
_PREFIX = re.compile(r"[ \u00a0]*((?i:meg)|[afpnuµμmkKMGT]?)")
_MEGA = frozenset({"Ω", "Hz"})
"""Units before which M can only be mega."""
_LONGEST = 100
_EXAMPLES = "Give a number in SI units or a string such as '10k', '2.2n', '1Meg'."


LARGEST = 1e100
"""No value is larger, and none that is divided by smaller than its inverse: products of three are still numbers."""


def parse(value: Value, what: str = "value", unit: str | None = None) -> float:
    """Read a value as people write it.

    Args:
        value: an SI number, or a string such as "10k", "2.2n", "1Meg", "100 mV", "22R" or "4k7" (IEC 60062).
        what: the name of the thing, for the error message.
        unit: of the thing ("Ω"; "" for a pure number): a string with another unit is refused. None allows any.

    Returns:
        The value in SI units, finite.

    Raises:
        QuantityError: not a number, not finite, beyond 1e100, "10M" (milli or mega?), a decimal comma, another unit, or
            anything beside number, prefix and unit.

    >>> parse("10k"), parse("1Meg"), parse("100 mV"), parse("4k7"), parse("1F")
    (10000.0, 1000000.0, 0.1, 4700.0, 1.0)
    """
    if not isinstance(value, str):
        number, found = _as_float(value, what), ""
    else:
        number, found = _read(value, what)
    if not math.isfinite(number):
        raise QuantityError(f"{what} is {_short(value)}: a value must be finite; give a number such as 10e3 or '10k'.")
    if abs(number) > LARGEST:
        raise QuantityError(
            f"{what} is {_short(value)}: values go up to {LARGEST:g}; beyond, products of a few are no numbers."
        )
    if found and unit is not None and found != unit:
        raise _other_unit(value, what, found, unit)
    return number


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _other_unit(value: Value, what: str, found: str, unit: str) -> QuantityError:
    wanted = f"it is given in {unit}" if unit else "it is a number without a unit"
    lone = isinstance(value, str) and re.fullmatch(r"[^a-zµμ]*F\s*", value)
    femto = " (F is a farad here; SPICE reads femto: write f)" if lone else ""
    return QuantityError(f"{what} is {_short(value)}: {wanted}, not in {found}{femto}.")


def _as_float(value: object, what: str) -> float:
    refused = QuantityError(f"{what} is {_short(value)}: give a number in SI units or a string such as '10k'.")
    if isinstance(value, (bool, list, tuple, dict, set, bytes, bytearray)) or value is None:
        raise refused
    if getattr(value, "shape", ()) != () or getattr(getattr(value, "dtype", None), "kind", "f") in "bcMm":
        raise refused
    try:
        return float(value)  # type: ignore[arg-type]  # numpy scalars and sympy numbers are welcome too
    except (TypeError, ValueError, OverflowError) as error:
        raise refused from error


def _read(text: str, what: str) -> tuple[float, str]:
    """Number and unit of a text ("" without one)."""
    bare = text.strip(" \t\r\n\u00a0")
    if len(bare) > _LONGEST:
        raise QuantityError(f"{what} is {_short(text)}: a value is not longer than {_LONGEST} characters.")
    if bare.lstrip("+-").lower() in ("nan", "inf", "infinity"):
        return math.nan, ""
    head = _NUMBER.match(bare)
    if head is None:
        raise _refused(bare, what, None)
    sign, digits, exponent = head.groups()
    rest = bare[head.end() :]
    if exponent is None and digits.isdigit() and (inside := _POINT.match(rest)):
        digits, power, found = f"{digits}.{inside[2]}", _POWERS[inside[1]], _units(rest[inside.end() :])
        if inside[1] == "R":
            found = "Ω" if found in ("", "Ω") else None
    else:
        power, found = _suffix(rest, bare, what)
    if found is None:
        raise _refused(bare, what, rest)
    number = float(f"{sign}{digits}e{int(exponent or 0) + power}")
    if number == 0 and digits.strip("0."):
        raise QuantityError(f"{what} is {_short(text)}: smaller than any number that is not zero; write 0.")
    return number, found


def _units(text: str) -> str | None:
    return _UNITS.get(text.strip(" \u00a0"))


def _suffix(rest: str, text: str, what: str) -> tuple[int, str | None]:
    """Power of ten and unit of what follows a number; None for a unit that is none.

    A unit alone wins over a prefix (`1F` is a farad), but for `m`, which is milli wherever it stands alone.
    """
    whole = rest.strip(" \u00a0")
    if whole == "R":
        return 0, "Ω"
    if whole in _UNITS and whole != "m":
        return 0, _UNITS[whole]
    match = _PREFIX.match(rest)
    assert match is not None
    prefix, found = match[1], _units(rest[match.end() :])
    if prefix == "M" and found not in _MEGA and not (found is None and rest[match.end() :].strip()):
        digits = text[: len(text) - len(rest)]
        raise QuantityError(
            f"{what} is {text!r}: milli or mega? SPICE reads M as milli. Write '{digits}Meg' or '{digits}m'."
        )
    return _POWERS["Meg" if prefix.lower() == "meg" else prefix], found if prefix else None


def _refused(text: str, what: str, rest: str | None) -> QuantityError:
    """The error for a text that is no value; with the value that it looks like, or the unit that is none."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-")
    if plain != text and _is_value(plain):
        return QuantityError(f"{what} is {text!r}: write it in plain digits and letters, {plain!r}.")
    if "," in text:
        return QuantityError(
            f"{what} is {_short(text)}: write a decimal point, not a comma ({text.replace(',', '.')!r})."
        )
    if rest is not None and rest.strip().isalpha():
        unit = rest.strip()
        return QuantityError(f"{what} is {_short(text)}: {unit!r} is no unit known here; write for example '10k'.")
    return QuantityError(f"{what} is {_short(text)}: not a value. {_EXAMPLES}")


def _is_value(text: str) -> bool:
    try:
        _read(text, "")
    except QuantityError:
        return False
    return True


@cache
def _writer() -> type[Quantity]:
    from quantiphy import Quantity as Base

    class Writer(Base):
        """QuantiPhy with our preferences, without touching its global ones."""

    Writer.set_prefs(spacer=" ", prec=12, form="si")
    return Writer


def show(value: float, unit: str = "") -> str:
    """Print a value in engineering notation, so that `parse` reads the same number back.

    Args:
        value: the number in SI units.
        unit: its unit, appended.

    Returns:
        For example "10 kΩ"; without a unit "10k". Mega is written "Meg".

    >>> show(10e3, "Ω"), show(2.2e-9), show(1e6)
    ('10 kΩ', '2.2n', '1Meg')
    """
    if isinstance(value, str) or not isinstance(value, Real):
        raise QuantityError(f"value is a {type(value).__name__}: show prints a number; give one, such as 10e3.")
    text = _writer()(value, unit).render(prec="full")
    text = text if unit else text.replace(" ", "")
    scale, mega = text.removesuffix(unit), "M" if unit in _MEGA else "Meg"
    if scale.endswith("M"):
        scale, text = scale[:-1] + "Meg", scale[:-1] + mega + unit
    return text if _reads_back(scale, value) else f"{value!r} {unit}".strip()


def _reads_back(text: str, value: float) -> bool:
    try:
        return parse(text) == value
    except QuantityError:
        return False
