"""What each value of a circuit does to each number that is read off it: central differences, their step checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.arguments import want
from ...circuits.circuit import Circuit
from ...circuits.errors import DesignError, unknown
from ..sweeps.tolerances import Spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

STEP = 0.5
"""First step of a difference, in standard deviations."""

Figures = Callable[[Circuit], Mapping[str, float]]
"""Numbers of a circuit by name."""


@frozen(eq=False)
class Sensitivities:
    """Slopes of figures over values.

    Attributes:
        figures: their names.
        values: names of the values.
        nominal: of the figures.
        slopes: figure's unit per value's unit, shape (figures, values).
        errors: how sure each is: what halving the step changed, and a third of that is left.
        bends: half the second derivative, shape (figures, values).
    """

    figures: tuple[str, ...]
    values: tuple[str, ...]
    nominal: Array
    slopes: Array
    errors: Array
    bends: Array


def sensitivities(
    circuit: Circuit, spreads: Sequence[Spread], figures: Figures, progress: Callable[[], object] = lambda: None
) -> Sensitivities:  # fmt: skip
    """Differentiate figures of a circuit.

    Args:
        circuit: its values are the middle.
        spreads: of the values by which to differentiate; their sizes say the steps.
        figures: numbers of a circuit by name, the same names for each.
        progress: called after each circuit.

    Returns:
        Slopes from differences over half and a quarter of a standard deviation, extrapolated (Richardson 1911): the
        error of either is a square of the step, which the two together tell and remove.

    Raises:
        UnknownNameError: a value that the circuit has not.
        DesignError: a value that does not spread, or figures that are not the same for all circuits.
    """
    want(circuit, Circuit, "circuit", "build one with `build`")
    values = {**circuit.values, **circuit.sources}
    for s in spreads:
        if s.name not in values:
            raise unknown("value", s.name, values)
        if not s.half > 0:
            raise DesignError(f"{s.name} does not spread: leave it out, or give it a half width above 0.")
    middle = dict(figures(circuit))
    names = tuple(middle)
    progress()

    def at(name: str, value: float) -> Array:
        made = dict(figures(circuit.with_values({name: value})))
        progress()
        if made.keys() != middle.keys():
            raise DesignError(
                f"with {name} = {value:g} the figures are {', '.join(made)}, before they were {', '.join(middle)}: it "
                "became another kind of neuron; take smaller spreads."
            )
        return np.array([made[n] for n in names], dtype=float)

    nominal = np.array([middle[n] for n in names], dtype=float)
    shape = (len(names), len(spreads))
    slopes, errors, bends = np.empty(shape), np.empty(shape), np.empty(shape)
    for k, s in enumerate(spreads):
        wide, narrow = STEP * s.sigma, STEP * s.sigma / 2
        ends = [(at(s.name, s.nominal + h), at(s.name, s.nominal - h)) for h in (wide, narrow)]
        coarse, fine = ((up - down) / (2 * h) for (up, down), h in zip(ends, (wide, narrow), strict=True))
        slopes[:, k] = (4 * fine - coarse) / 3
        errors[:, k] = np.abs(fine - coarse) / 3
        bends[:, k] = (ends[0][0] + ends[0][1] - 2 * nominal) / (2 * wide**2)
    return Sensitivities(names, tuple(s.name for s in spreads), nominal, slopes, errors, bends)
