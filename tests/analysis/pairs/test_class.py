"""A class hands in thirty netlists with a mistake each, and ten right ones: each mistake is named, none is made up."""

import re

import pytest

from lapicque.analysis.pairs.many import Asked, answers
from lapicque.netlists.reading.own import read_own_as_written

RC = """RC low-pass
V1 in 0 PULSE(0 1 0 1u 1u 5m 10m)
R1 in out 10k
C1 out 0 100n
.tran 10u 20m uic
.end
"""
LIF = """LIF neuron
I1 0 mem DC 2u
R1 mem 0 1Meg
C1 mem 0 10n IC=0.1
S1 mem 0 mem 0 reset
.model reset SW(VT=0.55 VH=0.45 RON=1k ROFF=1G)
E1 axon 0 mem 0 1
R2 axon tail 100k
C2 tail 0 1n IC=0.1
D1 tail 0 clamp
.model clamp D(IS=1e-12 N=1)
.tran 10u 60m uic
.end
"""
LOW = ".subckt low a b\nR1 a b 10k\nC1 b 0 100n\n.ends"
UNREAD = "cannot be read"
# name of the mistake: reference, what is replaced by what, kind of the edit, who is named
MISTAKES = {
    "rc, resistor off by a factor": (RC, {"10k": "22k"}, "value", {"R1"}),
    "rc, capacitor off by a factor": (RC, {"100n": "47n"}, "value", {"C1"}),
    "rc, n for u": (RC, {"100n": "100u"}, "unit", {"C1"}),
    "rc, k forgotten": (RC, {"10k": "10"}, "unit", {"R1"}),
    "rc, no capacitor": (RC, {"C1 out 0 100n\n": ""}, "missing", {"C1"}),
    "rc, capacitor before the resistor": (RC, {"C1 out 0": "C1 in 0"}, "node", {"C1"}),
    "rc, source turned round": (RC, {"V1 in 0": "V1 0 in"}, "polarity", {"V1"}),
    "rc, no ground": (RC, {"V1 in 0": "V1 in com", "C1 out 0": "C1 out com"}, "ground", {"V1", "C1"}),
    "rc, both exchanged": (RC, {"in out 10k": "out 0 10k", "C1 out 0": "C1 in out"}, "node", {"R1", "C1"}),
    "rc, current source": (RC, {"V1": "I1"}, "kind", {"I1"}),
    "rc, resistor twice": (RC, {".tran": "R2 in out 10k\n.tran"}, "doubled", {"R2"}),
    "rc, one name twice": (RC, {"C1": "R1"}, UNREAD, {"R1"}),
    "rc, no .tran": (RC, {".tran 10u 20m uic\n": ""}, "run", {".tran"}),
    "rc, capacitor is charged": (RC, {"100n": "100n IC=0.5"}, "start", {"C1"}),
    "rc, pulse too short": (RC, {"1u 5m": "1u 500u"}, "stimulus", {"V1"}),
    "rc, load that is not asked for": (RC, {".tran": "R9 out 0 1k\n.tran"}, "extra", {"R9"}),
    "lif, capacitor off by a factor": (LIF, {"mem 0 10n": "mem 0 33n"}, "value", {"C1"}),
    "lif, 1M for 1Meg": (LIF, {"1Meg": "1M"}, "unit", {"R1"}),
    "lif, m for u": (LIF, {"2u": "2m"}, "unit", {"I1"}),
    "lif, no switch": (LIF, {"S1 mem 0 mem 0 reset\n": ""}, "missing", {"S1"}),
    "lif, wrong threshold": (LIF, {"VT=0.55": "VT=0.75"}, "value", {"S1"}),
    "lif, wrong parameter of the switch": (LIF, {"RON=1k": "RON=150"}, "value", {"S1"}),
    "lif, wrong parameter of the diode": (LIF, {"1e-12 N=1": "1e-12 N=2"}, "value", {"D1"}),
    "lif, current the wrong way": (LIF, {"I1 0 mem": "I1 mem 0"}, "polarity", {"I1"}),
    "lif, voltage source": (LIF, {"I1": "V1"}, "kind", {"V1"}),
    "lif, diode turned round": (LIF, {"D1 tail 0": "D1 0 tail"}, "polarity", {"D1"}),
    "lif, control turned round": (LIF, {"axon 0 mem 0 1": "axon 0 0 mem 1"}, "swapped", {"E1"}),
    "lif, wrong start": (LIF, {"10n IC=0.1": "10n IC=0.9"}, "start", {"C1"}),
    "lif, leak at a node of its own": (LIF, {"R1 mem 0": "R1 men 0"}, "cut", {"R1"}),
    "lif, no uic": (LIF, {" uic": ""}, "start", {".tran"}),
}  # fmt: skip
RIGHT = {
    "rc, other order": (RC, {"R1 in out 10k\nC1 out 0 100n": "C1 out 0 100n\nR1 out in 10k"}),
    "rc, other units": (RC, {"10k": "0.01Meg", "100n": "1e5p", "5m 10m": "5000u .01"}),
    "rc, parameters": (RC, {"10k": "{tau/c}", "100n": "{c}", ".tran": ".param tau=1m c=100n\n.tran"}),
    "rc, resistors in series": (RC, {"R1 in out 10k": "Ra in mid 4k\nRb mid out 6k"}),
    "rc, capacitors in parallel": (RC, {"C1 out 0 100n": "Ca out 0 33n\nCb 0 out 67n"}),
    "rc, negative pulse the other way": (RC, {"V1 in 0 PULSE(0 1": "V1 0 in PULSE(0 -1"}),
    "rc, subcircuit": (RC, {"R1 in out 10k\nC1 out 0 100n": f"X1 in out low\n{LOW}"}),
    "rc, load before the resistor": (RC, {".tran": "R9 in 0 1k\n.tran"}),
    "lif, resistors in parallel": (LIF, {"R1 mem 0 1Meg": "R1 mem 0 2Meg\nR3 0 mem 2Meg"}),
    "lif, ammeter, two currents": (LIF, {"I1 0 mem DC 2u": "I1 0 x 1.5u\nI2 0 x 500n\nVm x mem 0"}),
}  # fmt: skip
NAMES = {"in": "a", "out": "b", "mem": "soma", "axon": "n7", "tail": "end1", "R1": "Rleak", "C1": "Cx", "S1": "Sfire"}


def written(text, changes):
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def renamed(text):
    """The same with other names of nodes and elements."""
    head, *cards = text.splitlines(keepends=True)
    return head + "".join(c if c[0] == "." else re.sub(r"\w+", lambda m: NAMES.get(m[0], m[0]), c) for c in cards)


@pytest.fixture
def answer(tmp_path, engine):
    def ask(reference, handed_in):
        for name, text in (("reference.cir", reference), ("mine.cir", handed_in)):
            (tmp_path / name).write_text(text)
        deck = read_own_as_written(tmp_path / "reference.cir", engine)
        names = [str(tmp_path / "mine.cir")]
        return next(answers(names, lambda n: read_own_as_written(n, engine), Asked(deck), engine))

    return ask


def test_there_are_forty():
    assert (len(MISTAKES), len(RIGHT)) == (30, 10)


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("also", [str, renamed], ids=["as it is", "renamed"])
def test_a_mistake_is_named(answer, mistake, also):
    text, changes, kind, who = MISTAKES[mistake]
    found = answer(text, also(written(text, changes)))
    names = {NAMES.get(n, n) if also is renamed and kind != "missing" else n for n in who}
    if kind == UNREAD:
        assert found.state == UNREAD
        assert all(f"{n!r} is there twice" in found.line for n in names), found.line
        return
    assert found.state == "different", found.line
    assert found.likeness.edits[0].kind == kind, found.line
    assert names <= {n for e in found.likeness.edits for n in e.names}, found.line
    assert len(found.likeness.edits) == 1, found.line


@pytest.mark.parametrize("version", RIGHT)
@pytest.mark.parametrize("also", [str, renamed], ids=["as it is", "renamed"])
def test_a_right_version_is_not_called_wrong(answer, version, also):
    text, changes = RIGHT[version]
    found = answer(text, also(written(text, changes)))
    assert found.state == "same", found.line
