"""Laws that jump, and laws that only an input moves: nothing happens between two steps of the model unseen."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from lapicque.analysis import compare, result, solve
from lapicque.circuits import (
    PWL,
    B,
    C,
    Circuit,
    Comparator,
    Constant,
    CurrentProbe,
    DesignError,
    Diode,
    EquationError,
    I,
    L,
    Mosfet,
    Noise,
    Probe,
    PulseTrain,
    R,
    S,
    Sine,
    SpikeProbe,
    Step,
    V,
)
from lapicque.circuits.stimuli import evaluate
from lapicque.circuits.units import parse
from lapicque.netlists import Transient, simulate


def sensed(stimulus, law, r=10e3, c=100e-9, more=()):
    """A current law of an input u and of the node that it drives, an RC: R v' C = R law - v."""
    return Circuit("sensed").add(
        V("V1", "u", "0", stimulus), B("B1", "0", "x", law, {"u": "u", "v": "x"}), R("R1", "x", "0", r),
        C("C1", "x", "0", c), Probe("x", "x"), *more,
    )  # fmt: skip


def test_a_transistor_conducts_in_every_period():
    """Lowest drain voltage of each period: 4.5155 V by ngspice and by Radau."""
    circuit = Circuit("nmos").add(
        V("V1", "g", "0", Sine(0, 1, 10)), V("V2", "vdd", "0", 5), R("R1", "vdd", "d", "10k"),
        C("C1", "d", "0", "100n", ic=5), Mosfet("M1", "d", "g", "0", w=10e-6, l=1e-6), Probe("d", "d"),
    )  # fmt: skip

    def slope(t, v):
        drive = max(np.sin(20 * np.pi * t) - 0.7, 0.0)
        over = max(np.sin(20 * np.pi * t) - v[0] - 0.7, 0.0)
        return [((5 - v[0]) / 10e3 - 5e-4 * (1 + 0.02 * v[0]) * (drive**2 - over**2)) / 100e-9]

    run = solve_ivp(slope, (0, 0.5), [5.0], method="Radau", max_step=5e-4, rtol=1e-8, atol=1e-10, dense_output=True)
    times = np.linspace(0, 0.5, 5001)
    found = result(solve(circuit, 0.5), times)["d"].values
    assert found == pytest.approx(run.sol(times)[0], abs=1e-6)
    assert found[:-1].reshape(5, 1000).min(axis=1) == pytest.approx(5 * [4.5155], abs=1e-4)


def test_a_comparator_sees_every_period():
    circuit = Circuit("edges").add(
        V("V1", "a", "0", Sine(-0.2, 1, 10)), V("V2", "b", "0", 0.3), Comparator("U1", "a", "b", "out"),
        C("C1", "out", "0", "1n"), SpikeProbe("edge", "out", "0", 2.5),
    )  # fmt: skip
    edges = solve(circuit, 0.5).spikes(circuit.element("edge"))
    # u = 0.5 V above the middle at asin(0.5) = pi/6: a twelfth of the period, and the output follows within tau.
    assert edges == pytest.approx((1 / 12 + np.arange(5)) / 10, abs=3e-6)


def test_a_value_that_slides_along_a_jump_is_held_there_and_said():
    circuit = Circuit("slide").add(
        I("I1", "0", "a", "2u"), R("R1", "a", "0", "500k"), C("C1", "a", "0", "1n"),
        B("B1", "a", "0", "Piecewise((50e-6, v > 0.5), (0, True))", {"v": "a"}), Probe("a", "a"),
    )  # fmt: skip
    found = result(solve(circuit, "3m"), np.array([1e-4, 2.9e-3]))
    assert found["a"].values == pytest.approx([1 - np.exp(-0.2), 0.5], abs=1e-9)
    # It is there when 1 - e^(-t/tau) = 1/2.
    assert "slides along v_a - 0.5 = 0 from 346.6 us to 3 ms" in found.attrs["warning"]


def test_a_slide_ends_where_one_side_leads_away():
    """v is pulled to a jump at 0.5 V by up to 1 uA from each side; a ramp of current wins when it reaches 2 uA."""
    circuit = Circuit("ends").add(
        I("I1", "0", "a", PWL((0, 10e-3), (0, 4e-6))), R("R1", "a", "0", "500k"), C("C1", "a", "0", "1n"),
        B("B1", "a", "0", "1e-6*sign(v - 0.5)", {"v": "a"}), Probe("a", "a"),
    )  # fmt: skip
    solution = solve(circuit, "10m")
    slides = [s for s in solution.pieces if s.state.slides]
    assert slides[-1].end == pytest.approx(5e-3, rel=1e-6)  # i - v/R = 1 uA at i = 2 uA
    times = np.array([4.9e-3, 5.2e-3, 8e-3])
    s = times[1:] - 5e-3  # from there v' = (i - v/R - 1 uA) / C with i = 2 uA + 0.4 mA/s s
    after = 0.5 + 0.2 * (s - 0.5e-3 * (1 - np.exp(-s / 0.5e-3))) * 1e3
    assert solution.voltage("a", "0", times) == pytest.approx([0.5, *after], abs=1e-8)


def test_a_staircase_of_an_input_is_climbed_step_by_step():
    """floor of a ramp of 5 V in 50 ms into an RC of 1 ms: a sum of five shifted exponentials."""
    circuit = sensed(PWL((0, 50e-3), (0, 5)), "1e-4*floor(u)")
    times = np.linspace(1e-4, 49.9e-3, 500)
    steps = [np.where(times > k * 10e-3, 1 - np.exp(-(times - k * 10e-3) / 1e-3), 0) for k in range(1, 5)]
    assert result(solve(circuit, "50m"), times)["x"].values == pytest.approx(sum(steps), abs=1e-9)


def test_on_the_surface_for_good_a_law_has_its_own_value():
    at_rest = sensed(Constant(0.5), "1e-4*Piecewise((1, u > 0.5), (0, True)) + 3e-4*Heaviside(u - 0.5)")
    late = result(solve(at_rest, "20m"), np.array([20e-3]))["x"].values
    assert late == pytest.approx([1.5], rel=1e-6)  # not greater: 0; Heaviside(0) is a half


def test_a_removable_singularity_is_no_jump():
    """x / (1 - e^-x) by its series near zero: the run is as if there were no comparison, and does not slide."""
    series = sensed(Sine(0, 0.3, 100, 0.1), "1e-4*Piecewise((1 + u/2, Abs(u) < 1e-6), (u/(1 - exp(-u)), True))")
    plain = sensed(Sine(0, 0.3, 100, 0.1), "1e-4*u/(1 - exp(-u))")
    times = np.linspace(1e-3, 30e-3, 97)
    found = result(solve(series, "30m"), times)
    assert found["x"].values == pytest.approx(result(solve(plain, "30m"), times)["x"].values, abs=1e-8)
    assert "warning" not in found.attrs


def test_a_jump_without_a_capacitor_that_contradicts_itself_is_refused():
    chatter = Circuit("c").add(
        V("V1", "a", "0", 1), R("R1", "a", "b", 1e3), S("S1", "b", "0", "b", "0", 0.5, 0.1, 1, 1e9),
        B("B1", "a", "0", "1e-6*tanh(v)", {"v": "x"}), C("C1", "x", "0", 1e-9), R("R2", "a", "x", 1e3),
        B("B2", "x", "0", "1e-6*tanh(v)", {"v": "x"}),
    )  # fmt: skip
    with pytest.raises(DesignError, match="'S1' open and close without end"):
        solve(chatter, 1e-3)


LAWS = {
    "narrow": ("1e-4*(1 + tanh((u - {c})/{w}))/2", lambda u, v, c, w: 5e-5 * (1 + np.tanh((u - c) / w)), False),
    "window": (
        "1e-4*(tanh((u - {c})/{w}) - tanh((u - {c} - 20*{w})/{w}))",
        lambda u, v, c, w: 1e-4 * (np.tanh((u - c) / w) - np.tanh((u - c - 20 * w) / w)), False,
    ),
    "bump": (
        "1e-4*exp(-((u - {c})/{w})**2)*(2 - v)",
        lambda u, v, c, w: 1e-4 * np.exp(-(((u - c) / w) ** 2)) * (2 - v), False,
    ),
    "kink": ("1e-4*Max(0, u - {c})**2*(2 - v)", lambda u, v, c, w: 1e-4 * max(0, u - c) ** 2 * (2 - v), False),
    "jump": ("1e-4*Piecewise((1, u > {c}), (v/9, True))", lambda u, v, c, w: 1e-4 * (1 if u > c else v / 9), True),
    "sign": ("1e-4*sign({c} - u)*(3 - v)", lambda u, v, c, w: 1e-4 * np.sign(c - u) * (3 - v), True),
}  # fmt: skip
STIMULI = {
    "sine": lambda g: Sine(g.uniform(-0.5, 0.5), g.uniform(0.5, 1), g.uniform(20, 60), g.uniform(0, 6)),
    "pulses": lambda g: PulseTrain(-1, 1, g.uniform(0, 9e-3), g.uniform(2e-4, 5e-3), 12e-3, 5, g.uniform(1e-6, 1e-3)),
    "noise": lambda g: Noise(0.5, 50e-3, 2e-3, 0, int(g.integers(1000))),
    "ramp": lambda g: PWL((0, 20e-3, 50e-3), (-1, g.uniform(0.5, 1), -1)),
    "step": lambda g: Step(-1, 1, g.uniform(0, 40e-3), g.uniform(1e-7, 1e-3)),
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("stimulus", STIMULI)
def test_random_laws_of_an_input_against_another_integrator(law, stimulus):
    """Every law under every stimulus, held against Radau that takes short steps and stops at each bend and crossing."""
    text, function, jumps = LAWS[law]
    g = np.random.default_rng([len(law), ord(law[0]), ord(stimulus[0])])
    source, c, w = STIMULI[stimulus](g), round(g.uniform(-0.4, 0.45), 3), round(10 ** g.uniform(-3, -1), 4)
    tau = 10 ** g.uniform(-4, -2.5)
    stop = 50e-3
    circuit = sensed(source, text.format(c=c, w=w), c=tau / 10e3)
    times = np.linspace(0, stop, 501)[1:]
    found = result(solve(circuit, stop), times)["x"].values

    def slope(t, v, u):
        return [(10e3 * function(u(t), v[0], c, w) - v[0]) / tau]

    value = np.zeros(1)
    expected = np.full(len(times), np.nan)
    for a, b in corners(source, stop, [c, c + 20 * w] if law == "window" else [c]):

        def inside(t, a=a, b=b):  # a law that jumps at an end of the piece has there the value of the piece
            return float(evaluate(source, min(max(t, a + 1e-9 * (b - a)), b - 1e-9 * (b - a))))

        fast = np.max(np.abs(np.diff(evaluate(source, np.linspace(a, b, 50)))), initial=0) * 49 / (b - a)
        narrow = w / fast / 2 if fast and not jumps and law != "kink" else np.inf
        run = solve_ivp(
            slope, (a, b), value, method="DOP853", args=(inside,), rtol=1e-10, atol=1e-12, dense_output=True,
            max_step=max(min((b - a) / 4, narrow, 2e-3), (b - a) / 4000),
        )  # fmt: skip
        here = (times > a) & (times <= b)
        expected[here] = run.sol(times[here])[0] if here.any() else 0
        value = run.y[:, -1]
    assert found == pytest.approx(expected, abs=2e-6)


def corners(source, stop, levels):
    """Pieces between the bends of a stimulus and its crossings of some levels."""
    from scipy.optimize import brentq

    fine = np.unique([*np.linspace(0, stop, 20001), *(t for t in source.breakpoints()[0] if t < stop)])
    ends = {0.0, stop, *(t for t in source.breakpoints()[0] if t < stop)}
    for level in levels:
        over = evaluate(source, fine) - level
        ends |= {
            brentq(lambda t, level=level: float(evaluate(source, t)) - level, fine[k], fine[k + 1], xtol=1e-15)
            for k in np.flatnonzero(over[:-1] * over[1:] < 0)
        }
    ordered = sorted(ends)
    return [(a, b) for a, b in pairwise(ordered) if b - a > 1e-12]


ZERO = {
    "-1m*(u>0)": lambda u: u > 0, "-1m*floor(u)": np.floor, "-1m*sgn(u)": np.sign,
    "u>0 ? -1m*u : 1m*(1+u)": lambda u: np.where(u > 0, u, -1 - u),
    "-1m*(u==0)": lambda u: 0 * u, "-1m*(u!=0)": lambda u: 0 * u + 1,
}  # fmt: skip


@pytest.mark.parametrize("law", ZERO)
@pytest.mark.parametrize(("frequency", "offset"), [(50, 0), (60, 0), (100, 0.2), (150, 0)])
def test_a_law_that_jumps_at_zero_is_followed_through_it(law, frequency, offset):
    """Nothing is large at the moment at which everything is zero; a filter of 1 ms solved on a fine grid."""
    circuit = Circuit("zero").add(
        V("V1", "u", "0", Sine(offset, 1.5, frequency)), B("B1", "m", "0", law, {"u": "u"}), R("R1", "m", "0", "1k"),
        C("C1", "m", "0", "1u"), Probe("m", "m"),
    )  # fmt: skip
    times = np.linspace(0, 40e-3, 40_001)
    drive = ZERO[law](offset + 1.5 * np.sin(2 * np.pi * frequency * (times[1:] + times[:-1]) / 2)) * 1.0
    kept = np.exp(-1e-3)
    expected = np.zeros(len(times))
    for k, now in enumerate(drive):
        expected[k + 1] = expected[k] * kept + now * (1 - kept)
    found = solve(circuit, "40m").voltage("m", "0", times[::100])
    assert found == pytest.approx(expected[::100], abs=2e-3)  # measured 6.7e-4: jumps lie within a step of the grid


def test_a_state_passes_zero_where_a_law_jumps():
    circuit = Circuit("sign").add(
        V("V1", "u", "0", Sine(0, 2.7, 200)), R("R1", "u", "m", "1k"), C("C1", "m", "0", "100n"),
        B("B1", "m", "0", "-1m*sgn(m)", {"m": "m"}), Probe("m", "m"),
    )  # fmt: skip
    run = solve_ivp(
        lambda t, m: (2.7 * np.sin(400 * np.pi * t) - m + np.sign(m)) / 1e-4, (0, 20e-3), [0.0], max_step=1e-6
    )
    times = np.linspace(1e-3, 20e-3, 50)
    found = solve(circuit, "20m").voltage("m", "0", times)
    # Measured 4.7e-3: the other one steps over the jump, up to 1 us late at 20 kV/s.
    assert found == pytest.approx(np.interp(times, run.t, run.y[0]), abs=1.4e-2)


def test_a_law_that_leads_back_only_later_gets_its_width():
    """The guard `v < 0.5` means nothing before u has passed 0.1: ngspice ran to its limit of time there."""
    law = B("B1", "v", "0", "1m*(v-(u>0.1 && v<0.5))", {"u": "u", "v": "v"})
    for u in (Step(0, 1, "1m", "10u"), Sine(0, 1, 500)):
        circuit = Circuit("later").add(V("V1", "u", "0", u), law, C("C1", "v", "0", "100n"), Probe("v", "v"))
        solution = solve(circuit, "5m")
        assert "slides along v_v - 0.5 = 0" in solution.said
        assert compare(solution, simulate(circuit, Transient("5m"))).passed


def test_where_a_circuit_is_held_currents_below_the_rounding_of_voltages_are_none():
    """A law of 0.5 mA within 0.65 uV turns the last digit of 0.65 V into 1e-13 A: Newton's method found no end."""
    circuit = Circuit("held").add(
        V("V1", "in", "0", Sine(0, 1.16, 199, 0.202)), R("R1", "in", "x", 1650), C("C1", "x", "0", 3.62e-6),
        B("B1", "in", "x", "a if u < b else -a/2", {"u": "x"}, {"a": 6.95e-4, "b": 0.65}),
        Probe("x", "x"), CurrentProbe("i", "V1"),
    )  # fmt: skip
    solution, run = solve(circuit, 0.0509), simulate(circuit, Transient(0.0509))
    assert "slides" in solution.said
    assert len(run["time"]) < 100_000
    assert compare(solution, run).passed


@pytest.mark.parametrize(("law", "start", "when"), [
    ("exp(1000*x)", 0.0, 1e-9),
    ("1m*x*x", 1.0, 1e-3),
    ("1m*x", 1e-6, 1e-3 * np.log(1e36)),
])  # fmt: skip
def test_what_grows_without_bound_is_refused_at_its_time(law, start, when):
    """1 uF under a law of its own voltage: C/1000 of a volt, C/(1 mA/V^2), and a growth by e a millisecond."""
    circuit = Circuit("away").add(
        V("V1", "u", "0", 1), B("B1", "0", "x", law, {"x": "x"}), C("C1", "x", "0", "1u", start), Probe("x", "x")
    )
    with pytest.raises(EquationError, match="runs away at .*: v_x grows without bound") as refused:
        solve(circuit, 1.01 * when)
    told = str(refused.value).split("at ")[1].split(":")[0]
    assert parse(told) == pytest.approx(when, rel=0.02)


@pytest.mark.parametrize("scale", ["w", "abs(w)", "(w + 0.5)"])
def test_a_jump_whose_height_is_zero_at_the_start_gets_its_width(scale):
    """The voltage that scales the jump is made by the run itself: ngspice chattered at it without end."""
    law = B("B1", "a", "0", f"1e-3*v + 1e-3*{scale}*sign(v)", {"v": "a", "w": "b"})
    circuit = Circuit("scaled").add(
        I("I1", "0", "a", PWL([0, 1e-3, 2e-3, 2.5e-3], [0, 2e-3, -1e-3, 0])), C("C1", "a", "0", "1u"), law,
        R("R1", "a", "b", "2k"), C("C2", "b", "0", "0.5u"), Probe("a", "a"),
    )  # fmt: skip
    solution, run = solve(circuit, 4e-3), simulate(circuit, Transient(4e-3))
    assert len(run["time"]) < 10_000
    assert compare(solution, run).passed


def test_a_converter_whose_fastest_time_constant_is_picoseconds_is_followed():
    """200 pF behind a conducting diode: LSODA took it for not stiff, with steps of 5 ps, and did not end."""
    circuit = Circuit("boost").add(
        V("V1", "in", "0", 5), R("Rl", "in", "q", 0.5), L("L1", "q", "x", "100u"),
        V("Vc", "c", "0", PulseTrain(0, 5, "5u", "10u", "25u", 60, "20n")),
        S("S1", "x", "0", "c", "0", 2.5, 1, 0.1, 1e7),
        Diode("D1", "x", "o", 1e-10, 1.2), C("Cx", "x", "0", "200p", 5), C("Co", "o", "0", "10u", 5),
        R("Ro", "o", "0", 50), Probe("o", "o"),
    )  # fmt: skip
    solution = solve(circuit, 2e-4)
    assert len(solution.pieces) < 20_000
    found = compare(solution, simulate(circuit, Transient(2e-4)))
    assert found.passed
    assert next(m.value for m in found.metrics if "waveform" in m.name) < 1e-6
