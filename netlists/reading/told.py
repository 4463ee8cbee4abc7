"""What people tell of a circuit that its cards cannot say: what a spike is, and which part plays which role.

In a netlist by comments, on the command line by options, in the same words:

    * lapicque: spike mem=0.5
    * lapicque: role input=I1 membrane=mem
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from typing import TYPE_CHECKING

from attrs import evolve

from ...circuits.element import GROUND
from ...circuits.elements import Probe, SpikeProbe
from ...circuits.errors import LapicqueError, unknown
from ...circuits.probes import AXES
from ...circuits.roles import NODES, ROLES
from ...circuits.units import parse
from .source import Card, NetlistError, Place

if TYPE_CHECKING:
    from ...circuits.circuit import Circuit

_LINE = re.compile(r"(?:\*+|TEXT\s[^;!]*;)\s*lapicque\s*:\s*(.*)", re.IGNORECASE)
"""A comment of a netlist, or of a schematic of LTspice."""
_SPIKE = re.compile(r"(?P<plus>[^\s,=]+)\s*(?:,\s*(?P<minus>[^\s,=]+)\s*)?=\s*(?P<level>\S+)(?:\s+(?P<way>\S.*))?")


def told_in(text: str, file: str) -> Iterator[Card]:
    """The lines of a netlist that are meant for lapicque, as cards without their mark."""
    for k, raw in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if found := _LINE.fullmatch(raw.strip()):
            yield Card(found[1].strip() or "?", Place(file, k))


def with_cards(circuit: Circuit, cards: Iterable[Card]) -> Circuit:
    """The circuit with what its netlist's own lines tell.

    Raises:
        NetlistError: a line that tells nothing, or of what is not there.
    """
    for card in cards:
        word, _, rest = card.text.partition(" ")
        try:
            if word.lower() == "spike":
                circuit = with_spikes(circuit, [rest])
            elif word.lower() == "role":
                circuit = with_roles(circuit, rest.split() or [""])
            else:
                raise LapicqueError("a line for lapicque is `spike NODE=LEVEL` or `role ROLE=NAME`.")
        except LapicqueError as error:
            raise NetlistError(card, str(error)) from error
    return circuit


def with_spikes(circuit: Circuit, spikes: Sequence[str]) -> Circuit:
    """The circuit with a probe of each spike that is told, and of all nodes where it has none.

    Args:
        circuit: to be watched.
        spikes: "mem=0.5", "a,b=10m falling": the nodes and the level, in volts, that makes a spike.

    Raises:
        LapicqueError: words that are none; a node that is not there.
    """
    for words in spikes:
        circuit = circuit.add(_probe(circuit, words))
    return _seen(circuit) if spikes else circuit


def _seen(circuit: Circuit) -> Circuit:
    """A probe at each node: with one of spikes alone a run would keep nothing else, and no measure would be found."""
    if circuit.of_type(Probe):
        return circuit
    taken = {e.name.lower() for e in circuit.elements} | AXES
    nodes = [n for n in circuit.outer_nodes if n != GROUND]
    return circuit.add(*(Probe(f"v({n})" if n.lower() in taken else n, n) for n in nodes))


def with_roles(circuit: Circuit, roles: Sequence[str]) -> Circuit:
    """The circuit with roles.

    Args:
        circuit: whose parts play them.
        roles: "membrane=mem", "input=I1".

    Raises:
        LapicqueError: no such role; nobody there of that name.
    """
    given = dict(circuit.roles)
    for words in roles:
        role, _, name = (part.strip() for part in words.partition("="))
        if role.lower() not in ROLES or not name:
            raise LapicqueError(f"{words!r} is no role: write ROLE=NAME, with one of {', '.join(ROLES)}.")
        given[role.lower()] = _known(circuit, name, role.lower() in NODES)
    return evolve(circuit, roles=given) if roles else circuit


def _probe(circuit: Circuit, words: str) -> SpikeProbe:
    found = _SPIKE.fullmatch(words.strip())
    way = ((found and found["way"]) or "").lower()
    if found is None or way not in ("", "rising", "falling"):
        raise LapicqueError(
            f"{words!r} is no spike: write NODE=LEVEL such as mem=0.5, a,b=10m for v(a,b), with `falling` behind it "
            "where spikes go down."
        )
    plus, minus = (_known(circuit, found[end] or "0", True) for end in ("plus", "minus"))
    level = parse(found["level"], f"level of a spike at {plus}", "V")
    return SpikeProbe(_free(circuit, plus), plus, minus, level, way == "falling")


def _free(circuit: Circuit, node: str) -> str:
    """A name for a probe: spike, else one with that of its node."""
    taken = {e.name.lower() for e in circuit.elements} | {n.lower() for n in circuit.nodes if n != node}
    names = chain(("spike", f"spike_{node}"), (f"spike_{k}" for k in count(2)))
    return next(name for name in names if name.lower() not in taken)


def _known(circuit: Circuit, name: str, is_node: bool) -> str:
    """A node or element as it is spelt: SPICE does not tell a from A."""
    names = circuit.nodes if is_node else tuple(e.name for e in circuit.elements)
    same = [n for n in names if n == name] or [n for n in names if n.lower() == name.lower()]
    if not same:
        raise unknown("node" if is_node else "element", name, names)
    return same[0]
