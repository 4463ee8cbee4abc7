"""The report: one HTML file that needs nothing else, and the same as JSON for machines."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import attrs

from ..circuits.derivation import Derivation, Equation, latex
from ..circuits.errors import LapicqueError
from ..circuits.table import table
from ..netlists.results import versions
from .comparison import SpikeComparison, WaveformComparison
from .explanation import Explanation
from .verification import Verification

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
        "metrics": [{**attrs.asdict(m), "passed": m.passed} for m in v.metrics],
        "spikes": [_spike_data(s) for s in (v.comparison.spikes if v.comparison else ())],
        "waveforms": [_waveform_data(w) for w in (v.comparison.waveforms if v.comparison else ())],
        "explanation": _explanation_data(v.explanation),
        "circuit": json.loads(v.circuit.to_json()),
        "netlist": v.netlist,
        "derivations": [json.loads(d.to_json()) for d in v.derivations],
        "failures": list(v.failures),
        "notes": list(v.notes),
    }  # fmt: skip


def _spike_data(s: SpikeComparison) -> dict[str, Any]:
    figures = {"bias": s.bias, "jitter": s.jitter, "worst": s.worst, "isi_error": s.isi_error}
    distances = {"van_rossum": s.van_rossum, "spike_distance": s.spike_distance}
    trains = {"matched": len(s.pairs), "missing": s.missing.tolist(), "extra": s.extra.tolist()}
    return {"probe": s.probe, **trains, **figures, **distances}


def _waveform_data(w: WaveformComparison) -> dict[str, Any]:
    figures = {"worst": w.worst, "at": w.at, "rms": w.rms, "steady": w.steady, "swing": w.swing}
    return {"signal": w.signal, "unit": w.unit, **figures}


def _explanation_data(e: Explanation | None) -> dict[str, Any] | None:
    if e is None:
        return None
    causes = [{"name": c.name, "seconds": c.seconds, "why": c.why} for c in e.causes]
    return {
        "ideal": e.ideal,
        "model": e.model,
        "simulated": e.simulated,
        "causes": causes,
        "unexplained": e.unexplained,
    }


def to_html(verifications: Sequence[Verification]) -> str:
    """The report as one self-contained page: pictures inside, equations as MathML."""
    from jinja2 import Environment

    source = resources.files("lapicque.analysis").joinpath("report.html").read_text(encoding="utf-8")
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
    from .plots import schematic

    return {
        "v": v,
        "table": table(v.circuit),
        "schematic": schematic(v.circuit),
        "derivations": [_derivation(d) for d in v.derivations],
        "pictures": list(_pictures(v)),
        "explanation": v.explanation,
    }


def _pictures(v: Verification) -> Iterator[tuple[str, str, str]]:
    """Title, words and SVG of every picture that there is something to draw for."""
    from .plots import bode, fi_curve, phase_plane, residuals, to_svg, waterfall, waveforms

    if v.solution is not None:
        words = "Lines: the circuit's own equations. Circles: ngspice."
        yield "Waveforms", words, to_svg(waveforms(v.solution, v.simulated))
    if v.comparison is not None:
        yield "What is between them", "ngspice minus model, away from spikes.", to_svg(residuals(v.comparison))
    if v.bode is not None:
        yield "Frequency response", "Formula, model and ngspice.", to_svg(bode(v.bode))
    if v.solution is not None and v.entry.kind == "linear" and len(v.solution.system.equations.states) == 2:
        yield "Phase plane", "The two states against each other.", to_svg(phase_plane(v.solution))
    if v.fi is not None:
        yield "f-I curve", "How fast it fires for a constant current.", to_svg(fi_curve(v.fi))
    if v.explanation is not None:
        words = "From the ideal interval to that of ngspice, cause by cause."
        yield "Why the circuit is not ideal", words, to_svg(waterfall(v.explanation))


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
