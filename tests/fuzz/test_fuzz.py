"""A few hundred random circuits of `make fuzz`: nothing that lapicque says of them may be wrong without a word."""

import pytest
from fuzz.case import Case, make
from fuzz.guard import WORST
from fuzz.judge import judge
from fuzz.kinds import KINDS

MODEL = 8
"""Circuits a kind whose equations are run; ngspice runs some of them too."""
NGSPICE = 3


SETTLED = ("passive", "integrators")


def _cases(first: int, count: int) -> list[object]:
    return [pytest.param(kind, seed, id=f"{kind}-{seed}") for kind in SETTLED for seed in range(first, first + count)]


@pytest.mark.parametrize(("kind", "seed"), _cases(NGSPICE, MODEL - NGSPICE))
def test_model_against_dense_oracle(kind, seed):
    _assert_right(kind, seed, None)


@pytest.mark.parametrize(("kind", "seed"), _cases(0, NGSPICE))
def test_model_and_engine_against_oracle_and_bare_ngspice(kind, seed, engine):
    _assert_right(kind, seed, engine)


def _assert_right(kind, seed, engine):
    made = judge(make(kind, seed), engine)
    assert made.verdict not in WORST, "\n".join([*map(str, made.legs), made.case.python()])


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_is_made_again_and_read_back(kind):
    case = make(kind, 0)
    assert make(kind, 0).json() == case.json()
    assert Case.read(case.json()).json() == case.json()
