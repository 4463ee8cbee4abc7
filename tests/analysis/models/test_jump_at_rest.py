"""A run that begins exactly where a law jumps: the law's own value there decides, and what else might be is said."""

import numpy as np
import pytest
from oracles.both_ways import both_ways

from lapicque.analysis import Solution, compare, result, solve
from lapicque.analysis.models import compiled_smooth
from lapicque.circuits import B, C, Circuit, Probe, V
from lapicque.circuits.stimuli import PWL
from lapicque.netlists import Transient


def jumping(law: str, ic: float) -> Circuit:
    source = B("B1", "0", "x", f"1e-6*({law})", {"v": "x"})
    return Circuit("jumping").add(C("C1", "x", "0", "1u", ic=ic), source, Probe("x", "x"))


LAWS = [
    # law, start, end after 2 s, whether several solutions begin
    ("v>0", 0, 0, True), ("v>1", 1, 1, True), ("v>=0", 0, 2, True), ("v<0", 0, 0, False), ("-(v<0)", 0, 0, True),
    ("-(v<=0)", 0, -2, True), ("sign(v)", 0, 0, True), ("floor(v)", 0, 0, True), ("ceil(v)", 0, 0, True),
    ("floor(v)+1", -1, -1, True), ("u(v)", 0, 2, True), ("v>0 ? 1 : -1", 0, -2, True),
    ("v>=0 ? 1 : -1", 0, 2, True), ("-sign(v)", 0, 0, False), ("(v>0)+1", 0, 4, False), ("v>0", 1e-9, 2, False),
]  # fmt: skip


@pytest.mark.parametrize(("law", "start", "end", "several"), LAWS)
def test_the_value_of_a_law_at_its_jump_says_where_a_run_from_there_goes(law, start, end, several, monkeypatch):
    for solution in both_ways(jumping(law, start), 2.0, compiled_smooth, monkeypatch):
        assert isinstance(solution, Solution)
        assert solution.states([2.0])[0, 0] == pytest.approx(end, abs=1e-8)
        said = result(solution, np.array([0.0, 2.0])).attrs.get("warning", "")
        assert ("more than one solution begins" in said) == several


@pytest.mark.parametrize(("law", "start"), [(law, start) for law, start, end, _ in LAWS if end or start or ">" in law])
def test_ngspice_goes_where_the_value_of_the_law_sends_it(law, start, engine):
    circuit = jumping(law, start)
    assert compare(solve(circuit, 2.0), engine.run(circuit, Transient(2.0))).passed


def test_a_run_that_rests_on_a_jump_leaves_when_an_input_takes_it_away(monkeypatch):
    push = B("B2", "0", "x", "1e-6*p", {"p": "p"})
    ramp = V("V1", "p", "0", PWL((0, 1, 1.5, 2), (0, 0, 1, 0)))
    circuit = jumping("v>0", 0).add(push, ramp)
    for solution in both_ways(circuit, 3.0, compiled_smooth, monkeypatch):
        assert isinstance(solution, Solution)
        # at rest until 1 s; then it rises by 1 V/s, and by the area of the push besides
        assert solution.states([1.0, 2.0, 3.0])[0] == pytest.approx([0.0, 1.5, 2.5], abs=1e-6)
