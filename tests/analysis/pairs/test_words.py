"""Mistakes are told in the words of who wrote the netlist: its cards, its pins, the fields of its PULSE."""

import pytest

from lapicque.analysis.pairs import many
from lapicque.analysis.pairs.expectations import read_expectation
from lapicque.analysis.pairs.many import Asked, answers
from lapicque.netlists.reading.own import read_own_as_written

LIF = """LIF neuron with a comparator, a divider and a transistor that resets
VDD vdd 0 5
I1 0 mem PULSE(0 1u 1m 1u 1u 5m 10m)
Cm mem 0 1n IC=0
R1 vdd vth 30k
R2 vth 0 20k
Bcmp cmp 0 V=2.5+2.5*tanh(1000*(V(mem)-V(vth)))
D1 cmp gate DX
Rg gate 0 100k
Cg gate 0 10n IC=0
Rr mem drain 1k
M1 drain gate 0 0 NM W=10u L=1u
.model DX D(IS=1e-14 N=1)
.model NM NMOS(VTO=1 KP=100u LAMBDA=0.01)
.tran 10u 8m uic
.end
"""
LAW = "2.5*tanh({}*v(mem) - {}*v(vth)) + 2.5"
TOLD = {
    "inputs of the comparator": ({"V(mem)-V(vth)": "V(vth)-V(mem)"}, "Bcmp has what its law reads exchanged"),
    "threshold at another node": ({"V(mem)-V(vth)": "V(mem)-V(vdd)"}, "the law of Bcmp reads 'vdd', not 'vth'"),
    "gain": (
        {"1000*": "10*"},
        f"the law of Bcmp is {LAW.format('10.0', '10.0')}, not {LAW.format('1000.0', '1000.0')}",
    ),
    "gate and source": ({"M1 drain gate 0": "M1 drain 0 gate"}, "M1 has source and gate exchanged"),
    "gate elsewhere": ({"M1 drain gate": "M1 drain cmp"}, "the gate of M1 ends at 'cmp', not at 'gate'"),
    "pulse": ({"5m 10m": "1m 10m"}, "I1 does something else: its pulse width is 1 ms, not 5 ms"),
    "farads": ({"0 10n": "0 10F"}, "Cg is 10 fF, not 10 nF: a factor of 1e+06, F is femto in SPICE"),
    "two in series": ({"Cg gate 0 10n": "Ca gate x 10n IC=0\nCb x 0 10n"}, "Ca and Cb in series make 5 nF, not 10 nF"),
    "inductor": ({"Cm mem 0 1n": "Lm mem 0 1n"}, "Lm (that is Cm) is an inductor, not a capacitor"),
    "both ends": ({"R2 vth 0": "R2 0 0"}, "R2 has both ends on one node (20 kΩ, vth to 0)"),
}
ALIKE = {
    "two transistors of half the width": ({"W=10u": "W=5u M=2"}, "same in structure and values"),
    "a short run": ({"8m uic": "8u uic"}, "same in structure and values, but it runs for 8 us, not for 8 ms"),
}


@pytest.fixture
def reference(tmp_path, engine):
    (tmp_path / "reference.cir").write_text(LIF)
    return read_own_as_written(tmp_path / "reference.cir", engine)


def handed_in(folder, changes):
    text = LIF
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "mine.cir").write_text(text)
    return str(folder / "mine.cir")


@pytest.mark.parametrize("case", [*TOLD, *ALIKE])
def test_the_words_are_those_of_the_netlist(reference, case, tmp_path, engine):
    changes, words = {**TOLD, **ALIKE}[case]
    names = [handed_in(tmp_path, changes)]
    (found,) = answers(names, lambda n: read_own_as_written(n, engine), Asked(reference), engine)
    assert found.line == ("different: " if case in TOLD else "") + words
    assert not any("fault" in n for n in found.likeness.notes)


def test_a_fault_at_one_file_does_not_lose_the_others(reference, tmp_path, engine, monkeypatch):
    names = [handed_in(tmp_path, {}), "other"]
    whole = many.compare_decks
    gone = iter([KeyError("gone")])

    def faulty(*given):
        for error in gone:
            raise error
        return whole(*given)

    monkeypatch.setattr(many, "compare_decks", faulty)
    first, second = answers(names, lambda _: read_own_as_written(names[0], engine), Asked(reference), engine)
    assert (first.state, second.state) == ("cannot be read", "same")
    assert "a fault of lapicque: KeyError" in first.line


def test_a_figure_is_read_at_the_node_that_stands_for_the_reference_s(reference, tmp_path, engine):
    names = [handed_in(tmp_path, {"mem": "soma", "vth": "half"})]
    asked = Asked(reference, (read_expectation("max(mem)=2"), read_expectation("v(vth)@1m=2")))
    (found,) = answers(names, lambda n: read_own_as_written(n, engine), asked, engine)
    assert (found.state, found.line) == ("same", "same in structure and values")
