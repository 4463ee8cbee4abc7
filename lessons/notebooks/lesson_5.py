"""Lesson 5: The LIF neuron and its circuit.

A marimo notebook: `lapicque learn 5`, or `marimo edit` of this file.
"""

import marimo

app = marimo.App(width="medium", app_title="The LIF neuron and its circuit")


@app.cell
def _():
    from lapicque.lessons.notebook import language_switch, page

    language = language_switch()
    language
    return language, page


@app.cell
def _(language, page):
    lesson = page(5, language.value)
    return (lesson,)


@app.cell
def _(lesson):
    lesson.show(
        "title",
        "goals",
        "words.comparator",
        "schematic.lif",
        "animation.charging",
    )
    return


@app.cell
def _(lesson):
    steps_of_lif = lesson.steps("lif")
    steps_of_lif
    return (steps_of_lif,)


@app.cell
def _(lesson, steps_of_lif):
    lesson.derivation("lif", steps_of_lif.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.formulas",
    )
    return


@app.cell
def _(lesson):
    lif = lesson.sliders("lif")
    lif
    return (lif,)


@app.cell
def _(lesson, lif):
    lesson.curves("lif", lif.value)
    return


@app.cell
def _(lesson):
    fi = lesson.sliders("fi")
    fi
    return (fi,)


@app.cell
def _(fi, lesson):
    lesson.curves("fi", fi.value)
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.in_python",
        "code.lif_python",
        "words.its_error",
    )
    return


@app.cell
def _(lesson):
    python_error = lesson.sliders("python_error")
    python_error
    return (python_error,)


@app.cell
def _(lesson, python_error):
    lesson.curves("python_error", python_error.value)
    return


@app.cell
def _(lesson):
    lesson.run("lif")
    return


@app.cell
def _(lesson):
    lesson.show(
        "words.causes",
        "misconception.reset_now",
        "misconception.linear",
    )
    return


@app.cell
def _(lesson):
    answer_rheobase = lesson.question("rheobase")
    return (answer_rheobase,)


@app.cell
def _(answer_rheobase, lesson):
    lesson.asked("rheobase", answer_rheobase, answer_rheobase.value)
    return


@app.cell
def _(lesson):
    answer_interval = lesson.question("interval")
    return (answer_interval,)


@app.cell
def _(answer_interval, lesson):
    lesson.asked("interval", answer_interval, answer_interval.value)
    return


@app.cell
def _(lesson):
    answer_membrane_equation = lesson.question("membrane_equation")
    return (answer_membrane_equation,)


@app.cell
def _(answer_membrane_equation, lesson):
    lesson.asked("membrane_equation", answer_membrane_equation, answer_membrane_equation.value)
    return


@app.cell
def _(lesson):
    answer_forty = lesson.question("forty")
    return (answer_forty,)


@app.cell
def _(answer_forty, lesson):
    lesson.asked("forty", answer_forty, answer_forty.value)
    return


@app.cell
def _(lesson):
    answer_code = lesson.question("code")
    return (answer_code,)


@app.cell
def _(answer_code, lesson):
    lesson.asked("code", answer_code, answer_code.value)
    return


if __name__ == "__main__":
    app.run()
