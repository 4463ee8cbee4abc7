"""Checking an answer to an exercise, whatever its kind."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from attrs import frozen

from ...circuits.errors import unknown
from ...circuits.units import parse, show
from ..phrases import say
from ..text import Block, Choice, lesson
from .answers import AnswerError, Quantity, read_quantity
from .catalog import CATALOG
from .code import check_code
from .equation import check_equation, derived
from .kinds import Choose, Code, Equation, Exercise, Given, Number, Rate, Verdict
from .rate import check_rate, solution_current

CLOSE = 10.0
"""Times the tolerance within which an answer is called close."""


@frozen
class Task:
    """An exercise as a learner sees it: one variant, in one language.

    Attributes:
        words: with its numbers put in.
        choices: in the order in which they are shown.
        values: of its given numbers, SI.
    """

    lesson: int
    name: str
    language: str
    kind: Exercise
    words: str
    hints: tuple[str, ...]
    choices: tuple[Choice, ...]
    values: Mapping[str, float]


def task(number: int, name: str, language: str = "en", seed: int | None = None) -> Task:
    """An exercise of a lesson.

    Args:
        number: of the lesson.
        name: of the exercise.
        language: "en" or "ko".
        seed: of a variant; the lesson's own numbers unless given.

    Raises:
        UnknownNameError: no such lesson, exercise or language.
    """
    block = lesson(number, language).block("exercise", name)
    if name not in CATALOG[number]:
        raise unknown("exercise", name, CATALOG[number])
    kind = CATALOG[number][name]
    draw = random.Random(f"{seed} {number} {name}")
    texts = {key: g.values[0] if seed is None else draw.choice(g.values) for key, g in givens(kind).items()}
    values = {key: parse(text) for key, text in texts.items()}
    written = {key: show(values[key], g.unit) if g.unit else texts[key] for key, g in givens(kind).items()}
    words, *hints = (_filled(text, written) for text in (block.words, *block.hints))
    return Task(number, name, language, kind, words, tuple(hints), _shuffled(block, draw), values)


def givens(kind: Exercise) -> Mapping[str, Given]:
    """The numbers that an exercise's words show."""
    if isinstance(kind, Number):
        return kind.given
    return {"f": kind.hertz} if isinstance(kind, Rate) else {}


def _filled(text: str, written: Mapping[str, str]) -> str:
    for key, value in written.items():
        text = text.replace(f"<<{key}>>", value)
    return text


def _shuffled(block: Block, draw: random.Random) -> tuple[Choice, ...]:
    order = list(block.choices)
    draw.shuffle(order)
    return tuple(order)


def check(asked: Task, answer: str) -> Verdict:
    """Judge an answer.

    Args:
        asked: the exercise.
        answer: as typed; of a choice its number from 0.

    Returns:
        Right or not, with a reason; what cannot be read is not right, and is told why.
    """
    try:
        match asked.kind:
            case Number() as kind:
                return _check_number(kind, asked, read_quantity(answer, asked.language))
            case Choose():
                return _check_choice(asked, answer)
            case Equation() as kind:
                return check_equation(kind, answer, asked.language)
            case Rate() as kind:
                found = read_quantity(answer, asked.language)
                return _wrong_unit("A", found, asked.language) or check_rate(
                    kind, asked.values["f"], found.value, asked.language
                )
            case Code() as kind:
                return check_code(kind, answer, asked.language)
    except AnswerError as error:
        return Verdict(False, str(error))


def _wrong_unit(unit: str, found: Quantity, language: str) -> Verdict | None:
    if found.unit == unit or (unit == "%" and not found.unit):
        return None
    if not unit:
        return Verdict(False, say("answer_unit_none", language))
    if not found.unit:
        return Verdict(False, say("answer_unit_missing", language, unit=unit))
    return Verdict(False, say("answer_unit_wrong", language, found=found.unit, unit=unit))


def _check_number(kind: Number, asked: Task, found: Quantity) -> Verdict:
    if (wrong := _wrong_unit(kind.unit, found, asked.language)) is not None:
        return wrong
    wanted, language = kind.answer(**asked.values), asked.language
    error = abs(found.value - wanted)
    if error <= kind.tolerance * abs(wanted):
        return Verdict(True, say("right", language))
    if abs(found.value + wanted) <= kind.tolerance * abs(wanted):
        return Verdict(False, say("answer_sign", language))
    if found.value * wanted > 0:
        power = math.log10(found.value / wanted)
        if round(power) and abs(power - round(power)) <= kind.tolerance / math.log(10):
            return Verdict(False, say("answer_power", language))
    if error <= CLOSE * kind.tolerance * abs(wanted):
        return Verdict(False, say("answer_close", language, percent=f"{100 * kind.tolerance:g}"))
    return Verdict(False, say("wrong", language))


def _check_choice(asked: Task, answer: str) -> Verdict:
    if not answer.strip().isdecimal() or int(answer) >= len(asked.choices):
        return Verdict(False, say("choose", asked.language))
    chosen = asked.choices[int(answer)]
    # Reasons of right answers begin with the word themselves.
    return Verdict(chosen.right, chosen.reason if chosen.right else f"{say('wrong', asked.language)} {chosen.reason}")


def solution(asked: Task) -> str:
    """The answer, in words that `check` takes (of a choice its words; of code a function)."""
    match asked.kind:
        case Number() as kind:
            value = float(f"{kind.answer(**asked.values):.4g}")
            return show(value, kind.unit) if kind.unit not in ("", "%") else f"{value:g}"
        case Choose():
            return next(c.words for c in asked.choices if c.right)
        case Equation() as kind:
            return f"{kind.unknown} = {derived(kind)}"
        case Rate() as kind:
            return show(float(f"{solution_current(kind, asked.values['f']):.4g}"), "A")
        case Code():
            from ..python_lif import SOURCE

            return SOURCE
