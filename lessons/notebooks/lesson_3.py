"""Lesson 3: Circuits 1: charge, current, voltage.

A marimo notebook: `lapicque learn 3`, or `marimo edit` of this file.
"""

import marimo

app = marimo.App(width="medium", app_title="Circuits 1: charge, current, voltage")


@app.cell
def _():
    from lapicque.lessons.notebook import language_switch, page

    language = language_switch()
    language
    return language, page


@app.cell
def _(language, page):
    lesson = page(3, language.value)
    return (lesson,)


@app.cell
def _(lesson):
    lesson.show(
        "title",
        "goals",
        "words.charge",
        "words.ground",
        "words.ohm",
        "words.sources",
        "words.kirchhoff",
        "schematic.divider",
    )
    return


@app.cell
def _(lesson):
    steps_of_divider = lesson.steps("divider")
    steps_of_divider
    return (steps_of_divider,)


@app.cell
def _(lesson, steps_of_divider):
    lesson.derivation("divider", steps_of_divider.value)
    return


@app.cell
def _(lesson):
    divider = lesson.sliders("divider")
    divider
    return (divider,)


@app.cell
def _(divider, lesson):
    lesson.curves("divider", divider.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.thevenin",
        "words.capacitor",
    )
    return


@app.cell
def _(lesson):
    lesson.run("ramp")
    return


@app.cell
def _(lesson):
    lesson.show(
        "misconception.used_up",
        "misconception.jump",
    )
    return


@app.cell
def _(lesson):
    answer_ohm = lesson.question("ohm")
    return (answer_ohm,)


@app.cell
def _(answer_ohm, lesson):
    lesson.asked("ohm", answer_ohm, answer_ohm.value)
    return


@app.cell
def _(lesson):
    answer_divider = lesson.question("divider")
    return (answer_divider,)


@app.cell
def _(answer_divider, lesson):
    lesson.asked("divider", answer_divider, answer_divider.value)
    return


@app.cell
def _(lesson):
    answer_thevenin = lesson.question("thevenin")
    return (answer_thevenin,)


@app.cell
def _(answer_thevenin, lesson):
    lesson.asked("thevenin", answer_thevenin, answer_thevenin.value)
    return


@app.cell
def _(lesson):
    answer_kcl = lesson.question("kcl")
    return (answer_kcl,)


@app.cell
def _(answer_kcl, lesson):
    lesson.asked("kcl", answer_kcl, answer_kcl.value)
    return


@app.cell
def _(lesson):
    answer_ramp = lesson.question("ramp")
    return (answer_ramp,)


@app.cell
def _(answer_ramp, lesson):
    lesson.asked("ramp", answer_ramp, answer_ramp.value)
    return


if __name__ == "__main__":
    app.run()
