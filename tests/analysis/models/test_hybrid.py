"""The compiled loop of switched circuits: against the same run leg by leg, and its roots against those of a matrix."""

import numpy as np
import pytest
from fuzz.case import make
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import chebyshev
from oracles.both_ways import both_ways

from lapicque.analysis import Solution, solve
from lapicque.analysis.models import hybrid
from lapicque.analysis.models.compiled_hybrid import MOST_SWITCHES
from lapicque.analysis.models.rising import rises
from lapicque.circuits import C, Circuit, DesignError, G, L, LapicqueError, Probe, R, Ramp, S, V
from lapicque.circuits.library import build

ONE = st.floats(-1.2, 1.2).filter(lambda x: abs(abs(x) - 0.999) > 1e-4)
PLACES = st.lists(ONE, max_size=7, unique_by=lambda x: round(x, 3))


def padded(fit, degree):
    return np.pad(fit, (0, degree + 1 - len(fit)))


@given(PLACES, st.sampled_from([8, 16]), st.sampled_from([1.0, -1.0]), st.floats(-9, 9))
def test_rising_roots_are_those_of_the_polynomial(places, degree, way, size):
    """Every second root of a polynomial rises, counted from the last one, after which it has the sign of its first
    coefficient."""
    fit = padded(chebyshev.chebfromroots(places), degree) * way * 10**size if places else padded([way], degree)
    ordered = sorted(places, reverse=True)
    wanted = sorted(x for x in ordered[(0 if way > 0 else 1) :: 2] if abs(x) < 0.999)
    found = [x for x in rises(fit) if abs(x) < 0.999]
    assert found == pytest.approx(wanted, abs=2e-6)


@given(st.lists(st.floats(-1, 1), min_size=9, max_size=9), st.floats(0.2, 0.9))
def test_rising_roots_are_those_of_the_colleague_matrix(numbers, decay):
    fit = np.array(numbers) * decay ** np.arange(9)
    fit = np.where(np.abs(fit) < 1e-9, 0.0, fit)
    slope = chebyshev.chebder(fit)
    roots = chebyshev.chebroots(chebyshev.chebtrim(fit)) if np.any(fit[1:]) else np.zeros(0)
    real = np.sort(np.real(roots[np.abs(np.imag(roots)) < 1e-7]))
    steep = np.abs(chebyshev.chebval(real, slope)) > 1e-3
    wanted = [x for x, s in zip(real, steep, strict=True) if s and abs(x) < 0.999 and chebyshev.chebval(x, slope) > 0]
    found = np.array(rises(fit))
    for x in wanted:
        assert np.min(np.abs(found - x), initial=9.0) < 1e-6
    assert all(abs(chebyshev.chebval(x, fit)) < 1e-9 for x in found if abs(x) < 1)


@given(st.floats(-0.9, 0.9), st.lists(st.floats(-1, 1), min_size=4, max_size=4), st.floats(-6, 6))
def test_a_root_at_the_seam_of_two_panels_is_found(seam, rest, size):
    """f = (x - seam) g with g > 0: whatever rounding makes of its ends, one of the panels has it."""
    function = np.polynomial.Polynomial([-seam, 1.0]) * (np.polynomial.Polynomial(rest) ** 2 + 0.1) * 10**size
    nodes = np.cos(np.pi * (np.arange(17) + 0.5) / 17)
    back = np.linalg.inv(chebyshev.chebvander(nodes, 16))
    found = []
    for a, b in ((-1.0, seam), (seam, 1.0)):
        found += [a + (b - a) * (r + 1) / 2 for r in rises(back @ function(a + (b - a) * (nodes + 1) / 2))]
    assert found
    assert found == pytest.approx([seam] * len(found), abs=1e-9)


def test_a_touch_is_no_crossing_and_a_level_passed_flatly_is():
    x = np.zeros(9)
    touch, flat = padded(chebyshev.poly2cheb([0, 0, 1]), 8), padded(chebyshev.poly2cheb([0, 0, 0, 1]), 8)
    assert rises(touch) in ([], [pytest.approx(0.0, abs=1e-6)])  # from zero to above: what comes after it decides
    assert rises(-touch) == []
    assert rises(flat) == [pytest.approx(0.0, abs=1e-5)]
    assert rises(-flat) == []
    assert rises(x) == []


RUNS = [("lif_switch", 0.06), ("lif_latch", 0.06), ("pre_post", 0.02), ("rlc", 2e-3)]


def same(quick, slow):
    changes = [[(t.switch, t.closed) for t in s.transitions] for s in (quick, slow)]
    assert changes[0] == changes[1]
    times = [np.array([t.time for t in s.transitions]) for s in (quick, slow)]
    assert times[0] == pytest.approx(times[1], rel=1e-9, abs=1e-12 * quick.stop)
    moments = np.linspace(0, quick.stop, 97)[1:]
    away = np.min(np.abs(moments[:, None] - np.append(times[0], -1.0)), axis=1) > 1e-6 * quick.stop
    a, b = (s.states(moments[away]) for s in (quick, slow))
    swing = np.max(np.abs(b), axis=1, keepdims=True) + 1e-12
    assert np.max(np.abs(a - b) / swing, initial=0.0) < 1e-7


@pytest.mark.parametrize(
    ("name", "stop"), [("lif_switch", 0.06), ("lif_latch", 0.06), ("pre_post", 0.02), ("rlc", 2e-3)]
)
def test_the_library_runs_alike_both_ways(name, stop, monkeypatch):
    same(*both_ways(build(name), stop, hybrid, monkeypatch))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["switches", "relaxation", "coinciding", "stiff", "integrators"])
def test_random_circuits_run_alike_both_ways(kind, seed, monkeypatch):
    case = make(kind, seed)
    quick, slow = both_ways(case.circuit(), case.stop, hybrid, monkeypatch)
    assert str(quick) == str(slow)  # of a refused one its words
    if isinstance(quick, Solution):
        same(quick, slow)


def test_a_circuit_with_more_switches_than_the_table_holds_is_run_leg_by_leg():
    """A ramp of 1 V in 10 ms closes one switch after the other, each at its own level."""
    count = MOST_SWITCHES + 2
    levels = [(k + 1) / (count + 1) for k in range(count)]
    parts = [V("V1", "ramp", "0", Ramp(0, 100, 0, 1e-2))]
    for k, level in enumerate(levels):
        parts += [S(f"S{k}", "ramp", f"n{k}", "ramp", "0", level - 1e-3, 1e-3, 10, 1e9), C(f"C{k}", f"n{k}", "0", 1e-9)]
    solution = solve(Circuit("ramp", (*parts, Probe("end", "n0"))), 1e-2)
    assert [t.switch for t in solution.transitions] == [f"S{k}" for k in range(count)]
    assert [t.time for t in solution.transitions] == pytest.approx([1e-2 * level for level in levels])


def test_chatter_is_refused_in_the_loop_too():
    parts = (
        V("V1", "a", "0", 1.0), R("R1", "a", "b", 1e3), C("C1", "c", "0", 1e-9), R("R2", "c", "0", 1e3),
        S("S1", "b", "0", "b", "0", 0.5, 1e-6, 1.0, 1e9), Probe("b", "b"),
    )  # fmt: skip
    with pytest.raises(DesignError, match="without end"):
        solve(Circuit("buzzer", parts), 1e-3)


def test_what_runs_away_is_said():
    """x' = x / R C grows by ten in 2.3 ms, whatever the switch beside it does."""
    parts = (
        C("C1", "a", "0", 1e-6, ic=1.0), G("G1", "0", "a", "a", "0", 1e-3), Probe("a", "a"),
        S("S1", "a", "b", "a", "0", 1e3, 1.0, 1e6, 1e9), C("C2", "b", "0", 1e-9),
    )  # fmt: skip
    growing = Circuit("growing", parts)
    assert solve(growing, 5e-3).states(np.array([5e-3]))[0, 0] == pytest.approx(np.exp(5), rel=1e-5)
    with pytest.raises(LapicqueError, match="v_a"):
        solve(growing, 0.2)


@pytest.mark.parametrize("switched", [False, True])
def test_more_periods_than_can_be_followed_are_refused_at_once(switched):
    """1 / (2 pi sqrt(L C)) = 5 MHz without damping for a thousand seconds, with a switch that watches it or not."""
    parts = (C("C1", "a", "0", 1e-9, ic=1.0), L("L1", "a", "0", 1e-6), Probe("a", "a"), V("V1", "b", "0", 0.0))
    load = (R("R1", "c" if switched else "b", "0", 1e3), *[S("S1", "b", "c", "a", "0", 5.0, 1.0, 1.0, 1e9)][:switched])
    with pytest.raises(LapicqueError, match="more than can be followed"):
        solve(Circuit("ringing", (*parts, *load)), 1e3)


def test_pieces_are_the_same_whoever_asks_and_join_without_a_gap():
    solution = solve(build("lif_switch"), 0.06)
    pieces = solution.pieces
    count = len(pieces)  # before any is made
    assert [p.start for p in pieces] == [pieces[k].start for k in range(count)]
    assert [p.end for p in pieces[:-1]] == [p.start for p in pieces[1:]]
    assert (pieces[0].start, pieces[-1].end) == (0.0, 0.06)
    for piece in pieces:
        assert solution.states(np.array([piece.start]))[:, 0] == pytest.approx(piece.flow.start, rel=1e-12)


def test_what_the_last_run_went_through_changes_nothing_of_the_next():
    """Modes that are foreseen and not entered, and modes that are not foreseen: both give what a first run gives."""
    name, quiet = "lif_switch", {"I1": 0.5e-6}  # below the rheobase: it never fires
    first = solve(build(name), 0.06)
    silent = solve(build(name, quiet), 0.06)
    again = solve(build(name), 0.06)
    assert silent.transitions == []
    assert again.transitions == first.transitions
    assert (again.states(np.linspace(0, 0.06, 50)) == first.states(np.linspace(0, 0.06, 50))).all()
