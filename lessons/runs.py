"""Running a circuit of the course: model, ngspice where it is there, and both in one figure."""

from __future__ import annotations

import pickle
import re
from typing import TYPE_CHECKING

from attrs import frozen

from ..circuits.elements import SpikeProbe
from ..circuits.units import Value, show
from .circuits import shown
from .phrases import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..analysis.comparison import Comparison


@frozen(eq=False)
class LessonRun:
    """A run for a lesson.

    Attributes:
        figure: waveforms of the model as lines, of ngspice as circles.
        comparison: of the two; None without ngspice.
        spikes: of the model.
    """

    figure: Figure
    comparison: Comparison | None
    spikes: int

    def drawn(self, language: str) -> Figure:
        """The figure with its words in a language."""
        return relabelled(self.figure, language)

    def told(self, language: str) -> str:
        """The agreement in words."""
        if self.comparison is None:
            return say("no_ngspice", language)
        worst = max((w.worst / w.swing for w in self.comparison.waveforms if w.swing), default=0.0)
        words = say("worst_difference", language, percent=f"{100 * worst:.1g}")
        for s in self.comparison.spikes[:1]:  # further probes see the ends of the same spikes
            if len(s.errors):
                time = show(float(f"{s.worst:.2g}"), "s")
                words += " " + say("spikes_differ", language, count=len(s.errors), time=time)
        return words


LABELS = {
    "time": "시간", "voltage": "전압", "pure number": "단위 없는 수", "current": "전류", "lines": "선", "model": "모델",
    "circles": "동그라미", "threshold": "문턱값", "spikes": "스파이크", "spike": "스파이크",
}  # fmt: skip
"""Words of the library's plots, in Korean."""


def relabelled(figure: Figure, language: str) -> Figure:
    """The same figure with the words of its axes and legends in a language."""
    if language == "en":
        return figure
    figure = pickle.loads(pickle.dumps(figure))  # matplotlib's own way to copy one
    for axis in figure.axes:
        axis.set_xlabel(_korean(axis.get_xlabel()))
        axis.set_ylabel(_korean(axis.get_ylabel()))
        legend = axis.get_legend()
        if legend is not None:
            legend.get_title().set_text(_korean(legend.get_title().get_text()))  # its font stays
    return figure


def _korean(words: str) -> str:
    for english, korean in LABELS.items():
        words = re.sub(rf"\b{english}\b", korean, words)
    return words


def lesson_run(name: str, **values: Value) -> LessonRun:
    """Run a circuit of the course in the model and, where it is there, in ngspice.

    Args:
        name: of the course's circuit.
        **values: that are changed.
    """
    from ..analysis.comparison import compare
    from ..analysis.models.model import solve
    from ..analysis.plots.over_time import waveforms
    from ..netlists import NgspiceMissingError, Transient, simulate

    circuit = shown(name).make(**values)
    solution = solve(circuit, shown(name).stop)
    count = sum(len(solution.spikes(p)) for p in circuit.of_type(SpikeProbe))
    try:
        simulated = simulate(circuit, Transient(shown(name).stop))
    except NgspiceMissingError:
        return LessonRun(waveforms(solution), None, count)
    return LessonRun(waveforms(solution, simulated), compare(solution, simulated), count)
