"""For teachers: sheets of variants with their solutions, and one table of a class's results."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..circuits.errors import LapicqueError
from .exercises.catalog import CATALOG
from .exercises.check import solution, task
from .phrases import say
from .progress import load_progress
from .text import lesson


def sheet(number: int, language: str, seed: int, solutions: bool) -> str:
    """The exercises of a lesson as Markdown, one variant of their numbers.

    Args:
        number: of the lesson.
        language: "en" or "ko".
        seed: the same seed gives the same numbers.
        solutions: with the answers.
    """
    lines = [f"# {say('lesson', language)} {number}: {lesson(number, language).title}", "", f"*{seed}*", ""]
    for k, name in enumerate(CATALOG[number], 1):
        asked = task(number, name, language, seed)
        lines += [f"**{k}.** {asked.words}", ""]
        lines += [f"* {c.words}" for c in asked.choices]
        if solutions:
            answer = solution(asked)
            body = f"\n\n```python\n{answer}```" if "\n" in answer else f" {answer}"
            lines += ["", f"> {say('solution', language)}:{body}"]
        lines.append("")
    return "\n".join(lines)


def class_results(files: Mapping[str, Path] | Iterable[Path]) -> str:
    """One CSV table: a row a learner, a column an exercise (tries until right; empty: not right yet).

    Args:
        files: progress files, by the learner's name; their names without ending unless given.

    Raises:
        LapicqueError: a file that is missing or cannot be read, named.
    """
    named = dict(files) if isinstance(files, Mapping) else {p.stem: p for p in files}
    columns = [f"{n}.{name}" for n, exercises in CATALOG.items() for name in exercises]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["learner", *columns, "right"])
    for learner, path in named.items():
        if not path.is_file():
            raise LapicqueError(f"there is no progress file {str(path)!r}.")
        attempts = load_progress(path).attempts
        cells = [str(a.tries) if (a := attempts.get(c)) and a.right else "" for c in columns]
        writer.writerow([learner, *cells, sum(bool(c) for c in cells)])
    return out.getvalue()
