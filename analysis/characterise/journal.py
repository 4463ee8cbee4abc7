"""What was run, remembered: a search that is begun again finds its runs, in memory or in a file."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field, frozen
from attrs.converters import optional

from ...circuits.arguments import want
from ...circuits.errors import LapicqueError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FORMAT = 1
"""Of a line; lines of another are not read."""


@frozen(eq=False)
class Run:
    """What a run gave: times of spikes, and the voltage of the membrane over time, as the circuit has it."""

    spikes: Array
    time: Array
    v: Array
    seconds: float = 0.0
    """How long a processor worked on it."""
    words: str = ""
    """What else is to be known."""


def key_of(*what: object) -> str:
    """The key of a run: all that its result depends on, in sixteen hexadecimal digits."""
    return hashlib.sha256("\0".join(map(str, what)).encode()).hexdigest()[:16]


def _path(path: object) -> Path:
    return Path(want(path, (str, Path), "path", "give the name of a file"))


@define(eq=False)
class Journal:
    """Runs by their key. One with a file reads what is there, and adds each run to its end as soon as it is done.

    A line is a run, whole or not there: what was cut off when a process was killed is not read, and is run again.

    Attributes:
        path: of the file; None keeps runs in memory only.
    """

    path: Path | None = field(default=None, converter=optional(_path))
    _runs: dict[str, Run] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        if self.path is not None and self.path.exists():
            for line in self._lines(self.path):
                self._read(line)

    def __len__(self) -> int:
        return len(self._runs)

    def __contains__(self, key: str) -> bool:
        return key in self._runs

    def get(self, key: str) -> Run:
        """The run of a key."""
        return self._runs[key]

    def add(self, key: str, run: Run) -> None:
        """Remember a run.

        Raises:
            LapicqueError: the file cannot be written.
        """
        self._runs[key] = run
        if self.path is None:
            return
        said = {"words": run.words} if run.words else {}
        line = json.dumps({"format": FORMAT, "key": key, "seconds": run.seconds} | _packed(run) | said) + "\n"
        try:
            with open(self.path, "ab") as file:
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._cannot("write", error) from error

    def _lines(self, path: Path) -> list[bytes]:
        """Whole lines of a file; what stands behind the last of them is cut off, so that the next begins a line."""
        try:
            content = path.read_bytes()
            whole = content.rfind(b"\n") + 1
            if whole < len(content) and whole:
                os.truncate(path, whole)
        except OSError as error:
            raise self._cannot("read", error) from error
        lines = content[:whole].splitlines()
        if content and not (lines and lines[0].startswith(b'{"format":')):
            raise LapicqueError(f"{str(path)!r} is no journal of runs: name another file, or a new one.")
        return lines

    def _cannot(self, what: str, error: OSError) -> LapicqueError:
        return LapicqueError(f"cannot {what} the journal {str(self.path)!r}: {error.strerror or error}; name another.")

    def _read(self, line: bytes) -> None:
        try:
            found: dict[str, Any] = json.loads(line)
            if found.get("format") == FORMAT:
                spikes, time, v = (_array(found[name]) for name in ("spikes", "time", "v"))
                self._runs[found["key"]] = Run(spikes, time, v, float(found["seconds"]), str(found.get("words", "")))
        except (ValueError, KeyError, TypeError, AttributeError, zlib.error) as error:
            raise LapicqueError(
                f"a line of the journal {str(self.path)!r} cannot be read ({error}): take it out, or name another file."
            ) from error


def _packed(run: Run) -> dict[str, str]:
    rows = {"spikes": run.spikes, "time": run.time, "v": run.v}
    return {n: base64.b64encode(zlib.compress(np.asarray(a, "<f8").tobytes(), 1)).decode() for n, a in rows.items()}


def _array(text: str) -> Array:
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), "<f8").astype(float)
