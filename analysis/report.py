"""The report: one HTML file that needs nothing else, and the same as JSON for machines."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from ..circuits.derivation import Derivation, Equation, latex
from ..circuits.errors import LapicqueError
from ..circuits.table import table
from ..netlists.results import versions
from .explain import Explanation
from .verify import Verification

SCHEMA = 1


def write_report(verifications: Sequence[Verification], path: str | Path) -> Path:
    """Write the report as HTML, or as JSON when the path ends in .json.

    Raises:
        LapicqueError: the file cannot be written; nothing that was computed is lost by it.
    """
    target = Path(path)
    text = to_json(verifications) if target.suffix == ".json" else to_html(verifications)
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LapicqueError(
            f"cannot write the report {str(target)!r}: {error.strerror}; name a file in a folder that can be written."
        ) from error
    return target


def to_json(verifications: Sequence[Verification]) -> str:
    """All figures, verdicts, netlists and derivations as JSON."""
    body = {"schema": SCHEMA, "versions": versions(), "passed": all(v.passed for v in verifications)}
    return json.dumps({**body, "circuits": [_as_data(v) for v in verifications]}, indent=1, ensure_ascii=False)


def _as_data(v: Verification) -> dict[str, Any]:
    return {
        "name": v.name,
        "accuracy": v.accuracy,
        "passed": v.passed,
        "metrics": [{"name": m.name, "value": m.value, "limit": m.limit, "unit": m.unit, "passed": m.passed} for m in v.metrics],
        "spikes": [
            {"probe": s.probe, "matched": len(s.pairs), "missing": s.missing.tolist(), "extra": s.extra.tolist(), "bias": s.bias,
             "jitter": s.jitter, "worst": s.worst, "isi_error": s.isi_error, "van_rossum": s.van_rossum,
             "spike_distance": s.spike_distance}
            for s in (v.comparison.spikes if v.comparison else ())
        ],
        "explanation": _explanation_data(v.explanation),
        "circuit": json.loads(v.circuit.to_json()),
        "netlist": v.netlist,
        "derivations": [json.loads(d.to_json()) for d in v.derivations],
        "failures": list(v.failures),
        "notes": list(v.notes),
    }  # fmt: skip


def _explanation_data(e: Explanation | None) -> dict[str, Any] | None:
    if e is None:
        return None
    causes = [{"name": c.name, "seconds": c.seconds, "why": c.why} for c in e.causes]
    return {"ideal": e.ideal, "model": e.model, "simulated": e.simulated, "causes": causes, "unexplained": e.unexplained}


def to_html(verifications: Sequence[Verification]) -> str:
    """The report as one self-contained page: pictures inside, equations as MathML."""
    from jinja2 import Environment

    source = resources.files(__package__).joinpath("report.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["figure"] = _figure
    environment.filters["sig"] = lambda x: f"{x:.2g}"
    page = environment.from_string(source)
    shown = [_view(v) for v in verifications]
    passed = sum(v.passed for v in verifications)
    return page.render(circuits=shown, passed=passed, total=len(verifications), versions=versions())


def _figure(svg: str) -> str:
    from markupsafe import Markup

    return Markup(svg[svg.index("<svg") :])  # our own drawing, not text from outside


def _view(v: Verification) -> dict[str, Any]:
    from .plots import bode, fi_curve, phase_plane, residuals, schematic, waterfall, waveforms

    pictures = [
        ("Waveforms", "Lines: the circuit's own equations. Circles: ngspice.", lambda: waveforms(v.solution, v.simulated), v.solution),
        ("What is between them", "ngspice minus model, away from spikes.", lambda: residuals(v.comparison), v.comparison),
        ("Frequency response", "Formula, model and ngspice.", lambda: bode(v.bode), v.bode),
        ("Phase plane", "The first two states against each other.", lambda: phase_plane(v.solution),
         v.solution if v.entry.kind == "linear" and len(v.solution.system.equations.states) == 2 else None),
        ("f-I curve", "How fast it fires for a constant current.", lambda: fi_curve(v.fi), v.fi),
        ("Why the circuit is not ideal", "From the ideal interval to that of ngspice, cause by cause.",
         lambda: waterfall(v.explanation), v.explanation),
    ]  # fmt: skip
    return {
        "v": v,
        "table": table(v.circuit),
        "schematic": schematic(v.circuit),
        "derivations": [_derivation(d) for d in v.derivations],
        "pictures": [(title, words, _svg(make)) for title, words, make, there in pictures if there is not None],
        "explanation": v.explanation,
    }


def _svg(make: Callable[[], Any]) -> str:
    from .plots import to_svg

    return to_svg(make())


def _derivation(derivation: Derivation) -> dict[str, Any]:
    steps = [
        {"law": s.law, "subject": s.subject, "why": s.why, "after": mathml(s.after),
         "before": mathml(s.before) if s.before else None}
        for s in derivation.steps
    ]  # fmt: skip
    return {"title": derivation.title, "steps": steps}


def mathml(equation: Equation) -> str:
    """An equation as MathML, which browsers draw without help from the network."""
    from latex2mathml.converter import convert
    from markupsafe import Markup

    try:
        return Markup(convert(latex(equation), display="block"))
    except Exception:  # a name that LaTeX cannot say is still better shown as text than not at all
        from ..circuits.derivation import text

        return Markup(f"<code>{html.escape(text(equation))}</code>")
