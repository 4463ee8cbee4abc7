"""What the notebooks of the course show, as marimo elements: one method a kind of block.

A notebook is a plain marimo file; this module only keeps its cells short. Language is a value like any other, so that a
switch turns the whole lesson.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from ..analysis.plots.style import to_svg
from ..circuits.closed_forms.derivations import derivations
from ..circuits.equations.derivation import latex
from ..circuits.units import show
from .circuits import shown
from .derivation_words import head
from .exercises.check import Task, check, solution, task
from .exercises.kinds import Choose, Code, Verdict
from .phrases import say
from .pictures import animation, picture, small_network
from .plays import marks, play
from .plays.figure import figure
from .plays.kinds import Slider, display_steps
from .progress import Progress, load_progress, save_progress
from .python_lif import SOURCE
from .runs import lesson_run
from .text import LANGUAGES, Lesson, lesson

LIGHT = "background:#fff;border-radius:6px;padding:6px;overflow-x:auto"


def language_switch() -> Any:
    """A choice of the language; begins with that of the address (`?lang=ko`) or of LAPICQUE_LANGUAGE."""
    import marimo as mo

    asked = str(mo.query_params().get("lang") or os.environ.get("LAPICQUE_LANGUAGE") or "en")
    first = LANGUAGES.get(asked, LANGUAGES["en"])
    return mo.ui.dropdown({name: key for key, name in LANGUAGES.items()}, value=first, label="Language / 언어")


@frozen(eq=False)
class Page:
    """A lesson in a language, ready to be shown."""

    lesson: Lesson

    @property
    def language(self) -> str:
        """Its language."""
        return self.lesson.language

    def show(self, *names: str) -> Any:
        """Blocks that only show something, each by "kind" or "kind.name", one under the other."""
        import marimo as mo

        return mo.vstack([self._shown(*name.partition(".")[::2]) for name in names])

    def _shown(self, kind: str, name: str) -> Any:
        import marimo as mo

        words = self.lesson.block(kind, name).words
        match kind:
            case "title":
                return mo.md(f"# {say('lesson', self.language)} {self.lesson.number}: {words}")
            case "goals":
                return mo.callout(mo.md(f"**{say('goals', self.language)}**\n\n{words}"), kind="info")
            case "misconception":
                return mo.callout(mo.md(f"**{say('misconception', self.language)}.** {words}"), kind="warn")
            case "picture":
                return mo.vstack([_svg(picture(name, self.language)), mo.md(words)])
            case "schematic":
                from ..analysis.plots.drawing import schematic

                return mo.vstack([_svg(schematic(shown(name).make())), mo.md(words)])
            case "animation":
                return mo.vstack([mo.image(animation(name, self.language), alt=words, width=720), mo.md(words)])
            case "code":
                return mo.vstack([mo.md(f"```python\n{SOURCE}```"), mo.md(words)])
            case "network":
                made, told = small_network(self.language)
                return mo.vstack([_svg(to_svg(made)), mo.md(f"{words}\n\n{told}")])
        return mo.md(words)

    def sliders(self, name: str) -> Any:
        """The sliders of something to move."""
        import marimo as mo

        made = {s.name: _slider(s) for s in play(name).sliders}
        return mo.md("\n\n".join(f"{{{key}}}" for key in made)).batch(**made)

    def curves(self, name: str, values: Mapping[str, float]) -> Any:
        """Its curves and numbers for the sliders' values."""
        import marimo as mo

        shown_play = play(name)
        numbers = marks(shown_play, values)
        where = [f"{s.name} = {_number(values[s.name], s.unit)}" for s in shown_play.sliders]
        told = [
            f"{m.label[self.language]}: **{_number(value, m.unit)}**"
            for m, value in zip(shown_play.marks, numbers, strict=True)
        ]
        words = self.lesson.block("play", name).words
        drawn = _svg(to_svg(figure(shown_play, values, self.language)))
        return mo.vstack([drawn, mo.md(" · ".join([*where, *told])), mo.md(words)])

    def run(self, name: str) -> Any:
        """A circuit in ngspice over its model, run now."""
        import marimo as mo

        found = lesson_run(name)
        words = self.lesson.block("run", name).words
        return mo.vstack([_svg(to_svg(found.drawn(self.language))), mo.md(f"{words}\n\n{found.told(self.language)}")])

    def steps(self, name: str) -> Any:
        """How many steps of a derivation are shown."""
        import marimo as mo

        count = sum(len(d.steps) for d in derivations(shown(name).make()))
        return mo.ui.slider(1, count, value=1, show_value=True, label=say("derivation", self.language))

    def derivation(self, name: str, count: int) -> Any:
        """The first steps of a derivation."""
        import marimo as mo

        steps = [s for d in derivations(shown(name).make()) for s in d.steps][:count]
        lines = [self.lesson.block("derivation", name).words]
        for k, s in enumerate(steps, 1):
            h = head(s, self.language)
            words = f"**{k}. {h.law}**" + (f", {h.subject}" if h.subject else "") + (f": {h.why}" if h.why else "")
            lines.append(f"{words}\n\n$$\n{latex(s.after)}\n$$")
        return mo.md("\n\n".join(lines))

    def question(self, name: str) -> Any:
        """An exercise as a form."""
        import marimo as mo

        asked = self.task(name)
        field: Any
        match asked.kind:
            case Choose():
                field = mo.ui.radio({c.words: str(k) for k, c in enumerate(asked.choices)})
            case Code():
                field = mo.ui.code_editor(language="python", min_height=220)
            case _:
                field = mo.ui.text(label=say("answer", self.language), full_width=True)
        return field.form(submit_button_label=say("check", self.language), bordered=False)

    def asked(self, name: str, form: Any, answer: str | None) -> Any:
        """An exercise with its words, its form, the verdict on the answer, and hints."""
        import marimo as mo

        asked = self.task(name)
        hints = {f"{say('hint', self.language)} {k}": mo.md(h) for k, h in enumerate(asked.hints, 1)}
        answered = solution(asked)
        hints[say("show_solution", self.language)] = mo.md(f"```\n{answered}\n```" if "\n" in answered else answered)
        verdict = mo.md("") if answer is None else self._verdict(asked, answer)
        head = mo.md(f"**{say('exercise', self.language)}.** {asked.words}")
        return mo.vstack([head, form, verdict, mo.accordion(hints, lazy=True)])

    def task(self, name: str) -> Task:
        """An exercise of this lesson."""
        return task(self.lesson.number, name, self.language)

    def _verdict(self, asked: Task, answer: str) -> Any:
        import marimo as mo

        found = check(asked, answer)
        told = remembered(asked, found)
        return mo.callout(
            mo.md(f"{'✓' if found.right else '✗'} {found.words}{told}"), kind="success" if found.right else "warn"
        )


def page(number: int, language: str) -> Page:
    """A lesson, ready to be shown."""
    return Page(lesson(number, language))


def remembered(asked: Task, found: Verdict) -> str:
    """Keep an answer's verdict on this machine; what goes wrong with that is said, and stops nobody."""
    from ..circuits.errors import LapicqueError

    try:
        before = load_progress()
    except LapicqueError as error:
        before, words = Progress(), f"\n\n{error}"
    else:
        words = ""
    try:
        save_progress(before.after(asked.lesson, asked.name, found.right))
    except LapicqueError as error:
        words += f"\n\n{error}"
    return words


def _svg(text: str) -> Any:
    import marimo as mo

    return mo.Html(f'<div style="{LIGHT}">{text[text.index("<svg") :]}</div>')


def _slider(s: Slider) -> Any:
    import marimo as mo

    places = list(display_steps(s))
    nearest = min(range(len(places)), key=lambda k: abs(places[k] - s.start))
    places[nearest] = s.start
    unit = f" ({s.unit})" if s.unit else ""
    return mo.ui.slider(steps=places, value=s.start, label=f"{s.name}{unit}", full_width=True)


def _number(value: float, unit: str) -> str:
    if value != value:
        return "–"
    return show(float(f"{value:.3g}"), unit) if unit not in ("", "%") else f"{value:.3g}{' %' if unit else ''}"
