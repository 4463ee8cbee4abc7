"""Lesson 8: From circuit to network.

A marimo notebook: `lapicque learn 8`, or `marimo edit` of this file.
"""

import marimo

app = marimo.App(width="medium", app_title="From circuit to network")


@app.cell
def _():
    from lapicque.lessons.notebook import language_switch, page

    language = language_switch()
    language
    return language, page


@app.cell
def _(language, page):
    lesson = page(8, language.value)
    return (lesson,)


@app.cell
def _(lesson):
    lesson.show(
        "title",
        "goals",
        "words.file",
        "words.mapping",
    )
    return


@app.cell
def _(lesson):
    weight = lesson.sliders("weight")
    weight
    return (weight,)


@app.cell
def _(lesson, weight):
    lesson.curves("weight", weight.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "schematic.weighted",
    )
    return


@app.cell
def _(lesson):
    steps_of_weighted = lesson.steps("weighted")
    steps_of_weighted
    return (steps_of_weighted,)


@app.cell
def _(lesson, steps_of_weighted):
    lesson.derivation("weighted", steps_of_weighted.value)
    return


@app.cell
def _(lesson):
    lesson.run("weighted")
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.meaning",
        "network.two_layers",
        "words.cut",
        "words.loops",
        "words.differences",
        "misconception.digital",
        "misconception.linear_cost",
    )
    return


@app.cell
def _(lesson):
    answer_capacitor = lesson.question("capacitor")
    return (answer_capacitor,)


@app.cell
def _(answer_capacitor, lesson):
    lesson.asked("capacitor", answer_capacitor, answer_capacitor.value)
    return


@app.cell
def _(lesson):
    answer_charge = lesson.question("charge")
    return (answer_charge,)


@app.cell
def _(answer_charge, lesson):
    lesson.asked("charge", answer_charge, answer_charge.value)
    return


@app.cell
def _(lesson):
    answer_meaning = lesson.question("meaning")
    return (answer_meaning,)


@app.cell
def _(answer_meaning, lesson):
    lesson.asked("meaning", answer_meaning, answer_meaning.value)
    return


@app.cell
def _(lesson):
    answer_cut_where = lesson.question("cut_where")
    return (answer_cut_where,)


@app.cell
def _(answer_cut_where, lesson):
    lesson.asked("cut_where", answer_cut_where, answer_cut_where.value)
    return


if __name__ == "__main__":
    app.run()
