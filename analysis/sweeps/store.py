"""Results of a sweep on disk while it runs: a file a batch, whole or not at all, so that a sweep can stop any time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import asdict, frozen

from ...circuits.arguments import brief
from ...circuits.errors import LapicqueError
from ...netlists.files.whole import replace_file
from .worker import RunResult

if TYPE_CHECKING:
    import xarray

SCHEMA = 1


class SweepStopped(LapicqueError):
    """A sweep that could not go on.

    Attributes:
        partial: the figures of the runs that were done, labelled as the whole would be; None before the first run.
    """

    partial: xarray.Dataset | None = None


class StoreError(SweepStopped):
    """Results could not be written or belong to another sweep."""


@frozen
class Store:
    """A folder with the results of one sweep."""

    folder: Path
    fingerprint: str

    @property
    def head(self) -> Path:
        """The file that says which sweep this is."""
        return self.folder / "sweep.json"

    def open(self, description: dict[str, object], resume: bool) -> None:
        """Make the folder, or check that it holds the same sweep.

        Raises:
            StoreError: it cannot be written, holds another sweep, or results are there and `resume` was not said.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._check(str(description["lapicque"]))
            if not resume and self._batches():
                raise StoreError(
                    f"{str(self.folder)!r} holds results of this sweep already: say resume to go on with it."
                )
            if _object(self.head) is None:
                body = json.dumps({**description, "fingerprint": self.fingerprint, "schema": SCHEMA}, indent=1)
                replace_file(self.head, body.encode())
        except OSError as error:
            raise StoreError(
                f"cannot keep results in {str(self.folder)!r}: {error.strerror or error}; name a folder that can be "
                "written."
            ) from error

    def _check(self, version: str) -> None:
        """Refuse another sweep: by the file that says which it is, or by its batches where that is gone or damaged."""
        held = _object(self.head)
        if held is not None:
            same = held.get("fingerprint") == self.fingerprint
            written = held.get("lapicque", "an older version")
            if not same and written != version:
                raise StoreError(
                    f"{str(self.folder)!r} holds the results of another sweep, by lapicque {written}; this is "
                    f"{version}, and their results are not mixed. Take another file, remove that folder, or go on with "
                    "that version."
                )
        else:
            batches = [_whole(file) for file in self._batches()]
            same = all(b is None or b["sweep"] == self.fingerprint for b in batches)
        if not same:
            raise StoreError(
                f"{str(self.folder)!r} holds the results of another sweep (other values, circuit, accuracy, "
                "figures or version of lapicque): take another file, or remove that folder."
            )

    def _batches(self) -> list[Path]:
        return sorted(file for file in self.folder.glob("batch-*.json") if file.is_file())

    def append(self, results: list[RunResult]) -> None:
        """Write a batch.

        Raises:
            StoreError: the disk is full or cannot be written.
        """
        runs = [asdict(r) for r in results]
        check = _check_sum(self.fingerprint, runs)
        target = self.folder / f"batch-{min(r.run for r in results):07d}-{check[:8]}.json"
        try:
            replace_file(target, json.dumps({"check": check, "sweep": self.fingerprint, "runs": runs}).encode())
        except OSError as error:
            raise StoreError(
                f"cannot write {str(target)!r}: {error.strerror or error}. Make room or mend the permissions, then "
                "resume."
            ) from error

    def read(self) -> tuple[dict[int, RunResult], list[str]]:
        """All whole batches, and the names of those that are damaged; their runs are to be done again."""
        found: dict[int, RunResult] = {}
        damaged: list[str] = []
        for file in self._batches():
            batch = _whole(file)
            if batch is None:
                damaged.append(file.name)
                continue
            for r in batch["runs"]:
                result = RunResult(int(r["run"]), tuple(r["values"]), r["error"], r["netlist"], r.get("simulator", ""))
                if result.run not in found or not result.error:  # a run that failed may have been done again
                    found[result.run] = result
        return found, damaged

    def remove(self, names: Iterable[str]) -> None:
        """Take damaged batches away."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)


def store_in(folder: object, fingerprint: str) -> Store:
    """The store of a sweep in a folder, which is not made or looked at yet.

    Raises:
        StoreError: what can be no name of a folder.
    """
    if not isinstance(folder, (str, Path)) or not str(folder) or "\0" in str(folder):
        raise StoreError(f"folder is {brief(folder)}: give the name of a folder for the results, such as 'my.runs'.")
    return Store(Path(folder), fingerprint)


def _check_sum(sweep: str, runs: list[dict]) -> str:
    return hashlib.sha256(json.dumps([sweep, runs]).encode()).hexdigest()


def _object(file: Path) -> dict | None:
    """What a file of JSON holds; None where it is gone, cut off, or something else."""
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError):
        return None
    return held if isinstance(held, dict) else None


def _whole(file: Path) -> dict | None:
    """A batch, None where the file is cut off or changed."""
    body = _object(file)
    try:
        whole = body is not None and _check_sum(body["sweep"], body["runs"]) == body["check"]
    except (KeyError, TypeError):
        return None
    return body if whole else None
