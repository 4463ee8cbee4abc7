"""A measured figure: its value, how sure it is, the runs behind it; or words for why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from attrs import field, frozen

from ...circuits.units import show

SMALLER = ("", "m", "u", "n", "p", "f")
"""Prefixes of a thousandth, and on."""


@frozen
class Figure:
    """One thing that was measured.

    Attributes:
        name: such as "rheobase".
        value: in its unit, SI; nan where there is none, and `words` say why.
        unit: SI symbol, "1" for a plain number.
        error: one sigma, or half of the bracket that it lies in; in the same unit.
        runs: the keys of the runs that it rests on, in the journal.
        words: what a reader must know of it.
    """

    name: str
    value: float
    unit: str
    error: float = 0.0
    runs: tuple[str, ...] = field(default=(), converter=lambda r: tuple(dict.fromkeys(r)))
    words: str = ""

    @property
    def exists(self) -> bool:
        """Whether there is a value."""
        return bool(np.isfinite(self.value))

    def __str__(self) -> str:
        if not self.exists:
            return f"{self.name}: none, {self.words}"
        behind = f"  ({self.words})" if self.words else ""
        return f"{self.name}: {self.text}{behind}"

    @property
    def text(self) -> str:
        """Value and error, as many digits as the error leaves."""
        if not self.exists:
            return "none"
        unit = "" if self.unit == "1" else self.unit
        scale, unit = _per(self.value, unit)
        within = f" ± {_shown(self.error * scale, unit, 2)}" if self.error else ""
        return f"{_shown(self.value * scale, unit, self._digits)}{within}"

    @property
    def _digits(self) -> int:
        if not self.error or not self.value:
            return 5
        return int(np.clip(np.ceil(np.log10(abs(self.value) / self.error)) + 1, 2, 7))

    def as_data(self) -> dict[str, Any]:
        """For JSON, where a value that is not there is null."""
        return {
            "name": self.name, "value": self.value if self.exists else None, "unit": self.unit,
            "error": self.error if np.isfinite(self.error) else None, "runs": list(self.runs), "words": self.words,
        }  # fmt: skip

    @staticmethod
    def of_data(data: dict[str, Any]) -> Figure:
        """Read back what `as_data` wrote."""
        none = np.nan
        value, error = (none if data[n] is None else float(data[n]) for n in ("value", "error"))
        return Figure(str(data["name"]), value, str(data["unit"]), error, data["runs"], str(data["words"]))


def missing(name: str, unit: str, why: str, runs: Iterable[str] = ()) -> Figure:
    """A figure that a circuit does not have."""
    return Figure(name, np.nan, unit, 0.0, tuple(runs), why)


def _per(value: float, unit: str) -> tuple[float, str]:
    """A unit such as Hz/A as people say it, Hz/uA, and the factor to it.

    >>> _per(62.6e6, "Hz/A")
    (1e-06, 'Hz/uA')
    """
    above, bar, below = unit.partition("/")
    if not bar or not value:
        return 1.0, unit
    k = int(np.clip(np.floor(np.log10(abs(value)) / 3), 0, len(SMALLER) - 1))
    return float(f"1e{-3 * k}"), f"{above}/{SMALLER[k]}{below}"


def _shown(value: float, unit: str, digits: int) -> str:
    return show(float(f"{value:.{digits}g}"), unit) if unit else f"{value:.{digits}g}"
