import itertools

import pytest

from lapicque.circuits import DesignError, QuantityError, UnknownNameError
from lapicque.circuits.library import LIBRARY, build, entry, ladder
from lapicque.circuits.library.pre_post import several_pre, several_pre_real


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_every_circuit_is_well_wired_and_says_what_it_shows(name):
    assert build(name).check()
    assert LIBRARY[name].shows
    assert LIBRARY[name].stop > 0


GRADES = ["lif_switch", "lif_latch", "lif_comparator"]
IMPOSSIBLE = [
    ({"v_th": 6.0}, "out of reach of the supply"),
    ({"v_reset": 1.5}, "above v_reset"),
    ({"r_on": "10k"}, "reset cannot win"),
    ({"current": "1m"}, "reset cannot win"),
    ({"r_off": "2Meg"}, "leaks"),
]


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize(("changes", "words"), IMPOSSIBLE, ids=str)
def test_neurons_that_would_stick_are_refused(grade, changes, words):
    with pytest.raises(DesignError, match=words):
        build(grade, changes)


def test_design_rules_hold_for_elements_changed_one_by_one():
    with pytest.raises(DesignError, match="reset cannot win"):
        build("lif", {"r_on_S_reset": "10k"})
    with pytest.raises(DesignError, match="reset cannot win"):
        build("lif_switch", {"I1": "1m"})


def test_other_impossible_values():
    with pytest.raises(QuantityError, match="refractory period cannot be negative"):
        build("lif", {"t_ref": -1e-3})
    with pytest.raises(QuantityError, match="margin"):
        build("lif", {"margin": 0.7})
    with pytest.raises(DesignError, match="c_ref"):
        build("lif", {"c_ref": "1u"})
    with pytest.raises(DesignError, match="feedback"):
        build("lif_comparator", {"feedback": 0.3})
    for n in (0, -1, 2.5):
        with pytest.raises(QuantityError, match="stage"):
            ladder(n)
    with pytest.raises(QuantityError, match="jumps"):
        several_pre([[1e-3]], [0.1, 0.2])
    with pytest.raises(QuantityError, match="currents"):
        several_pre_real(["1u"], ["1u", "2u"])


def test_names_get_the_nearest_known_one():
    with pytest.raises(UnknownNameError, match="Did you mean 'lif_latch'"):
        entry("lif_latc")
    with pytest.raises(UnknownNameError, match="Did you mean 'v_th'"):
        build("lif", {"vth": 1})
    with pytest.raises(UnknownNameError, match="Did you mean 'chip'"):
        build("lif", {"preset": "chips"})


def test_resistors_can_be_bought():
    import eseries

    for preset in ("breadboard", "chip"):
        value = build("lif", {"preset": preset, "t_ref": "3.3m"}).values["R_ref"]
        assert eseries.find_nearest(eseries.E24, value) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("name", [n for n, e in LIBRARY.items() if e.currents])
def test_the_currents_of_a_curve_rise_step_by_step(name):
    """Each of them is said to be of use between silence and the fastest firing: none is far from its neighbours."""
    currents = LIBRARY[name].currents
    assert currents[0] >= 0
    assert all(a < b <= 6 * a or a == 0 for a, b in itertools.pairwise(currents))
    assert build(name).with_values({"I1": currents[-1]}).sources["I1"] == currents[-1]


def test_a_name_is_repeated_whole_up_to_eighty_characters():
    for length, shown in ((80, "n" * 80), (81, "n" * 80 + "...")):
        with pytest.raises(UnknownNameError) as said:
            entry("n" * length)
        assert f"{shown!r}" in str(said.value)


def test_a_pre_neuron_may_be_silent_and_no_more_than_busy():
    assert "mem" in build("pre_post", {"count": 0}).nodes
    assert len(build("pre_post", {"count": 100_000, "gap": "1u"}).element("I_pre1").stimulus.times) == 100_000
    for count in (-1, 1.5, 100_001):
        with pytest.raises(QuantityError, match="whole number of spikes"):
            build("pre_post", {"count": count})


@pytest.mark.parametrize("name", ["rc_low_pass", "rc_high_pass", "rlc", "ladder"])
def test_linear_circuits_are_driven_by_a_step_of_one_volt(name):
    source = build(name).element("V1").stimulus
    assert (source.breakpoints()[1][0], source.breakpoints()[1][-1]) == (0.0, 1.0)


def test_an_open_switch_leaks_a_tenth_of_the_membrane_at_most():
    """The rule of the design, at its edge: 10 r is enough, 9.9 r is not."""
    assert build("lif_latch", {"r": "1Meg", "r_off": "10Meg"})
    with pytest.raises(DesignError, match="ten times r"):
        build("lif_latch", {"r": "1Meg", "r_off": "9.9Meg"})
