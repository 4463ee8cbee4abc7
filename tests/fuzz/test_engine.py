"""Random circuits of every kind: also the engine against bare ngspice, and our comparison of the two runs."""

import pytest
from fuzz.case import make
from fuzz.guard import WORST
from fuzz.judge import judge
from fuzz.kinds import KINDS

SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_ngspice_and_the_comparison_say_is_right_or_refused(kind, seed, engine):
    made = judge(make(kind, seed), engine)
    assert made.verdict not in WORST, "\n".join([*map(str, made.legs), made.case.python()])
