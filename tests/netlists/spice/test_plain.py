"""The plain netlist reads back as the circuit that it came from."""

import pytest
from fuzz.case import make
from fuzz.kinds import KINDS
from hypothesis import given, strategies
from oracles.reads_back import DEVICES, DRIVES, driven, held, same

from lapicque.circuits import library
from lapicque.circuits.elements import Delay
from lapicque.netlists import Transient
from lapicque.netlists.reading.deck import netlist_of
from lapicque.netlists.spice.plain import engineering, plain_text


def reads_back(circuit, engine):
    same(circuit, netlist_of(plain_text(circuit, Transient(1.0)).encode(), engine=engine).circuit)


@pytest.mark.parametrize("name", [n for n in library.LIBRARY if not library.build(n).of_type(Delay)])
def test_a_circuit_of_the_library_reads_back(name, engine):
    reads_back(library.build(name), engine)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("seed", [700002, 700003, 700004])
def test_a_random_circuit_reads_back(kind, seed, engine):
    reads_back(make(kind, seed).circuit(), engine)


@pytest.mark.parametrize("what", DRIVES)
def test_a_stimulus_reads_back(what, engine):
    reads_back(driven(DRIVES[what]), engine)


@pytest.mark.parametrize("what", DEVICES)
def test_a_device_reads_back(what, engine):
    reads_back(held(DEVICES[what]), engine)


@given(strategies.floats(allow_nan=False, allow_infinity=False))
def test_engineering_values_lose_no_digit(value):
    from lapicque.netlists.reading.numbers import number

    assert number(engineering(value)) == value
