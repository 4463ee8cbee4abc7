"""Each kind of block as what the page's template needs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from attrs import frozen

from ...analysis.plots.drawing import schematic
from ...analysis.plots.style import to_svg
from ...circuits.closed_forms.derivations import derivations
from ...circuits.equations.derivation import Derivation, latex
from ..circuits import shown
from ..derivation_words import head
from ..exercises.check import Task, solution, task
from ..exercises.equation import derived
from ..exercises.kinds import Choose, Code, Equation, Number, Rate
from ..markup import html, inline, mathml
from ..phrases import say
from ..pictures import picture, small_network
from ..plays.forms import free
from ..plays.javascript import printed
from ..python_lif import SOURCE
from ..runs import LessonRun, lesson_run
from ..text import Block, Lesson


@frozen(eq=False)
class PageBlock:
    """A block with its words as HTML, and what belongs to its kind."""

    kind: str
    name: str
    words: str
    more: dict[str, Any]


def page_block(lesson: Lesson, block: Block) -> PageBlock:
    """Make a block ready for the page."""
    makers = {
        "picture": lambda: {"svg": picture(block.name, lesson.language)},
        "schematic": lambda: {"svg": drawing(block.name)},
        "derivation": lambda: {
            "parts": [_derivation(d, lesson.language) for d in derivations(shown(block.name).make())]
        },
        "run": lambda: _run(block.name, lesson.language),
        "network": lambda: _network(lesson.language),
        "code": lambda: {"source": SOURCE},
        "exercise": lambda: exercise(lesson, block),
    }
    more = makers[block.kind]() if block.kind in makers else {}
    words = more.pop("words", block.words)
    return PageBlock(block.kind, block.name, html(words), more)


@lru_cache(maxsize=32)
def drawing(name: str) -> str:
    """The drawing of a circuit of the course."""
    return schematic(shown(name).make())


def _derivation(derivation: Derivation, language: str) -> dict[str, Any]:
    steps = [{"head": head(s, language), "after": mathml(latex(s.after), block=True)} for s in derivation.steps]
    return {"title": derivation.title, "steps": steps}


@lru_cache(maxsize=64)
def _made(name: str) -> LessonRun:
    """The run of a circuit, once for all languages."""
    return lesson_run(name)


def _run(name: str, language: str) -> dict[str, Any]:
    found = _made(name)
    return {"svg": to_svg(found.drawn(language)), "told": found.told(language)}


def _network(language: str) -> dict[str, Any]:
    figure, told = small_network(language)
    return {"svg": to_svg(figure), "told": told}


def exercise(lesson: Lesson, block: Block) -> dict[str, Any]:
    """An exercise for a page: what is shown, and what the page's script needs to check it."""
    asked = task(lesson.number, block.name, lesson.language)
    return {
        "words": asked.words,
        "id": f"{lesson.number}.{block.name}",
        "choices": [{"words": inline(c.words), "reason": c.reason, "right": c.right} for c in asked.choices],
        "hints": [inline(h) for h in asked.hints],
        "script": script(asked),
        "where": where(asked),
        "solution": shown_solution(asked),
    }  # fmt: skip


def where(asked: Task) -> str:
    """Which field an answer is given in."""
    match asked.kind:
        case Choose():
            return "choose"
        case Code():
            return "code"
    return "line"


def shown_solution(asked: Task) -> str:
    """The solution, for a reader."""
    return "" if isinstance(asked.kind, Code) else solution(asked)


def script(asked: Task) -> dict[str, Any]:
    """What JavaScript checks an answer with; functions are text that is put into the page as it is."""
    match asked.kind:
        case Number() as kind:
            value = kind.answer(**asked.values)
            return {"kind": "number", "unit": kind.unit, "value": value, "tolerance": kind.tolerance}
        case Choose():
            choices = [{"right": c.right, "reason": c.reason} for c in asked.choices]
            return {"kind": "choose", "choices": choices}
        case Equation() as kind:
            formula = derived(kind)
            known = sorted({s.name for s in free(formula)} | {kind.unknown})
            return {"kind": "equation", "unknown": kind.unknown, "known": known, "formula": printed(formula, set())}
        case Rate() as kind:
            return {"kind": "rate", "hertz": asked.values["f"], "largest": kind.largest, "tolerance": kind.tolerance}
    return {"kind": "elsewhere", "words": say("only_learn", asked.language)}
