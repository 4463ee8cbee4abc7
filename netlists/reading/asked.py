"""How a netlist is to be read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen


@frozen
class Asked:
    """How a netlist is to be read.

    Attributes:
        include: folders besides its own in which files may be that it includes.
        parameters: other values of its own `.param`s, by name in lower case.
        dialect: for which program it is written, one of `dialects.DIALECTS`; told by its words unless given.
        keep: keep as opaque devices what no element can be made of, instead of refusing it.
    """

    include: tuple[str | Path, ...] = ()
    parameters: Mapping[str, float] = field(factory=dict)
    dialect: str = ""
    keep: bool = False

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders, as they are."""
        return tuple(Path(f).resolve() for f in self.include)


AS_IT_IS = Asked()
