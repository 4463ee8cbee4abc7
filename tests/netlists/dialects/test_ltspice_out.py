"""The netlist for LTspice has no word that only ngspice has, and our reader makes the same circuit of it."""

import re

import attrs
import numpy as np
import pytest
from fuzz.case import make
from fuzz.kinds import KINDS
from oracles.reads_back import DEVICES, DRIVES, driven, held, same

import lapicque as lq
from lapicque.circuits import library
from lapicque.circuits.elements import Delay, Diode
from lapicque.circuits.smooth_stimuli import smooth_values
from lapicque.netlists import Transient
from lapicque.netlists.dialects.ltspice import ltspice_text
from lapicque.netlists.reading.deck import netlist_of

ONLY_NGSPICE = re.compile(r"ternary_fcn|agauss|aunif|\?|&&|\|\||\bu\(|\.save|\bREL=|\bAM\(|^D\S*\s.*\bIC=|\^", re.M)
LIBRARY = [n for n in library.LIBRARY if not library.build(n).of_type(Delay)]


def read_back(circuit, engine):
    """What our reader makes of it."""
    text = ltspice_text(circuit, Transient(1.0))
    body = "\n".join(line for line in text.splitlines() if not line.startswith("*"))
    assert not ONLY_NGSPICE.search(body), ONLY_NGSPICE.search(body)[0]
    deck = netlist_of(text.encode(), engine=engine)
    assert deck.dialect.name == "ltspice"
    assert deck.notes == ()
    assert deck.stop == 1.0
    return deck.circuit


def without_starts_of_diodes(circuit):
    """LTspice's have none."""
    bare = tuple(attrs.evolve(e, ic=0.0) if isinstance(e, Diode) else e for e in circuit.elements)
    return attrs.evolve(circuit, elements=bare)


def reads_back(circuit, engine):
    same(without_starts_of_diodes(circuit), read_back(circuit, engine))


@pytest.mark.parametrize("part", range(2))
def test_circuits_of_the_library_read_back(part, engine):
    for name in LIBRARY[part::6]:
        reads_back(library.build(name), engine)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_random_circuits_read_back(kind, engine):
    for seed in (700002,):
        reads_back(make(kind, seed).circuit(), engine)


def test_stimuli_and_devices_read_back(engine):
    for what in DRIVES.keys() - {"AM"}:
        reads_back(driven(DRIVES[what]), engine)
    for what in DEVICES:
        reads_back(held(DEVICES[what]), engine)


@pytest.mark.parametrize("kind", [lq.V, lq.I])
@pytest.mark.parametrize("carrier", ["1k", 100])
def test_a_modulated_source_is_three_sines(kind, carrier, engine):
    """In series for a voltage, in parallel for a current; the sum is the formula, before the delay too."""
    wave = lq.AM(2, 0.5, 100, carrier, "1m")
    circuit = lq.Circuit("AM", (kind("X1", "a", "0", wave), lq.R("R1", "a", "0", 1)))
    tones = [e.stimulus for e in read_back(circuit, engine).of_type(kind)]
    assert len(tones) == 3
    times = np.linspace(0, 20e-3, 1001)
    total = sum(t.value if isinstance(t, lq.Constant) else smooth_values(t, times) for t in tones)
    assert total == pytest.approx(smooth_values(wave, times), abs=1e-12)
