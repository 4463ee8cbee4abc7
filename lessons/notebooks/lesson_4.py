"""Lesson 4: Circuits 2: the RC circuit.

A marimo notebook: `lapicque learn 4`, or `marimo edit` of this file.
"""

import marimo

app = marimo.App(width="medium", app_title="Circuits 2: the RC circuit")


@app.cell
def _():
    from lapicque.lessons.notebook import language_switch, page

    language = language_switch()
    language
    return language, page


@app.cell
def _(language, page):
    lesson = page(4, language.value)
    return (lesson,)


@app.cell
def _(lesson):
    lesson.show(
        "title",
        "goals",
        "schematic.rc",
    )
    return


@app.cell
def _(lesson):
    steps_of_rc = lesson.steps("rc")
    steps_of_rc
    return (steps_of_rc,)


@app.cell
def _(lesson, steps_of_rc):
    lesson.derivation("rc", steps_of_rc.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.time_constant",
    )
    return


@app.cell
def _(lesson):
    step = lesson.sliders("step")
    step
    return (step,)


@app.cell
def _(lesson, step):
    lesson.curves("step", step.value)
    return


@app.cell
def _(lesson):
    lesson.run("rc")
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.pulse",
    )
    return


@app.cell
def _(lesson):
    pulse = lesson.sliders("pulse")
    pulse
    return (pulse,)


@app.cell
def _(lesson, pulse):
    lesson.curves("pulse", pulse.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.sine",
    )
    return


@app.cell
def _(lesson):
    low_pass = lesson.sliders("low_pass")
    low_pass
    return (low_pass,)


@app.cell
def _(lesson, low_pass):
    lesson.curves("low_pass", low_pass.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.membrane",
        "misconception.five",
        "misconception.loss",
    )
    return


@app.cell
def _(lesson):
    answer_tau = lesson.question("tau")
    return (answer_tau,)


@app.cell
def _(answer_tau, lesson):
    lesson.asked("tau", answer_tau, answer_tau.value)
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
    answer_half = lesson.question("half")
    return (answer_half,)


@app.cell
def _(answer_half, lesson):
    lesson.asked("half", answer_half, answer_half.value)
    return


@app.cell
def _(lesson):
    answer_cutoff = lesson.question("cutoff")
    return (answer_cutoff,)


@app.cell
def _(answer_cutoff, lesson):
    lesson.asked("cutoff", answer_cutoff, answer_cutoff.value)
    return


if __name__ == "__main__":
    app.run()
