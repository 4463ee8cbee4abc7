"""How a transient of many devices with charges begins, whose equations would take longer than the run."""

import numpy as np

from lapicque.netlists import Transient
from lapicque.netlists.reading.deck import netlist_of
from lapicque.netlists.spice.devices import is_beyond_equations

STAGES = """four stages behind each other
V1 vcc 0 5
V2 b0 0 0.7
{}
.model q npn(is=1e-14 bf=100 cje=5p cjc=4p tf=0.5n)
.tran 1u 10m uic
"""
STAGE = "Ra{0} vcc c{0} 10k\nQ{0} c{0} b{0} 0 q\nRb{0} c{0} b{1} 100k"


def test_what_happens_in_nanoseconds_is_not_stepped_over(engine):
    text = STAGES.format("\n".join(STAGE.format(k, k + 1) for k in range(4)) + "\nC1 b4 0 1n")
    circuit = netlist_of(text.encode(), "stages.cir", engine=engine).circuit
    assert is_beyond_equations(circuit)
    whole = engine.run(circuit, Transient("10m"))
    start = engine.run(circuit, Transient("2u"), max_step=1e-9)
    for node in ("c0", "c1", "b1", "c2", "b2", "c3", "b3"):
        seen, wanted = (np.interp([1e-8, 1e-7, 1e-6], r["time"], r[node]) for r in (whole, start))
        assert np.max(np.abs(seen - wanted)) < 5e-3, (node, seen, wanted)
