"""Compiled functions that only compiled functions call."""

from __future__ import annotations

from typing import Any

from ..kept import njit

_ALONE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
owner = njit(_nrt=True, **_ALONE)
inner = njit(_nrt=False, **_ALONE)
"""`njit` without what Python would need to call them: it is most of the time that compiling them takes."""

once = inner
"""Likewise of what is called in one place only, which becomes a part of its caller."""


@inner
def copy(values: Any, into: Any) -> None:
    """Copy values; an assignment of arrays takes long to compile, with its words for shapes that differ."""
    for k in range(len(values)):
        into[k] = values[k]
