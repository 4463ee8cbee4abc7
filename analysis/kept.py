"""Compiled functions that are kept for the next process; importing this loads numba.

Numba asks whether the file of a function has changed, not those of the functions that it calls and of the numbers in
it, and it stops where what it kept cannot be read or written. Here it keeps in a folder that is named after all
sources that compiled code is made of, so that nothing older is ever found, and goes on without.
"""

from __future__ import annotations

import os
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from threading import Lock
from typing import Any

import numba
from attrs import frozen
from numba.core import config

ROOT = Path(__file__).parents[1]
SOURCES = (
    "analysis/instants.py",
    "analysis/kept.py",
    "analysis/lent.py",
    "analysis/fits/compiled_ahead.py",
    "analysis/ideal",
    "analysis/models",
    "analysis/networks",
    "analysis/neurons/compiled.py",
    "analysis/neurons/series.py",
    "circuits/numeric",
)
"""Files and folders of which compiled code is made, and from which its numbers are."""
NAME = "lapicque-"
NEWEST = 5
"""So many folders stay, and all"""
LATELY = 86400.0
"""that were used in the last so many seconds."""
_ONE = Lock()
_NUMBA: dict[str, Any] = config.__dict__


def njit(**options: Any) -> Any:
    """`numba.njit`, with what it compiles kept in the folder of these sources; where that fails it is said once.

    Args:
        options: of `numba.njit`; `cache` is none of them.

    Returns:
        The decorator.
    """

    def decorate(function: Any) -> Any:
        counted: Any = {"_nrt": True, **options}  # unless said, numba takes that of who calls
        made: Any = numba.njit(**counted)(function)
        at = folder()
        if at is not None:
            with _numba_keeps_in(at), suppress(RuntimeError):  # no source to be found, as in an archive
                made.enable_caching()
                made._cache = Forgiving(made._cache)
        return made

    return decorate


@frozen(eq=False)
class Forgiving:
    """What numba keeps of a function; what cannot be read is compiled again, what cannot be written is said."""

    _kept: Any

    @property
    def cache_path(self) -> str:
        """The folder."""
        return self._kept.cache_path

    def load_overload(self, signature: Any, context: Any) -> Any:
        """What was compiled for a signature; None if nothing, or if it is cut off."""
        try:
            return self._kept.load_overload(signature, context)
        except Exception as error:
            _say_unreadable(self.cache_path, f"{type(error).__name__}: {error}")
            with suppress(OSError):
                self._kept.flush()
            return None

    def save_overload(self, signature: Any, made: Any) -> None:
        """Keep what was compiled for a signature."""
        try:
            self._kept.save_overload(signature, made)
        except OSError as error:
            _say(f"{self.cache_path}: {error.strerror}")

    def enable(self) -> None:
        """Keep."""
        self._kept.enable()

    def disable(self) -> None:
        """Do not keep."""
        self._kept.disable()

    def flush(self) -> None:
        """Forget."""
        self._kept.flush()


@cache
def folder() -> Path | None:
    """The folder for what is made of the sources as they are: that given to numba, this package's, or the user's.

    Returns:
        One that can be written; None where there is none, which is said.
    """
    try:
        name = f"{NAME}{digest(ROOT)[:16]}"
    except OSError:  # sources in an archive
        _say("its sources cannot be read")
        return None
    given = [Path(_NUMBA["CACHE_DIR"])] if _NUMBA["CACHE_DIR"] else []
    for base in (*given, ROOT / "analysis" / "__pycache__", _of_user()):
        at = base / name
        with suppress(OSError):
            at.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=at).close()
            os.utime(at)
            _forget_old(base)
            return at
    _say("no folder can be written")
    return None


def digest(root: Path) -> str:
    """A number for all sources under a root that compiled code is made of."""
    found = sha256()
    for source in SOURCES:
        at = root / source
        for path in sorted(at.rglob("*.py")) if at.is_dir() else [at]:
            found.update(f"{path.relative_to(root)}:{path.stat().st_size}:".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def _of_user() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "lapicque"


def _forget_old(base: Path) -> None:
    """Remove folders of other sources that have not been used lately."""
    ours = sorted((p.stat().st_mtime, p) for p in base.glob(f"{NAME}*"))
    for used, path in ours[:-NEWEST]:
        if used < time.time() - LATELY:
            rmtree(path, ignore_errors=True)


@contextmanager
def _numba_keeps_in(at: Path) -> Iterator[None]:
    """A function of numba takes its folder when it is decorated; the user's other functions keep theirs."""
    with _ONE:
        before, _NUMBA["CACHE_DIR"] = _NUMBA["CACHE_DIR"], str(at)
        try:
            yield
        finally:
            _NUMBA["CACHE_DIR"] = before


@cache
def _say(why: str) -> None:
    warnings.warn(
        f"compiled code cannot be kept ({why}): each process compiles it again, which takes up to a minute; give a "
        "folder that can be written, with room, in the environment variable NUMBA_CACHE_DIR.",
        RuntimeWarning,
        stacklevel=2,
    )


@cache
def _say_unreadable(at: str, why: str) -> None:
    warnings.warn(
        f"compiled code in {at} cannot be read ({why}): it is compiled again; remove the folder if this comes again.",
        RuntimeWarning,
        stacklevel=2,
    )
