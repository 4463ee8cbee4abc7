"""`lapicque characterise`: a table, a page, JSON; what it cannot measure it says in one sentence."""

import pytest
from click.testing import CliRunner

import lapicque as lq
from lapicque.analysis.characterise.characteristics import Characteristics
from lapicque.cli.main import cli


def asked(*arguments):
    run = CliRunner().invoke(cli, ["characterise", *map(str, arguments)])
    return run.exit_code, run.output


def test_a_pacemaker_with_its_page_and_its_journal(tmp_path):
    page, data, journal = tmp_path / "r.html", tmp_path / "r.json", tmp_path / "r.jsonl"
    status, said = asked("schmitt", "--report", page, "--journal", journal)
    assert status == 0, said
    assert "it fires without input" in said
    assert f"wrote {page}" in said
    text = page.read_text()
    assert text.count("<svg") >= 3
    assert "currents are turned" in text
    status, again = asked("schmitt", "--report", data, "--journal", journal)
    assert status == 0
    found = Characteristics.load(data)
    assert found.runs[1] == 0  # nothing was run again
    assert again.splitlines()[1:25] == said.splitlines()[1:25]
    # A trigger between two levels of a fifth and more of the supply: T = R C ln(...), by its own f-I curve at 0.
    solved = lq.solve(lq.build("schmitt"), 20e-3).spikes("spike")
    assert found["rate without input"].value == pytest.approx(1 / (solved[-1] - solved[-2]), rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rc"], "no spike probe"),
        (["lif", "--with", "nobody"], "--with"),
        (["lif", "--upto", "0"], "greater than 0"),
        (["lif", "--journal", "runs.txt"], ".jsonl"),
    ],
)
def test_what_is_refused(arguments, words):
    status, said = asked(*arguments)
    assert status == 2
    assert words in said
