"""Whether two circuits are the same: by structure, else by their equations, else by what they do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from ...circuits.arguments import positive, want
from ...circuits.circuit import Circuit
from ...circuits.element import GROUND
from ...circuits.errors import LapicqueError, QuantityError
from ...circuits.runs.run_length import end_of
from ...circuits.units import Value, parse, show
from .assignment import best_match, least_cost
from .costs import Weights
from .edit import Edit
from .edits import edits_of, only_values
from .effects import differences, told
from .equal_equations import same_transfer
from .isomorphism import Pairing, isomorphism
from .near import TOLERANCE
from .parts import parts_of
from .reduced import Reduced, reduced
from .runs import Run, run_of, run_of_reference

if TYPE_CHECKING:
    from ...netlists.ngspice.engine import Engine

SHOWN = 6
"""Most edits that the verdict names."""
MERGED = 1.5
"""By how much edits must be cheaper with parts put together: a part that is there twice is one too many."""


@frozen
class Likeness:
    """What two circuits have in common, and what not.

    Attributes:
        first: title of the first circuit.
        second: title of the second.
        same: the answer.
        how: what decided.
        edits: what differs; may be there where the circuits are the same by their equations.
        effects: what the edits do, in sentences.
        notes: what a reader should know.
        nodes: of the second circuit to those of the first.
        unseen: why it cannot be said whether other arrangements of parts do the same; else empty.
    """

    first: str
    second: str
    same: bool
    how: str
    edits: tuple[Edit, ...] = ()
    effects: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    nodes: Mapping[str, str] = attrs.field(factory=dict, eq=False)
    unseen: str = ""

    @property
    def verdict(self) -> str:
        """One line: the same, or what differs."""
        if self.same:
            return f"same {self.how}"
        more = f"; and {len(self.edits) - SHOWN} more" if len(self.edits) > SHOWN else ""
        words = f"{'; '.join(e.words for e in self.edits[:SHOWN]) or self.how}{more}"
        return (
            f"cannot say: {words}; whether it does the same was not seen: {self.unseen}"
            if self.unseen
            else (f"different: {words}")
        )

    @property
    def data(self) -> dict[str, Any]:
        """The same for machines."""
        edits = [{"kind": e.kind, "names": list(e.names), "words": e.words} for e in self.edits]
        return {
            "first": self.first, "second": self.second, "same": self.same, "how": self.how, "edits": edits,
            "effects": list(self.effects), "unseen": self.unseen, "notes": list(self.notes), "nodes": dict(self.nodes),
        }  # fmt: skip

    def __str__(self) -> str:
        lines = [self.verdict]
        if self.same:
            lines += [f"  although {e.words}" for e in self.edits]
        return "\n".join([*lines, *(f"  {w}" for w in self.effects), *(f"  note: {w}" for w in self.notes)])

    def __repr__(self) -> str:
        return f"<{self.first!r} and {self.second!r}: {self.verdict}>"


def compare_circuits(
    first: Circuit, second: Circuit, tolerance: Value = TOLERANCE, stop: Value | None = None,
    engine: Engine | None = None,
) -> Likeness:  # fmt: skip
    """Say whether two circuits are the same, and what differs.

    Names of nodes and elements do not count, nor the order; probes, roles and specifications do not either.

    Args:
        first: the reference.
        second: what is held against it.
        tolerance: relative difference of values that are taken for equal.
        stop: seconds, how long both are run where waveforms are compared; long enough to show what the first one does
            unless given.
        engine: of ngspice, for circuits without equations; one of its own is made unless given.

    Returns:
        The answer, the smallest set of edits that was found, and what they do.

    Raises:
        KindError: what is no circuit.
        QuantityError: a tolerance that is no number from 0 to 1, or a stop that is not later than 0.

    >>> from lapicque.circuits import C, Circuit, R, V
    >>> rc = Circuit("rc", (V("V1", "in", "0", 1), R("R1", "in", "out", "10k"), C("C1", "out", "0", "100n")))
    >>> print(compare_circuits(rc, rc.with_values({"R1": "12k"})).verdict)
    different: R1 is 12 kΩ, not 10 kΩ
    """
    from ...netlists.ngspice.engine import Engine

    for circuit, what in ((first, "first"), (second, "second")):
        want(circuit, Circuit, what, "build one, such as `build('lif')`, or read one, `read('mine.cir')`")
    part = parse(tolerance, "tolerance", "")
    if not 0 <= part < 1:
        raise QuantityError(f"tolerance is {tolerance}: a relative difference lies between 0 and 1, such as 1e-9.")
    end = None if stop is None else positive(stop, "stop", "'20m'", unit="s")
    want(engine, (Engine, type(None)), "engine", "make one, `with Engine() as engine`")
    found = by_structure(first, second, Weights(part, math.inf if end is None else end))
    return found if found.same else by_behaviour(found, (first, second), end, engine)


def by_structure(first: Circuit, second: Circuit, weights: Weights) -> Likeness:
    """Compare two circuits as graphs, and name the edits of the cheapest match of their parts where they differ."""
    a, b = parts_of(first), parts_of(second)
    titles = first.title, second.title
    if pairing := isomorphism(a, b, weights.tolerance, weights.stop):
        return Likeness(*titles, True, "in structure and values", notes=_renamed(pairing), nodes=pairing.nodes)
    small = reduced(a), reduced(b)
    merged = _merged(small)
    if merged and (pairing := isomorphism(small[0].parts, small[1].parts, weights.tolerance, weights.stop)):
        how = f"in structure and values, once parts in series and parallel are put together ({merged})"
        return Likeness(*titles, True, how, notes=_renamed(pairing), nodes=pairing.nodes)
    match, parts = best_match(a, b, weights), b
    if merged and MERGED + least_cost(small[0].parts, small[1].parts, weights) < match.cost:
        other = best_match(small[0].parts, small[1].parts, weights)
        if other.cost + MERGED < match.cost:
            match, parts = other, small[1].parts
    edits = edits_of(match, parts, weights)
    notes = (f"once put together: {merged}",) if parts is not b else ()
    how = "in what they are" if edits else "in a way that no edit names"
    return Likeness(*titles, False, how, edits, notes=notes, nodes=match.nodes)


def _merged(small: Sequence[Reduced]) -> str:
    said = [w for r in small for w in r.merged]
    return ", ".join(dict.fromkeys(said))


def _renamed(pairing: Pairing) -> tuple[str, ...]:
    """Nodes whose names say something else in the other circuit: those that both have, and that are not the same."""
    both = {n.casefold() for n in pairing.nodes} & {n.casefold() for n in pairing.nodes.values()}
    crossed = [
        f"{y!r} is where the first circuit has {x!r}"
        for y, x in pairing.nodes.items()
        if y.casefold() != x.casefold() and y.casefold() in both
    ]
    return tuple(crossed[:SHOWN])


def by_behaviour(
    found: Likeness, circuits: tuple[Circuit, Circuit], stop: float | None, engine: Engine | None
) -> Likeness:
    """Add what the edits of two circuits do, and whether their equations or runs are the same all the same."""
    first, second = circuits
    for circuit, who in ((first, "the first circuit"), (second, "the second circuit")):
        try:
            circuit.check()
        except LapicqueError as error:
            return attrs.evolve(found, notes=(*found.notes, f"{who} cannot run: {error}"))
    try:
        end = end_of(first, 0.0, stop)
        reference = run_of_reference(first, end, engine)
    except LapicqueError as error:
        why = " ".join(str(error).split())
        if only_values(found.edits):
            return attrs.evolve(found, notes=(*found.notes, f"what it does was not seen: {why}"))
        return attrs.evolve(found, unseen=why)
    try:
        runs = reference, run_of(second, end, engine)
    except LapicqueError as error:  # the first one runs
        return attrs.evolve(
            found, notes=(*found.notes, f"the second circuit does not run: {' '.join(str(error).split())}")
        )
    return _judged(found, runs, _shared(runs, found.nodes))


def _shared(runs: tuple[Run, Run], nodes: Mapping[str, str]) -> dict[str, str]:
    """Nodes of the second circuit to those of the first: those of one name, and what the match says of the others."""
    shown, other = (set(r.circuit.outer_nodes) - {GROUND} for r in runs)  # those inside a card are in no result
    first = {n.casefold(): n for n in shown}
    named = {n: first[n.casefold()] for n in runs[1].circuit.nodes if n in other and n.casefold() in first}
    rest = {y: x for y, x in nodes.items() if y not in named and x not in named.values() and y in other and x in shown}
    return {**named, **rest}


def _judged(found: Likeness, runs: tuple[Run, Run], shared: Mapping[str, str]) -> Likeness:
    a, b = runs
    apart = differences(a, b, shared)
    wanted = {n for p in reduced(parts_of(a.circuit)).parts for n in p.pins} & set(a.circuit.outer_nodes) - {GROUND}
    seen = wanted <= set(shared.values())
    quiet = bool(apart) and all(d.same for d in apart)
    if quiet and seen and same_transfer(a.circuit, b.circuit, shared, a.stop):
        how = f"in their equations: equal transfer functions to {_names(shared)}"
        return attrs.evolve(found, same=True, how=how)
    if quiet and seen and not only_values(found.edits):
        how = f"in what they do for {show(float(f'{a.stop:.3g}'), 's')} (run by {a.by}): waveforms of {_names(shared)}"
        return attrs.evolve(found, same=True, how=how)
    return attrs.evolve(found, effects=tuple(told(a, b, apart)) if apart else ())


def _names(shared: Mapping[str, str]) -> str:
    names = list(shared.values())
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more nodes" if len(names) > 5 else "")
