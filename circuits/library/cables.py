"""Cables: passive with sealed or open end, branching, and active with a spike that travels."""

from __future__ import annotations

import math

from ..circuit import Circuit
from ..element import Element
from ..elements import C, I, Probe, R, SpikeProbe, V
from ..errors import QuantityError, unknown
from ..stimuli import Pulse, Step, Stimulus
from ..units import Value, parse, show
from .entry import Entry, Prediction
from .hodgkin_huxley import cell, conductances
from .synapse_parts import positive


def _count(n: Value, least: int, most: int) -> int:
    count = parse(n, "n")
    if count != int(count) or not least <= count <= most:
        raise QuantityError(f"n is {n}: a cable has a whole number of stages, from {least} to {most}.")
    return int(count)


def cable(
    n: Value = 10, length: Value = 1.0, r_m: Value = "100Meg", c_m: Value = "100p", end: str = "sealed",
    current: Stimulus | Value | None = None,
) -> Circuit:  # fmt: skip
    """A passive dendrite as n stages of membrane (R and C to ground), joined by axial resistors.

    Length is in length constants (lambda), r_m and c_m belong to one lambda of cable. The current goes into the first
    stage; `far` is the last (Rall 1962, Ann NY Acad Sci 96:1071).

    Args:
        n: stages, each of length / n.
        length: of the cable, in length constants.
        r_m: membrane resistance of one length constant, ohms.
        c_m: membrane capacitance of one length constant, farads.
        end: "sealed" (nothing flows out) or "open" (the end is at rest: a killed end).
        current: injected into the first stage; a step of 0.1 nA from 10 ms on, over 5 ms, unless given.

    Raises:
        QuantityError: no stages, or a length that is not positive.
        UnknownNameError: another end.
    """
    stages, total = _count(n, 2, 2000), parse(length, "length")
    if not total > 0:
        raise QuantityError(f"length is {total:g} length constants: it must be greater than zero.")
    if end not in ("sealed", "open"):
        raise unknown("end", end, ("sealed", "open"))
    step = total / stages
    source = Step(0, "0.1n", "10m", "5m") if current is None else current
    names = [f"n{k}" for k in range(1, stages)] + ["far"]
    names[0] = "near"
    parts: list[Element] = [I("I1", "0", "near", source)]
    parts += _stages(names, step, parse(r_m, "r_m"), parse(c_m, "c_m"), "")
    if end == "open":
        # The end lies half a stage beyond the middle of the last one.
        parts.append(R("R_end", "far", "0", parse(r_m) * step / 2))
    title = f"cable_{end}"
    return Circuit(title, (*parts, Probe("near", "near"), Probe("far", "far")))


def _stages(names: list[str], step: float, r_m: float, c_m: float, prefix: str) -> list[Element]:
    parts: list[Element] = []
    for k, name in enumerate(names):
        parts += [
            R(f"R_m{prefix}{k + 1}", name, "0", r_m / step),
            C(f"C_m{prefix}{k + 1}", name, "0", c_m * step),
        ]
        if k:
            parts.append(R(f"R_a{prefix}{k}", names[k - 1], name, r_m * step))
    return parts


def _cable_predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    stages = sum(1 for e in circuit.of_type(C))
    # Stage midpoints are n - 1 steps apart; the sealed end lies half a step beyond the last.
    step = "sqrt(R_a1/R_m1)"
    far, near = f"({step}/2)", f"({stages - 0.5}*{step})"
    over = "sinh" if any(e.name == "R_end" for e in circuit.parts) else "cosh"
    return (
        Prediction(
            "attenuation", "ratio", ("far", "near"), f"{over}({far})/{over}({near})",
            f"({stages - 0.5}*{step})*R_a1/R_m1/8 + R_a1/R_m1/4",
            "stages instead of a continuous cable: the discrete length constant is longer by h^2/24, h^2 = R_a/R_m",
            "Rall 1959; Koch 1999, Biophysics of Computation, chapter 2",
            (
                ("axial over membrane resistance of a stage is its length squared, in length constants", "h = " + step),
                ("a cable of length constants from the end decays as", f"v = {over}(x)"),
            ),
        ),
    )  # fmt: skip


def branching(
    n: Value = 5, r_m: Value = "100Meg", c_m: Value = "100p", current: Stimulus | Value | None = None
) -> Circuit:  # fmt: skip
    """A parent cable that branches into two equal daughters, 0.5 length constants each, obeying Rall's 3/2 rule.

    Daughters of half the parent's conductance each make the whole equal to one unbranched cable (Rall 1962): what is
    compared is the attenuation to the tips.

    Args:
        n: stages of each of the three cables.
        r_m: membrane resistance of one length constant of the parent, ohms.
        c_m: membrane capacitance of one length constant of the parent, farads.
        current: injected at the root; a step of 0.1 nA from 10 ms on, over 5 ms, unless given.
    """
    stages = _count(n, 2, 500)
    r, c, step = parse(r_m, "r_m"), parse(c_m, "c_m"), 0.5 / stages
    source = Step(0, "0.1n", "10m", "5m") if current is None else current
    parent = ["near", *(f"p{k}" for k in range(2, stages + 1))]
    parts: list[Element] = [I("I1", "0", "near", source), *_stages(parent, step, r, c, "")]
    for side in "ab":
        names = [*(f"{side}{k}" for k in range(1, stages)), f"far_{side}"]
        parts += _stages(names, step, 2 * r, c / 2, side)
        parts.append(R(f"R_fork_{side}", parent[-1], names[0], 2 * r * step))
    probes = (Probe("near", "near"), Probe("far", "far_a"), Probe("far_b", "far_b"))
    return Circuit("branching", (*parts, *probes))


def _branching_predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    stages = round(0.5 / math.sqrt(circuit.values["R_a1"] / circuit.values["R_m1"]))
    whole = f"{2 * stages - 0.5}*sqrt(R_a1/R_m1)"
    return (
        Prediction(
            "attenuation to a tip", "ratio", ("far", "near"), f"cosh(sqrt(R_a1/R_m1)/2)/cosh({whole})",
            f"({whole})*R_a1/R_m1/8 + R_a1/R_m1",
            "stages instead of a continuous cable, and a fork that lies within half a stage",
            "Rall 1962: equivalent cylinder",
            (("two daughters of half the conductance are one cable of the whole", "x = " + whole),),
        ),
    )  # fmt: skip


AREAS = {"squid": 1e-4, "cortical": 2e-8}
"""Square metres that the presets of `hodgkin_huxley` stand for: one cm^2, and the 20,000 um^2 of Brette et al. 2007."""


def _patch(membrane: str, celsius: float, area: float, name: str) -> tuple[Element, ...]:
    """Membrane of so many square metres at the node `name.mem`, at rest."""
    mem, rest = f"{name}.mem", f"{name}.e_L"
    if membrane != "passive":
        values = cell(membrane).at(celsius)
        return conductances(values, area / AREAS[membrane], mem, values.v_rest, f"{name}.")
    squid, scale = cell("squid"), area / AREAS["squid"]
    return (
        C(f"{name}.C1", mem, "0", squid.c * scale, squid.e_l),
        R(f"{name}.R_L", mem, rest, 1 / (squid.g_l * scale)),
        V(f"{name}.E_L", rest, "0", squid.e_l),
    )


def active_cable(
    n: Value = 24, diameter: Value = "476u", length: Value = "60m", resistivity: Value = 0.354,
    celsius: Value = 6.3, membrane: str = "squid", current: Stimulus | Value | None = None,
) -> Circuit:  # fmt: skip
    """Squid axon: patches of Hodgkin-Huxley membrane joined by axoplasm; a spike travels along it.

    Args:
        n: patches.
        diameter: of the axon, metres.
        length: of the axon, metres.
        resistivity: of the axoplasm, ohm metres (35.4 ohm cm in Hodgkin and Huxley 1952).
        celsius: temperature; the gates' rates triple every ten degrees.
        membrane: "squid" or "cortical" (presets of `hodgkin_huxley`), or "passive": the squid's leak and capacitance
            alone, along which a spike dies out.
        current: injected into the first patch; one short pulse unless given.

    Raises:
        QuantityError: a size that is not positive, or patches so long that a spike cannot jump from one to the next.
        UnknownNameError: another membrane.
    """
    patches = _count(n, 3, 200)
    if membrane not in (*AREAS, "passive"):
        raise unknown("membrane", membrane, (*AREAS, "passive"))
    positive(diameter=diameter, length=length, resistivity=resistivity)
    d, whole, rho = parse(diameter, "diameter"), parse(length, "length"), parse(resistivity, "resistivity")
    piece = whole / patches
    # Length constant at rest: sqrt(d R_m / (4 rho)); R_m of about 1 kOhm cm^2 with the potassium channels open.
    longest = 0.6 * math.sqrt(d * 0.1 / (4 * rho))
    if membrane != "passive" and piece > longest:
        raise QuantityError(
            f"each of {patches} patches is {show(float(f'{piece:.3g}'), 'm')} long, too long for a spike to pass: "
            f"take n above {math.ceil(whole / longest)}."
        )
    area = math.pi * d * piece
    axial = rho * piece / (math.pi * d**2 / 4)
    source = Pulse(0, 6 * area, "1m", "0.5m", "10u") if current is None else current
    parts: list[Element] = [I("I1", "0", "p1.mem", source)]
    for k in range(1, patches + 1):
        parts += _patch(membrane, parse(celsius, "celsius"), area, f"p{k}")
        if k > 1:
            parts.append(R(f"R_a{k - 1}", f"p{k - 1}.mem", f"p{k}.mem", axial))
    first, last = patches // 4 + 1, patches - patches // 4
    shown = sorted({1, first, last, patches})
    probes = [Probe(f"patch {k}", f"p{k}.mem") for k in shown]
    spikes = [SpikeProbe("passes first", f"p{first}.mem"), SpikeProbe("passes second", f"p{last}.mem")]
    if membrane == "passive":
        spikes = []
    return Circuit("active_cable", (*parts, *probes, *spikes), {"distance": (last - first) * piece})


ENTRIES = (
    Entry(
        "cable", cable, "linear", "a passive dendrite, sealed at its end: attenuation along it", 100e-3,
        predictions=_cable_predictions,
    ),
    Entry(
        "branching", branching, "linear", "a dendrite that forks: Rall's equivalent cylinder", 100e-3,
        predictions=_branching_predictions,
    ),
    Entry("active_cable", active_cable, "cable", "squid axon: a spike that travels, and how fast", 8e-3),
)  # fmt: skip
