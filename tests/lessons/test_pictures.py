"""Pictures in both languages: every glyph is there, minus signs and Hangul too, and what moves moves."""

import itertools
import re
import warnings
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from lapicque.analysis.plots.style import to_png, to_svg
from lapicque.circuits import LapicqueError, UnknownNameError
from lapicque.lessons import pictures
from lapicque.lessons.plays import PLAYS, play
from lapicque.lessons.plays.figure import figure
from lapicque.lessons.poster import STEPS, chosen_steps, poster, readable, save_poster
from lapicque.lessons.runs import lesson_run


@pytest.fixture(autouse=True)
def _a_missing_glyph_is_an_error():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", sorted(pictures.PICTURES))
def test_every_picture_has_all_its_glyphs(name, language):
    assert to_png(pictures.PICTURES[name](language))[:4] == b"\x89PNG"


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", sorted(PLAYS))
def test_every_curve_has_all_its_glyphs(name, language):
    made = figure(play(name), play(name).starts, language)
    assert to_png(made, 50)[:4] == b"\x89PNG"
    assert made.axes[0].get_xlabel().startswith(play(name).x[language])


def test_a_glyph_that_no_font_has_is_noticed():
    made = figure(play("step"), play("step").starts)
    made.axes[0].set_title("\U0001f9e0")
    with pytest.raises(UserWarning, match="Glyph"):
        to_png(made)


def test_hangul_and_minus_signs_are_drawn():
    made = figure(play("stdp_window"), play("stdp_window").starts, "ko")
    with_words = np.asarray(Image.open(BytesIO(to_png(made))))
    made.axes[0].set_ylabel("")
    without = np.asarray(Image.open(BytesIO(to_png(made))))
    assert with_words.shape != without.shape or (with_words != without).sum() > 1000
    labels = [t.get_text() for t in made.axes[0].get_xticklabels()]
    assert any(t.startswith("\N{MINUS SIGN}") for t in labels)


def test_the_animation_moves_and_ends_where_the_still_does():
    frames = 6
    moving = Image.open(BytesIO(pictures.animation("charging", "ko", frames)))
    assert moving.n_frames == frames
    seen = []
    for k in range(frames):
        moving.seek(k)
        seen.append(np.asarray(moving.convert("L"), dtype=int))
    assert all(np.abs(a - b).sum() > 0 for a, b in itertools.pairwise(seen))
    with pytest.raises(UnknownNameError, match="charging"):
        pictures.animation("tensors", "en")
    with pytest.raises(UnknownNameError, match="charging"):
        pictures.picture("chargin", "en")


def test_the_vessel_is_as_full_as_the_membrane_is_high():
    times, volts, level, spikes = pictures._charged()
    assert len(spikes) == 3
    for part in (0.1, 0.5, 0.9):
        made = pictures.charging("en", part)
        height = made.axes[0].patches[0].get_height()
        assert height == pytest.approx(max(volts[int(part * (len(times) - 1))] / level, 0.0))
    assert to_svg(pictures.charging("en"))


@pytest.mark.parametrize("name", ["rc", "lif", "hh", "stdp"])
def test_runs_speak_the_readers_language(name):
    found = lesson_run(name)
    english, korean = found.drawn("en"), found.drawn("ko")
    assert to_png(korean, 60)[:4] == b"\x89PNG"
    assert english.axes[-1].get_xlabel().startswith("time")
    assert korean.axes[-1].get_xlabel().startswith("시간")
    assert "모델" in korean.axes[0].get_legend().get_title().get_text()
    for axis in korean.axes:
        words = axis.get_xlabel() + axis.get_ylabel()
        assert not re.search("time|voltage|current|number", words)


def test_the_small_network_agrees(engine):
    made, told = pictures.small_network("en")
    assert "Spikes: 45" in told
    assert len(made.axes[0].get_yticklabels()) == 9


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_poster_is_one_page_with_its_fonts_inside(tmp_path, language):
    body = save_poster(tmp_path / "p.pdf", language).read_bytes()
    assert body.startswith(b"%PDF")
    assert body.count(b"/Type /Page ") == 1 or body.count(b"/Type /Page\n") == 1
    assert body.count(b"/FontFile2") >= 4
    assert (b"NanumGothic" in body or b"NotoSansCJK" in body) == (language == "ko")


def test_the_poster_shows_the_derivation_and_nothing_runs_off_it():
    assert [s.law for s in chosen_steps()] == list(STEPS)
    assert readable(r"\text{a}\log{b}") == r"\mathrm{a}\ln{b}"
    for language in ("en", "ko"):
        page = poster(language)
        page.canvas.draw()
        width = page.bbox.width
        for words in page.texts:
            box = words.get_window_extent()
            assert 0 <= box.x0 <= box.x1 <= width * 0.99, words.get_text()


def test_a_poster_is_a_pdf(tmp_path):
    with pytest.raises(LapicqueError, match=r"ends in \.pdf"):
        save_poster(tmp_path / "p.png", "en")
    (tmp_path / "file").write_text("")
    with pytest.raises(LapicqueError, match="cannot write"):
        save_poster(tmp_path / "file" / "p.pdf", "en")
