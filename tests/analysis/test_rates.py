"""Firing rates of circuits that are slow, adapt, rest or do not tell; against formulas."""

import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis import solve
from lapicque.analysis.firing import at_rest, told


def relaxing(c="1u", source="2u", **more):
    """1 Mohm, threshold 1 V, reset to 10 mV through 100 ohm: rheobase 1 uA."""
    parts = (
        lq.I("d", "0", "m", source), lq.R("R", "m", "0", "1Meg"), lq.C("C", "m", "0", c),
        lq.S("S", "m", "0", "m", "0", 0.505, 0.495, 100, "10G"), lq.SpikeProbe("sp", "m", "0", 0.5, True),
    )  # fmt: skip
    return lq.Circuit("relaxing", parts, **more)


@pytest.mark.parametrize("c", [1e-9, 1e-6, 1e-3])
def test_a_rate_does_not_depend_on_how_slow_a_neuron_is(c):
    """Between 10 mV and 1 V with the time constant R C, and back with r_on C: a run of 0.1 s sees none of 1 mF."""
    rate = 1 / (1e6 * c * np.log(1.99 / 1.0) + 100 * c * np.log(100))
    found = lq.fi_curve(relaxing(c), ["0.9u", "2u"])
    assert found.model[0] == 0
    assert found.model[1] == pytest.approx(rate, rel=2e-4)  # the leaking switch: 1e-4
    assert found.notes == ("", "")


def test_a_rate_that_a_run_does_not_tell_is_not_zero():
    found = lq.fi_curve(relaxing("1u"), ["2u"], stop="0.5")
    assert np.isnan(found.model[0])
    assert "no spike in 500 ms" in repr(found)


def test_a_membrane_that_swings_in_step_with_even_times_is_not_at_rest():
    """512 periods in 0.5 s under the threshold, +-0.02 V about 0.3 V; without the sine it rests from 10 ms on."""
    swinging, still = (solve(relaxing("1n", lq.Sine("0.3u", size, 1024)), 0.5) for size in ("0.15u", 0))
    assert not len(swinging.spikes("sp"))
    assert at_rest(still)
    assert not at_rest(swinging)


def test_an_adapting_neuron_is_run_until_its_intervals_are_alike():
    """adex, b and tau_w give its first intervals; the last ones of a ten times longer run are the rate."""
    found = lq.fi_curve("adex", [1e-9])
    assert found.model[0] == pytest.approx(lq.fi_curve("adex", [1e-9], stop=4.0).model[0], rel=2e-3)
    early = lq.fi_curve("adex", [1e-9], stop=0.06)
    assert early.model[0] > 1.05 * found.model[0]
    assert "differ" in early.notes[0]


def test_who_fires_a_few_times_and_rests_has_no_rate():
    spikes = np.array([0.01, 0.02, 0.03])
    assert told(spikes, 1.0, resting=True).rate == 0
    assert np.isnan(told(spikes, 1.0, resting=False).rate)
    assert told(spikes, 0.035, resting=True).rate == pytest.approx(100)


def test_the_formula_is_that_of_the_very_currents():
    """1 / (R C ln(I / (I - I_rh))) of Lapicque, near the rheobase where no line between points is it."""
    currents = np.array([1.0001e-6, 1.01e-6, 10e-6])
    found = lq.fi_curve(lambda i: lq.build("lif", {"current": i, "t_ref": 0}), currents)
    exact = 1 / (1e-2 * np.log(currents / (currents - 1e-6)))
    assert found.formula == pytest.approx(exact, rel=1e-12)
    shown = [float(line.split()[2]) for line in str(found).splitlines()[1:]]
    assert shown == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize(("silent", "firing", "said"), [
    ("10n", "500n", ["10 nA", "500 nA", "not at all and at", "larger firing"]),
    ("2u", "5u", ["at 2 µA it fires 44", "at 5 µA it fires 1", "smaller silent"]),
])  # fmt: skip
def test_a_bracket_without_a_rheobase_is_refused(silent, firing, said):
    with pytest.raises(lq.QuantityError) as error:
        lq.find_rheobase(relaxing("10n"), silent, firing, 0.6)
    for words in said:
        assert words in str(error.value).replace("uA", "µA")


def test_a_rheobase_between_a_silent_and_a_firing_current():
    assert lq.find_rheobase(relaxing("10n"), "0.5u", "5u", "0.3") == pytest.approx(1e-6, rel=2e-3)


def test_a_voltage_input_is_shown_in_volts():
    parts = (
        lq.V("Vin", "i", "0", 3.3), lq.R("R", "i", "m", "220k"), lq.C("C", "m", "0", "47n"),
        lq.S("S", "m", "0", "m", "0", 1.2, 0.8, "1k", "1G"), lq.SpikeProbe("spk", "m", "0", 1, True),
    )  # fmt: skip
    found = lq.fi_curve(lq.Circuit("relax", parts, roles={"input": "Vin"}), [1.5, 3.3])
    assert "1.5 V" in str(found)
    assert "voltage" in str(found)
    assert "voltage / V" in lq.plot(found).axes[0].get_xlabel()
    assert found.model[0] == 0  # it would have to reach 2 V
