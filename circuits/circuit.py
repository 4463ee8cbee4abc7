"""The circuit: an immutable value made of elements, from which everything else is derived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from attrs import frozen

from .arguments import want
from .checks import check
from .description import Description
from .elements import GROUND, B, Element, Opaque, Varactor, symbol_name
from .errors import unknown
from .roles import NODES
from .serialize import fields_of_json, to_json
from .showing import html
from .stimuli import Stimulus
from .table import table
from .units import Value, parse


@frozen(str=False, repr=False)
class Circuit(Description):
    """A title and elements; every operation gives a new circuit.

    Two circuits are equal when their titles and elements are, in order. A circuit checks its names when
    it is made, and its wiring when `check` is called (which deriving and netlisting do).

    >>> from lapicque.circuits import C, Circuit, R, Step, V
    >>> rc = Circuit("rc").add(V("V1", "in", "0", Step()), R("R1", "in", "out", "10k"), C("C1", "out", "0", "100n"))
    >>> rc.nodes
    ('in', '0', 'out')
    >>> rc.with_values({"R1": "22k"}).element("R1").value
    22000.0
    """

    def add(self, *elements: Element) -> Circuit:
        """Add elements.

        Raises:
            CircuitError: a name that is already taken (`R1` and `r1` are the same to SPICE).
        """
        return attrs.evolve(self, elements=(*self.elements, *elements))

    def without(self, *names: str) -> Circuit:
        """Take elements out by name; the roles that they played stay for others of their names."""
        for name in names:
            self.element(name)
        return attrs.evolve(self, elements=tuple(e for e in self.elements if e.name not in names))

    def with_values(self, values: Mapping[str, Value | Stimulus]) -> Circuit:
        """Change values by symbol name.

        Args:
            values: `{"R1": "22k", "r_on_S1": 5, "S1.r_on": 5, "I1": Step(...)}`.

        Raises:
            UnknownNameError: no such parameter.
            QuantityError: a value that the element does not allow.
        """
        want(values, Mapping, "values", 'give a dictionary such as {"R1": "22k"}')  # type: ignore[type-abstract]
        elements = list(self.elements)
        for key, value in values.items():
            for index, old in enumerate(elements):
                if (new := _changed(old, key, value)) is not None:
                    elements[index] = new
                    break
            else:
                known = {*self.values, *(e.name for e in self.parts if hasattr(e, "stimulus"))}
                raise unknown("parameter", key, known)
        return attrs.evolve(self, elements=tuple(elements)) if values else self

    def with_nodes(self, nodes: Mapping[str, str]) -> Circuit:
        """Rename nodes (old to new); two nodes with one new name are joined.

        Raises:
            UnknownNameError: an old node that the circuit has not.
        """
        for old in nodes:
            if old not in self.nodes:
                raise unknown("node", old, self.nodes)
        roles = {r: nodes.get(n, n) if r in NODES else n for r, n in self.roles}
        return attrs.evolve(self, elements=tuple(e.renamed(e.name, nodes, {}) for e in self.elements), roles=roles)

    def instance(self, name: str, circuit: Circuit, ports: Mapping[str, str]) -> Circuit:
        """Place another circuit inside this one.

        Args:
            name: instance name; elements become `name.R1`, inner nodes `name.mem`.
            circuit: the circuit to place.
            ports: its node to a node of this circuit. Ground is always joined.

        Raises:
            UnknownNameError: a port that the placed circuit has not.
        """
        for port in ports:
            if port not in circuit.nodes:
                raise unknown(f"node of {circuit.title!r}", port, circuit.nodes)
        nodes = {n: ports.get(n, GROUND if n == GROUND else f"{name}.{n}") for n in circuit.nodes}
        names = {e.name: f"{name}.{e.name}" for e in circuit.elements}
        return self.add(*(e.renamed(names[e.name], nodes, names) for e in circuit.elements))

    def check(self) -> Circuit:
        """Check the wiring and return the circuit itself.

        Raises:
            CircuitError: no ground, a dangling node, a loop of voltage sources, a cutset of current
                sources, an unknown sensor; the message names element, node and remedy.
        """
        check(self)
        return self

    def __str__(self) -> str:
        return table(self)

    def __repr__(self) -> str:
        return f"<circuit {self.title!r}: {len(self.parts)} elements, {len(self.nodes)} nodes; print it to see them>"

    def _repr_html_(self) -> str:
        return html(self)

    def to_json(self) -> str:
        """The circuit as JSON text, with the schema's version inside."""
        return to_json(self)

    @staticmethod
    def from_json(text: str | bytes) -> Circuit:
        """Read back what `to_json` wrote."""
        return Circuit(**fields_of_json(text))


def _changed(element: Element, key: str, value: Any) -> Element | None:
    """Give the element the value if the key means one of its values."""
    if element.name not in str(key):  # all that mean one have the name in them
        return None
    fields = [*element.QUANTITIES, *(["stimulus"] if hasattr(element, "stimulus") else [])]
    for name in fields:
        if key in (symbol_name(element.name, name), f"{element.name}.{name}"):
            return attrs.evolve(element, **{name: value})
    if isinstance(element, (B, Opaque, Varactor)):
        for name, _ in element.params:
            if key in (symbol_name(element.name, name), f"{element.name}.{name}"):
                return attrs.evolve(element, params={**dict(element.params), name: parse(value, key)})
    return None


def want_circuit(value: object) -> Circuit:
    """Make sure that an argument is a circuit.

    Raises:
        KindError: it is something else.
    """
    return want(value, Circuit, "circuit", "build one, such as `build('lif')`, or make a Circuit of parts")
