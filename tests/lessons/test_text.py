"""The course's words: both languages whole, and everything they name exists."""

import re

import pytest

from lapicque.circuits import LapicqueError, UnknownNameError
from lapicque.circuits.closed_forms.derivations import derivations
from lapicque.lessons.circuits import CIRCUITS, shown
from lapicque.lessons.derivation_words import head
from lapicque.lessons.exercises.catalog import CATALOG
from lapicque.lessons.phrases import PHRASES
from lapicque.lessons.pictures import LABELS, PICTURES
from lapicque.lessons.plays import PLAYS
from lapicque.lessons.text import LESSONS, lesson, parse_blocks


def formulas(words):
    """What stands between dollar signs, lines of their own first."""
    own = re.findall(r"\$\$(.+?)\$\$", words, re.S)
    rest = re.sub(r"\$\$.+?\$\$", "", words, flags=re.S)
    return sorted(own), sorted(re.findall(r"\$([^$]+)\$", rest))


HANGUL = re.compile(r"[가-힣]")


@pytest.mark.parametrize("number", LESSONS)
def test_neither_language_lacks_a_block_a_hint_a_choice_or_a_number(number):
    english, korean = lesson(number, "en"), lesson(number, "ko")
    for one, two in zip(english.blocks, korean.blocks, strict=True):
        assert (one.kind, one.name) == (two.kind, two.name)
        assert len(one.hints) == len(two.hints)
        assert [c.right for c in one.choices] == [c.right for c in two.choices]
        assert sorted(re.findall(r"<<\w+>>", one.words)) == sorted(re.findall(r"<<\w+>>", two.words))
        # The same formulas stand in both.
        assert formulas(one.words) == formulas(two.words)


@pytest.mark.parametrize("number", LESSONS)
def test_each_language_is_written_in_its_own_letters(number):
    for block in lesson(number, "ko").blocks:
        assert HANGUL.search(block.words), (block.kind, block.name)
        assert all(HANGUL.search(c.words + c.reason) for c in block.choices)
    for block in lesson(number, "en").blocks:
        texts = [block.words, *block.hints, *(c.words + c.reason for c in block.choices)]
        assert not any(HANGUL.search(t) for t in texts)


@pytest.mark.parametrize("number", LESSONS)
def test_everything_a_lesson_names_exists(number):
    read = lesson(number)
    known = {"play": PLAYS, "picture": PICTURES, "animation": PICTURES, "schematic": CIRCUITS, "run": CIRCUITS,
             "derivation": CIRCUITS}  # fmt: skip
    for block in read.blocks:
        if block.kind in known:
            assert block.name in known[block.kind]
    assert [b.name for b in read.of_kind("exercise")] == list(CATALOG[number])


@pytest.mark.parametrize("number", LESSONS)
def test_each_lesson_has_goals_something_to_see_misconceptions_and_exercises(number):
    kinds = [b.kind for b in lesson(number).blocks]
    assert kinds[:2] == ["title", "goals"]
    assert kinds.count("misconception") >= 2
    assert kinds.count("exercise") >= 4
    assert {"words", "schematic", "derivation", "play", "run"} <= set(kinds)


@pytest.mark.parametrize("number", LESSONS)
def test_every_wrong_answer_has_a_reason(number):
    for language in ("en", "ko"):
        for block in lesson(number, language).of_kind("exercise"):
            assert all(len(c.reason) > 4 for c in block.choices)
            assert sum(c.right for c in block.choices) == (1 if block.choices else 0)
            assert block.hints


@pytest.mark.parametrize("number", LESSONS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_parts_that_are_named_beside_a_drawing_are_in_it(number, language):
    for block in lesson(number, language).of_kind("schematic"):
        circuit = shown(block.name).make()
        known = {e.name for e in circuit.parts} | set(circuit.nodes) | {block.name}
        assert set(re.findall(r"`(\w+)`", block.words)) <= known


def test_every_step_of_every_derivation_of_the_course_has_korean_words():
    names = {b.name for n in LESSONS for b in lesson(n).of_kind("derivation")}
    assert names
    for name in names:
        for derivation in derivations(shown(name).make()):
            for step in derivation.steps:
                words = head(step, "ko")
                assert HANGUL.search(words.law) or words.law == "f-I 곡선"
                assert not words.why or HANGUL.search(words.why)


def test_phrases_and_labels_are_in_all_languages_with_the_same_values():
    for table in (PHRASES, LABELS):
        for words in table.values():
            assert set(words) == {"en", "ko"}
            assert sorted(re.findall(r"{\w+", words["en"])) == sorted(re.findall(r"{\w+", words["ko"]))


def test_what_is_not_there_is_named():
    with pytest.raises(UnknownNameError, match="10"):
        lesson(10)
    with pytest.raises(UnknownNameError, match="de"):
        lesson(1, "de")
    with pytest.raises(UnknownNameError, match="tenors"):
        lesson(1).block("words", "tenors")
    with pytest.raises(LapicqueError, match=r"x\.md, line 2: '@wrods a' is no head"):
        parse_blocks("@title\n@wrods a\n", "x.md")
    with pytest.raises(LapicqueError, match="before the first block"):
        parse_blocks("hello\n", "x.md")
