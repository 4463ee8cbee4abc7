"""One random circuit: made from its kind and a seed, and able to print itself."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import field, frozen
from fuzz.builder import UNKNOWN_CURRENTS, Builder
from fuzz.kinds import KINDS
from oracles.laws import LAWS
from oracles.network import Network
from oracles.parts import Part
from oracles.waveforms import value

if TYPE_CHECKING:
    from lapicque.circuits import Circuit

NUDGE = 1e-7
CYCLES = 60
"""Most periods of the circuit's own fastest ringing in a run, and"""
GROWTH = 12.0
"""most e-foldings of what grows."""


@frozen(eq=False)
class Case:
    """A circuit as data, how long it is run, and what of it is looked at (all nodes unless there are probes)."""

    kind: str
    seed: int
    parts: tuple[Part, ...]
    stop: float
    probes: tuple[tuple[str, str], ...] = field(default=())
    """What is probed: ("node", name) or ("current", element)."""

    @cached_property
    def network(self) -> Network:
        """The dense equations."""
        return Network(self.parts)

    def circuit(self) -> Circuit:
        """The case as a circuit of lapicque."""
        from lapicque import circuits

        made = circuits.Circuit(f"{self.kind} {self.seed}")
        for p in self.parts:
            made = made.add(getattr(circuits, p.kind)(p.name, *p.nodes, **_arguments(p, circuits)))
        for k, (what, name) in enumerate(self.probes):
            probe = circuits.Probe if what == "node" else circuits.CurrentProbe
            made = made.add(probe(f"probe{k}", name))
        return made

    def nudged(self) -> Case:
        """The same with values that are a ten-millionth off: what changes much by it is sensitive."""
        random = np.random.default_rng(1)

        def moved(p: Part) -> Part:
            values = {
                k: v * (1 + NUDGE * random.standard_normal()) for k, v in p.values.items() if isinstance(v, float)
            }
            return attrs.evolve(p, values={**p.values, **values})

        return attrs.evolve(self, parts=tuple(map(moved, self.parts)))

    def signals(self) -> dict[str, tuple[str, str]]:
        """Name in a result to what it is: ("node", name) or ("current", element)."""
        if self.probes:
            return {f"probe{k}": p for k, p in enumerate(self.probes)}
        return {n: ("node", n) for n in self.network.nodes}

    def python(self) -> str:
        """The case as Python that users would write."""
        lines = [
            "from lapicque.analysis import *",
            "from lapicque.circuits import *",
            "from lapicque.netlists import *",
            "",
        ]
        lines += [f"c = Circuit({f'{self.kind} {self.seed}'!r})"]
        for p in self.parts:
            words = [repr(p.name), *map(repr, p.nodes), *(f"{k}={v}" for k, v in _spelled(p).items())]
            lines.append(f"c = c.add({p.kind}({', '.join(words)}))")
        for k, (what, name) in enumerate(self.probes):
            lines.append(f"c = c.add({'Probe' if what == 'node' else 'CurrentProbe'}({f'probe{k}'!r}, {name!r}))")
        lines += [
            f"stop = {self.stop!r}",
            "s = solve(c, stop)",
            "print(compare(s, simulate(c, Transient(stop))).metrics)",
        ]
        return "\n".join(lines) + "\n"

    def json(self) -> str:
        """The case as data; `Case.read` reads it."""
        return json.dumps({**attrs.asdict(self), "parts": [attrs.asdict(p) for p in self.parts]}, ensure_ascii=False)

    @staticmethod
    def read(text: str) -> Case:
        """Read back what `json` wrote."""
        body = json.loads(text)
        parts = tuple(Part(**p) for p in body.pop("parts"))
        return Case(**{**body, "parts": parts, "probes": tuple(tuple(p) for p in body["probes"])})


def _arguments(p: Part, circuits: Any) -> dict[str, Any]:
    values = dict(p.values)
    if "stimulus" in values:
        kind, given = values["stimulus"]
        values["stimulus"] = getattr(circuits, kind)(**given)
    if "law" in values:
        values["law"] = LAWS[values["law"]].text
    return values


def _spelled(p: Part) -> dict[str, str]:
    values = {k: repr(v) for k, v in p.values.items()}
    if "stimulus" in values:
        kind, given = p.values["stimulus"]
        values["stimulus"] = f"{kind}({', '.join(f'{k}={v!r}' for k, v in given.items())})"
    if "law" in values:
        values["law"] = repr(LAWS[p.values["law"]].text)
    return values


def make(kind: str, seed: int) -> Case:
    """The case of a kind and a seed; always the same, as long as the name of a new kind comes last."""
    random = np.random.default_rng([sorted(KINDS).index(kind), seed])
    b = Builder.drawn(random)
    KINDS[kind](b)
    parts = _consistent(b.parts)
    stop = float(f"{_fitting(Network(parts), b.stop):.3g}")
    probes: list[tuple[str, str]] = []
    if b.chance(0.5):
        nodes = list(dict.fromkeys(n for p in parts for n in p.nodes if n != "0"))
        chosen = random.permutation(nodes)[: int(random.integers(1, 4))]
        probes += [("node", str(n)) for n in chosen]
        probes += [("current", p.name) for p in parts if p.kind in UNKNOWN_CURRENTS and b.chance(0.5)]
    return Case(kind, seed, parts, stop, tuple(probes))


def _consistent(parts: list[Part]) -> tuple[Part, ...]:
    """The parts, with capacitors that close a loop of sources and capacitors charged as that loop says."""
    potential: dict[str, tuple[str, float]] = {}

    def root(node: str) -> tuple[str, float]:
        at, height = potential.get(node, (node, 0.0))
        if at == node:
            return node, height
        top, more = root(at)
        return top, height + more

    made = {p.name: p for p in parts}
    for p in sorted(parts, key=lambda p: p.kind != "V"):
        if p.kind not in ("V", "C"):
            continue
        across = float(value(p.values["stimulus"], np.zeros(1))[0]) if p.kind == "V" else p.values.get("ic", 0.0)
        (plus, above), (minus, below) = root(p.nodes[0]), root(p.nodes[1])
        if plus != minus:
            potential[plus] = (minus, across + below - above)
        elif p.kind == "C" and across != above - below:
            made[p.name] = attrs.evolve(p, values={**p.values, "ic": above - below})
    return tuple(made[p.name] for p in parts)


def _fitting(net: Network, stop: float) -> float:
    """The run, cut so that the circuit's own ringing and growing fit in."""
    from scipy.linalg import eigvals

    if net.nonlinear:
        return stop
    rates = eigvals(net.conducting([s.closed for s in net.switches]), net.matrices[0], check_finite=False)
    rates = rates[np.isfinite(rates) & (np.abs(rates) * stop < 1e12)]
    rings = np.abs(rates.imag[np.abs(rates.imag) > np.abs(rates.real) / 3]).max(initial=0.0)
    grows = rates.real.max(initial=0.0)
    limits = [2 * np.pi * CYCLES / rings if rings else np.inf, GROWTH / grows if grows > 1e-9 / stop else np.inf]
    return float(min(stop, *limits))
