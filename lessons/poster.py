"""The poster: the LIF neuron on one page, from circuit to equation to spike."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..analysis.plots.style import BLUE, GREY, ORANGE, RED, look
from ..circuits.closed_forms.derivations import derivations
from ..circuits.closed_forms.lif_forms import IdealLif, ideal_lif
from ..circuits.equations.derivation import Step, latex
from ..circuits.equations.derive import derive
from ..circuits.errors import LapicqueError
from ..netlists.files.whole import write_file
from .circuits import shown
from .derivation_words import head
from .pictures import words as label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WORDS = {
    "title": {"en": "The leaky integrate-and-fire neuron", "ko": "누설 적분 발화 뉴런"},
    "subtitle": {"en": "from circuit to equation to spike", "ko": "회로에서 방정식으로, 방정식에서 스파이크로"},
    "circuit": {"en": "1  The circuit", "ko": "1  회로"},
    "circuit_words": {
        "en": "A capacitor integrates the current, a resistor leaks, a switch sees the threshold, another empties the membrane.",
        "ko": "커패시터는 전류를 적분하고, 저항은 누설하고, 스위치 하나는 문턱값을 보며, 다른 하나는 막을 비웁니다.",
    },
    "equation": {"en": "2  The equation, by Kirchhoff's law", "ko": "2  방정식, 키르히호프의 법칙으로"},
    "spike": {"en": "3  The spike", "ko": "3  스파이크"},
    "spike_words": {
        "en": "Lines: the circuit's equations. Circles: ngspice.",
        "ko": "선: 회로의 방정식. 동그라미: ngspice.",
    },
    "rate": {"en": "4  The f-I curve", "ko": "4  f-I 곡선"},
    "rate_words": {
        "en": "No spike below the rheobase; above it the rate grows, up to one over the refractory period.",
        "ko": "기전류 아래에서는 스파이크가 없습니다. 그 위에서 발화율은 커지며, 불응기의 역수를 넘지 못합니다.",
    },
    "current": {"en": "current (µA)", "ko": "전류 (µA)"},
    "hertz": {"en": "rate (Hz)", "ko": "발화율 (Hz)"},
    "rheobase": {"en": "rheobase", "ko": "기전류"},
    "made": {
        "en": "Every equation, curve and symbol on this page is derived from one description of the circuit. lapicque, GPL-3.0-or-later",
        "ko": "이 쪽의 모든 식, 곡선, 기호는 회로를 적은 글 하나에서 유도했습니다. lapicque, GPL-3.0-or-later",
    },
}  # fmt: skip
INK = "#1f2937"
STEPS = ("KCL", "named form", "solution", "threshold", "interval", "f-I curve", "rheobase")
"""Of the derivation, those that fit on a page."""


def poster(language: str) -> Figure:
    """The poster as a figure of A3 size.

    Args:
        language: "en" or "ko".
    """
    from matplotlib.figure import Figure

    with look():
        page = Figure(figsize=(11.69, 16.54))
        page.text(0.07, 0.957, WORDS["title"][language], fontsize=34, weight="bold", color=INK, va="center")
        page.text(0.07, 0.928, WORDS["subtitle"][language], fontsize=18, color=GREY, va="center")
        _heading(page, "circuit", 0.9, language)
        _circuit(page.add_axes((0.05, 0.685, 0.9, 0.185)))
        page.text(0.07, 0.668, WORDS["circuit_words"][language], fontsize=12, color=INK)
        _heading(page, "equation", 0.635, language)
        _equations(page, language)
        _heading(page, "spike", 0.315, language)
        _spikes(page.add_axes((0.11, 0.095, 0.36, 0.19)), language)
        _heading(page, "rate", 0.315, language, 0.55)
        _rates(page.add_axes((0.6, 0.095, 0.34, 0.19)), language)
        page.text(0.07, 0.05, WORDS["spike_words"][language], fontsize=11, color=INK, va="center")
        page.text(
            0.55,
            0.05,
            _wrapped(WORDS["rate_words"][language], 52 if language == "en" else 34),
            fontsize=11,
            color=INK,
            va="center",
        )
        page.text(0.07, 0.018, WORDS["made"][language], fontsize=9, color=GREY)
    return page


def _heading(page: Figure, name: str, y: float, language: str, x: float = 0.07) -> None:
    page.text(x, y, WORDS[name][language], fontsize=18, weight="bold", color=BLUE, va="center")


def _wrapped(words: str, width: int) -> str:
    from textwrap import wrap

    return "\n".join(wrap(words, width))


def _circuit(axis: Any) -> None:
    """The neuron, drawn from its description on a matplotlib axis."""
    from ..analysis.plots.drawing import draw_on

    axis.set_axis_off()
    draw_on(axis, shown("lif").make())


def chosen_steps() -> list[Step]:
    """The steps of the derivation that the poster shows: of the membrane, then of the ideal neuron."""
    found: list[Step] = []
    steps = [s for d in derivations(shown("lif").make()) for s in d.steps]
    for law in STEPS:
        of_law = [s for s in steps if s.law == law and (law != "KCL" or "mem" in s.subject)]
        found += of_law[:1]
    return found


def _equations(page: Figure, language: str) -> None:
    top, height = 0.605, 0.0385
    for k, step in enumerate(chosen_steps()):
        y = top - k * height
        words = head(step, language)
        page.text(0.07, y, words.law, fontsize=12.5, weight="bold", color=INK, va="center")
        page.text(0.07, y - 0.0125, _wrapped(words.why, 60), fontsize=8.5, color=GREY, va="center")
        page.text(0.44, y - 0.004, f"${readable(latex(step.after))}$", fontsize=17, color=INK, va="center")


def readable(formula: str) -> str:
    """LaTeX that matplotlib's own typesetter reads."""
    return formula.replace(r"\text{", r"\mathrm{").replace(r"\log{", r"\ln{")


def _spikes(axis: Any, language: str) -> None:
    from ..analysis.models.model import result, solve
    from ..circuits.elements import SpikeProbe
    from ..netlists import NgspiceMissingError, Transient, simulate

    circuit = shown("lif").make()
    solution = solve(circuit, 40e-3)
    times = np.linspace(0, 40e-3, 1500)
    axis.plot(1e3 * times, result(solution, times)["mem"].values, color=BLUE, linewidth=1.8)
    try:
        found = simulate(circuit, Transient(40e-3))
        pick = np.searchsorted(found["time"].values, np.linspace(0, 40e-3, 70)[:-1])
        axis.plot(
            1e3 * found["time"].values[pick], found["mem"].values[pick], "o", color=ORANGE, fillstyle="none", ms=4
        )
    except NgspiceMissingError:
        pass
    level = dict(circuit.spec)["v_th"]
    axis.axhline(level, color=GREY, linestyle=":", linewidth=1)
    for t in solution.spikes(circuit.of_type(SpikeProbe)[0]):
        axis.plot([1e3 * t] * 2, [1.1 * level, 1.3 * level], color=RED, linewidth=2)
    axis.set(xlabel=label("time", language), ylabel=label("voltage", language), xlim=(0, 40), ylim=(0, 1.36 * level))


def _rates(axis: Any, language: str) -> None:
    ideal: IdealLif = ideal_lif(derive(shown("lif").make()))
    foot = ideal.value(ideal.rheobase)
    currents = np.linspace(0, 5 * foot, 800)
    rates = 1 / ideal.intervals_at(currents)
    axis.plot(1e6 * currents, rates, color=BLUE, linewidth=1.8)
    axis.axvline(1e6 * foot, color=GREY, linestyle=":", linewidth=1)
    axis.text(1e6 * foot * 1.05, 0.93 * max(rates), WORDS["rheobase"][language], color=GREY, fontsize=10)
    axis.set(xlabel=WORDS["current"][language], ylabel=WORDS["hertz"][language], xlim=(0, 5e6 * foot), ylim=(0, None))


def save_poster(path: str | Path, language: str) -> Path:
    """Write the poster as PDF, with its fonts inside.

    Raises:
        LapicqueError: another ending, or a file that cannot be written.
    """
    import logging

    import matplotlib

    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)  # tables of the font that no PDF needs
    target = Path(path)
    if target.suffix != ".pdf":
        raise LapicqueError(f"the poster is a PDF: name a file that ends in .pdf, not {str(target)!r}.")
    page = poster(language)
    whole = BytesIO()
    with look(), matplotlib.rc_context({"pdf.fonttype": 42}):
        page.savefig(whole, format="pdf", metadata={"CreationDate": None, "Title": WORDS["title"][language]})
    return write_file(target, whole.getvalue(), "the poster")
