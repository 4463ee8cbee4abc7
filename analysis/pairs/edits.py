"""What differs between two circuits, edit by edit, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
from attrs import frozen

from ...circuits.element import GROUND
from ...circuits.elements import TYPES, Diode, Element, I, K, Opaque, V, Varactor
from ...circuits.units import show
from .assignment import Match
from .costs import Weights, differing, is_slip, same_reading
from .curves import alike
from .near import near
from .parts import LAW_AT, Part
from .sources import told

WORDS = {
    "v_t": "threshold", "v_h": "hysteresis", "r_on": "closed resistance", "r_off": "open resistance", "gain": "gain",
    "i_s": "saturation current", "n": "emission coefficient", "w": "width", "l": "length", "v_th": "threshold",
    "kp": "transconductance kp", "lam": "lambda", "gamma": "gamma", "phi": "phi", "delay": "delay",
}  # fmt: skip
"""What values are called; the main value of an element needs no word."""
VALUES = frozenset({"value", "unit", "start", "stimulus", "law", "state", "polarity", "swapped"})
"""Kinds of edits that leave every part where it is: such circuits are not the same, whatever one run shows."""


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


def edits_of(match: Match, b: Sequence[Part], weights: Weights) -> tuple[Edit, ...]:
    """The edits of a match, those that change most first.

    Args:
        match: how the second circuit stands for the first.
        b: all parts of the second circuit.
        weights: what counts as equal.
    """
    found = [*_moved(match, b), *_absent(match)]
    for (x, y), flip in zip(match.pairs, match.flipped, strict=True):
        found += _pair(x, y, flip, match, weights)
    return tuple(_together(found))


def _pair(a: Part, b: Part, flip: bool, match: Match, weights: Weights) -> Iterator[Edit]:
    name = _called(a, b)
    if a.kind != b.kind:
        yield Edit("kind", (b.name,), f"{name} is a {b.kind}, not a {a.kind}")
        return
    if flip and not (a.exchangeable or b.exchangeable):
        yield _turned(a, b, name)
    for quantity in differing(a, b, weights):
        yield _value(a, b, quantity, name)
    if isinstance(a.element, K) and (other := _coupled(a, b, match)):
        yield Edit("coupled", (b.name,), f"{name} couples {' with '.join(b.senses)}, not {other}")
    if not same_reading(a, b, match.nodes, weights):
        yield Edit("law", (b.name,), f"the law of {name} is another one")


def _coupled(a: Part, b: Part, match: Match) -> str:
    """Which inductors a coupling should join, by their names in the second circuit; nothing where it does."""
    names = {x.name: y.name for x, y in match.pairs}
    wanted = [names.get(n, n) for n in a.senses]
    return "" if set(wanted) == set(b.senses) else " with ".join(wanted)


def _turned(a: Part, b: Part, name: str) -> Edit:
    if isinstance(a.element, (V, I, Diode)):
        what = "anode and cathode" if isinstance(a.element, Diode) else "plus and minus"
        return Edit("polarity", (b.name,), f"{name} has the wrong polarity: {what} are exchanged")
    if a.coupled:
        return Edit("polarity", (b.name,), f"{name} has its dot at the other end")
    if "ic" in a.values and not isinstance(a.element, Varactor):
        return Edit("start", (b.name,), f"{name} begins with the opposite sign")
    return Edit("swapped", (b.name,), f"{name} has its first two terminals exchanged")


def _value(a: Part, b: Part, quantity: str, name: str) -> Edit:
    if quantity == "stimulus":
        return _stimulus(a, b, name)
    if quantity == "form" and isinstance(a.element, Opaque):
        return Edit("model", (b.name,), f"{name} has another model, or other words on its card")
    if quantity == "form":
        return Edit("state", (b.name,), f"{name} is {_form(b)}, not {_form(a)}")
    if quantity not in b.values:
        return Edit("value", (b.name,), f"{quantity} is not given for {name}")
    old, new, unit = a.values[quantity], b.values[quantity], a.element.QUANTITIES.get(quantity, "")
    if quantity == "ic":
        return Edit("start", (b.name,), f"{name} begins at {_si(new, unit)}, not at {_si(old, unit)}")
    if quantity.startswith(LAW_AT):
        return _number(b, f"{quantity} of {name}", old, new, "F")
    what = f"the {WORDS[quantity]} of {name}" if quantity in WORDS else name
    return _number(b, what, old, new, unit)


def _number(b: Part, what: str, old: float, new: float, unit: str) -> Edit:
    if is_slip(old, new):
        return Edit("unit", (b.name,), f"{what} is {_si(new, unit)}, not {_si(old, unit)}: {_slip(old, new)}")
    return Edit("value", (b.name,), f"{what} is {_si(new, unit)}, not {_si(old, unit)}")


def _stimulus(a: Part, b: Part, name: str) -> Edit:
    assert a.curve is not None
    assert b.curve is not None
    if alike(a.curve, -b.curve, 1e-9):
        return Edit("polarity", (b.name,), f"{name} has the opposite sign")
    unit = _unit(a.element)
    if len(a.curve.times) == len(b.curve.times) == 1:
        return _number(b, name, a.curve.values[0], b.curve.values[0], unit)
    words, slip = told(a.curve, b.curve, unit)
    return Edit("unit" if slip else "stimulus", (b.name,), f"{name} {words}")


def _slip(old: float, new: float) -> str:
    factor = max(old / new, new / old)
    if new < old and near(factor, 1e9, 1e-6):
        return "a factor of 1e9, M is milli in SPICE and Meg is mega"
    if new < old and near(factor, 1e15, 1e-6):
        return "a factor of 1e15, F is femto in SPICE"
    return f"a factor of {factor:.4g}, as a slip of units makes it"


def _form(p: Part) -> str:
    word = p.form[0] if p.form else ""
    return {"True": "closed at the start", "False": "open at the start"}.get(word, f"of polarity {word!r}")


def _unit(element: Element) -> str:
    return "V" if isinstance(element, V) else "A"


def _si(value: float, unit: str) -> str:
    return show(float(f"{value:.6g}"), unit)


def _called(a: Part, b: Part) -> str:
    return b.name if a.name.casefold() == b.name.casefold() else f"{b.name} (that is {a.name})"


def _absent(match: Match) -> Iterator[Edit]:
    back = {x: y for y, x in match.nodes.items()}
    for p in match.only_a:
        ends = _between(attrs.evolve(p, pins=tuple(back.get(n, n) for n in p.pins)))
        yield Edit("missing", (p.name,), f"{p.name} is missing ({_size(p)}{ends})")
    standing = {frozenset(y.pins[:2] or y.senses): y for _, y in match.pairs}
    for p in match.only_b:
        twin = standing.get(frozenset(p.pins[:2] or p.senses))
        if twin is not None and twin.kind == p.kind:
            like = "" if twin.values == p.values else f", {_size(p).removesuffix(', ')}"
            yield Edit("doubled", (p.name, twin.name), f"{p.name} doubles {twin.name}{like}: one of them is too many")
        else:
            yield Edit("extra", (p.name,), f"{p.name} is too many ({_size(p)}{_between(p)})")


def _between(p: Part) -> str:
    """Its first two nodes; of a coupling, which has none, its inductors."""
    return " to ".join(p.pins[:2]) or " with ".join(p.senses)


def _size(p: Part) -> str:
    main = next((q for q in ("value", "gain") if q in p.values), None)
    return f"{_si(p.values[main], p.element.QUANTITIES[main])}, " if main else f"{p.kind}, "


def _moved(match: Match, b: Sequence[Part]) -> Iterator[Edit]:
    """Pins that are at another node than they should, grouped by both nodes."""
    groups: dict[tuple[str, str], list[Part]] = {}
    for (x, y), flip in zip(match.pairs, match.flipped, strict=True):
        pins = (y.pins[1], y.pins[0], *y.pins[2:]) if flip else y.pins
        for wanted, there in zip(x.pins, pins, strict=True):
            if match.nodes.get(there) != wanted:
                groups.setdefault((wanted, there), []).append(y)
    back = {x: y for y, x in match.nodes.items()}
    in_b = {n for p in b for n in p.pins}
    lone = {x.name: _exchanged(x, y, match) for x, y in match.pairs}
    said: set[str] = set()
    for x, y in _places(match):
        said |= {x.name, y.name}
        yield Edit("node", (x.name, y.name), f"{x.name} and {y.name} have changed places")
    for (wanted, there), every in groups.items():
        some = [p for p in every if p.name not in said]
        if not some:
            continue
        parts = tuple(dict.fromkeys(some))
        names = " and ".join(p.name for p in parts)
        pair = next((x.name for x, y in match.pairs if y is parts[0]), "")
        if len(parts) == 1 and lone.get(pair):
            said.add(parts[0].name)
            yield Edit("swapped", (parts[0].name,), f"{parts[0].name} has {lone[pair]} exchanged")
            continue
        yield _one_move(wanted, there, names, parts, back.get(wanted, wanted), match, in_b)


def _places(match: Match) -> Iterator[tuple[Part, Part]]:
    """Parts of two pins of which each lies where the other should."""
    lies = {y.name: frozenset(match.nodes.get(n, n) for n in y.pins) for _, y in match.pairs if len(y.pins) == 2}
    should = {y.name: frozenset(x.pins) for x, y in match.pairs if len(y.pins) == 2}
    two = [y for _, y in match.pairs if y.name in lies and lies[y.name] != should[y.name]]
    for k, p in enumerate(two):
        for q in two[k + 1 :]:
            if lies[p.name] == should[q.name] and lies[q.name] == should[p.name]:
                yield p, q


def _one_move(
    wanted: str, there: str, names: str, parts: tuple[Part, ...], called: str, match: Match, in_b: set[str]
) -> Edit:
    """What is wrong where pins are at `there` and should be at a node that is `called` so in the second circuit."""
    who = (*(p.name for p in parts), there)
    ends = "ends" if len(parts) == 1 else "end"
    if wanted == GROUND and GROUND not in in_b:
        return Edit("ground", who, f"there is no ground: {names} {ends} at {there!r}, not at '0'")
    gone = wanted != GROUND and not any(called in p.pins for _, p in match.pairs)
    if gone and there in match.nodes and len(parts) > 1:
        return Edit("joined", who, f"nodes {wanted!r} and {there!r} are one: {names} {ends} at {there!r}")
    if there not in match.nodes:
        return Edit("cut", who, f"{names} {ends} at {there!r}, where nothing else ends, not at {called!r}")
    return Edit("node", who, f"{names} {ends} at {there!r}, not at {called!r}")


def _exchanged(a: Part, b: Part, match: Match) -> str:
    """Two terminals of a part that changed places, in words; empty where that is not what happened."""
    here = tuple(match.nodes.get(n, "") for n in b.pins)
    wrong = [k for k, (x, y) in enumerate(zip(a.pins, here, strict=False)) if x != y]
    if len(a.pins) != len(here) or sorted(a.pins) != sorted(here) or len(a.pins) < 3 or not wrong:
        return ""
    names = a.element.pin_names if isinstance(a.element, Opaque) else TYPES[type(a.element).__name__].TERMINALS
    if len(names) != len(a.pins):
        return "what its law reads"
    return " and ".join(names[k].replace("c_", "control ") for k in wrong)


def _together(edits: Sequence[Edit]) -> Iterator[Edit]:
    """Edits that are the same but for the element's name, as those of a model that several share, in one."""
    groups: dict[tuple[str, str], list[Edit]] = {}
    for e in edits:
        bare = e.words.replace(e.names[0], "\0") if len(e.names) == 1 else e.words
        groups.setdefault((e.kind, bare), []).append(e)
    for some in groups.values():
        if len(some) == 1:
            yield some[0]
        else:
            names = tuple(dict.fromkeys(n for e in some for n in e.names))
            every = ", ".join(names)
            words = some[0].words.replace(some[0].names[0], every)
            for one, many in (("is", "are"), ("has", "have"), ("begins", "begin"), ("ends", "end")):
                if words.startswith(every):  # not "the threshold of S1, S2 is"
                    words = words.replace(f"{every} {one} ", f"{every} {many} ", 1)
            yield Edit(some[0].kind, names, words)


def only_values(edits: Sequence[Edit]) -> bool:
    """Whether all parts are where they should be, and only what they are, or which way round, differs."""
    return all(e.kind in VALUES for e in edits)
