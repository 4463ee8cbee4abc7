"""Answers: every solution is right in every variant, and every way of being wrong is told apart."""

import contextlib
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapicque.circuits.closed_forms.lif_forms import ideal_lif
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.library import build
from lapicque.lessons.circuits import divider
from lapicque.lessons.exercises.answers import AnswerError, read_quantity
from lapicque.lessons.exercises.catalog import CATALOG
from lapicque.lessons.exercises.check import check, givens, solution, task
from lapicque.lessons.exercises.kinds import Choose, Code, Equation, Number, Rate

ALL = [(n, name) for n, exercises in CATALOG.items() for name in exercises]
QUICK = [(n, name) for n, name in ALL if not isinstance(CATALOG[n][name], (Rate, Code))]


@pytest.mark.parametrize(("number", "name"), QUICK)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_solution_is_right_in_every_variant(number, name, language):
    for seed in (None, 1, 2, 3):
        asked = task(number, name, language, seed)
        assert "<<" not in asked.words + "".join(asked.hints)
        answer = solution(asked)
        if asked.choices:
            answer = str(next(k for k, c in enumerate(asked.choices) if c.right))
        assert check(asked, answer).right


@pytest.mark.parametrize(("number", "name"), [(n, x) for n, x in QUICK if isinstance(CATALOG[n][x], Number)])
def test_numbers_that_are_off_are_wrong(number, name):
    asked = task(number, name)
    kind = asked.kind
    assert isinstance(kind, Number)
    wanted = kind.answer(**asked.values)
    for factor in (1.2, 0.5, 1000.0, -1.0):
        assert not check(asked, f"{wanted * factor!r} {kind.unit}".strip()).right


def test_variants_differ_and_repeat():
    words = {seed: task(4, "tau", "en", seed).words for seed in range(12)}
    assert len(set(words.values())) > 3
    assert words[5] == task(4, "tau", "en", 5).words
    places = {tuple(c.right for c in task(1, "what_travels", "en", seed).choices) for seed in range(12)}
    assert len(places) > 2  # the right one is not always in the same place


def test_answers_are_those_of_the_library():
    """The catalog's textbook formulas against what is derived."""
    v = derive(divider("30k", "20k", 5.0)).voltages["out"]
    numbers = {"R1": 30e3, "R2": 20e3, "V1": 5.0}
    assert float(v.subs({s: numbers[s.name] for s in v.free_symbols})) == pytest.approx(
        CATALOG[3]["divider"].answer(V=5.0, R1=30e3, R2=20e3)
    )
    ideal = ideal_lif(derive(build("lif", {"t_ref": 0})))
    assert ideal.value(ideal.rheobase) == pytest.approx(CATALOG[5]["rheobase"].answer(R=1e6))
    assert ideal.interval_at(2e-6) == pytest.approx(CATALOG[5]["interval"].answer(R=1e6, C=10e-9, i=2e-6))


@pytest.mark.parametrize(
    ("answer", "words"),
    [("", "Nothing"), ("   ", "Nothing"), ("10", "unit is missing"), ("10 mV", "wrong unit"), ("0,01 s", "0.01 s"),
     ("십 ms", "digits"), ("열", "does not begin"), ("R*C", "formula"), ("__import__('os')", "formula"),
     ("10 mx", "no unit known"), ("x", "does not begin"), ("10 s", "power of ten"), ("-10 ms", "sign"),
     ("10.3 ms", "Close"),     ("20 ms", "Not yet"), ("1" * 300, "at most")],
)  # fmt: skip
def test_what_is_wrong_with_an_answer_is_said(answer, words):
    found = check(task(4, "tau"), answer)
    assert not found.right
    assert words in found.words


@pytest.mark.parametrize(
    "answer",
    ["10 ms", "10ms", "0.01 s", "1e-2 s", "１０ｍｓ", "１０　ｍｓ", "10000 µs", "10000 us", "10.05 ms", "+10 ms"],
)
def test_one_quantity_has_many_spellings(answer):
    assert check(task(4, "tau"), answer).right
    assert check(task(4, "tau", "ko"), answer).right


@pytest.mark.parametrize(
    ("text", "value"),
    [("12k", 12e3), ("12 kΩ", 12e3), ("12 kohm", 12e3), ("12000 Ω", 12e3), ("1 MΩ", 1e6), ("1M", 1e6), ("1 Meg", 1e6),
     ("12 k\u2126", 12e3)],
)  # fmt: skip
def test_ohms_are_read_as_people_write_them(text, value):
    assert read_quantity(text).value == pytest.approx(value)


HUGE = [
    "((((R1+R2+V1)**6)**6)**6)**6 = v_out",
    "v_out=1e400",
    "v_out = 9**9",
    "1/" * 90 + "v_out = 1",
    "v_out = (1)(2)",
]


@pytest.mark.parametrize(
    "text", [*HUGE, "v_out = eｖal(1)", "v_out = R1 if V1 else R2", "(" * 90 + "v_out" + ")" * 90 + "=1"]
)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_equations_beyond_bounds_are_answers_with_a_reason(text, language):
    began = time.process_time()
    verdict = check(task(3, "kcl", language), text)
    assert not verdict.right
    assert verdict.words
    assert time.process_time() - began < 2


def test_an_equation_with_more_solutions_is_not_right():
    right = "(V1 - v_out)/R1 - v_out/R2"
    assert check(task(3, "kcl"), f"{right} = 0").right
    assert check(task(3, "kcl"), f"R1*R2*({right}) = 0").right
    assert check(task(3, "kcl"), f"({right})^2 = 0").right
    for other in (f"({right})*(v_out - 7) = 0", f"({right})*v_out = 0", f"({right})*(v_out^2 + 1) = 0", "v_out = 7"):
        assert not check(task(3, "kcl"), other).right


@given(st.floats(1e-13, 1e9), st.sampled_from(["V", "A", "F", "s", "Hz", "Ω"]))
def test_what_is_written_is_read(value, unit):
    found = read_quantity(f"{value!r} {unit}")
    assert found.value == value
    assert found.unit == unit


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(text):
    found = check(task(4, "tau", "ko"), text)
    assert found.words
    with contextlib.suppress(AnswerError):
        assert math.isfinite(read_quantity(text, "ko").value)


@pytest.mark.parametrize(
    "answer",
    ["(V1 - v_out)/R1 = v_out/R2", "v_out/R2 + (v_out - V1)/R1 = 0", "v_out = V1*R2/(R1+R2)",
     "(V1-v_out)*R2 = v_out*R1", "v_out*(1/R1 + 1/R2) = V1/R1", "（V1−v_out）/R1=v_out/R2"],
)  # fmt: skip
def test_any_form_of_the_right_equation_is_right(answer):
    assert check(task(3, "kcl"), answer).right


@pytest.mark.parametrize(
    ("answer", "words"),
    [("(V1 - v_out)/R1 + v_out/R2 = 0", "something else"), ("v_out = V1", "something else"), ("R1 = R1", "every value"),
     ("v_out = V1*R2/(R1+R3)", "R3"), ("v_out", "one equals sign"), ("a = b = c", "one equals sign"), ("", "Nothing"),
     ("v_out = open('x')", "cannot be read"), ("v_out = open(R1)", "open"),
     ("v_out = V1 if R1 else R2", "cannot be read"),
     ("v_out = V1**99", "cannot be read"),
     ("v_out = 1/0", "cannot be read"), ("v_out = V1.real", "cannot be read"), ("v_out = (", "cannot be read"),
     ("v_out*(R1 - R1) = 0", "every value"), ("(v_out - V1*R2/(R1+R2))*(v_out - V1) = 0", "something else")],
)  # fmt: skip
def test_other_equations_are_told_apart(answer, words):
    found = check(task(3, "kcl"), answer)
    assert words in found.words


def test_a_derivative_can_be_asked_for():
    assert check(task(4, "kcl"), "C1*dv_out = (V1 - v_out)/R1").right
    assert check(task(5, "membrane_equation"), "I1 = v_mem/R1 + C1*dv_mem").right
    assert not check(task(5, "membrane_equation"), "I1 = v_mem/R1 - C1*dv_mem").right


@given(st.text(alphabet="v_outR12V+-*/()=. ^e", max_size=30))
def test_any_equation_is_read_or_refused_in_words(text):
    assert check(task(3, "kcl"), text).words


def test_choices_want_a_number_of_a_choice():
    asked = task(1, "reset")
    assert isinstance(asked.kind, Choose)
    for answer in ("", "-1", "9", "zero", "²"):
        assert check(asked, answer).words == "Choose one of the answers."
    wrong = next(k for k, c in enumerate(asked.choices) if not c.right)
    assert asked.choices[wrong].reason in check(asked, str(wrong)).words


def test_a_current_is_run_in_ngspice():
    asked = task(5, "forty")
    right = check(asked, solution(asked))
    assert right.right
    assert "ngspice it fires at 39.9" in right.words or "ngspice it fires at 40" in right.words
    # 2 ms + 10 ms ln 2 are 8.93 ms: 112 Hz by the textbook.
    assert "fires at 111.9 Hz" in check(asked, "2 uA").words
    assert "does not fire" in check(asked, "0.5 uA").words
    assert "between 0 and" in check(asked, "1 A").words
    assert "wrong unit" in check(asked, "2 mV").words


def test_every_kind_of_exercise_is_there():
    assert {type(kind) for exercises in CATALOG.values() for kind in exercises.values()} == {
        Number, Choose, Equation, Rate, Code,
    }  # fmt: skip
    assert all(len(g.values) >= 1 for n, name in ALL for g in givens(CATALOG[n][name]).values())
