"""Learning rules: the circuit against the exact event-driven model, its window, and what it is for."""

import numpy as np
import pytest
from oracles.learning import dopamine_stdp, pair_stdp, resume_learning, triplet_stdp

from lapicque.analysis import solve
from lapicque.circuits import CircuitError, DesignError, QuantityError, UnknownNameError
from lapicque.circuits.library.learning_experiments import resume_times, reward_chooses, stdp_early
from lapicque.circuits.library.learning_parts import APART, bench, trace, weight
from lapicque.circuits.library.resume import resume
from lapicque.circuits.library.stdp import stdp
from lapicque.circuits.library.stdp_dopamine import stdp_dopamine
from lapicque.circuits.library.stdp_triplet import stdp_triplet
from lapicque.circuits.library.synapse_parts import WIDTH
from lapicque.netlists import Job, Transient


def trains(count, seed, gap=0.02):
    """Random pre and post spikes that follow each other at random, none within 0.3 ms of another."""
    rng = np.random.default_rng(seed)
    pre = np.cumsum(2e-3 + rng.exponential(gap, count))
    post = np.sort(pre + rng.normal(1e-3, 12e-3, count))
    post = post[np.insert(np.diff(post) > 3e-4, 0, True) & (post > 1e-3)]
    return pre, post[[np.min(np.abs(pre - t)) > 3e-4 for t in post]]


def final(engine, circuit, stop):
    return float(engine.run(circuit, Transient(stop))["w"][-1])


@pytest.mark.parametrize("kind", ["additive", "multiplicative"])
def test_a_thousand_pairings(engine, kind):
    """Weight after each of some 2,000 spikes, ngspice against the exact model; asked are 1e-3 of the range."""
    pre, post = trains(1000, 1)
    run = engine.run(stdp(kind, pre, post), Transient(max(pre[-1], post[-1]) + 0.01))
    exact = pair_stdp(pre, post, 0.005, 0.00525, 0.02, 0.02, kind=kind)
    found = np.interp(exact[:, 0] + 3 * 20e-6, run["time"].values, run["w"].values)
    assert np.max(np.abs(found - exact[:, 1])) < 6e-5  # measured 2.0e-5, times 3


def test_triplets(engine):
    pre, post = trains(300, 2)
    circuit = stdp_triplet(pre, post)
    exact = triplet_stdp(pre, post, 5e-10, 6.2e-3, 7e-3, 2.3e-4, 16.8e-3, 101e-3, 33.7e-3, 125e-3)
    assert final(engine, circuit, max(pre[-1], post[-1]) + 0.01) == pytest.approx(exact[-1, 1], abs=1e-3)


def test_dopamine(engine):
    pre, post = trains(100, 3, 0.05)
    reward = np.arange(0.5, pre[-1], 1.7)
    rule = {"a_plus": 0.02, "a_minus": 0.02, "baseline": 0.05}
    circuit = stdp_dopamine(pre, post, reward, **rule)
    stop = max(pre[-1], post[-1], reward[-1]) + 1e-3
    exact = dopamine_stdp(pre, post, [*reward, stop], 0.02, 0.02, 0.02, 0.02, 1.0, 0.2, 0.05)
    assert abs(exact[-1, 1] - 0.5) > 5e-3  # it did learn
    assert final(engine, circuit, stop) == pytest.approx(exact[-1, 1], abs=1e-3)


def test_resume_rule(engine):
    pre, post = trains(200, 4)
    teacher = post[:-1] + 2e-3
    teacher = teacher[[np.min(np.abs(np.concatenate([pre, post]) - t)) > 3e-4 for t in teacher]]
    teacher = teacher[np.insert(np.diff(teacher) > 3e-4, 0, True)]
    circuit = resume(pre, post, teacher, a=1e-4, amplitude=0.004)
    exact = resume_learning(pre, post, teacher, 1e-4, 0.004, 0.01)
    assert final(engine, circuit, max(pre[-1], post[-1]) + 0.01) == pytest.approx(exact[-1, 1], abs=1e-3)


DELAYS = np.array([-60, -40, -25, -15, -8, -4, -1, 1, 4, 8, 15, 25, 40, 60]) * 1e-3


def test_the_window_of_pair_stdp(engine):
    """One pair each: a_plus e^(-dt/tau_plus), -a_minus e^(dt/tau_minus) (Song, Miller and Abbott 2000)."""
    circuits = [stdp("additive", (0.1,), (0.1 + d,), tau_minus=0.034) for d in DELAYS]
    runs = engine.run_many([Job(c, Transient(0.2)) for c in circuits])
    change = np.array([float(r["w"][-1]) - 0.5 for r in runs])
    window = np.where(DELAYS > 0, 0.005 * np.exp(-DELAYS / 0.02), -0.00525 * np.exp(DELAYS / 0.034))
    assert change == pytest.approx(window, abs=1e-5)  # a five-hundredth of its height


PAIR = np.where(DELAYS > 0, 0.005 * np.exp(-DELAYS / 0.02), -0.00525 * np.exp(DELAYS / 0.02))


def test_the_multiplicative_window_shrinks_towards_the_ends(engine):
    """Rubin, Lee and Sompolinsky 2001: steps up times 1 - w, steps down times w."""
    circuits = [stdp("multiplicative", (0.1,), (0.1 + d,), start=0.8) for d in DELAYS]
    change = np.array([float(r["w"][-1]) - 0.8 for r in engine.run_many([Job(c, Transient(0.2)) for c in circuits])])
    assert change == pytest.approx(PAIR * np.where(DELAYS > 0, 0.2, 0.8), abs=1e-5)


def test_the_window_of_a_lone_triplet_pair(engine):
    """A pair alone has no triplet: only a2_minus is seen (a2_plus of this set is nothing)."""
    circuits = [stdp_triplet((0.1,), (0.1 + d,)) for d in DELAYS]
    change = np.array([float(r["w"][-1]) - 0.5 for r in engine.run_many([Job(c, Transient(0.2)) for c in circuits])])
    assert change == pytest.approx(np.where(DELAYS > 0, 0.0, -7e-3 * np.exp(DELAYS / 33.7e-3)), abs=2e-5)


def test_the_window_of_the_eligibility_and_what_a_reward_makes_of_it(engine):
    """c holds the pair's window, decaying with 1 s; a reward at 0.5 s turns it into weight: tau c n in closed form."""
    circuits = [stdp_dopamine((0.1,), (0.1 + d,), (0.5,), a_plus=0.1, a_minus=0.15) for d in DELAYS]
    runs = list(engine.run_many([Job(c, Transient(2.0)) for c in circuits]))
    second = 0.1 + np.maximum(DELAYS, 0.0)
    window = np.where(DELAYS > 0, 0.1 * np.exp(-DELAYS / 0.02), -0.15 * np.exp(DELAYS / 0.02))
    at = [float(np.interp(0.45, r["time"], r["c"])) for r in runs]
    assert at == pytest.approx(window * np.exp(-(0.45 - second)), abs=2e-4)
    both = 1 / (1 / 1.0 + 1 / 0.2)
    gained = window * np.exp(-(0.5 - second)) * both * (1 - np.exp(-1.5 / both))
    assert [float(r["w"][-1]) - 0.5 for r in runs] == pytest.approx(gained, abs=2e-4)


def test_the_window_of_resume(engine):
    """Teacher after input by d: a + A e^(-d/tau); before it: a alone. The neuron's own spike takes off the same."""
    for sign, trains_of in ((1, lambda t: ((), (t,))), (-1, lambda t: ((t,), ()))):
        circuits = []
        for d in DELAYS:
            post, teacher = trains_of(0.1 + d)
            circuits.append(resume((0.1,), post, teacher, a=0.002, amplitude=0.02))
        runs = engine.run_many([Job(c, Transient(0.2)) for c in circuits])
        change = np.array([float(r["w"][-1]) - 0.5 for r in runs])
        window = 0.002 + np.where(DELAYS > 0, 0.02 * np.exp(-DELAYS / 0.01), 0.0)
        assert change == pytest.approx(sign * window, abs=3e-5)


COINCIDENT = {
    "additive": lambda pre, post: stdp("additive", pre, post),
    "multiplicative": lambda pre, post: stdp("multiplicative", pre, post, a_plus=0.1, a_minus=0.1),
    "triplet": stdp_triplet,
    "dopamine": lambda pre, post: stdp_dopamine(pre, post, (0.06,)),
    "resume": lambda pre, post: resume(pre, post, post),
}


@pytest.mark.parametrize("rule", COINCIDENT)
def test_spikes_that_coincide_change_nothing(rule):
    """Neither side sees the other, as in NEST's stdp_synapse; nor does a teacher whose neuron fires with it."""
    circuit = COINCIDENT[rule]((0.05,), (0.05,))
    assert solve(circuit, 0.3).voltage("w", "0", np.array([0.29]))[0] == pytest.approx(0.5, abs=1e-9)


def test_coincident_spikes_still_leave_their_traces():
    """A pair of equal times is discarded, not its spikes: each is paired with the next one."""
    pre, post = (0.05, 0.08), (0.05, 0.07)
    w = solve(stdp("additive", pre, post), 0.1).voltage("w", "0", np.array([0.099]))[0]
    window = 0.005 * np.exp(-0.02 / 0.02) - 0.00525 * (np.exp(-0.03 / 0.02) + np.exp(-0.01 / 0.02))
    assert w - 0.5 == pytest.approx(window, rel=1e-6)
    assert pair_stdp(pre, post, 0.005, 0.00525, 0.02, 0.02)[-1, 1] - 0.5 == pytest.approx(window, rel=1e-12)


def test_the_window_holds_down_to_two_events():
    """Nearer than that a pair counts in part."""
    for gap in (2.05 * WIDTH, 1e-4, 1e-3):
        for sign, size in ((1, 0.005), (-1, -0.00525)):
            w = solve(stdp("additive", (0.05,), (0.05 + sign * gap,)), 0.06).voltage("w", "0", np.array([0.059]))[0]
            assert w - 0.5 == pytest.approx(size * np.exp(-gap / 0.02), rel=1e-6)
    w = solve(stdp("additive", (0.05,), (0.05 + WIDTH,)), 0.06).voltage("w", "0", np.array([0.059]))[0]
    assert 0 < w - 0.5 < 0.005


def test_triplets_count_the_rate():
    """Pfister and Gerstner 2006, fig. 4: pre 10 ms before post weakens little at 1 Hz and strengthens at 50 Hz."""
    change = {}
    for rate in (1.0, 50.0):
        pre = 0.02 + np.arange(10) / rate
        found = triplet_stdp(pre, pre + 0.01, 5e-10, 6.2e-3, 7e-3, 2.3e-4, 16.8e-3, 101e-3, 33.7e-3, 125e-3)
        circuit = stdp_triplet(pre, pre + 0.01)
        w = solve(circuit, pre[-1] + 0.02).voltage("w", "0", np.array([pre[-1] + 0.019]))[0]
        assert w == pytest.approx(found[-1, 1], abs=1e-4)
        change[rate] = w - 0.5
    assert change[50.0] > 0.02 > abs(change[1.0])


def test_weights_stay_within_their_range():
    pre = 0.01 + 0.02 * np.arange(40)
    w = solve(stdp("additive", pre, pre + 1e-3, a_plus=0.2), 0.9).voltage("w", "0", np.linspace(0, 0.9, 2001))
    assert 1.0 - 1e-6 < w[-1] <= w.max() < 1.02


def test_stdp_finds_the_early_input():
    circuit = stdp_early()
    solution = solve(circuit, 1.2, 1e-6)
    spikes = solution.spikes(circuit.element("post.spike"))
    latency = spikes - 0.1 * np.floor(spikes / 0.1)
    weights = [solution.voltage(f"input {k}.w", "0", np.array([1.19]))[0] for k in (1, 2, 3, 4)]
    assert latency[-1] < latency[0] - 3e-3
    assert min(weights[:2]) > 0.95
    assert max(weights[2:]) < 0.05


def test_a_reward_one_second_later_picks_the_action():
    circuit = reward_chooses()
    solution = solve(circuit, 18.0, 1e-6)
    a, b = (solution.voltage(f"cue to {x}.w", "0", np.array([17.9]))[0] - 0.3 for x in "AB")
    assert a > 0.09
    assert abs(b) < 0.05 * a


def test_resume_reaches_the_asked_times():
    circuit = resume_times()
    solution = solve(circuit, 1.2, 1e-6)
    spikes = solution.spikes(circuit.element("post.spike"))
    for epoch in (8, 9, 10, 11):
        own = spikes[(spikes >= 0.1 * epoch) & (spikes < 0.1 * epoch + 0.1)] - 0.1 * epoch
        assert own == pytest.approx([0.0203, 0.0453], abs=0.5e-3), epoch


def test_rules_without_sense():
    with pytest.raises(CircuitError, match="has no weight"):
        bench("nothing", trace("r", "pre", 0.02), (0.1,), (0.2,), {})
    with pytest.raises(UnknownNameError, match="additive"):
        stdp("aditive")
    with pytest.raises(DesignError, match="whole range"):
        stdp(a_plus=1.5)
    with pytest.raises(QuantityError, match="between 0 and 1"):
        stdp(start=1.2)
    with pytest.raises(QuantityError, match="must rise"):
        stdp(pre=(0.1, 0.05))
    with pytest.raises(QuantityError, match="apart, or their events touch"):
        stdp(pre=(0.1, 0.1 + APART / 2))


def test_a_weight_may_start_at_the_ends_of_its_range():
    for end in (0.0, 1.0):
        assert weight(end)[0].ic == end
    for outside in (-1e-9, 1 + 1e-9):
        with pytest.raises(QuantityError, match="between 0 and 1"):
            weight(outside)
