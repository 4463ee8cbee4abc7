"""What kinds of exercise there are, and what an answer is judged to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import field, frozen


@frozen
class Verdict:
    """Whether an answer is right, and what to say about it, in the learner's language."""

    right: bool
    words: str


@frozen
class Given:
    """A number of an exercise: the lesson's own first, then those that variants are drawn from; with its unit."""

    values: tuple[str, ...]
    unit: str = ""


def given(values: str, unit: str = "") -> Given:
    """Values in engineering notation, between spaces."""
    return Given(tuple(values.split()), unit)


@frozen
class Number:
    """A number with a unit.

    Attributes:
        unit: of the answer; "" for a plain number, "%" for one in percent.
        answer: from the given numbers (SI), by name.
        given: what the text shows as `<<name>>`.
        tolerance: relative.
    """

    unit: str
    answer: Callable[..., float]
    given: Mapping[str, Given] = field(factory=dict)
    tolerance: float = 0.01


@frozen
class Choose:
    """One of several answers; which one is right stands with its words."""


@frozen
class Equation:
    """An equation that says the same as a circuit's own.

    Attributes:
        circuit: name of the course's circuit (`circuits_of_lessons`).
        unknown: what the derived equation gives: a node's voltage ("v_out") or a derivative ("dv_out").
    """

    circuit: str
    unknown: str


@frozen
class Rate:
    """A current that makes a neuron of the library fire at a rate; the answer is run.

    Attributes:
        hertz: what the text shows as `<<f>>`.
        parameters: of the library's `lif`.
        largest: current that is still taken, amperes.
        tolerance: relative.
    """

    hertz: Given
    parameters: Mapping[str, str | float]
    largest: float = 20e-6
    tolerance: float = 0.01


@frozen
class Code:
    """A function in Python, run apart and compared with the exact neuron."""

    function: str


Exercise = Number | Choose | Equation | Rate | Code
