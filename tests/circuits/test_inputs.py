"""Which source is the input where nobody says it."""

import pytest

import lapicque as lq
from lapicque.circuits.errors import DesignError
from lapicque.circuits.inputs import input_of

LOAD = (lq.R("R1", "a", "0", "1k"), lq.C("C1", "a", "0", "1u"))
SUPPLY, BIAS, OTHER = lq.V("Vdd", "dd", "0", 1), lq.I("Iin", "0", "a", "1u"), lq.I("I2", "0", "a", "1u")
TO_SUPPLY = lq.R("R2", "dd", "a", "1k")


@pytest.mark.parametrize(
    ("sources", "chosen"), [((BIAS,), "Iin"), ((SUPPLY, TO_SUPPLY), "Vdd"), ((SUPPLY, TO_SUPPLY, BIAS), "Iin")]
)
def test_the_only_one_is_it(sources, chosen):
    assert input_of(lq.Circuit("own", (*LOAD, *sources))) == chosen


@pytest.mark.parametrize("sources", [(), (BIAS, OTHER), (SUPPLY, TO_SUPPLY, BIAS, OTHER)])
def test_none_or_several_are_named(sources):
    with pytest.raises(DesignError, match="to say which is its input"):
        input_of(lq.Circuit("own", (*LOAD, *sources)))


def test_a_role_comes_first():
    circuit = lq.Circuit("own", (*LOAD, SUPPLY, TO_SUPPLY, BIAS), roles={"input": "Vdd"})
    assert input_of(circuit) == "Vdd"
