"""`.meas` cards as measures, in the words of ngspice, LTspice, PSpice and HSPICE.

What they mean: ngspice manual, section 11.4; LTspice's help, .MEASURE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...circuits.errors import CircuitError
from .dialects import Dialect
from .expressions_in import Names, signal_of
from .measure import LAST, At, Between, Crossing, Found, Made, Measure, Moment, Over, When
from .source import Card

WORDS = (".meas", ".measure")
ANALYSES = ("tran", "ac", "dc")
_OVER = {"avg": "avg", "max": "max", "min": "min", "pp": "pp", "rms": "rms", "integ": "integ", "integral": "integ",
         "max_at": "max_at", "min_at": "min_at"}  # fmt: skip
_HEADS = {*_OVER, "find", "when", "deriv", "derivative", "param", "trig"}
_MARKS = ("trig", "targ", "when", "at", "val", "from", "to", "td", "rise", "fall", "cross", "goal", "weight", "minval",
          "precision", "print", "find")  # fmt: skip
_MARK = re.compile(rf"(?<![\w.'])({'|'.join(_MARKS)})\b\s*(=(?!=))?", re.IGNORECASE)
_IDLE = {"goal", "weight", "minval", "precision", "print"}
"""Words that change how it is optimised or printed, not what it is."""


def measure_of(card: Card, usual: str, names: Names, dialect: Dialect) -> Measure:
    """Read a card.

    Args:
        card: parameters of the netlist may be in it.
        usual: the analysis that is meant where none is named.
        names: what its expressions may speak of.
        dialect: whose words they are.

    Raises:
        CircuitError: what is not understood.
    """
    words = card.text.split(None, 2)
    if len(words) < 3:
        raise CircuitError("a measure has a name and says what it is")
    analysis, name, rest = usual, words[1], words[2]
    if words[1].lower() in (*ANALYSES, "op", "tf", "noise", "sp", "fft", "tran_cont"):
        analysis, (name, _, rest) = words[1].lower(), words[2].partition(" ")
    if analysis not in ANALYSES:
        raise CircuitError(f"measures of .{analysis or 'nothing'} are not known here")
    what = _what(rest.strip(), names.during(analysis))
    foreign = dialect.name in ("ltspice", "pspice")
    return Measure(name, analysis, what, foreign, foreign)


def _what(rest: str, names: Names) -> Found | When | Between | Over | Made:
    found = re.match(r"(\w+)\s*(=?)\s*(.*)$", rest)
    head = found[1].lower() if found else ""
    if found is None or head not in _HEADS:
        raise CircuitError(f"{rest.split()[0] if rest else 'nothing'!r} is not known here as a measure")
    if head == "param":
        return Made(signal_of(found[3], names))
    if head in ("trig", "when"):
        parts = _Parts(rest)
        if head == "when":
            return When(parts.moment("when", names))
        return Between(parts.moment("trig", names), parts.moment("targ", names))
    parts = _Parts(f"{_FIRST} {found[3]}")
    signal = signal_of(parts.own, names)
    if head in ("find", "deriv", "derivative"):
        return Found(signal, parts.moment("when", names), head != "find")
    return Over(_OVER[head], signal, *parts.ends(names))


_FIRST = "of"
"""What stands before the expression of a measure, so that it is a part like the others."""


class _Parts:
    """What follows each word of a card, in order; those of a trigger and a target belong to it."""

    def __init__(self, text: str) -> None:
        self.own = ""
        self.groups: dict[str, dict[str, str]] = {}
        here = self.groups.setdefault("", {})
        for mark, value in _marked(text):
            if mark in ("trig", "targ", "when"):
                here = self.groups.setdefault(mark, {})
                here[""] = value
            elif mark == _FIRST:
                self.own = value
            elif mark not in _IDLE:
                here[mark] = value

    def moment(self, group: str, names: Names) -> Moment:
        """The place that a trigger, a target or a condition means; `at=` may stand for a condition."""
        given = self.groups.get(group)
        if given is None and group == "when":
            given = self.groups[""]
        if given is None:
            raise CircuitError(f"{group} is missing")
        if "at" in given:
            return At(signal_of(given["at"], names))
        text = given.get("", "")
        left, right = _sides(text) if "val" not in given else (text, given["val"])
        edges = [e for e in ("rise", "fall", "cross") if e in given]
        if len(edges) > 1:
            raise CircuitError(f"{edges[0]} and {edges[1]} of one crossing")
        edge = edges[0] if edges else "cross"
        after = signal_of(given["td"], names) if "td" in given else None
        return Crossing(signal_of(left, names), signal_of(right, names), edge, _count(given.get(edge, "1")), after)

    def ends(self, names: Names) -> tuple[Moment | None, Moment | None]:
        """From where to where."""
        plain, targeted = self.groups[""], self.groups
        if "trig" in targeted or "targ" in targeted:
            trig = self.moment("trig", names) if "trig" in targeted else None
            return trig, self.moment("targ", names) if "targ" in targeted else None
        first, last = plain.get("from", plain.get("td")), plain.get("to")
        return At(signal_of(first, names)) if first else None, At(signal_of(last, names)) if last else None


def _marked(text: str) -> Iterator[tuple[str, str]]:
    """Words that say what follows them, and what follows; those in brackets or quotes are no such words."""
    found = [m for m in _MARK.finditer(text) if not _inside(text[: m.start()])]
    if text.startswith(f"{_FIRST} "):
        yield _FIRST, text[len(_FIRST) : found[0].start() if found else None].strip()
    for m, end in zip(found, [*(n.start() for n in found[1:]), len(text)], strict=False):
        yield m[1].lower(), text[m.end() : end].strip(" ,")


def _inside(before: str) -> bool:
    opened = before.count("(") - before.count(")") + before.count("{") - before.count("}")
    return opened > 0 or before.count("'") % 2 == 1


def _sides(text: str) -> tuple[str, str]:
    """What stands on both sides of the = of a condition."""
    for m in re.finditer(r"(?<![<>=!])=(?!=)", text):
        if not _inside(text[: m.start()]):
            return text[: m.start()], text[m.end() :]
    raise CircuitError(f"{text.strip() or 'a condition'!r} has no value that it is to reach")


def _count(text: str) -> int:
    plain = text.strip().lower()
    if plain == "last":
        return LAST
    if not re.fullmatch(r"[0-9]{1,9}", plain) or not int(plain):
        raise CircuitError(f"{text!r} is no number of crossings: give 1, 2, ... or LAST")
    return int(plain)
