"""Where a model of a neuron comes from, where it holds, and how sure its numbers are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ..errors import QuantityError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen
class Origin:
    """Of what circuit a model is, and how it was made; texts are empty where nobody said.

    Attributes:
        circuit: title of the circuit.
        input: name of the source that drove it, with a minus where more of it fires less.
        membrane: what was watched, such as "v(mem)", with a minus where its spikes fall.
        spike: name of the spike probe.
        by: how it was made: "fitted", "derived" or "given", with what ran the circuit.
        version: of lapicque.
    """

    circuit: str = ""
    input: str = ""
    membrane: str = ""
    spike: str = ""
    by: str = "given"
    version: str = ""


@frozen
class Validity:
    """Where a model was held against its circuit.

    Attributes:
        inputs: smallest and largest input, in the unit of the input; None where nobody looked.
        temperature: degrees Celsius; None where nobody said.
        corner: of the process, "" where there is none.
    """

    inputs: tuple[float, float] | None = None
    temperature: float | None = None
    corner: str = ""


def _matrix(rows: object) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, r)) for r in np.asarray(rows, dtype=float))


@frozen
class Covariance:
    """How parameters of a model vary together, around the model's own.

    Attributes:
        names: of the parameters.
        matrix: in the products of their units, shape (names, names).
        of: what makes them vary: "fit" for how well they are known, "mismatch" for parts that differ.
    """

    names: tuple[str, ...] = field(converter=tuple)
    matrix: tuple[tuple[float, ...], ...] = field(converter=_matrix)
    of: str = "fit"

    def __attrs_post_init__(self) -> None:
        n, matrix = len(self.names), np.array(self.matrix)
        if matrix.shape != (n, n):
            raise QuantityError(f"a covariance of {n} parameters has the shape {matrix.shape}: give {(n, n)}.")
        if not np.isfinite(matrix).all():
            raise QuantityError("a covariance holds numbers that are not finite.")

    @property
    def sigmas(self) -> dict[str, float]:
        """Standard deviation of each parameter, in its unit."""
        return {n: float(np.sqrt(max(self.matrix[k][k], 0.0))) for k, n in enumerate(self.names)}
