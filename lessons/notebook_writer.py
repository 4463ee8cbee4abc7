"""The notebooks as files: one cell a block, in the order of the lesson's text.

The files are kept beside this one, so that they can be read, run and changed like any other; a test holds that they are
what this writes.
"""

from __future__ import annotations

from pathlib import Path

from ..netlists.files.whole import write_file
from .text import LESSONS, Block, lesson

SHOWN = ("title", "goals", "words", "picture", "schematic", "animation", "network", "code", "misconception")
HEAD = '''"""Lesson {number}: {title}.

A marimo notebook: `lapicque learn {number}`, or `marimo edit` of this file.
"""

import marimo

app = marimo.App(width="medium", app_title="{title}")


@app.cell
def _():
    from lapicque.lessons.notebook import language_switch, page

    language = language_switch()
    language
    return language, page


@app.cell
def _(language, page):
    lesson = page({number}, language.value)
    return (lesson,)
'''
TAIL = """

if __name__ == "__main__":
    app.run()
"""


def notebook_source(number: int) -> str:
    """The notebook of a lesson as Python source."""
    read = lesson(number, "en")
    cells = [HEAD.format(number=number, title=read.title)]
    waiting: list[str] = []
    for block in read.blocks:
        if block.kind in SHOWN:
            waiting.append(f"{block.kind}.{block.name}" if block.name else block.kind)
            continue
        cells += [*_shown(waiting), *_moving(block)]
        waiting = []
    return "\n".join([*cells, *_shown(waiting)]) + TAIL


def _shown(names: list[str]) -> list[str]:
    if not names:
        return []
    listed = "".join(f'        "{n}",\n' for n in names)
    return [f"\n@app.cell\ndef _(lesson):\n    lesson.show(\n{listed}    )\n    return\n"]


def _moving(block: Block) -> list[str]:
    name = block.name
    match block.kind:
        case "play":
            return [
                f'\n@app.cell\ndef _(lesson):\n    {name} = lesson.sliders("{name}")\n    {name}\n'
                f"    return ({name},)\n",
                f"\n@app.cell\ndef _({', '.join(sorted(('lesson', name)))}):\n"
                f'    lesson.curves("{name}", {name}.value)\n    return\n',
            ]
        case "run":
            return [f'\n@app.cell\ndef _(lesson):\n    lesson.run("{name}")\n    return\n']
        case "derivation":
            steps = f"steps_of_{name}"
            return [
                f'\n@app.cell\ndef _(lesson):\n    {steps} = lesson.steps("{name}")\n    {steps}\n'
                f"    return ({steps},)\n",
                f'\n@app.cell\ndef _(lesson, {steps}):\n    lesson.derivation("{name}", {steps}.value)\n    return\n',
            ]
        case "exercise":
            form = f"answer_{name}"
            return [
                f'\n@app.cell\ndef _(lesson):\n    {form} = lesson.question("{name}")\n    return ({form},)\n',
                f'\n@app.cell\ndef _({form}, lesson):\n    lesson.asked("{name}", {form}, {form}.value)\n    return\n',
            ]
    raise ValueError(block.kind)


def write_notebooks(folder: Path) -> int:
    """Write all notebooks; returns how many."""
    folder.mkdir(exist_ok=True)
    for number in LESSONS:
        write_file(folder / f"lesson_{number}.py", notebook_source(number), "a notebook")
    return len(LESSONS)
