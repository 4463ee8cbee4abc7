import pytest

from lapicque.analysis import summarise, verify, verify_many
from lapicque.circuits import UnknownNameError


def test_the_same_on_one_core_and_on_two(engine):
    names = ["rc_low_pass", "nagumo", "psp_charge"]
    one, two = (list(verify_many(names, workers=w)) for w in (1, 2))
    assert [s.name for s in one] == [s.name for s in two] == names
    for a, b in zip(one, two, strict=True):
        assert a.passed
        assert [m.name for m in a.metrics] == [m.name for m in b.metrics]
        assert [m.value for m in a.metrics] == pytest.approx([m.value for m in b.metrics], rel=1e-6)
    alone = summarise(verify("nagumo", engine))
    assert alone.data["metrics"] == one[1].data["metrics"]
    assert alone.schematic.startswith("<?xml") or "<svg" in alone.schematic


def test_errors_come_through():
    with pytest.raises(UnknownNameError):
        list(verify_many(["rc_low_pass", "no such"], workers=2))
