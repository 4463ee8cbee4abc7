"""Values at the edge: engineering notation in, engineering notation out, SI floats inside."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING

from .errors import QuantityError

if TYPE_CHECKING:
    from quantiphy import Quantity

Value = float | str
"""What public functions take for a value: SI number or engineering string."""

_FACTORS = {"f": -15, "p": -12, "n": -9, "u": -6, "µ": -6, "μ": -6, "m": -3, "R": 0, "k": 3, "K": 3, "G": 9}
_IEC_60062 = re.compile(r"^([+-]?\d+)([fpnuµμmRkKG])(\d+)([A-Za-zΩ]*)$")
_AMBIGUOUS = re.compile(r"^\s*[+-]?[\d.]+(?:[eE][+-]?\d+)?\s*M(?!eg|Ω|Ohm|ohm|Hz)[A-Za-z]*\s*$")
_UNITS = frozenset(["", "V", "A", "F", "H", "S", "s", "Hz", "Ω", "Ohm", "ohm", "Ohms", "ohms", "C", "W", "J", "Hz"])


@cache
def _reader() -> type[Quantity]:
    from quantiphy import Quantity as Base

    class Reader(Base):
        """QuantiPhy with our preferences, without touching its global ones."""

    Reader.set_prefs(spacer=" ", prec=12, form="si", known_units="Hz Ohm ohm", input_sf="TGMkmunpfaµμ")
    return Reader


def parse(value: Value, what: str = "value") -> float:
    """Read a value as people write it.

    Args:
        value: an SI number, or a string such as "10k", "2.2n", "1Meg", "100 mV" or "4k7" (IEC 60062).
        what: the name of the thing, for the error message.

    Returns:
        The value in SI units, finite.

    Raises:
        QuantityError: not a number, not finite, "10M" (milli or mega?), or a decimal comma.

    >>> parse("10k"), parse("1Meg"), parse("100 mV"), parse("4k7")
    (10000.0, 1000000.0, 0.1, 4700.0)
    """
    number = _parse_text(value.strip(), what) if isinstance(value, str) else _as_float(value, what)
    if not math.isfinite(number):
        raise QuantityError(f"{what} is {value!r}: a value must be finite; give a number such as 10e3 or '10k'.")
    return number


def _as_float(value: object, what: str) -> float:
    if isinstance(value, (bool, list, tuple, dict)) or value is None:
        raise QuantityError(f"{what} is {value!r}: give a number in SI units or a string such as '10k'.")
    try:
        return float(value)  # type: ignore[arg-type]  # numpy scalars and sympy numbers are welcome too
    except (TypeError, ValueError) as error:
        raise QuantityError(f"{what} is {value!r}: give a number in SI units or a string such as '10k'.") from error


def _parse_text(text: str, what: str) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    if "," in text:
        raise QuantityError(f"{what} is {text!r}: write a decimal point, not a comma ({text.replace(',', '.')!r}).")
    if _AMBIGUOUS.match(text):
        digits = text.split("M")[0].strip()
        raise QuantityError(
            f"{what} is {text!r}: milli or mega? SPICE reads M as milli. Write '{digits}Meg' or '{digits}m'."
        )
    if match := _IEC_60062.match(text):
        whole, letter, rest, unit = match.groups()
        _check_unit(unit, text, what)
        return float(f"{whole}.{rest}e{_FACTORS[letter]}")
    return _quantiphy(text, what)


def _check_unit(unit: str, text: str, what: str) -> None:
    if unit not in _UNITS:
        raise QuantityError(f"{what} is {text!r}: {unit!r} is no unit known here; write for example '10k' or '100n'.")


def _quantiphy(text: str, what: str) -> float:
    text_si = re.sub(r"meg", "M", text, flags=re.IGNORECASE)
    text_si = re.sub(r"(?<=[\d.\s])K", "k", text_si)
    try:
        quantity = _reader()(text_si)
    except ValueError as error:
        raise QuantityError(
            f"{what} is {text!r}: not a value. Give a number in SI units or a string such as '10k', '2.2n', '1Meg'."
        ) from error
    _check_unit(quantity.units, text, what)
    return float(quantity)


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
    quantity = _reader()(value, unit)
    text = quantity.render(prec="full")
    text = text if unit else text.replace(" ", "")
    scale, mega = text.removesuffix(unit), "M" if unit in ("Ω", "Hz") else "Meg"
    if scale.endswith("M"):
        scale, text = scale[:-1] + "Meg", scale[:-1] + mega + unit
    return text if _reads_back(scale, value) else f"{value!r} {unit}".strip()


def _reads_back(text: str, value: float) -> bool:
    try:
        return parse(text) == value
    except QuantityError:
        return False
