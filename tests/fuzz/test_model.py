"""Random circuits of every kind: the numerical model against the dense oracle."""

import pytest
from fuzz.case import Case, make
from fuzz.guard import WORST
from fuzz.judge import judge
from fuzz.kinds import KINDS

SEEDS = range(1000, 1016)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_the_model_says_is_right_or_refused(kind, seed):
    made = judge(make(kind, seed))
    assert made.verdict not in WORST, "\n".join([*map(str, made.legs), made.case.python()])


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_is_made_again_and_read_back(kind):
    case = make(kind, 0)
    assert make(kind, 0).json() == case.json()
    assert Case.read(case.json()).json() == case.json()
