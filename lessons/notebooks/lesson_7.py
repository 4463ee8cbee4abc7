"""Lesson 7: Learning as a circuit: STDP, dopamine, ReSuMe.

A marimo notebook: `lapicque learn 7`, or `marimo edit` of this file.
"""

import marimo

app = marimo.App(width="medium", app_title="Learning as a circuit: STDP, dopamine, ReSuMe")


@app.cell
def _():
    from lapicque.lessons.notebook import language_switch, page

    language = language_switch()
    language
    return language, page


@app.cell
def _(language, page):
    lesson = page(7, language.value)
    return (lesson,)


@app.cell
def _(lesson):
    lesson.show(
        "title",
        "goals",
        "words.local",
        "words.stdp",
    )
    return


@app.cell
def _(lesson):
    stdp_window = lesson.sliders("stdp_window")
    stdp_window
    return (stdp_window,)


@app.cell
def _(lesson, stdp_window):
    lesson.curves("stdp_window", stdp_window.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.trace",
    )
    return


@app.cell
def _(lesson):
    steps_of_trace = lesson.steps("trace")
    steps_of_trace
    return (steps_of_trace,)


@app.cell
def _(lesson, steps_of_trace):
    lesson.derivation("trace", steps_of_trace.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "schematic.stdp",
    )
    return


@app.cell
def _(lesson):
    lesson.run("stdp")
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.stability",
        "words.dopamine",
    )
    return


@app.cell
def _(lesson):
    lesson.run("stdp_dopamine")
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.resume",
    )
    return


@app.cell
def _(lesson):
    lesson.run("resume")
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.surrogate",
        "misconception.hebb",
        "misconception.dopamine_pleasure",
    )
    return


@app.cell
def _(lesson):
    answer_side = lesson.question("side")
    return (answer_side,)


@app.cell
def _(answer_side, lesson):
    lesson.asked("side", answer_side, answer_side.value)
    return


@app.cell
def _(lesson):
    answer_trace = lesson.question("trace")
    return (answer_trace,)


@app.cell
def _(answer_trace, lesson):
    lesson.asked("trace", answer_trace, answer_trace.value)
    return


@app.cell
def _(lesson):
    answer_change = lesson.question("change")
    return (answer_change,)


@app.cell
def _(answer_change, lesson):
    lesson.asked("change", answer_change, answer_change.value)
    return


@app.cell
def _(lesson):
    answer_three_factor = lesson.question("three_factor")
    return (answer_three_factor,)


@app.cell
def _(answer_three_factor, lesson):
    lesson.asked("three_factor", answer_three_factor, answer_three_factor.value)
    return


if __name__ == "__main__":
    app.run()
