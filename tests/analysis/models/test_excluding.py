"""Panels that bounds exclude hold no crossing, and nearly all that hold none are excluded."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from lapicque.analysis.models import excluding, mode_tables
from lapicque.analysis.models.crossings import panels, upward
from lapicque.analysis.models.flow import Flow, basis
from lapicque.analysis.models.hybrid_steps import passings
from lapicque.analysis.models.inputs import straight
from lapicque.analysis.models.mode_tables import mode_table
from lapicque.analysis.models.panel_crossings import room
from lapicque.circuits.numeric.numeric import Mode

SEEDS = st.integers(0, 10**9)

# Only compiled code calls these; here Python does.
component, enter, next_panel = (
    njit(f.py_func) for f in (mode_tables.component, mode_tables.enter, excluding.next_panel)
)


class Stretch:
    """A stretch of a random mode with one control that is watched: its flow, and the same for the compiled loop."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        n, m = int(rng.integers(1, 5)), int(rng.integers(1, 3))
        rates = -(10.0 ** rng.uniform(-1, 4, n)) * np.where(rng.random(n) < 0.15, -1e-2 / n, 1.0)
        a = np.diag(np.where(rng.random(n) < 0.1, 0.0, rates))
        if n > 1 and rng.random() < 0.3:  # two of them ring
            a[0, 1], a[1, 0], a[1, 1] = (w := 10 ** rng.uniform(0, 2)), -w, a[0, 0]
        turned = np.eye(n) + 0.5 * rng.normal(size=(n, n)) * (rng.random() < 0.7)
        a = turned @ a @ np.linalg.inv(turned)
        b, c = rng.normal(size=(n, m)) * (rng.random((n, m)) < 0.7), rng.normal(size=n) * (rng.random() < 0.5)
        self.length = float(10 ** rng.uniform(-2, 0.5))
        self.basis = basis(Mode(a, b, c))
        self.start, self.u = rng.normal(size=n), rng.normal(size=m)
        self.du = rng.normal(size=m) * (rng.random(m) < 0.4)
        self.flow = Flow(self.basis, self.start, straight(self.u, self.du))
        self.k, self.m, self.offset = rng.normal(size=(1, n)), rng.normal(size=(1, m)) * (rng.random() < 0.3), 0.1
        self.sign, inside = float(rng.choice([-1, 1])), rng.uniform(-0.3, 1.3)
        values = self.control(np.concatenate([np.linspace(0, self.length, 301), np.geomspace(1e-6, self.length, 301)]))
        self.level = float(values.min() + inside * np.ptp(values))

    def control(self, s):
        return (self.k @ self.flow.states(s) + self.m @ self.flow.drive.at(s))[0] + self.offset

    def beyond(self, s):
        return self.sign * (self.control(s) - self.level)

    def table(self):
        one = np.ones((1, 1))
        guards = [(self.k, self.m, np.array([self.offset]))]
        return mode_table([self.basis], guards, self.sign * one, self.level * one, np.zeros(1, dtype=np.int64))

    def may_pass(self, a, b):
        table, memory = self.table(), room(len(self.start), len(self.u), 1)
        memory.here.u[:], memory.here.du[:] = self.u, self.du
        enter(table, 0, self.start, memory.here)
        memory.bounds.low[:] = memory.here.y
        memory.bounds.low[:] = [component(*parts, a) for parts in zip(table.rates[0], *memory.here[:3], strict=True)]
        start, end = next_panel(table, 0, memory.here, memory.margin, a, b, b - a, b - a, memory.bounds)
        assert start == end == b or (start, end) == (a, b)  # it is one panel
        return start < b


def sound(seed):
    """A stretch whose mode has eigenvectors; without them nothing is compiled."""
    stretch = Stretch(seed)
    return stretch if stretch.basis.vectors is not None else sound(seed + 1)


@given(SEEDS, st.floats(0, 1), st.floats(0, 1))
def test_where_a_control_may_not_pass_it_keeps_its_side(seed, one, other):
    """Against 400 looks at the flow itself."""
    stretch = sound(seed)
    a, b = sorted((one * stretch.length, other * stretch.length))
    if a < b and not stretch.may_pass(a, b):
        beyond = stretch.beyond(np.linspace(a, b, 400))
        assert (beyond < 0).all() or (beyond > 0).all()


@given(SEEDS)
def test_crossings_are_those_of_the_search_that_excludes_nothing(seed):
    stretch = sound(seed)
    ends = panels(stretch.basis.rates, np.zeros(0), stretch.length)
    wanted = [s for s in upward(stretch.beyond, ends) if 0 < s < stretch.length]
    found, memory = np.empty(4096), room(len(stretch.start), len(stretch.u), 1)
    rows = (stretch.start, stretch.u, stretch.du)
    span = np.array([[0.0, stretch.length]])
    count = passings(stretch.table(), np.zeros(1, dtype=np.int64), span, *(np.array([r]) for r in rows), memory, found)
    inside = [s for s in found[:count] if 0 < s < stretch.length]
    assert inside == pytest.approx(wanted, rel=1e-7, abs=1e-9 * stretch.length)


def test_nearly_all_panels_without_a_crossing_are_excluded():
    """Else the bounds would be right and of no use."""
    without = excluded = 0
    for seed in range(100):
        stretch = sound(seed)
        ends = panels(stretch.basis.rates, np.zeros(0), stretch.length)[:40]
        for a, b in itertools.pairwise(ends):
            beyond = stretch.beyond(np.linspace(a, b, 60))
            if (beyond < 0).all() or (beyond > 0).all():
                without += 1
                excluded += not stretch.may_pass(a, b)
    assert without > 400
    assert excluded > 0.7 * without
