"""The documentation builds without a warning, needs no network, and knows every circuit and every public room."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import lapicque
from lapicque.circuits.library import LIBRARY

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    target = tmp_path_factory.mktemp("docs")
    run = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", target], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    return target


def test_every_circuit_has_a_page_in_the_gallery(built):
    index = (built / "circuits" / "index.html").read_text()
    for name in LIBRARY:
        page = (built / "circuits" / f"{name}.html").read_text()
        assert f"{name}.html" in index
        assert f"img/{name}.svg" in page
        assert "$$" not in page
    assert "<math" in (built / "circuits" / "lif_latch.html").read_text()


def test_the_reference_has_arguments_results_and_errors(built):
    for room, words in (
        ("circuits", "Circuit"),
        ("netlists", "simulate"),
        ("analysis", "compare"),
        ("lessons", "task"),
    ):
        page = (built / "reference" / f"{room}.html").read_text()
        assert words in page
        assert "Parameters:" in page
        assert "Raises:" in page


def test_the_door_s_page_has_every_name(built):
    page = (built / "reference" / "lapicque.html").read_text()
    assert all(f"<code>{name}</code>" in page for name in lapicque.__all__)
    assert "Split the difference between the ideal neuron and the circuit." in page


def test_a_korean_reader_finds_a_start(built):
    page = (built / "ko.html").read_text()
    assert re.search("[가-힣]{2,}", page)
    assert "ko.html" in (built / "index.html").read_text()


def test_nothing_is_fetched_from_elsewhere(built):
    for page in built.rglob("*.html"):
        fetched = re.findall(r'<(?:script|img|link)[^>]+(?:src|href)="(https?://[^"]+)"', page.read_text())
        assert not [u for u in fetched if "canonical" not in u], page
