"""The agreement that the documentation states for every circuit, measured again."""

import json
from pathlib import Path

import pytest

from lapicque.analysis import verify
from lapicque.analysis.pages import SLOW, figures
from lapicque.circuits.library import LIBRARY

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


@pytest.mark.parametrize("name", list(LIBRARY))
def test_stated_agreement_holds(engine, name):
    """Within the limits of its accuracy, and no more than three times what the page says."""
    accuracy = "standard" if name in SLOW else "reference"
    found = verify(name, engine, accuracy)
    assert found.passed, ([m for m in found.metrics if not m.passed], found.failures)
    for what, value in figures(found).items():
        assert value <= max(3 * STATED[name][accuracy][what], FLOOR[what]), what
