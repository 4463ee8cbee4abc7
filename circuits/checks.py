"""What makes a circuit impossible before anything is simulated, in words that name the remedy."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from .coupled import check_couplings, check_factors
from .description import Description
from .elements import (
    GROUND,
    C,
    Composite,
    CurrentProbe,
    Delay,
    E,
    Element,
    F,
    G,
    H,
    I,
    L,
    OpAmp,
    Opaque,
    R,
    S,
    Sensing,
    V,
)
from .errors import CircuitError, unknown
from .graph import Groups, conducting, ends
from .structure import Structure, structure

GROUND_ELSEWHERE = "gnd"
"""In any case: what ground is called, too, in netlists and on schematics, where it becomes `GROUND` when it is read."""
_VOLTAGE_LIKE = (V, E, H, OpAmp, Delay)
_CURRENT_LIKE = (I, G, F)


def check(circuit: Description) -> None:
    """Raise `CircuitError` for the first thing that is wrong with the wiring.

    Args:
        circuit: the circuit to check.

    Raises:
        CircuitError: empty, no ground, a node called gnd, dangling node, element shorted onto itself, loop of voltage
            sources, cutset of current sources, part without a path to ground.
        DesignError: a role whose player is not there.
        UnknownNameError: a controlled source or current probe that senses an element that is not there.
    """
    _check(structure(circuit))
    check_roles(circuit)
    check_factors(circuit)


def check_roles(circuit: Description) -> None:
    """Raise `DesignError` for the first role that is played by who is not there."""
    for role, _ in circuit.roles:
        circuit.role(role)


@lru_cache(maxsize=256)
def _check(bare: Structure[Description]) -> None:
    """Wiring does not depend on values: a sweep is checked once. What raises is not kept."""
    circuit = bare.circuit
    if not circuit.parts:
        raise CircuitError(f"circuit {circuit.title!r} is empty: add elements first.")
    if meant := [n for n in circuit.nodes if n.lower() == GROUND_ELSEWHERE]:
        raise CircuitError(
            f"ground is called {GROUND!r}: node {meant[0]!r} of {circuit.title!r} would be one like any other. Call it "
            f"{GROUND!r}, or, where it is not meant as ground, another name such as 'vss'."
        )
    if GROUND not in circuit.nodes:
        raise CircuitError(
            f"circuit {circuit.title!r} has no ground: connect one node to {GROUND!r}, voltages are measured from it."
        )
    _check_sensors(circuit)
    check_couplings(circuit)
    _check_shorts(circuit)
    circuit = circuit.expanded
    _check_dangling(circuit)
    _check_voltage_loops(circuit)
    _check_current_cutsets(circuit)


def _check_sensors(circuit: Description) -> None:
    sources = [e.name for e in circuit.of_type(V)]
    for element in circuit.of_type(Sensing):
        if element.sensor not in sources:
            raise unknown(f"voltage source (sensed by {element.name!r})", element.sensor, sources)
    measurable = [e.name for kind in (V, R, L, S, C, E, H, OpAmp, Composite, Opaque) for e in circuit.of_type(kind)]
    for probe in circuit.of_type(CurrentProbe):
        if probe.sensor not in measurable:
            raise unknown(
                f"voltage source, resistor, inductor, capacitor, switch or device (probed by {probe.name!r})",
                probe.sensor,
                measurable,
            )


def _check_shorts(circuit: Description) -> None:
    for element in circuit.parts:
        if isinstance(element, Opaque):  # two pins of one may be joined
            continue
        a, b = ends(element)
        if a == b:
            raise CircuitError(
                f"{element.KIND} {element.name!r} has both ends on node {a!r}: connect its ends to two nodes."
            )


def _check_dangling(circuit: Description) -> None:
    driven: dict[str, list[str]] = {n: [] for n in circuit.nodes}
    for element in circuit.parts:
        for n in conducting(element):
            driven[n].append(element.name)
    for n, names in driven.items():
        if n != GROUND and not names:
            readers = [e.name for e in circuit.elements if n in e.nodes]
            raise CircuitError(
                f"node {n!r} is only read (by {', '.join(readers)}): nothing drives it; connect it to an element, "
                "or mend its name."
            )
        if n != GROUND and len(names) == 1 and not _is_read(circuit, n, names[0]):
            raise CircuitError(
                f"node {n!r} dangles: only {names[0]!r} ends there; connect a second element or ground, "
                "or take the element out."
            )


def _is_read(circuit: Description, name: str, end: str) -> bool:
    """A node with one conducting end is meant when something reads it, or a source or an opaque device holds it."""
    if isinstance(circuit.element(end), (*_VOLTAGE_LIKE, Opaque)):
        return True
    if isinstance(circuit.element(end), _CURRENT_LIKE):
        return False
    return any(name in e.nodes for e in circuit.elements if e.name != end)


def _check_voltage_loops(circuit: Description) -> None:
    groups = Groups(circuit.nodes)
    tree: list[Element] = []
    for element in circuit.parts:
        if isinstance(element, _VOLTAGE_LIKE):
            if not groups.join(*ends(element)):
                loop = ", ".join(repr(e.name) for e in _loop(tree, element))
                raise CircuitError(
                    f"voltage sources {loop} form a loop between nodes {ends(element)[0]!r} and {ends(element)[1]!r}: "
                    "they would fight; put a resistor in series with one of them."
                )
            tree.append(element)


def _loop(tree: list[Element], closing: Element) -> list[Element]:
    """Path through the tree between the ends of the closing element, and that element."""
    start, goal = ends(closing)
    paths: dict[str, list[Element]] = {start: []}
    queue = [start]
    while queue:
        here = queue.pop(0)
        for element in tree:
            a, b = ends(element)
            there = b if a == here else a if b == here else None
            if there is not None and there not in paths:
                paths[there] = [*paths[here], element]
                queue.append(there)
    return [*paths.get(goal, []), closing]


def _check_current_cutsets(circuit: Description) -> None:
    groups = Groups(circuit.nodes)
    for element in circuit.parts:
        if not isinstance(element, _CURRENT_LIKE):
            first, *others = conducting(element)
            for other in others:
                groups.join(first, other)
    islands: dict[str, list[str]] = {}
    for n in circuit.nodes:
        islands.setdefault(groups.find(n), []).append(n)
    for island in islands.values():
        if GROUND not in island and _is_conducting(circuit, island):
            sources = [e.name for e in circuit.parts if len({n in island for n in conducting(e)}) == 2]
            cause = f"only current sources ({', '.join(sources)}) reach it" if sources else "nothing connects it"
            who = f"node {island[0]!r} has" if len(island) == 1 else f"nodes {', '.join(map(repr, island))} have"
            raise CircuitError(f"{who} no path to ground: {cause}; add a resistor or capacitor to ground.")


def _is_conducting(circuit: Description, island: list[str]) -> bool:
    """An island that nothing ends on is only read; the dangling check speaks of it."""
    return any(n in island for n in chain.from_iterable(conducting(e) for e in circuit.parts))
