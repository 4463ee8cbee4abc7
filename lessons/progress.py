"""What a learner has solved: one JSON file on this machine, sent nowhere."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from attrs import evolve, field, frozen

from ..circuits.errors import LapicqueError
from ..netlists.files.whole import replace_file


@frozen
class Attempt:
    """The last answer to an exercise: whether it was right, how many tries it took, when (UTC)."""

    right: bool
    tries: int
    when: str


@frozen
class Progress:
    """Attempts by "lesson.exercise"."""

    attempts: dict[str, Attempt] = field(factory=dict)

    def solved(self, lesson: int) -> int:
        """Number of exercises of a lesson that were answered right."""
        return sum(a.right for key, a in self.attempts.items() if key.startswith(f"{lesson}."))

    def after(self, lesson: int, name: str, right: bool) -> Progress:
        """With one more answer; what was right once stays right."""
        key = f"{lesson}.{name}"
        before = self.attempts.get(key, Attempt(False, 0, ""))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return evolve(self, attempts={**self.attempts, key: Attempt(before.right or right, before.tries + 1, now)})


def progress_file() -> Path:
    """Where it is kept: the user's own data folder, or what LAPICQUE_PROGRESS says."""
    if given := os.environ.get("LAPICQUE_PROGRESS"):
        return Path(given)
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "lapicque" / "progress.json"


def load_progress(path: Path | None = None) -> Progress:
    """Read it. The learner's own file is put aside when it cannot be read, so that a new one can begin; others stay.

    Args:
        path: of somebody else's file; the learner's own unless given.

    Raises:
        LapicqueError: the file is not progress; the learner's own was kept as `.broken`.
    """
    file = path or progress_file()
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
        return Progress({k: Attempt(bool(v["right"]), int(v["tries"]), str(v["when"])) for k, v in body.items()})
    except FileNotFoundError:
        return Progress()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        if path is not None:
            raise LapicqueError(f"{str(file)!r} is no progress file ({error}).") from error
        aside = file.with_suffix(".broken")
        try:
            file.replace(aside)
        except OSError:
            aside = file
        raise LapicqueError(f"{str(file)!r} is no progress file ({error}); it is kept as {aside.name!r}.") from error


def save_progress(progress: Progress, path: Path | None = None) -> Path:
    """Write it, whole or not at all.

    Raises:
        LapicqueError: the file cannot be written.
    """
    file = path or progress_file()
    body = {k: {"right": a.right, "tries": a.tries, "when": a.when} for k, a in progress.attempts.items()}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, json.dumps(body, indent=1, sort_keys=True).encode())
    except OSError as error:
        raise LapicqueError(
            f"cannot write {str(file)!r}: {error.strerror}; set LAPICQUE_PROGRESS to a file that can be written."
        ) from error
    return file
