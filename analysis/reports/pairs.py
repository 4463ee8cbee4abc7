"""The report of one reference and many files: HTML that needs nothing else, JSON and CSV for machines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from ...netlists.files.whole import write_file
from ...netlists.ngspice.results import versions
from ..pairs.many import SAME, Answer
from .report import SCHEMA, render


def write_pairs(found: Sequence[Answer], reference: str, path: str | Path) -> Path:
    """Write the report as HTML, or as JSON when the path ends in .json.

    Args:
        found: answers.
        reference: name of the circuit that all were held against; empty without one.
        path: of the file.

    Raises:
        LapicqueError: the file cannot be written.
    """
    content = to_json(found, reference) if Path(path).suffix == ".json" else to_html(found, reference)
    return write_file(path, content, "the report")


def to_json(found: Sequence[Answer], reference: str) -> str:
    """All answers as JSON."""
    body = {"schema": SCHEMA, "versions": versions(), "reference": reference, "answers": [a.data for a in found]}
    return json.dumps(body, indent=1, ensure_ascii=False)


def to_html(found: Sequence[Answer], reference: str) -> str:
    """All answers as one self-contained page."""
    same = sum(a.state == SAME for a in found)
    return render("pairs.html", answers=found, reference=reference, same=same, total=len(found))


def to_csv(found: Sequence[Answer]) -> str:
    """A line a file: name, state, what decided, kinds of the edits, and the figures that were expected."""
    figures = list(dict.fromkeys(h.expectation.text for a in found for h in a.held))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "state", "what", "kinds", "effects", *figures])
    for a in found:
        edits = a.likeness.edits if a.likeness else ()
        effects = "; ".join(a.likeness.effects) if a.likeness else ""
        values = {h.expectation.text: "" if h.found is None else repr(h.found) for h in a.held}
        row = [a.name, a.state, a.line, " ".join(dict.fromkeys(e.kind for e in edits)), effects]
        writer.writerow([_plain(cell) for cell in row] + [values.get(f, "") for f in figures])
    return text.getvalue()


def _plain(cell: str) -> str:
    """A cell that no table program takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell
