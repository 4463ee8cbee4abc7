"""What is left of a verification when its run is over: figures, words and pictures, small enough to send anywhere."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import tostring

import attrs
from attrs import frozen

from ...circuits.equations.derivation import Derivation, Equation, latex
from ...circuits.errors import LapicqueError
from ...circuits.table import table
from ..comparison import Metric, WaveformComparison
from ..explanation import Explanation
from ..spikes import SpikeComparison
from ..targets.comparison import TargetComparison
from ..verification import Verification

SHOWN_STEPS = 120
"""A page shows so many steps of a derivation; `lapicque derive` and the JSON report have all."""


@frozen
class Summary:
    """One circuit in a report: everything as text, numbers and SVG.

    `data` is the same for machines. Without pictures, `schematic`, `derivations` and `pictures` are empty.
    """

    name: str
    shows: str
    accuracy: str
    passed: bool
    metrics: tuple[Metric, ...]
    failures: tuple[str, ...]
    notes: tuple[str, ...]
    netlist: str | None
    explanation: Explanation | None
    target: TargetComparison | None
    table: str
    data: dict[str, Any]
    verdict: str = ""
    edges: tuple[str, ...] = ()
    """Which signals are judged in time at their edges, and why."""
    drift: str = ""
    """Which errors add up from event to event where they differ, and what to do then."""
    schematic: str = ""
    derivations: tuple[dict[str, Any], ...] = ()
    pictures: tuple[tuple[str, str, str], ...] = ()


@frozen
class Unread:
    """What could not be verified at all, such as a file that cannot be read.

    Attributes:
        name: of the file or circuit.
        error: that says why.
    """

    name: str
    error: LapicqueError

    @property
    def why(self) -> str:
        """The reason in one line."""
        return " ".join(str(self.error).split())


def summarise(v: Verification, pictures: bool = True) -> Summary:
    """Sum up a verification.

    Args:
        v: what was found out.
        pictures: draw schematic and plots, and write the derivations as MathML.
    """
    plain = Summary(
        v.name, v.entry.shows, v.accuracy, v.passed, v.metrics, v.failures, v.notes, v.netlist, v.explanation,
        attrs.evolve(v.target, run=None) if v.target else None, table(v.circuit), _as_data(v), *_judged(v),
    )  # fmt: skip
    if not pictures:
        return plain
    from ..plots import schematic

    steps = tuple(_derivation(d) for d in v.derivations)
    return attrs.evolve(plain, schematic=schematic(v.circuit), derivations=steps, pictures=tuple(_pictures(v)))


def _judged(v: Verification) -> tuple[str, tuple[str, ...], str]:
    """Verdict, which signals have edges, and what adds up."""
    return (v.comparison.verdict, v.comparison.notes, v.comparison.drift) if v.comparison else ("", (), "")


def _as_data(v: Verification) -> dict[str, Any]:
    return {
        "name": v.name,
        "accuracy": v.accuracy,
        "passed": v.passed,
        "verdict": _judged(v)[0],
        "edges": list(_judged(v)[1]),
        "metrics": [{**attrs.asdict(m), "passed": m.passed} for m in v.metrics],
        "spikes": [_spike_data(s) for s in (v.comparison.spikes if v.comparison else ())],
        "waveforms": [_waveform_data(w) for w in (v.comparison.waveforms if v.comparison else ())],
        "explanation": _explanation_data(v.explanation),
        "target": _target_data(v.target),
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


def _target_data(t: TargetComparison | None) -> dict[str, Any] | None:
    if t is None:
        return None
    return {
        "source": t.source,
        "passed": t.passed,
        "metrics": [{**attrs.asdict(m), "passed": m.passed} for m in t.metrics],
        "causes": [attrs.asdict(p) for p in t.parts],
    }


_BETWEEN = ("Strokes: spikes of ngspice. Circles: of the model.", "ngspice minus model, away from spikes.")


def _pictures(v: Verification) -> Iterator[tuple[str, str, str]]:
    """Title, words and SVG of every picture that there is something to draw for."""
    from ..plots import between, bode, fi_curve, phase_plane, to_svg, waterfall, waveforms

    if v.solution is not None:
        words = "Lines: the circuit's own equations. Circles: ngspice."
        yield "Waveforms", words, to_svg(waveforms(v.solution, v.simulated))
    if v.comparison is not None:
        yield "What is between them", _BETWEEN[bool(v.comparison.waveforms)], to_svg(between(v.comparison))
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
    shown = derivation.steps[:SHOWN_STEPS]
    steps = [
        {"law": s.law, "subject": s.subject, "why": s.why, "after": mathml(s.after),
         "before": mathml(s.before) if s.before else None}
        for s in shown
    ]  # fmt: skip
    return {"title": derivation.title, "steps": steps, "count": len(derivation.steps)}


def mathml(equation: Equation) -> str:
    """An equation as MathML, which browsers draw without help from the network; no name in it is more than words."""
    from latex2mathml import exceptions
    from latex2mathml.converter import convert_to_element

    # The library's errors have no common base. They come from names such as ^'a, which are shown as text instead.
    faults = tuple(e for e in vars(exceptions).values() if isinstance(e, type) and issubclass(e, Exception))
    try:
        made = convert_to_element(latex(equation), display="block")
    except faults:
        from ...circuits.equations.derivation import text

        return f"<code>{html.escape(text(equation))}</code>"
    for part in made.iter():  # its signs are references such as &#x003C4;
        part.text = html.unescape(part.text or "")
    return tostring(made, encoding="unicode")
