from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from lapicque.analysis import solve
from lapicque.circuits import C, Circuit, CircuitError, DesignError, Probe, QuantityError, R, UnknownNameError
from lapicque.circuits.library import build
from lapicque.circuits.library.adex import adex
from lapicque.circuits.library.events import event, one_shot
from lapicque.circuits.library.hodgkin_huxley import hodgkin_huxley
from lapicque.circuits.library.izhikevich import izhikevich
from lapicque.circuits.library.joining import join
from lapicque.circuits.library.lif_latch import lif_latch
from lapicque.circuits.library.synapse_conductance import conductance_synapse, graded_synapse, nmda_synapse
from lapicque.circuits.library.synapse_current import (
    alpha_synapse,
    charge_synapse,
    double_exponential_synapse,
    exponential_synapse,
)
from lapicque.circuits.library.synapse_dpi import dpi_synapse
from lapicque.circuits.library.synapse_parts import WIDTH, bench, event_source
from lapicque.circuits.library.synapse_passive import gap_junction, resistor_summing, resistor_synapse
from lapicque.circuits.library.synapse_short_term import short_term, tsodyks_markram_synapse

SYNAPSES = {
    "charge": charge_synapse, "exponential": exponential_synapse, "alpha": alpha_synapse,
    "double exponential": double_exponential_synapse, "conductance": conductance_synapse, "nmda": nmda_synapse,
    "graded": graded_synapse, "gap": gap_junction, "resistor": resistor_synapse, "dpi": dpi_synapse,
    "short-term": tsodyks_markram_synapse,
}  # fmt: skip


def psp(circuit, times):
    return solve(circuit, times[-1]).voltage("mem", "0", times)


TIMES = np.linspace(0.006, 0.06, 50)
MIDDLE = 5e-3 + WIDTH / 2 + WIDTH / 200  # edges take a hundredth of the width


def test_exponential_psp_is_the_textbooks():
    """w R tau_s/(tau_m - tau_s) (e^(-t/tau_m) - e^(-t/tau_s)), counted from the middle of the 20 us event."""
    t = TIMES - MIDDLE
    exact = 20e-12 * 1e8 * 5e-3 / (10e-3 - 5e-3) * (np.exp(-t / 10e-3) - np.exp(-t / 5e-3))
    assert psp(build("psp_exponential"), TIMES) == pytest.approx(exact, rel=1e-5)


def test_alpha_current_is_the_textbooks():
    t = TIMES - MIDDLE
    found = solve(build("psp_alpha"), 0.06).voltage("a", "0", TIMES)
    assert found == pytest.approx(t / 5e-3 * np.exp(1 - t / 5e-3), rel=1e-4)


def test_double_exponential_is_normalised():
    """NEURON's Exp2Syn with 2 and 6.3 ms: the conductance peaks at the weight."""
    circuit = bench("d", double_exponential_synapse("20p")).add(Probe("shape", "s", "q"))
    fine = np.linspace(0.005, 0.03, 200001)
    shape = solve(circuit, 0.03).voltage("s", "q", fine)
    gain = circuit.values["G_w"]
    assert gain * shape.max() == pytest.approx(20e-12, rel=1e-5)


def test_inhibition_pulls_down_and_shunting_does_nothing_at_rest():
    assert psp(bench("i", exponential_synapse("-20p")), TIMES).max() < 0
    assert psp(build("psp_conductance", {"reversal": "inhibitory"}), TIMES).min() < -65.5e-3
    assert np.abs(psp(build("psp_conductance", {"reversal": "shunting"}), TIMES) + 65e-3).max() < 1e-12


def test_conductances_saturate_at_their_reversal():
    """Each spike adds less than the one before (the driving force shrinks)."""
    circuit = build("psp_conductance", {"g": "20n"})
    heights = solve(circuit, 0.03).voltage("mem", "0", np.array([9.9e-3, 14.9e-3, 19.9e-3])) + 65e-3
    assert heights[1] - heights[0] > heights[2] - heights[1] > 0


def test_nmda_block_is_the_published_one():
    """Jahr and Stevens 1990: 1/(1 + [Mg] e^(-62 v)/3.57); against another solver."""

    def f(t, y):
        s, q, v = y
        e = 1.0 if 5e-3 <= t <= 5e-3 + WIDTH else 0.0
        open_ = (s - q) / (1 + np.exp(-62 * v) / 3.57)
        return [e / WIDTH - s / 0.1, e / WIDTH - q / 2e-3, (-1e-9 * open_ * v - (v + 65e-3) / 1e8) / 100e-12]

    edges = [0, 5e-3, 5e-3 + WIDTH, 0.06]
    y = [0.0, 0.0, -65e-3]
    for a, b in pairwise(edges):
        run = solve_ivp(f, (a, b), y, rtol=1e-10, atol=1e-14, dense_output=True, max_step=(b - a) / 5)
        y = run.y[:, -1]
    found = psp(bench("n", nmda_synapse(), (5e-3,), "-65m"), TIMES)
    assert found == pytest.approx(run.sol(TIMES)[2], abs=2e-8)  # edges of 0.2 us


def tsodyks(times, u0, tau_rec, tau_fac):
    """Tsodyks, Pawelzik and Markram 1998 event by event: what each spike releases."""
    x, u, last, released = 1.0, 0.0, None, []
    for t in times:
        if last is not None:
            x = 1 - (1 - x) * np.exp(-(t - last) / tau_rec)
            u *= np.exp(-(t - last) / tau_fac)
        u += u0 * (1 - u)
        released.append(u * x)
        x -= u * x
        last = t
    return np.array(released)


@pytest.mark.parametrize(("preset", "values"), [("depressing", (0.5, 0.8, 5e-3)), ("facilitating", (0.04, 0.1, 1.0))])
def test_short_term_plasticity_is_the_published_one(preset, values):
    circuit = short_term(preset)
    times = np.array([5e-3 + k * 0.05 for k in range(8)] + [5e-3 + 7 * 0.05 + 0.5])
    solution = solve(circuit, 1.0)
    late = times + 1.1 * WIDTH
    before = solution.voltage("s", "0", late - 1e-6)
    after = solution.voltage("s", "0", late + 1.2 * WIDTH)
    jump = after * np.exp((0.7 * WIDTH) / 3e-3) - before * np.exp(-(0.5 * WIDTH) / 3e-3)
    assert jump == pytest.approx(tsodyks(times, *values), rel=8e-3)  # 20 us of decay in 5 ms, while the events last


def test_dpi_is_linear_far_above_its_bias():
    """Bartolozzi and Indiveri 2007: the output is i_thr (i_w/i_tau - 1)."""
    found = []
    for w in ("50p", "100p", "200p"):
        circuit = build("dpi", {"i_w": w})
        equations = solve(circuit, 0.09)
        found.append(equations.values([equations.system.equations.currents["V_post"]], np.array([0.089]))[0, 0])
    assert (found[2] - found[1]) / (found[1] - found[0]) == pytest.approx(2.0, rel=0.02)


NEURONS = {"LIF": lif_latch, "HH": hodgkin_huxley, "AdEx": adex, "Izhikevich": izhikevich}


@pytest.mark.parametrize("synapse", SYNAPSES)
@pytest.mark.parametrize("pre", NEURONS)
def test_any_synapse_joins_any_neuron(pre, synapse):
    for post in NEURONS.values():
        made = join(NEURONS[pre](), SYNAPSES[synapse](), post(current=0.0))
        assert made.check()
        assert {"pre.mem", "post.mem"} <= set(made.nodes)


@pytest.mark.parametrize("pre", ["LIF", "AdEx", "HH"])
def test_a_spike_arrives_with_its_charge_after_its_delay(pre):
    """The post membrane, without a leak to speak of, is lifted by charge / C at every pre spike."""
    post = Circuit("post").add(C("C1", "mem", "0", "100p"), R("R1", "mem", "0", 1e15), Probe("mem", "mem"))
    neuron = NEURONS[pre]()
    made = join(neuron, charge_synapse("0.1p"), post, delay="2m")
    solution = solve(made, 0.06)
    spikes = solution.spikes(made.element("pre.spike"))
    spikes = spikes[spikes < 0.055]
    found = solution.voltage("post.mem", "0", np.array([spikes[0] + 1.9e-3, *(spikes + 2.2e-3)]))
    assert found[0] == pytest.approx(0.0, abs=1e-8)
    assert np.diff(found) == pytest.approx(np.full(len(spikes), 1e-3), rel=3e-3)


def test_what_cannot_be_joined():
    with pytest.raises(UnknownNameError, match="node of 'adex'"):
        join(adex(), charge_synapse(), adex(), membrane="soma")
    with pytest.raises(CircuitError, match="no spike probe"):
        join(adex().without("spike"), charge_synapse(), adex())
    with pytest.raises(CircuitError, match="has the ports pre and post"):
        join(adex(), Circuit("nothing"), adex())
    with pytest.raises(QuantityError, match="cannot come before"):
        event(0.5, WIDTH, -1e-3)
    with pytest.raises(QuantityError, match="two widths"):
        event(0.5, WIDTH, WIDTH)
    with pytest.raises(QuantityError, match="at least"):
        one_shot(0.5, "1u")


def test_synapses_that_cannot_work():
    with pytest.raises(DesignError, match="two equal ones are the alpha synapse"):
        double_exponential_synapse(tau_rise="5m", tau_decay="5m")
    with pytest.raises(QuantityError, match="tau"):
        exponential_synapse(tau=0)
    with pytest.raises(UnknownNameError, match="inhibitory"):
        conductance_synapse(reversal="inhibitry")
    with pytest.raises(DesignError, match="does not exceed the leak"):
        dpi_synapse(i_w="1p")
    with pytest.raises(DesignError, match="weak inversion"):
        dpi_synapse(i_w="1u")
    with pytest.raises(QuantityError, match="between 0 and 1"):
        tsodyks_markram_synapse(u=1.5)
    with pytest.raises(QuantityError, match="touch"):
        short_term(rate=2e4)
    with pytest.raises(QuantityError, match="one for each"):
        resistor_summing(["1k"], [1.0, 2.0])


def test_millmans_sum():
    v = solve(resistor_summing(), 0.1).voltage("mem", "0", np.array([0.1]))[0]
    exact = (1 / 100e3 - 0.5 / 47e3 + 2 / 220e3) / (1 / 100e3 + 1 / 100e3 + 1 / 47e3 + 1 / 220e3)
    assert v == pytest.approx(exact, rel=1e-6)


def test_an_event_has_unit_area():
    for width, delay in ((20e-6, 0.0), (20e-6, 1e-3), (100e-6, 0.0)):
        circuit = Circuit("e", (event_source((1e-3,), node="in", width=5e-6),))
        circuit = circuit.instance("e", event(0.5, width, delay), {"in": "in", "out": "out"})
        solution = solve(circuit, 4e-3)
        fine = np.linspace(0.9e-3, 4e-3, 400001)
        area = np.trapezoid(solution.voltage("out", "0", fine), fine)
        assert area == pytest.approx(width, rel=3e-3)  # measured 1.1e-3
