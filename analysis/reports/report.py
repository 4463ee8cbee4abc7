"""The report: one HTML file that needs nothing else, and the same as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from ...circuits.arguments import KindError, brief, want
from ...circuits.errors import LapicqueError
from ...netlists.files.whole import write_file
from ...netlists.ngspice.results import versions
from ..verification import Verification
from .summary import Summary, Unread, summarise

SCHEMA = 1
Found = Sequence[Verification | Summary]


def write_report(found: Found, path: str | Path, unread: Sequence[Unread] = ()) -> Path:
    """Write the report as HTML, or as JSON when the path ends in .json.

    Args:
        found: verifications, or summaries of them.
        path: of the file.
        unread: what could not be verified, such as files that cannot be read; a line each.

    Raises:
        LapicqueError: the file cannot be written; nothing that was computed is lost by it.
    """
    if isinstance(found, str) or not isinstance(found, Sequence):
        raise KindError(f"found is {brief(found)}: give a list of what `verify` or `verify_many` gave.")
    if not found and not unread:
        raise LapicqueError("there is nothing to report: verify at least one circuit.")
    for one in found:
        want(one, (Verification, Summary), "what was found", "take what `verify` or `verify_many` gave")
    content = to_json(found, unread) if Path(path).suffix == ".json" else to_html(found, unread)
    return write_file(path, content, "the report")


def to_json(found: Found, unread: Sequence[Unread] = ()) -> str:
    """All figures, verdicts, netlists and derivations as JSON."""
    circuits = [x if isinstance(x, Summary) else summarise(x, pictures=False) for x in found]
    passed = all(c.passed for c in circuits) and not unread
    body = {"schema": SCHEMA, "versions": versions(), "passed": passed, "circuits": [c.data for c in circuits]}
    if unread:
        body["unread"] = [{"name": u.name, "why": u.why} for u in unread]
    return json.dumps(body, indent=1, ensure_ascii=False)


def to_html(found: Found, unread: Sequence[Unread] = ()) -> str:
    """The report as one self-contained page: pictures inside, equations as MathML."""
    shown = [x if isinstance(x, Summary) else summarise(x) for x in found]
    passed = sum(c.passed for c in shown)
    return render("report.html", circuits=shown, passed=passed, total=len(shown) + len(unread), unread=unread)


def render(template: str, **values: Any) -> str:
    """A page from one of the templates of this folder, with the look that all of them share."""
    from jinja2 import Environment
    from markupsafe import Markup

    folder = resources.files("lapicque.analysis.reports")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["figure"] = lambda svg: Markup(svg[svg.index("<svg") :])  # our own, not from outside
    environment.filters["math"] = Markup
    environment.filters["sig"] = lambda x: f"{x:.2g}"
    page = environment.from_string(folder.joinpath(template).read_text(encoding="utf-8"))
    style = Markup(folder.joinpath("report.css").read_text(encoding="utf-8"))
    return page.render(**values, style=style, versions=versions())
