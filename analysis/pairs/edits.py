"""What differs between two circuits, edit by edit, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from ...circuits.element import GROUND
from ...circuits.elements import TYPES, B, Diode, Element, I, K, Opaque, V
from ...circuits.units import show
from .assignment import Match
from .costs import Weights, differing, is_slip, law_cost, same_reading
from .curves import alike
from .edit import Edit
from .naming import inner_of, law_words, tidy, with_article
from .near import near
from .parts import Part
from .sources import told

WORDS = {
    "v_t": "threshold", "v_h": "hysteresis", "r_on": "closed resistance", "r_off": "open resistance", "gain": "gain",
    "i_s": "saturation current", "n": "emission coefficient", "w": "width", "l": "length", "v_th": "threshold",
    "kp": "transconductance kp", "lam": "lambda", "gamma": "gamma", "phi": "phi", "delay": "delay",
}  # fmt: skip
"""What values are called; the main value of an element needs no word."""
FEMTO = 0.999e-12
"""Farads below which a capacitor was meant to have a prefix before its F."""
VALUES = frozenset({"value", "unit", "start", "stimulus", "law", "state", "polarity", "swapped"})
"""Kinds of edits that leave every part where it is: such circuits are not the same, whatever one run shows."""


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
    return tuple(_together(tuple(tidy(found))))


def _pair(a: Part, b: Part, flip: bool, match: Match, weights: Weights) -> Iterator[Edit]:
    name = _called(a, b)
    if a.kind != b.kind:
        yield Edit("kind", (b.name,), f"{name} is {with_article(b.kind)}, not {with_article(a.kind)}")
        return
    if flip and not (a.exchangeable or b.exchangeable):
        yield _turned(a, b, name)
    for quantity in differing(a, b, weights):
        yield _value(a, b, quantity, name)
    if isinstance(a.element, K) and (other := _coupled(a, b, match)):
        yield Edit("coupled", (b.name,), f"{name} couples {' with '.join(b.senses)}, not {other}")
    elsewhere = any(match.nodes.get(n) != wanted for wanted, n in zip(a.pins, b.pins, strict=False))
    told_by_nodes = elsewhere and not law_cost(a, b, weights)
    if not same_reading(a, b, match.nodes, weights) and not told_by_nodes:
        yield Edit("law", (b.name,), f"the law of {name} is {law_words(a, b, match.nodes)}")


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
    if "ic" in a.values:
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
    what = f"the {WORDS[quantity]} of {name}" if quantity in WORDS else name
    return _number(b, what, old, new, unit)


def _number(b: Part, what: str, old: float, new: float, unit: str) -> Edit:
    words = f"{what} {'make' if b.made_of else 'is'} {_si(new, unit)}, not {_si(old, unit)}"
    if is_slip(old, new):
        return Edit("unit", (b.name,), f"{words}: {_slip(old, new, unit)}")
    return Edit("value", (b.name,), words)


def _stimulus(a: Part, b: Part, name: str) -> Edit:
    assert a.curve is not None
    assert b.curve is not None
    if alike(a.curve, -b.curve, 1e-9):
        return Edit("polarity", (b.name,), f"{name} has the opposite sign")
    unit = _unit(a.element)
    if len(a.curve.times) == len(b.curve.times) == 1:
        return _number(b, name, a.curve.values[0], b.curve.values[0], unit)
    words, slip = told(a, b, unit)
    return Edit("unit" if slip else "stimulus", (b.name,), f"{name} {words}")


def _slip(old: float, new: float, unit: str) -> str:
    factor = max(old / new, new / old)
    if new < old and unit == "F" and new < FEMTO:
        return f"a factor of {factor:.4g}, F is femto in SPICE"
    if new < old and near(factor, 1e9, 1e-6):
        return "a factor of 1e9, M is milli in SPICE and Meg is mega"
    return f"a factor of {factor:.4g}, as a slip of units makes it"


def _form(p: Part) -> str:
    word = p.form[0] if p.form else ""
    return {"True": "closed at the start", "False": "open at the start"}.get(word, f"of polarity {word!r}")


def _unit(element: Element) -> str:
    return "V" if isinstance(element, V) else "A"


def _si(value: float, unit: str) -> str:
    return show(float(f"{value:.6g}"), unit)


def _called(a: Part, b: Part) -> str:
    if b.made_of:
        return b.made_of
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
    groups: dict[tuple[str, str, bool], list[Part]] = {}
    for (x, y), flip in zip(match.pairs, match.flipped, strict=True):
        pins = (y.pins[1], y.pins[0], *y.pins[2:]) if flip else y.pins
        for k, (wanted, there) in enumerate(zip(x.pins, pins, strict=True)):
            if match.nodes.get(there) != wanted:
                groups.setdefault((wanted, there, k > 1 and isinstance(y.element, B)), []).append(y)
    back = {x: y for y, x in match.nodes.items()}
    lone = {x.name: _exchanged(x, y, match) for x, y in match.pairs}
    said: set[str] = set()
    for x, y in _places(match):
        said |= {x.name, y.name}
        yield Edit("node", (x.name, y.name), f"{x.name} and {y.name} have changed places")
    for (wanted, there, reads), every in groups.items():
        some = [p for p in every if p.name not in said]
        some = [p for p in some if inner_of(p.name) not in [q.name for q in some]]
        if not some:
            continue
        parts = tuple(dict.fromkeys(some))
        names = " and ".join(_pin_named(p, wanted, there, match) for p in parts)
        pair = next((x.name for x, y in match.pairs if y is parts[0]), "")
        if len(parts) == 1 and lone.get(pair):
            said.add(parts[0].name)
            yield Edit("swapped", (parts[0].name,), f"{parts[0].name} has {lone[pair]} exchanged")
            continue
        if reads:
            words = f"the law of {names} reads {there!r}, not {back.get(wanted, wanted)!r}"
            yield Edit("node", (*(p.name for p in parts), there), words)
            continue
        yield _one_move(wanted, there, names, parts, back.get(wanted, wanted), match, b)


def _pin_named(p: Part, wanted: str, there: str, match: Match) -> str:
    """A part whose pin is elsewhere, and which pin, where it has more than two."""
    names = () if isinstance(p.element, Opaque) else TYPES[type(p.element).__name__].TERMINALS
    x = next(x for x, y in match.pairs if y is p)
    which = [k for k, ends in enumerate(zip(x.pins, p.pins, strict=True)) if ends == (wanted, there)]
    if len(p.pins) < 3 or len(names) != len(p.pins) or len(which) != 1:
        return p.name
    return f"the {_terminal(names[which[0]])} of {p.name}"


def _terminal(name: str) -> str:
    return name.replace("c_", "control ")


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
    wanted: str, there: str, names: str, parts: tuple[Part, ...], called: str, match: Match, b: Sequence[Part]
) -> Edit:
    """What is wrong where pins are at `there` and should be at a node that is `called` so in the second circuit."""
    who = (*(p.name for p in parts), there)
    ends = "ends" if len(parts) == 1 else "end"
    if wanted == GROUND and not any(GROUND in p.pins for p in b):
        return Edit("ground", who, f"there is no ground: {names} {ends} at {there!r}, not at '0'")
    gone = wanted != GROUND and not any(called in p.pins for _, p in match.pairs)
    if gone and there in match.nodes and len(parts) > 1:
        return Edit("joined", who, f"nodes {wanted!r} and {there!r} are one: {names} {ends} at {there!r}")
    if there not in match.nodes and sum(p.pins.count(there) for p in b) == len(parts):
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
    return " and ".join(_terminal(names[k]) for k in wrong)


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
