"""The site in a real browser: every lesson in both languages, the lab, bad input, small screens, accessibility."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lapicque.analysis.spikes import spike_times
from lapicque.circuits import LapicqueError, SpikeProbe
from lapicque.lessons.exercises.catalog import CATALOG
from lapicque.lessons.exercises.check import check, solution, task
from lapicque.lessons.exercises.kinds import Code
from lapicque.lessons.lab import LAB
from lapicque.lessons.site.build import build_site
from lapicque.lessons.text import LESSONS, lesson

LANGUAGES = ("en", "ko")


def _open(tab, address, path):
    tab.goto(f"{address}/{path}")
    tab.wait_for_selector("html[data-ready]")


def _slide(tab, row, place):
    tab.evaluate("([e, v]) => { e.value = v; e.dispatchEvent(new Event('input')); }", [row.element_handle(), place])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", LESSONS)
def test_a_lesson_is_moved_and_answered(tab, address, number, language):
    _open(tab, address, f"{language}/lesson_{number}.html")
    assert tab.inner_text("h1") == lesson(number, language).title
    assert tab.get_attribute("html", "lang") == language
    plays = tab.locator(".play")
    assert plays.count() == len(lesson(number).of_kind("play")) > 0
    for k in range(plays.count()):
        play = plays.nth(k)
        before = play.locator("svg").inner_html(), play.locator("output").first.inner_text()
        _slide(tab, play.locator("input").first, "150")
        after = play.locator("svg").inner_html(), play.locator("output").first.inner_text()
        assert before[0] != after[0]
        assert before[1] != after[1]
    for name in CATALOG[number]:
        _answer(tab, number, name, language)
    shown = tab.locator("ol.steps li:visible")
    for section in tab.locator(".derivation").all():
        before = shown.count()
        section.locator(".step").click()
        assert shown.count() == before + 1
        section.locator(".all").click()
        assert section.locator("li:visible").count() == section.locator("li").count() > 3


def _answer(tab, number, name, language):
    """Once wrong, then right; what the page says is what Python says."""
    asked = task(number, name, language)
    section = tab.locator(f"[id='{number}.{name}']")
    verdict, button = section.locator(".verdict"), section.locator("form button")
    if isinstance(asked.kind, Code):
        section.locator("textarea").fill("def lif(): pass")
        button.click()
        assert "lapicque learn" in verdict.inner_text()
        return
    if asked.choices:
        wrong = next(k for k, c in enumerate(asked.choices) if not c.right)
        right = next(k for k, c in enumerate(asked.choices) if c.right)
        for place in (wrong, right):
            section.locator("input[type=radio]").nth(place).check()
            button.click()
            assert check(asked, str(place)).words in verdict.inner_text()
    else:
        for text in ("0,5", solution(asked)):
            section.locator("input[type=text]").fill(text)
            button.click()
            tab.wait_for_function("v => v.textContent.length > 2", arg=verdict.element_handle())
            if text == "0,5":
                assert verdict.inner_text().startswith("✗")
    tab.wait_for_function("v => v.className.includes('good')", arg=verdict.element_handle(), timeout=20_000)
    hints = section.locator(".hints li:visible")
    before = hints.count()
    section.locator(".more").click()
    assert hints.count() == before + 1


WRONG = [
    "",
    "  ",
    "10",
    "10 mV",
    "0,01 s",
    "십 ms",
    "R*C",
    "10 mx",
    "x",
    "10 s",
    "-10 ms",
    "10.3 ms",
    "20 ms",
    "１０ ms",
]


def test_the_page_judges_numbers_as_python_does(tab, address):
    _open(tab, address, "en/lesson_4.html")
    section = tab.locator("[id='4.tau']")
    for text in WRONG:
        section.locator("input[type=text]").fill(text)
        section.locator("form button").click()
        found = check(task(4, "tau"), text)
        told = section.locator(".verdict").inner_text()
        assert told[0] == ("✓" if found.right else "✗")
        if "does not begin" not in found.words:  # Python quotes in its own way
            assert told[2:] == found.words.replace("'mx'", "mx").replace("'mV'", "mV")


EQUATIONS = [
    "(V1 - v_out)/R1 = v_out/R2", "v_out = V1*R2/(R1+R2)", "v_out*(1/R1 + 1/R2) = V1/R1", "v_out = V1",
    "(V1 - v_out)/R1 + v_out/R2 = 0", "R1 = R1", "v_out = R3", "v_out", "", "v_out = alert(1)", "v_out = V1.x",
]  # fmt: skip


def test_the_page_judges_equations_as_python_does(tab, address):
    _open(tab, address, "en/lesson_3.html")
    section = tab.locator("[id='3.kcl']")
    for text in EQUATIONS:
        section.locator("input[type=text]").fill(text)
        section.locator("form button").click()
        assert section.locator(".verdict").inner_text()[0] == ("✓" if check(task(3, "kcl"), text).right else "✗")


def test_what_was_solved_is_remembered_here_and_only_here(tab, address):
    _open(tab, address, "en/lesson_4.html")
    tab.locator("[id='4.tau'] input[type=text]").fill("10 ms")
    tab.locator("[id='4.tau'] form button").click()
    _open(tab, address, "ko/lesson_4.html")
    assert "solved" in tab.get_attribute("[id='4.tau']", "class")
    assert json.loads(tab.evaluate("localStorage.getItem('lapicque-progress')"))["4.tau"]["right"]


def _lab(tab, address, state=""):
    tab.goto(f"{address}/en/lab.html{state}")
    tab.wait_for_selector("#lab[data-runs]", timeout=60_000)


def _vectors(tab, text):
    return tab.evaluate(
        """async (text) => { const { run } = await import('../ngspice.js'); const { vectors } = await run(text);
           return Object.fromEntries(Object.entries(vectors).map(([k, v]) => [k, Array.from(v)])); }""",
        text,
    )


def _native(text):
    """The same netlist in the installed ngspice, in a process of its own: the library may be loaded once only."""
    code = (
        "import json, sys; from lapicque.netlists.ngspice.session import run; "
        "from lapicque.netlists.ngspice.worker import session; "
        "print(json.dumps({k: v.tolist() for k, v in run(session(), sys.stdin.read()).vectors.items()}))"
    )
    run = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, text=True, check=True)
    return {k: np.array(v) for k, v in json.loads(run.stdout.splitlines()[-1]).items()}


@pytest.mark.parametrize("name", sorted(LAB))
def test_ngspice_in_the_browser_is_the_native_one(tab, address, name):
    """Within 1e-6 of the swing, and the same spikes, on the same netlist."""
    made = LAB[name]()
    text = made.netlist(made.play.starts)
    _lab(tab, address)
    found = {k.removeprefix("v(").removesuffix(")"): np.array(v) for k, v in _vectors(tab, text).items()}
    native = _native(text)
    clock, volts = native["time"], native[made.vector]
    spiking = [p for p in made.make(made.play.starts).of_type(SpikeProbe) if p.plus == made.vector]
    for probe in spiking:
        mine = spike_times(probe, found["time"], found[made.vector])
        theirs = spike_times(probe, clock, volts)
        assert len(mine) == len(theirs)
        assert np.max(np.abs(mine - theirs), initial=0.0) < 1e-9
    # Both choose their own steps: compared at ngspice's times, but for the microseconds of a reset.
    seen = np.interp(clock, found["time"], found[made.vector])
    error = np.abs(seen - volts) / np.ptp(volts)
    steep = np.abs(np.gradient(volts, clock)) > 100 * np.ptp(volts) / clock[-1] * 10
    assert np.max(error[~steep]) < 1e-6


def test_the_lab_shows_every_circuit(tab, address):
    _lab(tab, address)
    for name in LAB:
        runs = int(tab.get_attribute("#lab", "data-runs"))
        tab.select_option("[data-part=circuit]", name)
        tab.wait_for_function("n => Number(document.querySelector('#lab').dataset.runs) > n", arg=runs)
        assert tab.locator("[data-part=plot] circle").count() > 50
        assert tab.locator("[data-part=plot] path").count() == 1
        runs = int(tab.get_attribute("#lab", "data-runs"))
        before = tab.locator("[data-part=plot]").inner_html()
        _slide(tab, tab.locator("#lab input[type=range]").first, "120")
        tab.wait_for_function("n => Number(document.querySelector('#lab').dataset.runs) > n", arg=runs)
        assert tab.locator("[data-part=plot]").inner_html() != before
        assert tab.locator("[data-part=problem]").is_hidden()


def test_a_link_opens_what_it_was_copied_from(tab, address):
    _lab(tab, address, "#circuit=lif&R1=2e6&I1=1.5e-6")
    assert tab.input_value("[data-part=circuit]") == "lif"
    assert "R1 mem 0 2000000" in tab.input_value("[data-part=netlist]")
    tab.click("[data-part=link]")
    tab.wait_for_function("document.querySelector('[data-part=status]').textContent === 'Copied.'")
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert "circuit=lif" in copied
    assert "I1=0.00000150000" in copied or "I1=1.5" in copied


STATES = ["#circuit=brain", "#circuit=rc&R1=-5", "#R1=NaN&C1=1e99", "#%E0%A4%A", "#x=<script>"]


@pytest.mark.parametrize("state", STATES)
def test_a_nonsense_address_is_told_and_the_lab_runs(tab, address, state):
    _lab(tab, address, state)
    assert tab.locator("[data-part=plot] circle").count() > 50
    if state != "#%E0%A4%A":
        assert "Left out of the address" in tab.inner_text("[data-part=address]")


STUCK = """* a switch without hysteresis
i1 0 a 1u
c1 a 0 1n
s1 a 0 a 0 sw
.model sw sw vt=1 vh=0 ron=1 roff=1e12
.save v(a)
.tran 1u 10m 0 1u uic
.end
"""
BAD_NETLISTS = {
    "nothing to do": "* nothing\n.end\n",
    "unknown part": "* unknown\nv1 a 0 1\nx1 a 0 nosuch\n.save v(a)\n.tran 1u 1m\n.end\n",
    "stuck": STUCK,
    "never ends": "* for ever\nv1 in 0 pwl(0 0 1m 1)\nr1 in a 1\nb2 a 0 v=v(a)>0.3 ? 0.1 : 0.5\n"
    ".save v(a)\n.tran 1u 1m\n.end\n",
    "no netlist": "hello",
    "empty": "",
}


@pytest.mark.parametrize("what", sorted(BAD_NETLISTS))
def test_a_netlist_that_fails_says_so_and_the_next_one_runs(page, address, what):
    _lab(page, address)
    good = page.input_value("[data-part=netlist]")
    page.fill("[data-part=netlist]", BAD_NETLISTS[what])
    page.click("[data-part=run]")
    page.wait_for_selector("[data-part=problem]:visible", timeout=40_000)
    told = page.inner_text("[data-part=problem]")
    assert told.startswith("ngspice says: ")
    assert len(told) > 20
    assert what != "stuck" or "stopped at 0.001" in told
    runs = int(page.get_attribute("#lab", "data-runs"))
    page.fill("[data-part=netlist]", good + "* once more\n")
    page.click("[data-part=run]")
    page.wait_for_function("n => Number(document.querySelector('#lab').dataset.runs) > n", arg=runs, timeout=40_000)
    page.wait_for_selector("[data-part=problem]", state="hidden")


def test_the_lab_gives_csv_png_and_netlist(tab, address, tmp_path):
    _lab(tab, address)
    with tab.expect_download() as got:
        tab.click("[data-part=csv]")
    rows = np.loadtxt(got.value.path(), delimiter=",", skiprows=1)
    assert rows.shape[1] == 3
    assert np.max(np.abs(rows[:, 1] - rows[:, 2])) < 1e-4
    with tab.expect_download() as got:
        tab.click("[data-part=png]")
    assert Path(got.value.path()).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    tab.click("[data-part=copy]")
    tab.wait_for_function("document.querySelector('[data-part=status]').textContent === 'Copied.'")
    assert tab.evaluate("navigator.clipboard.readText()").strip().endswith(".end")


PAGES = ["en/lesson_3.html", "ko/lesson_5.html", "en/lab.html", "ko/index.html", "en/lesson_2.html"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_serious_stands_in_the_way_of_anybody(tab, address, packages, path, scheme):
    tab.emulate_media(color_scheme=scheme)
    tab.goto(f"{address}/{path}")
    if "index" not in path:
        tab.wait_for_selector("html[data-ready]")
    tab.add_script_tag(path=packages / "axe-core" / "axe.min.js")
    found = tab.evaluate("axe.run()")
    serious = [
        (v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"] if v["impact"] in ("serious", "critical")
    ]
    assert not serious


@pytest.mark.parametrize("path", ["en/lesson_5.html", "ko/lesson_2.html", "ko/lab.html"])
def test_a_phone_shows_it_without_scrolling_sideways(tab, address, path):
    tab.set_viewport_size({"width": 360, "height": 700})
    _open(tab, address, path)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_lesson_can_be_worked_by_keyboard(tab, address):
    _open(tab, address, "en/lesson_3.html")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.focus(".play input")
    before = tab.locator(".play output").first.inner_text()
    for _ in range(8):
        tab.keyboard.press("ArrowRight")
    assert tab.locator(".play output").first.inner_text() != before
    tab.focus("[id='3.ohm'] input")
    tab.keyboard.type("2 V")
    tab.keyboard.press("Enter")
    assert tab.inner_text("[id='3.ohm'] .verdict").startswith("✓")


def test_pages_have_a_twin_in_the_other_language(tab, address):
    _open(tab, address, "en/lesson_6.html")
    tab.click("text=한국어")
    tab.wait_for_selector("html[data-ready]")
    assert tab.inner_text("h1") == lesson(6, "ko").title


def test_an_engine_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LapicqueError, match="run npm ci first"):
        build_site(tmp_path, tmp_path / "engine.mjs")
    (tmp_path / "file").write_text("")
    with pytest.raises(LapicqueError, match="cannot write"):
        build_site(tmp_path / "file")
