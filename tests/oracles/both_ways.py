"""A circuit run by a compiled loop, and by the same rules in Python."""

from types import ModuleType

import pytest

from lapicque.analysis import Solution, solve
from lapicque.circuits.circuit import Circuit
from lapicque.circuits.errors import LapicqueError


def outcome(circuit: Circuit, stop: float) -> Solution | LapicqueError:
    """The solution, or why there is none."""
    try:
        return solve(circuit, stop)
    except LapicqueError as error:
        return error


def both_ways(
    circuit: Circuit, stop: float, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> tuple[Solution | LapicqueError, Solution | LapicqueError]:
    """What comes of a run with the loop that a module makes, and without."""
    quick = outcome(circuit, stop)
    monkeypatch.setattr(module, "loop", lambda *given: None)
    return quick, outcome(circuit, stop)
