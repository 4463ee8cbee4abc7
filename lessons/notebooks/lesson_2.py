"""Lesson 2: The neuron of the brain.

A marimo notebook: `lapicque learn 2`, or `marimo edit` of this file.
"""

import marimo

app = marimo.App(width="medium", app_title="The neuron of the brain")


@app.cell
def _():
    from lapicque.lessons.notebook import language_switch, page

    language = language_switch()
    language
    return language, page


@app.cell
def _(language, page):
    lesson = page(2, language.value)
    return (lesson,)


@app.cell
def _(lesson):
    lesson.show(
        "title",
        "goals",
        "words.membrane",
        "words.channels",
        "schematic.hh",
        "words.nernst",
        "words.resting",
    )
    return


@app.cell
def _(lesson):
    steps_of_resting = lesson.steps("resting")
    steps_of_resting
    return (steps_of_resting,)


@app.cell
def _(lesson, steps_of_resting):
    lesson.derivation("resting", steps_of_resting.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.action",
    )
    return


@app.cell
def _(lesson):
    hodgkin_huxley = lesson.sliders("hodgkin_huxley")
    hodgkin_huxley
    return (hodgkin_huxley,)


@app.cell
def _(hodgkin_huxley, lesson):
    lesson.curves("hodgkin_huxley", hodgkin_huxley.value)
    return


@app.cell
def _(lesson):
    lesson.run("hh")
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.synapse",
        "words.refractory",
        "words.honest",
        "misconception.electricity",
        "misconception.pump",
    )
    return


@app.cell
def _(lesson):
    answer_capacitance = lesson.question("capacitance")
    return (answer_capacitance,)


@app.cell
def _(answer_capacitance, lesson):
    lesson.asked("capacitance", answer_capacitance, answer_capacitance.value)
    return


@app.cell
def _(lesson):
    answer_nernst = lesson.question("nernst")
    return (answer_nernst,)


@app.cell
def _(answer_nernst, lesson):
    lesson.asked("nernst", answer_nernst, answer_nernst.value)
    return


@app.cell
def _(lesson):
    answer_upstroke = lesson.question("upstroke")
    return (answer_upstroke,)


@app.cell
def _(answer_upstroke, lesson):
    lesson.asked("upstroke", answer_upstroke, answer_upstroke.value)
    return


@app.cell
def _(lesson):
    answer_refractory = lesson.question("refractory")
    return (answer_refractory,)


@app.cell
def _(answer_refractory, lesson):
    lesson.asked("refractory", answer_refractory, answer_refractory.value)
    return


if __name__ == "__main__":
    app.run()
