"""Closed forms of library circuits as numbers and as derivations."""

from __future__ import annotations

from collections.abc import Iterable

from ..circuit import Circuit
from ..equations.algebra import put
from ..equations.derivation import Derivation, Equation, Step
from ..errors import CircuitError, unknown
from ..laws.law import expression, law_names
from .entry import Prediction


def quantities(circuit: Circuit) -> dict[str, float]:
    """Every number that a formula may name: parameters, and sources at their start."""
    return circuit.values | circuit.sources


def number(formula: str, circuit: Circuit) -> float:
    """Evaluate a formula of a prediction for a circuit as built.

    Raises:
        CircuitError: a name in the formula that the circuit has not, or a result that is no real number.
    """
    known = quantities(circuit)
    law = expression(formula)
    for name in law_names(formula) - known.keys():
        raise unknown("quantity of a formula", name, known)
    value = put(law, {s: known[str(s)] for s in law.free_symbols if str(s) in known}).evalf()
    if not value.is_real:
        raise CircuitError(
            f"{formula!r} is {value} for {circuit.title!r}: its parameters lie outside what it holds for."
        )
    return float(value)


def prediction_derivations(predictions: Iterable[Prediction]) -> tuple[Derivation, ...]:
    """The argument of each prediction, its result and the size of what it leaves out."""
    return tuple(_derivation(p) for p in predictions)


def _derivation(p: Prediction) -> Derivation:
    steps = [Step("closed form", p.name, None, _equation(text), words) for words, text in p.argument]
    steps.append(Step("closed form", p.name, None, _equation(f"result = {p.formula}"), p.source))
    steps.append(Step("approximation", p.name, None, _equation(f"error = {p.within}"), p.because))
    return Derivation(f"Closed form: {p.name}", tuple(steps))


def _equation(text: str) -> Equation:
    left, right = text.split(" = ", 1)
    return expression(left), expression(right)
