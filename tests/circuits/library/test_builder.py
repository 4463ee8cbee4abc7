"""What a sweep builds its circuits with: the same as `build`, run by run."""

import pytest

from lapicque.circuits import LapicqueError, Step
from lapicque.circuits.library import build, builder

CASES = [
    ("lif_switch", {}, {"R1": 9e5}),
    ("lif_switch", {"v_th": 0.8, "preset": "breadboard"}, {"R1": 9e5, "C1": 1.1e-8, "r_on_S_reset": 90.0}),
    ("lif_switch", {"R1": "1.1Meg"}, {"v_th": 0.7}),
    ("lif_latch", {"preset": "chip"}, {"t_ref": 1e-3, "R1": 1.9e10}),
    ("lif_switch", {"I1": Step(0, 1.5e-6, 1e-3)}, {"C1": 2e-8, "S_hold.r_on": 80.0}),
    ("rc", {}, {}),
]


@pytest.mark.parametrize(("name", "common", "values"), CASES)
def test_it_builds_what_build_builds_again_and_again(name, common, values):
    made = builder(name, common, tuple(values))
    for part in (1.0, 1.01):
        changed = {k: part * v for k, v in values.items()}
        assert made(changed) == build(name, {**common, **changed})


REFUSED = [
    ("lif_switch", {}, {"R1": -1.0}),
    ("lif_switch", {}, {"R7": 1.0}),
    ("lif_switch", {"R7": 1.0}, {"R1": 1e6}),
    ("lif_switch", {"v_th": 9.0}, {"R1": 1e6}),
    ("lif_switch", {}, {"v_th": -1.0}),
    ("lif_switch", {}, {"r_on_S_reset": 1e5}),
]


@pytest.mark.parametrize(("name", "common", "values"), REFUSED)
def test_it_refuses_what_build_refuses_in_the_same_words_each_time(name, common, values):
    made = builder(name, common, tuple(values))
    with pytest.raises(LapicqueError) as wanted:
        build(name, {**common, **values})
    for _ in range(2):
        with pytest.raises(type(wanted.value)) as found:
            made(values)
        assert str(found.value) == str(wanted.value)


def test_a_run_that_is_refused_leaves_the_next_one_alone():
    made = builder("lif_switch", {}, ("R1",))
    with pytest.raises(LapicqueError):
        made({"R1": -1.0})
    assert made({"R1": 9e5}) == build("lif_switch", {"R1": 9e5})
