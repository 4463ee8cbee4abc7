"""Compiled functions that only compiled functions call."""

from __future__ import annotations

from typing import Any

from ..kept import njit

_ALONE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
owner = njit(**_ALONE)
"""`njit` without what Python would need to call them: it is most of the time that compiling them takes."""

inner = njit(_nrt=False, **_ALONE)
"""Likewise of what makes no array. Who has which array is not counted in it: half of the time to compile of functions
that take tuples of tuples of arrays, as these do."""


@inner
def copy(values: Any, into: Any) -> None:
    """Copy values; an assignment of arrays takes long to compile, with its words for shapes that differ."""
    for k in range(len(values)):
        into[k] = values[k]
