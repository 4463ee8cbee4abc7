"""Lesson 9: On the bench: build it.

A marimo notebook: `lapicque learn 9`, or `marimo edit` of this file.
"""

import marimo

app = marimo.App(width="medium", app_title="On the bench: build it")


@app.cell
def _():
    from lapicque.lessons.notebook import language_switch, page

    language = language_switch()
    language
    return language, page


@app.cell
def _(language, page):
    lesson = page(9, language.value)
    return (lesson,)


@app.cell
def _(lesson):
    lesson.show(
        "title",
        "goals",
        "words.parts",
        "schematic.op_amp_lif",
        "words.membrane",
        "words.follower",
    )
    return


@app.cell
def _(lesson):
    steps_of_probed = lesson.steps("probed")
    steps_of_probed
    return (steps_of_probed,)


@app.cell
def _(lesson, steps_of_probed):
    lesson.derivation("probed", steps_of_probed.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.threshold",
        "words.reset",
    )
    return


@app.cell
def _(lesson):
    lesson.run("op_amp_lif")
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.tolerance",
    )
    return


@app.cell
def _(lesson):
    tolerance = lesson.sliders("tolerance")
    tolerance
    return (tolerance,)


@app.cell
def _(lesson, tolerance):
    lesson.curves("tolerance", tolerance.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.leak",
        "misconception.perfect",
        "misconception.scope",
    )
    return


@app.cell
def _(lesson):
    answer_series = lesson.question("series")
    return (answer_series,)


@app.cell
def _(answer_series, lesson):
    lesson.asked("series", answer_series, answer_series.value)
    return


@app.cell
def _(lesson):
    answer_probe = lesson.question("probe")
    return (answer_probe,)


@app.cell
def _(answer_probe, lesson):
    lesson.asked("probe", answer_probe, answer_probe.value)
    return


@app.cell
def _(lesson):
    answer_shift = lesson.question("shift")
    return (answer_shift,)


@app.cell
def _(answer_shift, lesson):
    lesson.asked("shift", answer_shift, answer_shift.value)
    return


@app.cell
def _(lesson):
    answer_divider = lesson.question("divider")
    return (answer_divider,)


@app.cell
def _(answer_divider, lesson):
    lesson.asked("divider", answer_divider, answer_divider.value)
    return


if __name__ == "__main__":
    app.run()
