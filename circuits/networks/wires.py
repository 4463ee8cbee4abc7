"""The elements between the cells of a network, of all of it or of what one neuron hears."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..element import GROUND, Element
from ..elements import C, Delay, E, F, G, R, S, V
from ..units import LARGEST
from .cell_rows import Cells
from .cells import R_OFF, VDD
from .network import Connection, Network
from .populations import Population
from .scale import RESISTOR, TRANSCONDUCTANCE, Scale
from .wiring import FILL, FULL, OFF, ON, POUR, Parts, output_ending, weight_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Made = Generator[Element, None, str]
    """Elements that were not there yet, and the node that they lead to."""


@frozen(eq=False)
class Wiring:
    """Everything between the cells of one network: each buffer, delay line and column is made once.

    Attributes:
        network: what is wired.
        scale: what weights are made of.
        parts: of each connection, what its weights are made of.
    """

    network: Network
    scale: Scale
    parts: tuple[Parts, ...]

    @classmethod
    def of(cls, network: Network, scale: Scale, cells: dict[str, Cells]) -> Wiring:
        """The wiring of a network.

        Raises:
            DesignError: weights that cannot be made of the scale's parts.
        """
        return cls(network, scale, tuple(weight_parts(network, scale, c, cells[c.post]) for c in network.connections))

    @property
    def plain(self) -> bool:
        """Whether every weight has a value that a part can have; where not, making its element says what is wrong."""
        # Products with what else a cell has are still values; a packet's switches must conduct better than open.
        least = 1e12 / LARGEST if self.scale.weights == RESISTOR else 2 * self.scale.width / POUR / R_OFF
        least = 0.0 if self.scale.weights == TRANSCONDUCTANCE else least
        return all(bool(((p.values >= least) & (p.values < LARGEST / 1e12)).all()) for p in self.parts)

    def elements(self) -> Iterator[Element]:
        """The parts of all weights and what they need."""
        made: set[str] = set()
        for number, c in enumerate(self.network.connections):
            yield from self._weights(number, np.arange(c.weights.nnz), made)

    def heard_by(self, post: str, index: int) -> Iterator[Element]:
        """The parts of the weights of what one neuron hears, in their order in the whole, and what they need."""
        made: set[str] = set()
        for number, row in self.rows(post, index):
            yield from self._weights(number, row, made)

    def of_itself(self, post: str, index: int) -> Iterator[Element]:
        """The same for what a neuron hears of itself at once."""
        made: set[str] = set()
        for number, row in self.rows(post, index):
            c = self.network.connections[number]
            if c.pre == post and not c.delay:
                yield from self._weights(number, row[c.weights.indices[row] == index], made)

    def rows(self, post: str, index: int) -> Iterator[tuple[int, NDArray[np.intp]]]:
        """Numbers of the connections that lead to a neuron, and which of their weights do."""
        for number, c in enumerate(self.network.connections):
            if c.post == post:
                yield number, np.arange(c.weights.indptr[index], c.weights.indptr[index + 1])

    def _weights(self, number: int, chosen: NDArray[np.intp], made: set[str]) -> Iterator[Element]:
        c = self.network.connections[number]
        signs = np.sign(c.weights.data[chosen]).tolist()
        values = self.parts[number].values[chosen].tolist()
        posts = (np.searchsorted(c.weights.indptr, chosen, side="right") - 1).tolist()
        suffix, ending = delay_suffix(c), output_ending(self.network, c.pre)
        for post, pre, sign, value in zip(posts, c.weights.indices[chosen].tolist(), signs, values, strict=True):
            late = yield from _late(c, f"{c.pre}.{pre}{ending}", suffix, made)
            name, target = f"{c.pre}.{pre}>{c.post}.{post}{suffix}", f"{c.post}.{post}"
            if self.scale.weights == TRANSCONDUCTANCE:
                yield G(name, GROUND, f"{target}.in", late, GROUND, sign * value)
                continue
            column = yield from _column(target, sign, made)
            if self.scale.weights == RESISTOR:
                held = yield from self._held(c, late, pre, made)
                yield R(name, held, column, value)
            else:
                yield from self._packet(name, target, late, column, value)

    def _held(self, c: Connection, late: str, pre: int, made: set[str]) -> Made:
        """A node that resistors cannot load: a line, the end of a delay, or an amplifier behind a neuron."""
        if c.delay or not isinstance(self.network.source(c.pre), Population):
            return late
        axon = f"{c.pre}.{pre}.axon"
        if _once(axon, made):
            yield E(f"{c.pre}.{pre}.E_axon", axon, GROUND, late, GROUND, 1.0)
        return axon

    def _packet(self, name: str, target: str, late: str, column: str, value: float) -> Iterator[Element]:
        # The node belongs to its target, whose name ends at the last dot.
        full = f"{target}.{name.replace('.', '_')}"
        r_on = self.scale.width / POUR / value
        yield C(f"{name}.C", full, GROUND, value, VDD)
        middle, half = VDD - (FILL + FULL) / 2, (FILL - FULL) / 2
        yield S(f"{name}.S_fill", "vdd", full, "vdd", late, middle, half, r_on, R_OFF, closed=True)
        yield S(f"{name}.S_pour", full, column, late, GROUND, (ON + OFF) / 2, (ON - OFF) / 2, r_on, R_OFF)


def delay_suffix(c: Connection) -> str:
    """What a connection's delay adds to names; two delays never add the same."""
    if not c.delay:
        return ""
    short = f"{c.delay:g}"
    return f"~{short}" if float(short) == c.delay else f"~{c.delay!r}"


def column_node(target: str, sign: float) -> str:
    """The virtual ground of a neuron (`P.k`) for weights of one sign."""
    return f"{target}.{_sign_word(sign)}"


def _sign_word(sign: float) -> str:
    return "excite" if sign > 0 else "inhibit"


def _once(name: str, made: set[str]) -> bool:
    new = name not in made
    made.add(name)
    return new


def _late(c: Connection, out: str, suffix: str, made: set[str]) -> Made:
    late = out + suffix
    if suffix and _once(late, made):
        yield Delay(f"T_{late}", late, GROUND, out, GROUND, c.delay)
    return late


def columns(target: str, sign: float) -> tuple[Element, ...]:
    """The virtual ground of a neuron for one sign, and the mirror behind it."""
    what, column = _sign_word(sign), column_node(target, sign)
    a, b = (GROUND, f"{target}.in") if sign > 0 else (f"{target}.in", GROUND)
    return (
        V(f"{target}.V_{what}", column, GROUND, 0.0),
        F(f"{target}.F_{what}", a, b, f"{target}.V_{what}", 1.0),
    )  # fmt: skip


def _column(target: str, sign: float, made: set[str]) -> Made:
    column = column_node(target, sign)
    if _once(column, made):
        yield from columns(target, sign)
    return column
