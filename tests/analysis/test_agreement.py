"""The agreement that the documentation states for every circuit, measured again."""

import json
from pathlib import Path

import pytest

from lapicque.analysis import compare, solve
from lapicque.analysis.limits import limits_of
from lapicque.analysis.reports.pages import SLOW, figures
from lapicque.circuits.library import LIBRARY, build
from lapicque.circuits.runs.run_length import run_length
from lapicque.netlists import Transient

PAGES = Path(__file__).parents[2] / "docs" / "circuits"
STATED = json.loads((PAGES / "agreement.json").read_text())
FLOOR = {"spike": 1e-7, "waveform": 3e-7}
"""Below this a figure is rounding, and may be any small number."""


def test_every_circuit_has_its_page_with_pictures():
    assert set(STATED) == set(LIBRARY)
    for name, entry in LIBRARY.items():
        page = (PAGES / f"{name}.md").read_text()
        assert entry.shows[1:] in page
        assert (PAGES / "img" / f"{name}.svg").exists()
        assert (PAGES / "img" / f"{name}.png").exists()
        assert f"({name}.md)" in (PAGES / "README.md").read_text()


@pytest.mark.parametrize("name", [n for n in LIBRARY if n not in SLOW])
def test_stated_agreement_holds(engine, name):
    """Within the limits of its accuracy, and no more than three times what the page says.

    The long experiments of learning are left to `lapicque verify all`, which is part of the README's test command.
    """
    accuracy = "reference"
    entry, circuit = LIBRARY[name], build(name)
    stop = run_length(circuit, entry.stop)
    run = engine.run(circuit, Transient(stop), accuracy)
    found = compare(solve(circuit, stop), run, limits_of(circuit, accuracy))
    assert found.passed, [m for m in found.metrics if not m.passed]
    for what, value in figures(found.metrics).items():
        assert value <= max(3 * STATED[name][accuracy][what], FLOOR[what]), what
