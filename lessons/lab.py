"""The lab page's circuits: netlists with room for the sliders' values, and what the derived formulas say.

A page cannot run Python, so a netlist is written here for several values of each slider, and every number in it that
follows a slider becomes a formula of it. A number that does not follow in a straight line is an error here, not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from attrs import evolve, frozen
from sympy import Float, Piecewise, Symbol, exp

from ..circuits.circuit import Circuit
from ..circuits.closed_forms.first_order import first_order
from ..circuits.closed_forms.lif_forms import ideal_lif
from ..circuits.closed_forms.responses import AMPLITUDE, response
from ..circuits.closed_forms.transfer import modes
from ..circuits.elements import I
from ..circuits.equations.derive import derive
from ..circuits.equations.symbols import TIME
from ..circuits.errors import LapicqueError
from ..circuits.library import build
from ..circuits.stimuli import PulseTrain, SpikeTrain, symbolic
from ..netlists.spice.accuracy import accuracy
from ..netlists.spice.analyses import Transient
from ..netlists.spice.spice import netlist
from .plays.forms import at_rest, axon, firing, jumps, plain
from .plays.javascript import javascript, printed
from .plays.kinds import Curve, Play, Slider
from .plays.linear import TIME_LABEL, VOLTAGE, X

if TYPE_CHECKING:
    from sympy import Expr

T = TypeVar("T")
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+\.?\d*(?:e[-+]?\d+)?(?![\w.])")
STRAIGHT = 1e-9
"""How closely a number must follow a slider in a straight line."""


@frozen(eq=False)
class LabCircuit:
    """A circuit of the lab.

    Attributes:
        name: of the library's circuit, or a short one.
        title: in each language.
        make: the circuit for values of the sliders (by the play's names).
        step: longest time step of ngspice, seconds.
        vector: what is drawn.
        play: sliders, axes, and the derived curve.
    """

    name: str
    title: Mapping[str, str]
    make: Callable[[Mapping[str, float]], Circuit]
    step: float
    vector: str
    play: Play

    def netlist(self, values: Mapping[str, float]) -> str:
        """The SPICE text for values of the sliders."""
        run = Transient(self.play.x_range[1])
        return netlist(self.make(values), run, accuracy("standard"), self.step, (self.vector,)).readable


def template(lab: LabCircuit) -> tuple[str, dict[str, Expr]]:
    """The netlist with `<<k>>` where a number follows a slider, and the formula of each k.

    Raises:
        LapicqueError: a number that does not follow a slider in a straight line, or follows two.
    """
    starts = lab.play.starts
    text = lab.netlist(starts)
    tokens = NUMBER.findall(text)
    found: dict[int, Expr] = {}
    for s in lab.play.sliders:
        for index, rule in _followers(lab, s, starts, text, tokens).items():
            if index in found:
                raise LapicqueError(f"a number of {lab.name!r} ({tokens[index]}) follows two sliders.")
            found[index] = rule
    count = iter(range(len(tokens)))
    names: dict[str, Expr] = {}

    def put(match: re.Match[str]) -> str:
        index = next(count)
        if index not in found:
            return match[0]
        names[str(len(names))] = found[index]
        return f"<<{len(names) - 1}>>"

    return NUMBER.sub(put, text), names


def _followers(
    lab: LabCircuit, s: Slider, starts: Mapping[str, float], text: str, tokens: list[str]
) -> dict[int, Expr]:
    """Numbers that follow one slider: index to formula."""
    places = [s.start, s.low + 0.4 * (s.high - s.low), s.low + 0.7 * (s.high - s.low)]
    rows = [tokens]
    for place in places[1:]:
        other = lab.netlist({**starts, s.name: place})
        if NUMBER.sub("#", other) != NUMBER.sub("#", text):
            raise LapicqueError(f"the netlist of {lab.name!r} changes its lines with {s.name}.")
        rows.append(NUMBER.findall(other))
    found = {}
    for index in range(len(tokens)):
        values = np.array([float(row[index]) for row in rows])
        if np.ptp(values) == 0:
            continue
        found[index] = _straight(lab, s, places, values)
    return found


def _straight(lab: LabCircuit, s: Slider, places: list[float], values: np.ndarray) -> Expr:
    p = Symbol(s.name, real=True)
    if np.array_equal(values, places):
        return p
    slope = (values[2] - values[1]) / (places[2] - places[1])
    offset = values[0] - slope * places[0]
    if np.any(np.abs(offset + slope * np.array(places) - values) > STRAIGHT * np.max(np.abs(values))):
        raise LapicqueError(f"a number of {lab.name!r} ({values[0]:g}) does not follow {s.name} in a straight line.")
    return Float(offset) + Float(slope) * p if abs(offset) > STRAIGHT * np.max(np.abs(values)) else Float(slope) * p


def to_javascript(lab: LabCircuit) -> str:
    """A circuit of the lab as a JavaScript object: netlist template, its numbers, and the derived curve."""
    text, numbers = template(lab)
    rules = ", ".join(f"(p) => {printed(rule, set())}" for rule in numbers.values())
    head = {"name": lab.name, "title": dict(lab.title), "vector": lab.vector}
    return (
        f"{{...{json.dumps(head, ensure_ascii=False)}, netlist: {json.dumps(text)}, "
        f"numbers: [{rules}], play: {javascript(lab.play)}}}"
    )


R_OHM, C_FARAD = Slider("R1", 1e3, 1e5, 1e4, "Ω", log=True), Slider("C1", 1e-8, 1e-6, 1e-7, "F", log=True)


def _after(raw: Expr, delay: float) -> Expr:
    """A response that begins later."""
    moved = plain(raw.subs(TIME, X - delay))
    return Piecewise((0, delay > X), (moved, True))


def rc() -> LabCircuit:
    """The RC circuit and its derived answer to a step with a rise."""
    equations = derive(build("rc"))
    ramp = at_rest(response(equations, "ramp", "V1", "out").expression)
    times, levels = equations.inputs[next(iter(equations.inputs))].breakpoints()
    start, end = times[-2], times[-1]
    ramp = ramp.subs(AMPLITUDE, Float((levels[-1] - levels[-2]) / (end - start)))
    curve = _after(ramp, start) - _after(ramp, end)
    shown = Play(
        "rc", (R_OHM, C_FARAD), TIME_LABEL, "s", (0.0, 10e-3), VOLTAGE, "V",
        (Curve({"en": "derived", "ko": "유도한 식"}, curve),), y_range=(0.0, 1.05),
    )  # fmt: skip
    return LabCircuit(
        "rc", {"en": "RC low pass", "ko": "RC 저역 통과"}, lambda p: build("rc", {"r": p["R1"], "c": p["C1"]}), 1e-5,
        "out", shown,
    )  # fmt: skip


STAGES = 3


def ladder() -> LabCircuit:
    """A ladder of equal stages: the poles of the circuit with R C = 1 s, stretched by R C."""
    unit = derive(build("ladder", {"n": STAGES, "r": 1.0, "c": 1.0}))
    poles, residues, straight = modes(unit, "V1", "out")
    source = derive(build("ladder")).inputs
    times, _ = next(iter(source.values())).breakpoints()
    middle = (times[-2] + times[-1]) / 2
    r, c = Symbol("R1", real=True), Symbol("C1", real=True)
    since = (X - middle) / (r * c)
    terms = [Float((k / p).real) * (exp(Float(p.real) * since) - 1) for p, k in zip(poles, residues, strict=True)]
    curve = Piecewise((0, middle > X), (Float(straight) + sum(terms), True))
    shown = Play(
        "ladder", (Slider("R1", 1e3, 1e5, 1e4, "Ω", log=True), Slider("C1", 1e-9, 1e-7, 1e-8, "F", log=True)),
        TIME_LABEL, "s", (0.0, 4e-3), VOLTAGE, "V", (Curve({"en": "derived", "ko": "유도한 식"}, curve),),
        y_range=(0.0, 1.05),
    )  # fmt: skip
    return LabCircuit(
        "ladder", {"en": "RC ladder, three stages", "ko": "RC 사다리, 세 단"},
        lambda p: build("ladder", {"n": STAGES, "r": p["R1"], "c": p["C1"]}), 4e-6, "out", shown,
    )  # fmt: skip


def lif() -> LabCircuit:
    """The LIF neuron beside the ideal one: what differs is what its parts do."""
    ideal = ideal_lif(derive(build("lif")))
    t_ref = 2e-3
    curve = firing(ideal, Float(t_ref), X)
    shown = Play(
        "lif",
        (Slider("R1", 3e5, 3e6, 1e6, "Ω", log=True), Slider("C1", 3e-9, 3e-8, 1e-8, "F", log=True),
         Slider("I1", 5e-7, 1e-5, 2e-6, "A", log=True), Slider("u_th", 0.3, 1.0, 1.0, "V")),
        TIME_LABEL, "s", (0.0, 50e-3), VOLTAGE, "V", (Curve({"en": "ideal LIF", "ko": "이상적인 LIF"}, curve),),
        guides=(("y", Symbol("u_th", real=True)),),
    )  # fmt: skip
    return LabCircuit(
        "lif", {"en": "LIF neuron", "ko": "LIF 뉴런"},
        lambda p: build("lif", {"r": p["R1"], "c": p["C1"], "current": p["I1"], "v_th": p["u_th"], "t_ref": t_ref}),
        1e-5, "mem", shown,
    )  # fmt: skip


def _stimulus(circuit: Circuit, name: str, kind: type[T]) -> T:
    source = circuit.element(name)
    assert isinstance(source, I)
    assert isinstance(source.stimulus, kind)
    return source.stimulus


def pre_to_post() -> LabCircuit:
    """Three spikes on a post neuron: jumps, leak and reset of the ideal one."""
    circuit = build("pre_post")
    leak = first_order(derive(build("leaky_integrator")), "v_mem")
    tau, u_th = circuit.values["R1"] * circuit.values["C1"], dict(circuit.spec)["v_th"]
    pulses = _stimulus(circuit, "I_pre1", SpikeTrain)
    w, gap = Symbol("jump", real=True), Symbol("gap", real=True)
    # A pulse is a jump at its middle; its rise is a hundredth of it.
    times = [Float(pulses.times[0] + pulses.width / 2) + k * gap for k in range(len(pulses.times))]
    curve, _ = jumps(leak, Float(tau), w, Float(u_th), times, X)
    shown = Play(
        "pre_post", (Slider("jump", 0.1, 0.9, 0.45, "V"), Slider("gap", 2.5e-3, 8e-3, 3e-3, "s")), TIME_LABEL, "s",
        (0.0, 30e-3), VOLTAGE, "V", (Curve({"en": "ideal LIF", "ko": "이상적인 LIF"}, curve),),
        guides=(("y", Float(u_th)),), y_range=(0.0, 1.2),
    )  # fmt: skip
    return LabCircuit(
        "pre_post", {"en": "Pre to post: three spikes", "ko": "pre에서 post로: 스파이크 셋"},
        lambda p: build("pre_post", {"jump": p["jump"], "gap": p["gap"]}), 5e-6, "mem", shown,
    )  # fmt: skip


def hodgkin_huxley() -> LabCircuit:
    """Hodgkin and Huxley's equations, derived and solved on the page, beside ngspice."""
    stimulus = _stimulus(build("hh"), "I1", PulseTrain)
    shape = symbolic(stimulus, X) / Float(stimulus.high)
    shown = Play(
        "hh", (Slider("I1", 1e-6, 4e-5, 1e-5, "A"),), TIME_LABEL, "s", (0.0, 50e-3), VOLTAGE, "V",
        (Curve({"en": "derived", "ko": "유도한 식"}, Symbol("v_mem", real=True)),), y_range=(-0.09, 0.06),
        ode=axon(shape),
    )  # fmt: skip

    def make(p: Mapping[str, float]) -> Circuit:
        return build("hh", {"I1": evolve(stimulus, high=p["I1"])})

    return LabCircuit(
        "hh", {"en": "Hodgkin-Huxley", "ko": "호지킨-헉슬리"}, make, 2e-5, "mem", shown,
    )  # fmt: skip


LAB: dict[str, Callable[[], LabCircuit]] = {
    "rc": rc, "ladder": ladder, "lif": lif, "pre_post": pre_to_post, "hh": hodgkin_huxley,
}  # fmt: skip
