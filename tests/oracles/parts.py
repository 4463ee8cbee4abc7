"""A circuit as plain data: what the oracles, the bare netlists and lapicque itself are each built from."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen


@frozen
class Part:
    """One element: its kind (lapicque's class name), its name, its nodes in order, and its values by name.

    A stimulus is a pair of its kind and its values; the law of a `B` is the name of one in `oracles.laws`.
    """

    kind: str
    name: str
    nodes: tuple[str, ...] = field(converter=tuple)
    values: dict[str, Any] = field(factory=dict)
