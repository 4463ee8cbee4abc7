"""What public functions ask of their arguments, in words: Python itself would say it somewhere deep inside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import LapicqueError, QuantityError, with_article
from .units import Value, parse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

K = TypeVar("K")
T = TypeVar("T")


class KindError(LapicqueError, TypeError):
    """An argument of another kind than a function works with."""


def want(value: Any, kind: type[T] | tuple[type[T], ...], what: str, advice: str) -> T:
    """Make sure that an argument is of a kind.

    Args:
        value: the argument.
        kind: the class, or classes, that it may have.
        what: the name of the argument.
        advice: how to get one that is right, such as "build one with `build`".

    Raises:
        KindError: it is something else.
    """
    if isinstance(value, kind):
        return value
    kinds = kind if isinstance(kind, tuple) else (kind,)
    names = " or ".join(k.__name__ for k in kinds)
    raise KindError(f"{what} is {brief(value)}, and {with_article(names)} is needed: {advice}.")


def parts_of(values: Iterable[T]) -> tuple[T, ...]:
    """A list of parts as a tuple.

    Raises:
        KindError: it is no list.
    """
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise KindError(f"{brief(values)} is no list of parts: give them in brackets, also where there is only one.")
    return tuple(values)


def named(values: Mapping[K, T] | Iterable[tuple[K, T]], what: str, example: str) -> dict[K, T]:
    """What is given by names: a dictionary, or pairs of a name and something.

    Raises:
        KindError: it is something else.
    """
    if not isinstance(values, (str, bytes)):
        with suppress(TypeError, ValueError):
            return dict(values)
    raise KindError(f"{what} is {brief(values)}: give a dictionary such as {example}.")


def numbers(values: Mapping[str, Value] | Iterable[tuple[str, Value]], example: str) -> tuple[tuple[str, float], ...]:
    """Parameters of a law or of a device as an element holds them: sorted pairs of a name and a number.

    Args:
        values: by name, as `named` takes them.
        example: in words.

    Raises:
        KindError: they are no such thing.
        QuantityError: a value that is no number.
    """
    return tuple(sorted((str(k), parse(v, str(k))) for k, v in named(values, "params", example).items()))


def brief(value: object) -> str:
    """An argument in an error: short, in one line."""
    text = " ".join(repr(value).split()) if isinstance(value, (str, bytes, int, float, type(None))) else ""
    return text if 0 < len(text) <= 60 else f"{text[:57]}..." if text else with_article(type(value).__name__)


def positive(value: Any, what: str, example: str, least: float | None = None, unit: str | None = None) -> float:
    """Read a number, with this unit behind it or none, that must be greater than 0 (or at least `least`).

    Raises:
        QuantityError: no number, not finite, of another unit, or too small.
    """
    number = parse(value, what, unit)
    if least is None and not number > 0:
        raise QuantityError(f"{what} is {number:g}: it must be greater than 0, such as {example}.")
    if least is not None and not number >= least:
        raise QuantityError(f"{what} is {number:g}: it must be {least:g} or more, such as {example}.")
    return number


def whole(value: Any, what: str, least: int = 1, most: float = math.inf) -> int:
    """Read a whole number.

    Raises:
        QuantityError: no whole number, or outside its limits.
    """
    try:
        number = int(value) if not isinstance(value, (str, bytes, bool)) and int(value) == value else None
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or not least <= number <= most:
        limits = f"{least} or more" if most == math.inf else f"from {least} to {most:,}"
        raise QuantityError(f"{what} is {brief(value)}: give a whole number, {limits}.")
    return number


def row(values: Any, what: str, example: str, unit: str | None = None) -> NDArray[np.float64]:
    """Read a list of finite numbers; those in words, such as "2u", as `parse` does, with this unit or none.

    Raises:
        QuantityError: something else, an empty list, or a number that is not finite.
    """
    import numpy as np

    numbers = np.zeros(0)
    if isinstance(values, (list, tuple)):
        values = [parse(v, f"one of {what}", unit) if isinstance(v, str) else v for v in values]
    with suppress(TypeError, ValueError):
        given = np.asanyarray(values)
        if given.dtype.kind in "iufO" and not np.ma.is_masked(given):  # no dates, no complex numbers, nothing masked
            numbers = np.asarray(given, dtype=float)
    if numbers.ndim != 1 or not len(numbers) or not np.isfinite(numbers).all():
        raise QuantityError(f"{what} is no list of finite numbers: give one such as {example}.")
    return numbers
