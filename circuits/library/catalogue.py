"""The library as one mapping that shows itself as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from .entry import Entry


class Catalogue(Mapping[str, Entry]):
    """Name to entry, in the order of the library."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        wide = max(map(len, self._entries), default=0)
        return "\n".join(f"{e.name.ljust(wide)}  {e.kind:8}  {e.shows}" for e in self.values())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{escape(e.name)}</code></td><td>{e.kind}</td><td>{escape(e.shows)}</td></tr>"
            for e in self.values()
        )
        return f"<table>{rows}</table>"
