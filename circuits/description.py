"""The data of a circuit: title, elements, what it is meant to do; and what is read off them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain
from typing import Self, TypeVar

import attrs
from attrs import field, frozen

from .arguments import named, parts_of, want
from .composite import is_part
from .elements import GROUND, PROBES, Composite, Element, I, K, V
from .errors import CircuitError, DesignError, unknown, visible
from .roles import NODES, PLAYERS, ROLES, how_to_give, pairs_of
from .units import Value, parse

T = TypeVar("T", bound=Element)


def _title(words: object) -> str:
    return visible(str(words))


def _pairs(spec: Mapping[str, Value] | Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    given = named(spec, "spec", '{"v_th": 1, "v_reset": 0, "t_ref": "2m"}')
    return tuple(sorted((visible(str(k)), parse(v, str(k))) for k, v in given.items()))


@frozen
class Description:
    """What a circuit is to its checks, its table and its JSON, which `Circuit` itself uses."""

    title: str = field(converter=_title)
    elements: tuple[Element, ...] = field(converter=parts_of, default=())
    spec: tuple[tuple[str, float], ...] = field(converter=_pairs, default=())
    """What the circuit is meant to do (name, SI value): the ideal that it is compared with."""
    roles: tuple[tuple[str, str], ...] = field(converter=pairs_of, default=())
    """Which element or node does what (role, name): see `circuits.roles`."""

    def __attrs_post_init__(self) -> None:
        odd = [e for e in self.elements if not isinstance(e, Element)]
        if odd:
            want(odd[0], Element, f"an element of {self.title!r}", "make parts such as R('R1', 'a', 'b', '10k')")
        _refuse_twins("element", (e.name for e in self.elements))
        _refuse_twins("node", self.nodes)
        _check_roles(self)

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """All nodes in the order of their first use."""
        return tuple(dict.fromkeys(n for e in self.elements for n in e.nodes))

    @cached_property
    def outer_nodes(self) -> tuple[str, ...]:
        """Nodes but those inside what stands for one element of a netlist: `B1#law` between `B1#i` and `B1#r`."""
        heads = {e.name.partition("#")[0].casefold() for e in self.elements if "#" in e.name}
        return tuple(n for n in self.nodes if "#" not in n or n.partition("#")[0].casefold() not in heads)

    @cached_property
    def parts(self) -> tuple[Element, ...]:
        """The elements that conduct: all but the probes and the couplings of inductors."""
        return tuple(e for e in self.elements if not isinstance(e, (*PROBES, K)))

    @cached_property
    def described(self) -> tuple[Element, ...]:
        """What a netlist has cards for: the elements that conduct, and the couplings of inductors."""
        return tuple(e for e in self.elements if not isinstance(e, PROBES))

    @cached_property
    def expanded(self) -> Self:
        """The circuit as its equations see it: what is one element to people and several in them is taken apart."""
        if not any(isinstance(e, Composite) and not e.is_plain for e in self.elements):
            return self
        taken = (e.parts() if isinstance(e, Composite) else (e,) for e in self.elements)
        kept = (e for e in chain.from_iterable(taken) if not is_part(e) or e.nodes[0] != e.nodes[1])
        return attrs.evolve(self, elements=tuple(kept))

    @property
    def values(self) -> dict[str, float]:
        """Every parameter of every element by symbol name (`R1`, `r_on_S1`), SI units."""
        return {name: value for e in self.described for name, value in e.values.items()}

    @property
    def sources(self) -> dict[str, float]:
        """The value of every independent source at the start, volts or amperes."""
        return {e.name: e.stimulus.breakpoints()[1][0] for e in (*self.of_type(V), *self.of_type(I))}

    def role(self, name: str) -> str:
        """Who plays a role: the name of an element or node.

        Raises:
            DesignError: nobody does, or the one who should is not there; says what to give.
        """
        player = dict(self.roles).get(name)
        if player is None:
            raise DesignError(f"{self.title!r} does not say which is its {name}: {how_to_give(name)}.")
        known = self.nodes if name in NODES else [e.name for e in self.parts if e.KIND in PLAYERS[name]]
        if player not in known:
            raise DesignError(f"the roles of {self.title!r}: {unknown(f'{name} ({ROLES[name]})', player, known)}")
        return player

    def plays(self, *names: str) -> bool:
        """Whether all of these roles are played."""
        return set(names) <= dict(self.roles).keys()

    def of_type(self, kind: type[T]) -> tuple[T, ...]:
        """All elements of one class, in order."""
        return tuple(e for e in self.elements if isinstance(e, kind))

    def element(self, name: str) -> Element:
        """Find an element by its name.

        Raises:
            UnknownNameError: there is none; the nearest name is suggested.
        """
        for candidate in self.elements:
            if candidate.name == name:
                return candidate
        raise unknown("element", name, (e.name for e in self.elements))


def _check_roles(circuit: Description) -> None:
    """Refuse who is there and cannot play its role; who is not there may still come (`Circuit.check` asks again)."""
    for role, player in circuit.roles:
        for e in circuit.elements:
            if e.name != player or (role in NODES and player in circuit.nodes):
                continue
            if role in NODES:
                ends = " or ".join(map(repr, (n for n in dict.fromkeys(e.nodes) if n != GROUND))) or "the name of one"
                raise DesignError(
                    f"the {role} of {circuit.title!r} is {player!r}, a {e.KIND}: a node plays that role, give {ends}."
                )
            if e.KIND not in PLAYERS[role]:
                can = [k.name for k in circuit.elements if k.KIND in PLAYERS[role]]
                raise DesignError(
                    f"the {role} of {circuit.title!r} is {player!r}, a {e.KIND}: that role is for {ROLES[role]}; "
                    f"here that can be {', '.join(can) or 'none, add one'}."
                )


def _refuse_twins(what: str, names: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        folded = name.casefold()
        if folded in seen:
            same = "appears twice" if seen[folded] == name else f"and {seen[folded]!r} are the same to SPICE"
            raise CircuitError(f"{what} {name!r} {same}: give each {what} a name of its own.")
        seen[folded] = name
