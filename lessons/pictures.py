"""The course's own pictures; Korean and English labels from one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..analysis.plots.style import BLUE, GREEN, GREY, ORANGE, RED, look, new_figure, to_svg
from ..circuits.errors import unknown
from .circuits import shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS: dict[str, dict[str, str]] = {
    "usual": {"en": "usual network: one number a unit and step", "ko": "보통 신경망: 유닛마다, 단계마다 숫자 하나"},
    "spiking": {"en": "spiking network: a mark is a spike", "ko": "스파이킹 신경망: 표시 하나가 스파이크 하나"},
    "unit": {"en": "unit", "ko": "유닛"},
    "neuron": {"en": "neuron", "ko": "뉴런"},
    "step": {"en": "step", "ko": "단계"},
    "time": {"en": "time (ms)", "ko": "시간 (ms)"},
    "voltage": {"en": "membrane (V)", "ko": "막전압 (V)"},
    "threshold": {"en": "threshold", "ko": "문턱값"},
    "spike": {"en": "spike", "ko": "스파이크"},
    "charge": {"en": "charge", "ko": "전하"},
    "drive": {"en": "I", "ko": "I"},
    "leak": {"en": "leak", "ko": "누설"},
    "ngspice": {"en": "ngspice", "ko": "ngspice"},
    "exact": {"en": "exact model", "ko": "정확한 모델"},
}


def words(name: str, language: str) -> str:
    """A label."""
    return LABELS[name][language]


def tensors_and_spikes(language: str) -> Figure:
    """Four units with a number each step, and four neurons with spikes."""
    draw = np.random.default_rng(3)
    with look():
        figure = new_figure(7.2, 4.4)
        above, below = figure.subplots(2, 1)
        numbers = draw.random((4, 10))
        above.imshow(numbers, aspect="auto", cmap="cividis", extent=(0, 10, 4.5, 0.5), vmin=0, vmax=1)
        for unit in range(4):
            for k in range(10):
                value = numbers[unit, k]
                above.text(k + 0.5, unit + 1, f"{value:.1f}", ha="center", va="center", fontsize=9,
                           color="white" if value < 0.6 else "black")  # fmt: skip
        above.set(xlabel=words("step", language), ylabel=words("unit", language), yticks=range(1, 5), xticks=[])
        above.set_title(words("usual", language))
        above.grid(visible=False)
        for neuron, colour in enumerate((BLUE, ORANGE, GREEN, RED), 1):
            times = np.sort(draw.uniform(0, 100, draw.integers(2, 5)))
            below.vlines(times, neuron - 0.35, neuron + 0.35, color=colour, linewidth=2)
        below.set(xlabel=words("time", language), ylabel=words("neuron", language), yticks=range(1, 5),
                  xlim=(0, 100), ylim=(4.5, 0.5))  # fmt: skip
        below.set_title(words("spiking", language))
    return figure


def charging(language: str, part: float = 0.62) -> Figure:
    """The membrane as a vessel that fills, and its voltage over time, up to a part of the run.

    Args:
        language: of the labels.
        part: of the run that is shown, 0 to 1.
    """
    figure, move = _moving_charge(language)
    move(part)
    return figure


def _moving_charge(language: str) -> tuple[Figure, Callable[[float], None]]:
    """The figure, and what takes it to a part of the run."""
    times, volts, level, spikes = _charged()
    with look():
        figure = new_figure(7.2, 3.4)
        vessel, curve = figure.subplots(1, 2, width_ratios=[1, 2.6])
        filled = _vessel(vessel, language)
        (line,) = curve.plot([], [], color=BLUE, linewidth=2)
        (dot,) = curve.plot([], [], "o", color=BLUE)
        curve.axhline(level, color=GREY, linestyle=":", linewidth=1)
        curve.text(0.4, level * 1.02, words("threshold", language), color=GREY, fontsize=9, va="bottom")
        fired = [curve.plot([1e3 * t] * 2, [level * 1.12, level * 1.32], color=RED, linewidth=2)[0] for t in spikes]
        first = 1e3 * spikes[0]
        fired.append(curve.text(first + 0.5, level * 1.3, words("spike", language), color=RED, fontsize=9, va="top"))
        curve.set(xlim=(0, 1e3 * times[-1]), ylim=(0, level * 1.38), xlabel=words("time", language),
                  ylabel=words("voltage", language))  # fmt: skip

    def move(part: float) -> None:
        now = int(part * (len(times) - 1))
        filled.set_height(min(max(volts[now] / level, 0.0), 1.05))
        line.set_data(1e3 * times[: now + 1], volts[: now + 1])
        dot.set_data([1e3 * times[now]], [volts[now]])
        for artist, at in zip(fired, [*spikes, spikes[0]], strict=True):
            artist.set_visible(bool(at <= times[now]))

    return figure, move


def _charged() -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
    """The run of the library's LIF neuron that the animation shows."""
    from ..analysis.models.model import result, solve
    from ..circuits.elements import SpikeProbe

    circuit = shown("lif").make()
    solution = solve(circuit, 32e-3)
    times = np.linspace(0.0, 32e-3, 400)
    volts = result(solution, times)["mem"].values
    probe = circuit.of_type(SpikeProbe)[0]
    return times, np.asarray(volts), dict(circuit.spec)["v_th"], solution.spikes(probe)


def _vessel(axis: Any, language: str) -> Any:
    """A vessel with its level; returns what is in it."""
    from matplotlib.patches import Rectangle

    filled = axis.add_patch(Rectangle((0.2, 0.0), 0.6, 0.0, color=BLUE, alpha=0.75))
    axis.plot([0.2, 0.2, 0.8, 0.8], [1.25, 0, 0, 1.25], color="black", linewidth=2)
    axis.plot([0.2, 0.8], [1, 1], color=GREY, linestyle=":")
    axis.annotate("", (0.5, 1.12), (0.5, 1.4), arrowprops={"arrowstyle": "-|>", "color": ORANGE, "lw": 2})
    axis.text(0.56, 1.33, words("drive", language), color=ORANGE)
    axis.annotate("", (1.05, 0.12), (0.8, 0.12), arrowprops={"arrowstyle": "-|>", "color": GREY, "lw": 1.5})
    axis.text(0.84, 0.2, words("leak", language), color=GREY, fontsize=9)
    axis.set(xlim=(0, 1.25), ylim=(-0.05, 1.45), xticks=[], yticks=[])
    axis.set_title(words("charge", language), loc="center")
    for side in axis.spines.values():
        side.set_visible(False)
    axis.grid(visible=False)
    return filled


PICTURES: dict[str, Callable[[str], Figure]] = {"tensors_and_spikes": tensors_and_spikes, "charging": charging}


def picture(name: str, language: str) -> str:
    """A picture as SVG text.

    Raises:
        UnknownNameError: there is none of that name.
    """
    if name not in PICTURES:
        raise unknown("picture", name, PICTURES)
    return to_svg(PICTURES[name](language))


MOVING: dict[str, Callable[[str], tuple[Figure, Callable[[float], None]]]] = {"charging": _moving_charge}


def animation(name: str, language: str, frames: int = 48, seconds: float = 6.0) -> bytes:
    """An animation as an animated PNG of a picture that takes a part of its run.

    Raises:
        UnknownNameError: the picture does not move.
    """
    from io import BytesIO

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    if name not in MOVING:
        raise unknown("animation", name, MOVING)
    figure, move = MOVING[name](language)
    figure.set_dpi(100)
    canvas, made = FigureCanvasAgg(figure), []
    with look():
        for k in range(frames):
            move(k / (frames - 1))
            canvas.draw()
            figure.set_layout_engine("none")  # the places of the first frame are those of all
            made.append(Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB"))
    out = BytesIO()
    made[0].save(out, "PNG", save_all=True, append_images=made[1:], duration=1e3 * seconds / frames, loop=0)
    return out.getvalue()


def small_network(language: str) -> tuple[Figure, str]:
    """The two layers of lesson 8: spikes in ngspice (or the model alone), and how far apart they are."""
    from ..analysis.networks.comparison import agreement
    from ..analysis.networks.event_network import TIMED, event_network
    from ..circuits.networks import Connection, lif, network, poisson, random_weights
    from ..circuits.units import show
    from ..netlists import Engine, NgspiceMissingError
    from ..netlists.networks.network import prepare_network, run_network
    from .phrases import say

    made = network(
        "two layers", poisson("in", 8, 30, 0.2, seed=1, dead=1e-3), lif("a", 6, tau=20e-3, bias=0.7),
        lif("b", 3, tau=20e-3, bias=0.7),
        Connection("in", "a", random_weights(6, 8, 4, 4e-3, spread=0.3, seed=2)),
        Connection("a", "b", random_weights(3, 6, 4, 6e-3, spread=0.3, seed=3)),
    )  # fmt: skip
    prepared = prepare_network(made, 0.2)
    exact = event_network(prepared.composed, 0.2, TIMED).spikes
    try:
        with Engine(2) as engine:
            found, told = run_network(prepared, engine).spikes, ""
    except NgspiceMissingError:
        found, told = {}, say("no_ngspice", language)
    with look():
        figure = new_figure(7.2, 3.2)
        axis = figure.subplots()
        for row, (name, times) in enumerate(exact.items()):
            axis.vlines(1e3 * times, row - 0.38, row + 0.38, color=BLUE, linewidth=1.2,
                        label=words("exact", language) if row == 0 else "")  # fmt: skip
            spikes = found.get(name, np.zeros(0))
            axis.plot(1e3 * spikes, np.full(len(spikes), row), "o", color=ORANGE, markersize=4, fillstyle="none",
                      label=words("ngspice", language) if row == 0 and found else "")  # fmt: skip
        axis.set(yticks=range(len(exact)), yticklabels=list(exact), xlabel=words("time", language), xlim=(0, 200))
        axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    if found:
        between = agreement(exact, found)
        told = say("spikes_differ", language, count=between.spikes, time=show(float(f"{between.worst:.2g}"), "s"))
    return figure, told
