"""What was solved stays on this machine, whole; sheets and class results for teachers."""

import csv
import io
import json

import pytest

from lapicque.circuits import LapicqueError
from lapicque.lessons.classroom import class_results, sheet
from lapicque.lessons.exercises.catalog import CATALOG
from lapicque.lessons.progress import Progress, load_progress, progress_file, save_progress


def test_progress_goes_there_and_back(tmp_path, monkeypatch):
    monkeypatch.setenv("LAPICQUE_PROGRESS", str(tmp_path / "deep" / "p.json"))
    assert load_progress() == Progress()
    mine = Progress().after(4, "tau", False).after(4, "tau", True).after(4, "tau", False)
    assert save_progress(mine) == progress_file()
    again = load_progress()
    assert again == mine
    assert again.attempts["4.tau"].right  # what was right once stays right
    assert again.attempts["4.tau"].tries == 3
    assert again.solved(4) == 1
    assert again.solved(5) == 0
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("content", ["{", "[]", '{"4.tau": 3}', '{"4.tau": {"right": true}}', "\x00"])
def test_a_broken_file_is_put_aside_and_said(tmp_path, content, monkeypatch):
    file = tmp_path / "p.json"
    monkeypatch.setenv("LAPICQUE_PROGRESS", str(file))
    file.write_text(content)
    with pytest.raises(LapicqueError, match=r"no progress file .* it is kept as 'p\.broken'"):
        load_progress()
    assert (tmp_path / "p.broken").read_text() == content
    assert load_progress(file) == Progress()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LapicqueError, match="LAPICQUE_PROGRESS"):
        save_progress(Progress(), tmp_path / "file" / "p.json")


def test_a_class_is_one_table(tmp_path):
    files = {}
    for name, right in (("ada", True), ("bo", False)):
        files[name] = save_progress(
            Progress().after(1, "leak", False).after(1, "leak", right), tmp_path / f"{name}.json"
        )
    rows = list(csv.DictReader(io.StringIO(class_results(files))))
    assert [(r["learner"], r["1.leak"], r["right"]) for r in rows] == [("ada", "2", "1"), ("bo", "", "0")]
    assert len(rows[0]) == 2 + sum(len(e) for e in CATALOG.values())
    assert class_results(list(files.values())).splitlines()[1].startswith("ada,")
    with pytest.raises(LapicqueError, match="no progress file"):
        class_results([tmp_path / "nobody.json"])


def test_sheets_have_variants_and_solutions_apart():
    plain, solved = sheet(4, "en", 7, False), sheet(4, "en", 7, True)
    assert "Solution" not in plain
    assert solved.count("Solution") == len(CATALOG[4])
    assert sheet(4, "en", 7, False) == plain != sheet(4, "en", 8, False)
    assert "풀이" in sheet(1, "ko", 7, True)
    assert json.dumps(solved)
