"""Lesson 1: What a spiking neural network is.

A marimo notebook: `lapicque learn 1`, or `marimo edit` of this file.
"""

import marimo

app = marimo.App(width="medium", app_title="What a spiking neural network is")


@app.cell
def _():
    from lapicque.lessons.notebook import language_switch, page

    language = language_switch()
    language
    return language, page


@app.cell
def _(language, page):
    lesson = page(1, language.value)
    return (lesson,)


@app.cell
def _(lesson):
    lesson.show(
        "title",
        "goals",
        "words.tensors",
        "picture.tensors_and_spikes",
        "words.pre_and_post",
        "words.rule",
    )
    return


@app.cell
def _(lesson):
    accumulate = lesson.sliders("accumulate")
    accumulate
    return (accumulate,)


@app.cell
def _(accumulate, lesson):
    lesson.curves("accumulate", accumulate.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "schematic.membrane",
    )
    return


@app.cell
def _(lesson):
    steps_of_membrane = lesson.steps("membrane")
    steps_of_membrane
    return (steps_of_membrane,)


@app.cell
def _(lesson, steps_of_membrane):
    lesson.derivation("membrane", steps_of_membrane.value)
    return


@app.cell
def _(lesson):
    lesson.run("pre_post")
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.many_pre",
        "words.low_power",
        "words.plausible",
        "words.hard",
        "misconception.graded",
        "misconception.clock",
    )
    return


@app.cell
def _(lesson):
    answer_what_travels = lesson.question("what_travels")
    return (answer_what_travels,)


@app.cell
def _(answer_what_travels, lesson):
    lesson.asked("what_travels", answer_what_travels, answer_what_travels.value)
    return


@app.cell
def _(lesson):
    answer_no_leak = lesson.question("no_leak")
    return (answer_no_leak,)


@app.cell
def _(answer_no_leak, lesson):
    lesson.asked("no_leak", answer_no_leak, answer_no_leak.value)
    return


@app.cell
def _(lesson):
    answer_leak = lesson.question("leak")
    return (answer_leak,)


@app.cell
def _(answer_leak, lesson):
    lesson.asked("leak", answer_leak, answer_leak.value)
    return


@app.cell
def _(lesson):
    answer_reset = lesson.question("reset")
    return (answer_reset,)


@app.cell
def _(answer_reset, lesson):
    lesson.asked("reset", answer_reset, answer_reset.value)
    return


if __name__ == "__main__":
    app.run()
