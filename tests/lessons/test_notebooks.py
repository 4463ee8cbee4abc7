"""The notebooks: files, scripts, and running apps in a real browser."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lapicque.circuits import LapicqueError
from lapicque.lessons import notebook
from lapicque.lessons.exercises.check import check, solution, task
from lapicque.lessons.exercises.kinds import Verdict
from lapicque.lessons.notebook_writer import notebook_source
from lapicque.lessons.progress import load_progress
from lapicque.lessons.server import serve
from lapicque.lessons.text import LESSONS, lesson

FOLDER = Path(notebook.__file__).parent / "notebooks"


@pytest.fixture(autouse=True)
def _own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("LAPICQUE_PROGRESS", str(tmp_path / "progress.json"))


@pytest.mark.parametrize("number", LESSONS)
def test_the_files_are_what_the_lessons_say(number):
    assert (FOLDER / f"lesson_{number}.py").read_text(encoding="utf-8") == notebook_source(number)


@pytest.mark.parametrize("number", LESSONS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_notebook_is_a_script_that_runs(number, language, monkeypatch):
    monkeypatch.setenv("LAPICQUE_LANGUAGE", language)
    outputs, names = _outputs(number)
    assert names["lesson"].language == language
    shown = "".join(o.text for o in outputs if hasattr(o, "text"))
    assert lesson(number, language).title in shown
    for block in lesson(number, language).of_kind("exercise"):
        assert f"answer_{block.name}" in names
    assert shown.count("<svg") >= len(lesson(number).of_kind("play"))


def test_answers_are_remembered_on_this_machine():
    told = notebook.remembered(task(4, "tau"), Verdict(True, "Right."))
    assert told == ""
    assert load_progress().attempts["4.tau"].right


def test_progress_that_cannot_be_kept_is_said_and_stops_nobody(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LAPICQUE_PROGRESS", str(tmp_path / "file" / "p.json"))
    assert "cannot write" in notebook.remembered(task(4, "tau"), Verdict(False, "Not yet."))
    monkeypatch.setenv("LAPICQUE_PROGRESS", str(tmp_path / "p.json"))
    (tmp_path / "p.json").write_text("{")
    assert "no progress file" in notebook.remembered(task(4, "tau"), Verdict(True, "Right."))
    assert load_progress().solved(4) == 1


def _outputs(number):
    spec = importlib.util.spec_from_file_location(f"lesson_{number}", FOLDER / f"lesson_{number}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app.run()


@pytest.mark.parametrize("number", [1, 5, 8])
def test_without_ngspice_a_lesson_says_how_to_get_it_and_shows_the_model(number, monkeypatch):
    monkeypatch.setenv("NGSPICE_LIBRARY_PATH", "/nowhere/libngspice.so")
    monkeypatch.setenv("LAPICQUE_LANGUAGE", "en")
    outputs, _ = _outputs(number)
    shown = "".join(o.text for o in outputs if hasattr(o, "text"))
    assert "apt install libngspice0" in shown
    assert shown.count("<svg") >= len(lesson(number).of_kind("play")) + len(lesson(number).of_kind("run"))


def test_without_ngspice_the_model_judges_a_rate(monkeypatch):
    monkeypatch.setenv("NGSPICE_LIBRARY_PATH", "/nowhere/libngspice.so")
    asked = task(5, "forty", "ko")
    found = check(asked, solution(asked))
    assert found.right
    assert "모델로 돌렸습니다" in found.words


@pytest.fixture(scope="module")
def course():
    """`lapicque learn`, as a user starts it; the address of its first lesson."""
    code = "import sys; from lapicque.cli import main; sys.argv[0] = 'lapicque'; main()"
    run = subprocess.Popen(
        [sys.executable, "-c", code, "learn", "--no-browser"], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "LAPICQUE_PROGRESS": os.devnull + "-none"},
    )  # fmt: skip
    line = run.stdout.readline()
    yield re.search(r"http://\S+?/lesson_1", line)[0].removesuffix("/lesson_1")
    run.terminate()
    run.wait(timeout=20)


@pytest.mark.parametrize("number", LESSONS)
def test_a_running_lesson_is_moved_answered_and_switched(page, course, number):
    first, second = ("en", "ko") if number % 2 else ("ko", "en")
    page.goto(f"{course}/lesson_{number}/?lang={first}")
    page.wait_for_selector(f"h1:has-text('{lesson(number, first).title}')", timeout=30_000)
    # The first slider of a lesson whose derivation comes first is that of its steps.
    kinds = [b.kind for b in lesson(number).blocks if b.kind in ("play", "derivation")]
    slider = page.locator("marimo-ui-element [role=slider]").nth(kinds.index("play"))
    slider.wait_for(timeout=30_000)
    before = page.inner_text("body")
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("t => document.body.innerText !== t", arg=before, timeout=30_000)
    page.select_option("select", label={"en": "English", "ko": "한국어"}[second])
    page.wait_for_selector(f"h1:has-text('{lesson(number, second).title}')", timeout=30_000)


def test_an_answer_in_a_running_lesson_is_judged(page, course):
    page.goto(f"{course}/lesson_4/?lang=en")
    page.wait_for_selector("text=What is the cut-off frequency?", timeout=60_000)
    field = page.locator("marimo-form input[type=text]").first
    field.wait_for(timeout=60_000)
    for text, words in (("10", "The unit is missing"), ("10 ms", "Right.")):
        field.fill(text)
        page.get_by_role("button", name="Check").first.click()
        page.wait_for_selector(f"text={words}", timeout=30_000)


def test_a_port_that_is_taken_is_named():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LapicqueError, match=f"port {port} cannot be used"):
            serve(1, "en", port, False, print)
