"""The documentation of the library: one page a circuit, made from its description and a run, and its agreement."""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...circuits.equations.algebra import put
from ...circuits.equations.derivation import latex_expression
from ...circuits.equations.derive import Equations, derive
from ...circuits.equations.symbols import derivative
from ...circuits.library import LIBRARY, Entry
from ...circuits.library.predictions import number
from ...circuits.library.target import Event
from ...circuits.units import show
from ...netlists.files.whole import write_file
from ...netlists.ngspice.engine import Engine
from ..comparison import Metric
from ..targets.comparison import TargetComparison
from ..verification import Verification, verify

if TYPE_CHECKING:
    from sympy import Expr

SHOWN = 6
"""So many equations are shown; the rest are counted."""
SLOW = ("stdp_early", "reward_chooses", "resume_times")
"""Experiments that are run at `standard` only."""
MOST_TIMES = 6
"""Times of spikes that a page lists."""


def write_pages(folder: Path, names: tuple[str, ...] = ()) -> list[Path]:
    """Write the pages of circuits, their pictures, an index, and `agreement.json`.

    Args:
        folder: where the pages go; pictures go into `img` beside them.
        names: of the circuits; all unless given.

    Returns:
        The pages written.
    """
    from ..plots import save_figure, schematic, waveforms

    (folder / "img").mkdir(parents=True, exist_ok=True)
    book = folder / "agreement.json"
    agreement: dict[str, Any] = json.loads(book.read_text()) if book.exists() else {}
    written = []
    with Engine(1) as engine:
        for name in names or tuple(LIBRARY):
            found = {a: verify(name, engine, a) for a in (("standard",) if name in SLOW else ("standard", "reference"))}
            finest = found[list(found)[-1]]
            agreement[name] = {a: figures(v.metrics) for a, v in found.items()}
            if finest.target is not None:
                agreement[name]["target"] = target_figures(finest.target)
            write_file(folder / "img" / f"{name}.svg", schematic(finest.circuit), "a drawing")
            if finest.solution is not None:
                save_figure(waveforms(finest.solution, finest.simulated), folder / "img" / f"{name}.png")
            path = folder / f"{name}.md"
            write_file(path, _page(LIBRARY[name], finest, agreement[name]), "a page")
            written.append(path)
    kept = {n: agreement[n] for n in LIBRARY if n in agreement}
    write_file(book, json.dumps(kept, indent=1) + "\n", "the agreement")
    write_file(folder / "README.md", _index(kept), "the index")
    return written


def figures(metrics: Sequence[Metric]) -> dict[str, float]:
    """How closely ngspice and the model agree: worst spike time (of the interval), worst waveform (of the swing)."""
    found: dict[str, float] = {}
    for what, ending in (("spike", "spike time error"), ("waveform", "waveform error")):
        values = [m.value for m in metrics if m.name.endswith(ending)]
        if values:
            found[what] = float(f"{max(values):.2g}")
    return found


def target_figures(target: TargetComparison) -> dict[str, float]:
    """How far the circuit is from the published equations: worst spike time, worst waveform."""
    worst = {}
    if target.spikes is not None:
        worst["spike"] = float(f"{target.spikes.worst / target.spikes.interval:.2g}")
    if target.waveforms:
        worst["waveform"] = float(f"{max(w for _, w in target.waveforms):.2g}")
    return worst


def _index(agreement: dict[str, Any]) -> str:
    rows = ["| circuit | shows | spike time | waveform | target |", "|---|---|---|---|---|"]
    for name, measured in agreement.items():
        runs = [a for a in measured if a != "target"]
        spike, wave = (_brief(measured[runs[-1]], k) for k in ("spike", "waveform"))
        meant = measured.get("target", {})
        target = _brief(meant, "spike") or _brief(meant, "waveform")
        rows.append(f"| [{name}]({name}.md) | {LIBRARY[name].shows} | {spike} | {wave} | {target} |")
    head = (
        "# The circuits\n\n"
        "One page each, made by `make pages` from the circuit's description and a run. The last columns: ngspice\n"
        "(`reference`; `standard` for the learning experiments) against the circuit's own model, worst spike time as\n"
        "a part of the interval and worst waveform error as a part of the swing; and the circuit's own equations\n"
        "against the published ones that it is meant to be: worst spike time, or waveform where nothing fires.\n\n"
    )
    return head + "\n".join(rows) + "\n"


def _brief(figures: dict[str, float], what: str) -> str:
    return f"{figures[what]:.1e}" if what in figures else ""


def _page(entry: Entry, v: Verification, agreement: dict[str, dict[str, float]]) -> str:
    parts = [
        f"# {entry.name}",
        f"{entry.shows[0].upper()}{entry.shows[1:]}.",
        f"![The circuit, drawn from its description](img/{entry.name}.svg)",
        _words(entry),
        "## Equations",
        _equations(v),
        *_closed_forms(entry, v),
        "## A run",
        f"![What its probes see: the model as lines, ngspice as circles](img/{entry.name}.png)",
        "## Agreement",
        _agreement(agreement, v.closed_form),
        *_target(v.target),
        *v.notes,
        f"Run it: `lapicque verify {entry.name}`, `lapicque derive {entry.name}`, `lapicque netlist {entry.name}`.",
    ]
    return "\n\n".join(parts) + "\n"


def _words(entry: Entry) -> str:
    """The builder's docstring: what it is, and its parameters as a list."""
    text = inspect.cleandoc(entry.build.__doc__ or "")
    body, _, rest = text.partition("Args:\n")
    arguments = rest.split("\nRaises:")[0].split("\nReturns:")[0]
    lines = [_argument(line) for line in arguments.splitlines() if line.strip()]
    return body.strip() + ("\n\nParameters:\n\n" + "\n".join(lines) if lines else "")


def _argument(line: str) -> str:
    """A line of an Args section as a list item, or as the rest of one."""
    begins = line.startswith("    ") and not line.startswith("     ") and ":" in line
    return f"* `{line.strip().replace(':', '`:', 1)}" if begins else f"  {line.strip()}"


def _equations(v: Verification) -> str:
    equations = derive(v.circuit)
    rows = []
    for state, right in list(zip(equations.states, equations.rhs, strict=True))[:SHOWN]:
        rows.append(f"$$\n{latex_expression(derivative(state.symbol))} = {latex_expression(right)}\n$$")
    more = len(equations.states) - len(rows)
    if more > 0:
        rows.append(f"and {more} more.")
    guards = [
        f"* `{s.name}` closes when {_plain(s.control)} rises above {_volts(s.closes_above, equations)}, "
        f"opens when it falls below {_volts(s.opens_below, equations)}."
        for s in equations.switches
    ]
    count = len(equations.states)
    head = f"{count} state{'s' if count > 1 else ''}, derived by Kirchhoff's laws (`lapicque derive` shows every step)."
    return "\n\n".join([head, *rows, *(["Switches:\n\n" + "\n".join(guards)] if guards else [])])


def _plain(control: Expr) -> str:
    return f"`{control}`" if len(str(control)) < 60 else "its control"


def _volts(level: Expr, equations: Equations) -> str:
    return show(float(f"{float(put(level, equations.parameters)):.4g}"), "V")


def _closed_forms(entry: Entry, v: Verification) -> list[str]:
    predictions = entry.predictions(v.circuit)
    if not predictions:
        return []
    rows = ["## Closed forms", "| what | formula | value | left out | because |\n|---|---|---|---|---|"]
    for p in predictions:
        value, within = number(p.formula, v.circuit), number(p.within, v.circuit)
        rows[-1] += f"\n| {p.name} ({p.source}) | `{p.formula}` | {value:.5g} | {within:.1e} | {p.because} |"
    return rows


def _target(target: TargetComparison | None) -> list[str]:
    """The circuit against the published equations, with the causes that are known."""
    if target is None or target.run is None:
        return []
    t = target.run.target
    lines = [f"d{name}/dt = {text}" for name, text in t.equations]
    lines += [f"{name} = {text}" for name, text in t.definitions]
    for event in t.events:
        then = ", ".join(f"{name} becomes {text}" for name, text in event.then if name != text)
        lines.append(f"when {event.when} rises through 0: {then}" + _refractory(event))
    for kick in t.kicks:
        times = ", ".join(f"{x:g}" for x in kick.times[:MOST_TIMES]) + (", ..." if len(kick.times) > MOST_TIMES else "")
        lines.append(f"at {times}: " + ", ".join(f"{name} becomes {text}" for name, text in kick.then))
    values = ", ".join(f"{q.name} = {q.value:g}{' ' + q.unit if q.unit else ''}" for q in t.quantities)
    figures = "\n".join(f"* {m.name}: {m.value:.1e} {m.unit} (limit {m.limit:.1e})" for m in target.metrics)
    causes = "\n".join(f"* {p.name}: {p.seconds * 1e6:+.3g} us of the last spike; {p.because}" for p in target.parts)
    return [
        "## Target", f"{t.source}; solved apart, sharing nothing with the circuit:",
        "```text\n" + "\n".join(lines) + "\n```",
        f"with {values}.", figures, *(["Known causes of what is left:", causes] if causes else []),
        *([f"What the circuit does otherwise: {t.because}."] if t.because else []),
    ]  # fmt: skip


def _refractory(event: Event) -> str:
    if event.refractory == "0":
        return ""
    held = f", {' and '.join(event.held)} standing still" if event.held else ""
    return f"; not again for {event.refractory}{held}"


def _agreement(agreement: dict[str, dict[str, float]], closed: tuple[Metric, ...]) -> str:
    rows = ["| accuracy | spike time, of the interval | waveform, of the swing |", "|---|---|---|"]
    for accuracy, best in agreement.items():
        if accuracy != "target":
            rows.append(f"| `{accuracy}` | {_brief(best, 'spike')} | {_brief(best, 'waveform')} |")
    text = "ngspice against the circuit's own model:\n\n" + "\n".join(rows)
    for m in closed:
        text += f"\n\n{m.name}: {m.value:.1e} ({m.unit}; limit {m.limit:.1e})."
    return text
