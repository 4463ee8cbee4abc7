"""The equations derived from each circuit are the published ones, for every preset and every argument of its builder.

No run is needed for that: derived and printed slopes are evaluated at the same places, at the start and around it, with
everything else at rest. What comes in events (resets, spikes that arrive) is not in these slopes.
"""

import inspect
from contextlib import suppress

import numpy as np
import pytest
import sympy

from lapicque.analysis import solve
from lapicque.analysis.models.model import signal_expressions
from lapicque.circuits import LapicqueError
from lapicque.circuits.laws.law import expression
from lapicque.circuits.library import LIBRARY, build
from lapicque.circuits.library.hodgkin_huxley_target import _PAPERS as HODGKIN_HUXLEY
from lapicque.circuits.library.izhikevich import PATTERNS
from lapicque.circuits.library.morris_lecar import PRESETS as MORRIS_LECAR
from lapicque.circuits.library.synapse_short_term import PRESETS as SHORT_TERM
from lapicque.circuits.numeric.numeric import inputs_at
from lapicque.circuits.units import parse

PRESETS = {
    "hodgkin_huxley": HODGKIN_HUXLEY, "izhikevich": PATTERNS, "morris_lecar": MORRIS_LECAR, "short_term": SHORT_TERM,
}  # fmt: skip
EXACT = 1e-12
"""Rounding, of the largest slope."""
LEAKS = {
    "izhikevich": 3e-6, "izhikevich_2007": 5e-6, "exponential_if": 6e-5, "adex": 6e-6, "adaptive_threshold": 2e-8,
    "resonate_and_fire": 1e-4,
}  # fmt: skip
"""What the open reset still draws, as a part of the largest slope: measured, times three."""


def cases():
    """Every preset, and every number of a builder 5 % above its default, or one more where it counts something."""
    for name, entry in LIBRARY.items():
        if entry.target is None:
            continue
        yield from ((name, {"preset": p}) for p in PRESETS.get(name, ()))
        for key, parameter in inspect.signature(entry.build).parameters.items():
            with suppress(LapicqueError):  # words and nothing are no numbers
                usual = parameter.default
                yield name, {key: usual + 1 if isinstance(usual, int) else 1.05 * parse(usual)}


CASES = list(cases())


def printed(target):
    """Slopes and start of a target as functions of its variables, read by sympy alone."""
    known = {sympy.Symbol(q.name, real=True): sympy.Float(q.value) for q in target.quantities}
    for d in target.drives:
        known[sympy.Symbol(d.name, real=True)] = sympy.Float(d.stimulus.breakpoints()[1][0] / d.size)
    known[sympy.Symbol("t_", real=True)] = sympy.Float(0)
    for name, text in target.definitions:
        known[sympy.Symbol(name, real=True)] = expression(text).subs(known)
    variables = [sympy.Symbol(v, real=True) for v in target.variables]
    slopes = sympy.lambdify(variables, [expression(text).subs(known) for _, text in target.equations], "math")
    return slopes, [float(expression(text).subs(known)) for _, text in target.start]


def placed(target, solution):
    """Which state each variable of the target is, and how much of it is one unit."""
    states = {s.symbol: k for k, s in enumerate(solution.system.equations.states)}
    signals = signal_expressions(solution.system)
    found = {m.variable: (states.get(signals[m.probe][0]), m.size) for m in target.matches if m.probe in signals}
    return {v: place for v, place in found.items() if place[0] is not None and v in target.variables}


@pytest.mark.parametrize(("name", "given"), CASES, ids=[f"{n}-{'-'.join(map(str, g))}" for n, g in CASES])
def test_derived_slopes_are_the_printed_ones(name, given):
    entry = LIBRARY[name]
    circuit = build(name, given)
    target = entry.target(entry.arguments(given))
    solution = solve(circuit, 1e-9)
    equations = solution.system.equations
    slopes, start = printed(target)
    places = placed(target, solution)
    x0, u = solution.states(np.zeros(1))[:, 0], inputs_at(equations, np.zeros(1))[:, 0]
    closed = getattr(solution.pieces[0], "closed", ())
    resistances = solution.system.resistances(closed) if equations.switches else np.zeros(0)
    rng, pairs = np.random.default_rng(1), {v: [] for v in places}
    for reach in (0.0, 0.3, 0.3, 0.3, 0.3):
        x, y = x0.copy(), list(start)
        for v, (k, size) in places.items():
            i = target.variables.index(v)
            if reach == 0:
                assert x[k] == pytest.approx(start[i] * size, rel=1e-9, abs=1e-15), v
            y[i] = start[i] + reach * max(abs(start[i]), 0.3) * rng.uniform(-1, 1)
            x[k] = y[i] * size
        derived, wanted = solution.system.rhs(x, u, resistances), slopes(*y)
        for v, (k, size) in places.items():
            pairs[v].append((derived[k], wanted[target.variables.index(v)] * size / target.time))
    for v, found in pairs.items():
        derived, wanted = np.array(found).T
        limit = LEAKS.get(name, EXACT) * np.max(np.abs(wanted)) + 1e-12
        assert np.max(np.abs(derived - wanted)) <= limit, v
