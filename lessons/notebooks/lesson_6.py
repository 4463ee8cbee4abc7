"""Lesson 6: Synapses and what they leave on the membrane.

A marimo notebook: `lapicque learn 6`, or `marimo edit` of this file.
"""

import marimo

app = marimo.App(width="medium", app_title="Synapses and what they leave on the membrane")


@app.cell
def _():
    from lapicque.lessons.notebook import language_switch, page

    language = language_switch()
    language
    return language, page


@app.cell
def _(language, page):
    lesson = page(6, language.value)
    return (lesson,)


@app.cell
def _(lesson):
    lesson.show(
        "title",
        "goals",
        "words.psp",
        "words.charge",
        "schematic.psp_exponential",
    )
    return


@app.cell
def _(lesson):
    steps_of_psp_exponential = lesson.steps("psp_exponential")
    steps_of_psp_exponential
    return (steps_of_psp_exponential,)


@app.cell
def _(lesson, steps_of_psp_exponential):
    lesson.derivation("psp_exponential", steps_of_psp_exponential.value)
    return


@app.cell
def _(lesson):
    psp = lesson.sliders("psp")
    psp
    return (psp,)


@app.cell
def _(lesson, psp):
    lesson.curves("psp", psp.value)
    return


@app.cell
def _(lesson):
    lesson.run("psp_exponential")
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.conductance",
    )
    return


@app.cell
def _(lesson):
    lesson.run("psp_conductance")
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.summing",
        "misconception.weight_voltage",
        "misconception.inhibition",
    )
    return


@app.cell
def _(lesson):
    answer_jump = lesson.question("jump")
    return (answer_jump,)


@app.cell
def _(answer_jump, lesson):
    lesson.asked("jump", answer_jump, answer_jump.value)
    return


@app.cell
def _(lesson):
    answer_peak = lesson.question("peak")
    return (answer_peak,)


@app.cell
def _(answer_peak, lesson):
    lesson.asked("peak", answer_peak, answer_peak.value)
    return


@app.cell
def _(lesson):
    answer_millman = lesson.question("millman")
    return (answer_millman,)


@app.cell
def _(answer_millman, lesson):
    lesson.asked("millman", answer_millman, answer_millman.value)
    return


@app.cell
def _(lesson):
    answer_shunt = lesson.question("shunt")
    return (answer_shunt,)


@app.cell
def _(answer_shunt, lesson):
    lesson.asked("shunt", answer_shunt, answer_shunt.value)
    return


if __name__ == "__main__":
    app.run()
