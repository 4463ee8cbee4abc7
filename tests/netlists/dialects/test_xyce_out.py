"""The netlist for Xyce: its words, and the latch that gives its switches the hysteresis that they have not.

Xyce cannot be installed here. What is run is ngspice, with the latch as it is written and a switch by Xyce's own
formula (`switches_in.py` reads it so), against the closed form of a relaxation oscillator.
"""

import re

import numpy as np
import pytest
from fuzz.case import make
from fuzz.kinds import KINDS
from oracles.reads_back import DEVICES, DRIVES, driven, held, same

import lapicque as lq
from lapicque.circuits import library
from lapicque.circuits.elements import Bjt, Delay, Jfet, MosfetMeyer, S
from lapicque.netlists import Transient
from lapicque.netlists.dialects.xyce import xyce_text
from lapicque.netlists.ngspice.worker import simulate_texts
from lapicque.netlists.reading.deck import Asked, netlist_of
from lapicque.netlists.spice.plain import plain_text

PSPICE = Asked(dialect="pspice")
"""Whose words are nearest to Xyce's among those that we read."""
LEAVES = 1e-2
"""Of a period; 2e-3 and 5e-3 were measured: near its ends a long step of ngspice may find its other state."""
NOT_XYCE = re.compile(r"ternary_fcn|&&|\|\||!\(|\bu\(|\.save|\bREL=|\bSW\(|\bAM\(|^[QJ]\S*\s.*\bIC=|\^|\bI=[^{]", re.M)


def words_of(circuit):
    text = xyce_text(circuit, Transient(1.0))
    body = "\n".join(line for line in text.splitlines() if not line.startswith("*"))
    assert not NOT_XYCE.search(body), NOT_XYCE.search(body)[0]
    assert text.endswith(".TRAN 1m 1 0 1m UIC\n.PRINT TRAN FORMAT=CSV V(*)\n.END\n")
    return text


def test_circuits_of_the_library_have_no_word_of_others():
    for name in list(library.LIBRARY)[::5]:
        words_of(library.build(name))


def test_what_has_no_switch_reads_back(engine):
    """`&` and `|` are left out: PSpice has them and our reader of it has not."""
    circuits = [make(kind, 700002).circuit() for kind in sorted(KINDS)]
    circuits += [driven(DRIVES[what]) for what in DRIVES.keys() - {"AM"}]
    circuits += [held(device) for device in DEVICES.values() if not isinstance(device, (Bjt, Jfet, MosfetMeyer))]
    tried = 0
    for circuit in circuits:
        text = words_of(circuit)
        if not circuit.of_type(S) and not circuit.of_type(Delay) and not re.search(r" [&|] |~", text):
            same(circuit, netlist_of(text.encode(), asked=PSPICE, engine=engine).circuit)
            tried += 1
    assert tried >= 12


@pytest.mark.parametrize(("v_t", "v_h", "closed"), [(0.5, 0.2, False), (0.4, 0.1, True)])
def test_the_latch_leaves_at_the_ends_of_the_hysteresis(v_t, v_h, closed, engine):
    """Period of R, C and a switch that discharges: T = tau ln((V - low)/(V - high)) + tau' ln((high - e)/(low - e))."""
    r, c, supply, r_on = 1e4, 1e-7, 1.0, 1e3
    oscillator = lq.Circuit("relaxation").add(
        lq.V("V1", "vdd", "0", supply), lq.R("R1", "vdd", "mem", r), lq.C("C1", "mem", "0", c, v_t),
        S("S1", "mem", "0", "mem", "0", v_t, v_h, r_on, 1e9, closed),
    )  # fmt: skip
    stop = 5e-3
    deck = netlist_of(xyce_text(oscillator, Transient(stop)).encode(), asked=PSPICE, engine=engine)
    text = plain_text(deck.circuit, Transient(stop))
    tight = f".options reltol=1e-6 abstol=1e-14 vntol=1e-9 method=gear maxord=2\n.tran 1u {stop} 0 0.5u uic\n.end\n"
    text = re.sub(r"(?m)^\.(tran|end).*\n", "", text) + tight
    ((raw, _),) = engine.result(engine.submit(simulate_texts, [text]))
    assert not raw.aborted, raw.said
    times, mem = raw.vectors["time"], raw.vectors["mem"]
    up = np.flatnonzero((mem[:-1] < v_t) & (mem[1:] >= v_t))
    crossed = times[up] + (v_t - mem[up]) / (mem[up + 1] - mem[up]) * (times[up + 1] - times[up])
    low, high = v_t - v_h, v_t + v_h
    both = r * r_on / (r + r_on)
    end = supply * r_on / (r + r_on)
    period = r * c * np.log((supply - low) / (supply - high)) + both * c * np.log((high - end) / (low - end))
    assert np.diff(crossed)[1:] == pytest.approx(period, rel=LEAVES)
