"""Synapses that are plain resistors: summing weights, and the gap junction between two membranes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..circuit import Circuit
from ..elements import C, I, Probe, R, V
from ..errors import QuantityError
from ..stimuli import Step
from ..units import Value, parse
from .entry import Entry, Prediction
from .synapse_parts import listed
from .target import Drive, Match, Quantity, Target

SUM_STEP, GAP_STEP = ("1m", "10u"), ("5m", "0.1m")
"""When the inputs of the two benches step up, and how long that takes, seconds."""


def resistor_synapse(r: Value = "100k") -> Circuit:
    """A weight as a resistor from the pre node to the post node: (v_pre - v_post) / r flows."""
    return Circuit("resistor_synapse", (R("R_w", "pre", "post", r),), {"direct": 1})


def gap_junction(g_ohms: Value = "200Meg") -> Circuit:
    """An electrical synapse: a resistor between two membranes, current both ways.

    Args:
        g_ohms: its resistance, ohms.
    """
    return Circuit("gap_junction", (R("R_gap", "pre", "post", g_ohms),), {"direct": 1})


def resistor_summing(
    weights: Sequence[Value] = ("100k", "47k", "220k"), inputs: Sequence[Value] = (1.0, -0.5, 2.0),
    r: Value = "100k", c: Value = "100n",
) -> Circuit:  # fmt: skip
    """A weighted sum on a leaky membrane: resistors from several sources meet at one node.

    At rest v = sum(v_k / R_k) / (1/R + sum(1 / R_k)) (Millman's theorem); a negative weight takes a negative source.

    Args:
        weights: resistors, ohms.
        inputs: voltages that the sources step to at 1 ms.
        r: leak of the membrane, ohms.
        c: farads.

    Raises:
        QuantityError: not one input for each weight, or none.
    """
    weights, inputs = listed(weights), listed(inputs)
    if len(weights) != len(inputs) or not weights:
        raise QuantityError(f"{len(inputs)} inputs for {len(weights)} weights: give one for each, at least one.")
    parts = []
    for k, (weight, level) in enumerate(zip(weights, inputs, strict=True), 1):
        parts += [V(f"V{k}", f"in{k}", "0", Step(0, level, *SUM_STEP)), R(f"R_w{k}", f"in{k}", "mem", weight)]
    return Circuit("resistor_summing", (*parts, R("R1", "mem", "0", r), C("C1", "mem", "0", c), Probe("mem", "mem")))


def gap_pair(
    r_gap: Value = "200Meg", r: Value = "100Meg", c: Value = "100p", current: Value = "0.1n"
) -> Circuit:  # fmt: skip
    """Two passive membranes joined by a gap junction; a current into the first leaks into the second.

    Args:
        r_gap: of the junction, ohms.
        r: leak of each membrane, ohms.
        c: of each, farads.
        current: amperes into the first from 5 ms on.
    """
    parts = (
        I("I1", "0", "a", Step(0, current, *GAP_STEP)),
        R("R_a", "a", "0", r),
        C("C_a", "a", "0", c),
        *gap_junction(r_gap).with_nodes({"pre": "a", "post": "b"}).elements,
        R("R_b", "b", "0", r),
        C("C_b", "b", "0", c),
        Probe("a", "a"),
        Probe("b", "b"),
    )
    return Circuit("gap_pair", parts)


def _coupling(circuit: Circuit) -> tuple[Prediction, ...]:
    return (
        Prediction(
            "coupling coefficient", "ratio", ("b", "a"), "R_b/(R_b + R_gap)", "2e-3",
            "the run ends after some seven time constants", "Bennett 1966, Ann NY Acad Sci 137:509",
            (("in the steady state a divider of junction and leak", "v = R_b/(R_b + R_gap)"),),
        ),
    )  # fmt: skip


def _sum(circuit: Circuit) -> tuple[Prediction, ...]:
    names = [e.name for e in circuit.of_type(R) if e.name.startswith("R_w")]
    levels = {f"R_w{k}": e.stimulus.breakpoints()[1][-1] for k, e in enumerate(circuit.of_type(V), 1)}
    top = " + ".join(f"({levels[n]!r})/{n}" for n in names)
    return (
        Prediction(
            "weighted sum", "final", ("mem",), f"({top})/(1/R1 + {' + '.join(f'1/{n}' for n in names)})", "2e-3",
            "the run ends after some seven time constants", "Millman 1940, Proc IRE 28:413",
            (("the currents into the node balance", "v = sum_of_currents/sum_of_conductances"),),
        ),
    )  # fmt: skip


def _gap_target(given: Mapping[str, Any]) -> Target:
    values = {name: parse(given[name], name) for name in ("r_gap", "r", "c")}
    drive = Drive("I", Step(0, given["current"], *GAP_STEP), 1e-3)
    return Target(
        "Bennett 1966, Ann NY Acad Sci 137:509", 1.0,
        (("V_1", "(-V_1/r + (V_2 - V_1)/r_gap + 1e-3*I)/c"), ("V_2", "(-V_2/r + (V_1 - V_2)/r_gap)/c")),
        (("V_1", "0"), ("V_2", "0")), tuple(Quantity(n, v) for n, v in values.items()), drives=(drive,),
        matches=(Match("a", "V_1"), Match("b", "V_2")),
    )  # fmt: skip


def _sum_target(given: Mapping[str, Any]) -> Target:
    """The membrane equation with one conductance for every input."""
    weights, inputs = listed(given["weights"]), listed(given["inputs"])
    values = {f"R_{k}": parse(w) for k, w in enumerate(weights, 1)} | {"R": parse(given["r"]), "C": parse(given["c"])}
    total = " + ".join(f"(u_{k} - v)/R_{k}" for k in range(1, len(weights) + 1))
    return Target(
        "Kirchhoff's current law; at rest Millman 1940, Proc IRE 28:413", 1.0, (("v", f"(-v/R + {total})/C"),),
        (("v", "0"),), tuple(Quantity(n, v) for n, v in values.items()), matches=(Match("mem", "v"),),
        drives=tuple(Drive(f"u_{k}", Step(0, u, *SUM_STEP), 1.0) for k, u in enumerate(inputs, 1)),
    )  # fmt: skip


ENTRIES = (
    Entry("resistor_summing", resistor_summing, "synapse", "weights as resistors: Millman's weighted sum", 60e-3,
          predictions=_sum, target=_sum_target),
    Entry("gap_pair", gap_pair, "synapse", "a gap junction between two membranes", 150e-3, predictions=_coupling,
          target=_gap_target),
)  # fmt: skip
