"""What is drawn: a symbol, its pins and its words."""

from __future__ import annotations

from attrs import frozen

LENGTH = 6
"""Of a symbol with two ends, from pin to pin; the height of a transistor."""
GATE, BULK = -3, 2
"""Where the third and the fourth pin of a transistor are, beside its middle."""


@frozen
class Part:
    """Something that is drawn: which symbol, its pins (terminal, node) and its words.

    The first two pins are its ends; a transistor's third is its gate or base, a fourth its bulk. A block has pins on
    its left and right instead, by terminal.
    """

    name: str
    symbol: str
    pins: tuple[tuple[str, str], ...]
    words: str
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    """Nodes that its words name."""
    stands_for: tuple[str, ...] = ()
    """Elements that are inside."""

    @property
    def is_block(self) -> bool:
        """Whether it has pins on its sides rather than two ends."""
        return bool(self.left or self.right)

    @property
    def is_device(self) -> bool:
        """Whether it is a transistor, which is drawn upright."""
        return not self.is_block and len(self.pins) > 2

    @property
    def ends(self) -> tuple[str, str]:
        """Nodes of its first two pins."""
        return self.pins[0][1], self.pins[1][1]

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """Pins of a transistor besides its ends."""
        return self.pins[2:]

    def node(self, terminal: str) -> str:
        """The node of a terminal."""
        return dict(self.pins)[terminal]

    @property
    def height(self) -> int:
        """Of a block."""
        return max(LENGTH, 2 * max(len(self.left), len(self.right)) + 2)
