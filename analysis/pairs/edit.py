"""One thing that differs between two circuits."""

from __future__ import annotations

from attrs import frozen


@frozen
class Edit:
    """One thing that makes the first circuit into the second.

    Attributes:
        kind: "value", "unit" (a factor of 1000, 1e6, ... between), "missing", "extra", "doubled", "node", "joined",
            "cut", "ground", "swapped", "polarity", "kind", "start", "stimulus", "law", "state" (of a switch),
            "coupled" (other inductors), "run".
        names: of elements and nodes that it is about.
        words: the same as a sentence without its full stop.
    """

    kind: str
    names: tuple[str, ...]
    words: str

    def __str__(self) -> str:
        return self.words
