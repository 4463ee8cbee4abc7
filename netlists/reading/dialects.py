"""For which program a netlist is written: said, or told by words that only its users write."""

from __future__ import annotations

import re

from attrs import field, frozen

from ...circuits.errors import unknown

DIALECTS = ("ngspice", "ltspice", "pspice", "hspice")
_SIGNS: dict[str, tuple[tuple[str, str], ...]] = {
    "ltspice": (
        (r"^\.backanno\b", ".backanno"), (r"^\.tran\b.*\bstartup\b", "startup"), (r"^\*.*\.asc\s*$", "a title *.asc"),
        (r"^[clv]\S*\s.*\b(?:Rser|Cpar|Lser|Rpar)\s*=", "Rser= or Cpar="),
        (r"^\.tran[ \t]+\S+[ \t]*(?:uic[ \t]*)?$", ".tran TIME"),
        (r"\btrip(?:dv|dt)\s*=", "tripdv="), (r"^\S*\u00a7", "\u00a7 in a name"),
        (r"^\.lib\s+.*\bstandard\.(?:dio|bjt|mos|jft)\b", "its own libraries"), (r"^version 4", "a schematic"),
    ),
    "pspice": (
        (r"^\.probe(?:64)?(?:/csdf)?\s*$", ".probe alone"), (r"\bvswitch\b", "VSWITCH"),
        (r"^\*\s*source\s+\S+\s*$", "* source NAME"), (r"^\.(?:autoconverge|stmlib|aliases)\b", "a card of its own"),
        (r"^\.lib\s+\"?[^\s\"]+\.lib\"?\s*$", ".lib FILE"), (r"\s\$N_\d", "nodes $N_0001"),
    ),
    "hspice": (
        (r"^\.opt(?:ion\w*)?\b.*\b(?:post|accurate|probe)\b", ".option post"),
        (r"^\.(?:alter|data|protect|prot)\b", "a card of its own"),
        (r"^[eg]\S*\s.*\b(?:vol|cur)\s*=\s*'", "vol='...'"), (r"^\.probe\s+tran\b", ".probe tran"),
        (r"^[eg]\S*\s+\S+\s+\S+\s+(?:vcvs|vccs)\b", "VCVS"),
    ),
}  # fmt: skip
"""Words of each, as patterns of lines and in words; those that more than one program knows are not among them."""


@frozen
class Dialect:
    """A program's way to write netlists, and why it is taken for that."""

    name: str = "ngspice"
    why: str = field(default="nothing in it is another's", eq=False)

    @property
    def foreign(self) -> bool:
        """Whether it is not ngspice's own."""
        return self.name != "ngspice"


NGSPICE = Dialect()


def dialect_of(text: str, asked: str = "") -> Dialect:
    """The dialect of a netlist: the one that was asked for, or the one of which most signs are in it.

    Args:
        text: of a netlist.
        asked: one of `DIALECTS`; empty to look for signs.

    Raises:
        UnknownNameError: there is no such dialect.
    """
    if asked:
        if asked.lower() not in DIALECTS:
            raise unknown("dialect", asked, DIALECTS)
        return Dialect(asked.lower(), "it was said")
    found = {
        name: [words for pattern, words in signs if re.search(pattern, text, re.IGNORECASE | re.MULTILINE)]
        for name, signs in _SIGNS.items()
    }
    best = max(found, key=lambda name: len(found[name]))
    return Dialect(best, f"it has {', '.join(found[best])}") if found[best] else Dialect()
