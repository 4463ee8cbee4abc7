"""The report of a neuron circuit that was measured: figures, curves, what it does not have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from ...netlists.files.whole import write_file
from ..characterise.characteristics import Characteristics
from .neuron_sections import Section
from .report import render


def write_characteristics(found: Characteristics, path: str | Path, sections: Sequence[Section] = ()) -> Path:
    """Write the report as HTML, or all that was measured as JSON when the path ends in .json.

    Args:
        found: what was measured.
        path: of the file.
        sections: what the page holds besides; JSON has the measured figures alone.

    Raises:
        LapicqueError: the file cannot be written.
    """
    if Path(path).suffix == ".json":
        return found.save(path)
    return write_file(path, to_html(found, sections), "the report")


def to_html(found: Characteristics, sections: Sequence[Section] = ()) -> str:
    """One page that needs nothing else."""
    from ..plots.characterised import TITLES, characterised
    from ..plots.style import to_svg

    curves = [(TITLES[n], to_svg(characterised(found, n))) for n in TITLES if n in found.curves]
    rows = [(f.name, f.text if f.exists else "none", f.words, len(f.runs)) for f in found.figures]
    whose = "its own derived equations" if found.by == "model" else f"ngspice ({found.accuracy})"
    seconds = f"{found.seconds:.2g}" if math.isfinite(found.seconds) else "?"
    return render(
        "characterised.html", title=found.circuit.title, found=found, rows=rows, curves=curves, whose=whose,
        seconds=seconds, sections=sections,
    )  # fmt: skip
