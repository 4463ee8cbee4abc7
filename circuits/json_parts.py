"""Parts of JSON texts, each of the type that it must be, or an error that says which is not."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, NoReturn

from .errors import CircuitError

LARGEST = 100 << 20
"""Bytes of a text."""


def loaded(text: str | bytes, what: str = "circuit") -> Any:
    """Read JSON.

    Args:
        text: bytes are UTF-8, with or without a byte order mark.
        what: it should be, for errors.

    Raises:
        CircuitError: too long, not JSON, a name given twice in one object, a number that is not finite.
    """
    if len(text) > LARGEST:
        raise CircuitError(f"the text of the {what} has {len(text):,} bytes: at most {LARGEST:,} are read.")
    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        pairs, constant = partial(once, what=what), partial(_no_number, what=what)
        return json.loads(plain, object_pairs_hook=pairs, parse_constant=constant)
    except UnicodeDecodeError as error:
        raise CircuitError(f"this is not a {what} in JSON: it is not UTF-8 (byte {error.start + 1}).") from error
    except RecursionError as error:
        raise CircuitError(f"this is not a {what} in JSON: it is nested too deeply.") from error
    except ValueError as error:
        raise CircuitError(f"this is not a {what} in JSON ({error}).") from error


def once(pairs: list[tuple[str, Any]], what: str = "circuit") -> dict[str, Any]:
    """Pairs as a dictionary, where no name comes twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [k for k, _ in pairs]
        twice = next(k for k in names if names.count(k) > 1)
        raise CircuitError(f"the {what} gives {short(twice)} twice in one object: leave one out.")
    return found


def _no_number(word: str, what: str) -> NoReturn:
    raise CircuitError(f"the {what} has {word} for a number: values are finite.")


def short(value: Any) -> str:
    """A value in an error."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def other(value: Any, what: str, wanted: str) -> CircuitError:
    """The error for a value of another type."""
    return CircuitError(f"{what} is {short(json.dumps(value))} in JSON: give {wanted}.")


def as_object(value: Any, what: str) -> dict[str, Any]:
    """An object of JSON."""
    if not isinstance(value, dict):
        raise other(value, what, "an object, { ... }")
    for key in value:
        as_text(key, f"a name in {what}")
    return value


def as_list(value: Any, what: str) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise other(value, what, "a list, [ ... ]")
    return value


def as_text(value: Any, what: str) -> str:
    """Text of whole characters."""
    if not isinstance(value, str):
        raise other(value, what, "text in quotes")
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise other(value, what, "text of whole characters")
    return value


def as_flag(value: Any, what: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise other(value, what, "true or false, without quotes")
    return value


def as_whole(value: Any, what: str) -> int:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise other(value, what, "a whole number")
    return value


def as_value(value: Any, what: str) -> float | str:
    """A number, or one in words."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise other(value, what, 'a number, or text such as "10k"')
    return value
