"""A circuit without its values: what its wiring checks and the form of its equations depend on."""

from __future__ import annotations

from typing import Generic, TypeVar

from attrs import field, frozen

from .description import Description

T = TypeVar("T", bound=Description)


@frozen
class Structure(Generic[T]):
    """Equal for circuits that differ in values and titles only, so that work on the form is done once."""

    circuit: T = field(eq=False)
    key: tuple[tuple[object, ...], ...]


def structure(circuit: T) -> Structure[T]:
    """The structure of a circuit: types, names, nodes, laws and sensors of its elements."""
    key = tuple((type(e), e.name, e.nodes, *(getattr(e, x) for x in e.FORM)) for e in circuit.elements)
    return Structure(circuit, key)
