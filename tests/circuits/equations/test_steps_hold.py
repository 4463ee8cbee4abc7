"""Every step of a derivation is true, and follows from one that stands before it.

Truth is numerical: states, inputs and resistances are drawn at random, currents and voltages follow from them by the
laws of the elements, and both sides of each equation are evaluated.
"""

import numpy as np
import pytest
import sympy

from lapicque.circuits import C, Circuit, I, K, L, Probe, R, V
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.errors import UnknownNameError
from lapicque.circuits.library import build

FLOATING = Circuit(
    "floating",
    (
        V("V1", "top", "a", 1.0), R("R1", "a", "0", "1k"), R("R2", "top", "b", "2k"), C("C1", "b", "a", "1n"),
        L("L1", "b", "0", "1m"), I("I1", "0", "b", "1m"), Probe("b", "b"),
    ),
)  # fmt: skip
TURNED = Circuit("turned", (V("V1", "0", "a", 1.0), R("R1", "a", "b", "1k"), C("C1", "0", "b", "1u"), Probe("b", "b")))
COUPLED = Circuit(
    "coupled",
    (
        V("V1", "in", "0", 1.0), R("R1", "in", "a", 5), L("L1", "a", "m", "1m"), L("L3", "m", "0", "2m"),
        L("L2", "b", "0", "4m"), R("R2", "b", "0", 50), K("K1", "L1", "L2", 0.9), Probe("b", "b"),
    ),
)  # fmt: skip
NAMES = (
    "rc_low_pass", "rc_high_pass", "rlc", "ladder", "leaky_integrator", "lif_switch", "lif_latch", "lif_comparator",
    "hodgkin_huxley", "morris_lecar", "nagumo", "izhikevich", "adex", "resonate_and_fire", "timer_555", "psp_alpha",
    "gap_pair",
)  # fmt: skip
CIRCUITS = {**{n: build(n) for n in NAMES}, "floating": FLOATING, "turned": TURNED, "coupled": COUPLED}


def drawn(equations):
    """A value for every state, input and resistance."""
    rng = np.random.default_rng(5)
    given = dict(equations.parameters)
    given |= {s.symbol: rng.uniform(-0.08, 0.08) for s in equations.states}
    given |= {u: rng.uniform(0.1, 1.0) for u in equations.driving}
    return given | {s.resistance: rng.uniform(10, 1e4) for s in equations.switches}


def value(symbol, equations, given):
    """Of a symbol of a derivation; None where the equations have no word for it."""
    if symbol in given:
        return given[symbol]
    name = symbol.name
    slopes = {f"d{s.symbol.name}/dt": s.symbol.name for s in equations.states}
    try:
        found = equations.of(slopes.get(name, name))
    except UnknownNameError:
        return None
    return float(found.subs(given))


@pytest.mark.parametrize("name", CIRCUITS)
def test_every_step_is_true(name):
    equations = derive(CIRCUITS[name])
    given, checked = drawn(equations), set()
    for step in equations.derivation.steps:
        if step.law in ("guard", "mode"):  # true when a switch changes, or while it is closed
            continue
        for equation in filter(None, (step.before, step.after)):
            symbols = {s for side in equation for s in side.free_symbols}
            known = {s: value(s, equations, given) for s in symbols}
            if any(v is None for v in known.values()):
                continue
            expanded = [sympy.expand_mul(side) for side in equation]
            terms = [abs(float(t.subs(known))) for side in expanded for t in sympy.Add.make_args(side)]
            missing = float((equation[0] - equation[1]).subs(known))
            assert abs(missing) <= 1e-9 * max(*terms, 1e-30), step
        checked.add(step.law)
    assert {"constitutive law", "KCL"} <= checked


@pytest.mark.parametrize("name", CIRCUITS)
def test_every_step_follows_from_one_before_it(name):
    seen = []
    for step in derive(CIRCUITS[name]).derivation.steps:
        put_in = step.law == "elimination"  # begins with what the laws make of KCL, which stand before it one by one
        assert step.before is None or put_in or step.before in seen, step
        seen.append(step.after)
