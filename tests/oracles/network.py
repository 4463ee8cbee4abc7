"""Modified nodal analysis, dense and without a thought: E x' = A x + B u(t) - sum of nonlinear currents.

The unknowns x are all node voltages and the currents of V, E, H, L and nothing is eliminated. Ho, Ruehli and Brennan,
The modified nodal approach to network analysis, IEEE Trans. Circuits and Systems 22 (1975), 504-509.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from attrs import field, frozen
from oracles.laws import LAWS, WIDTH
from oracles.parts import Part
from oracles.waveforms import corners, sine, value

U_T = 1.38064852e-23 * 300.15 / 1.6021766208e-19
"""Thermal voltage at 27 degrees Celsius with the constants of ngspice 39 (CODATA 2014), volts."""
BRANCHES = ("V", "E", "H", "L", "OpAmp")


@frozen
class Nonlinear:
    """A current from one unknown's node to another's, a function of some unknowns; -1 is ground."""

    plus: int
    minus: int
    reads: tuple[int, ...]
    function: Callable[..., np.ndarray]
    corners: tuple[float, ...] = ()
    """Values of the first of what it reads at which it bends sharply."""


@frozen
class Switch:
    """A switch: its ends, its control and its levels."""

    name: str
    ends: tuple[int, int]
    control: np.ndarray
    v_t: float
    v_h: float
    r_on: float
    r_off: float
    closed: bool


@frozen(eq=False)
class Network:
    """The equations of a list of parts."""

    parts: tuple[Part, ...] = field(converter=tuple)

    @cached_property
    def nodes(self) -> list[str]:
        """All nodes but ground, in the order of their first use."""
        used = [n for p in self.parts for n in (*p.nodes, *p.values.get("inputs", {}).values())]
        return [n for n in dict.fromkeys(used) if n != "0"]

    @cached_property
    def branches(self) -> list[str]:
        """Elements whose current is an unknown."""
        return [p.name for p in self.parts if p.kind in BRANCHES]

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of a node."""
        return {n: k for k, n in enumerate(self.nodes)} | {"0": -1}

    @property
    def size(self) -> int:
        """How many unknowns there are."""
        return len(self.nodes) + len(self.branches)

    def branch(self, name: str) -> int:
        """Row of a branch current."""
        return len(self.nodes) + self.branches.index(name)

    def incidence(self, plus: str, minus: str) -> np.ndarray:
        """The row that takes v(plus) - v(minus) out of x."""
        row = np.zeros(self.size + 1)
        row[self.index[plus]] += 1
        row[self.index[minus]] -= 1
        return row[:-1]  # the last place was ground's

    @cached_property
    def sources(self) -> list[Part]:
        """Independent sources, in order."""
        return [p for p in self.parts if p.kind in ("V", "I")]

    def drive(self, start: float, end: float) -> Callable[[np.ndarray], np.ndarray]:
        """Values of the sources between two bends, of time since the first: there the clock rounds nothing away."""
        waves = [p.values["stimulus"] for p in self.sources]
        ends = np.array([value(w, np.array([start, end])) for w in waves]).reshape(-1, 2)
        slope = (ends[:, 1] - ends[:, 0]) / (end - start)
        sines = [(k, *sine(w)) for k, w in enumerate(waves) if w[0] == "Sine"]

        def at(since: np.ndarray) -> np.ndarray:
            found = ends[:, :1] + slope[:, None] * since
            for k, offset, amplitude, omega, phase in sines:
                found[k] = offset + amplitude * np.sin((omega * start + phase) % (2 * np.pi) + omega * since)
            return found

        return at

    def bends(self, stop: float) -> np.ndarray:
        """All corners of all sources inside the run, with both ends."""
        times = [corners(p.values["stimulus"])[0] for p in self.sources]
        inside = np.concatenate([[0.0, stop], *times])
        return np.unique(inside[(inside >= 0) & (inside <= stop)])

    @cached_property
    def matrices(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """E, A without switches, and B."""
        n = self.size
        e, a, b = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, len(self.sources)))
        for p in self.parts:
            if p.kind == "K":
                e += self._mutual(p)
            else:
                self._stamp(p, e, a, b)
        return e, a, b

    def _mutual(self, p: Part) -> np.ndarray:
        """The mutual inductance of two inductors, in both of their rows."""
        found = np.zeros((self.size, self.size))
        i, j = (self.branch(p.values[x]) for x in ("first", "second"))
        sizes = {q.name: q.values["value"] for q in self.parts if q.kind == "L"}
        product = sizes[p.values["first"]] * sizes[p.values["second"]]
        found[i, j] = found[j, i] = p.values["value"] * np.sqrt(product)
        return found

    def _stamp(self, p: Part, e: np.ndarray, a: np.ndarray, b: np.ndarray) -> None:
        d = self.incidence(*self._ends(p))
        v = p.values
        match p.kind:
            case "R":
                a -= np.outer(d, d) / v["value"]
            case "C":
                e += np.outer(d, d) * v["value"]
            case "G":
                a -= v["gain"] * np.outer(d, self.incidence(*p.nodes[2:]))
            case "F":
                a[:, self.branch(v["sensor"])] -= v["gain"] * d
            case "I":
                b[:, self.sources.index(p)] -= d
            case "Comparator":
                a -= np.outer(d, d) / v["r_out"]
            case "OpAmp":
                a[:, self.branch(p.name)] -= d
                a[self.branch(p.name)] += self.incidence(p.nodes[0], p.nodes[1])
            case "V" | "E" | "H" | "L":
                self._stamp_branch(p, d, e, a, b)

    def _stamp_branch(self, p: Part, d: np.ndarray, e: np.ndarray, a: np.ndarray, b: np.ndarray) -> None:
        k, v = self.branch(p.name), p.values
        a[:, k] -= d
        a[k] += d
        match p.kind:
            case "V":
                b[k, self.sources.index(p)] = -1
            case "E":
                a[k] -= v["gain"] * self.incidence(*p.nodes[2:])
            case "H":
                a[k, self.branch(v["sensor"])] -= v["gain"]
            case "L":
                e[k, k] = v["value"]

    def _ends(self, p: Part) -> tuple[str, str]:
        if p.kind in ("Comparator", "OpAmp", "OpenCollector"):
            return p.nodes[2], "0"
        return (p.nodes[0], p.nodes[2]) if p.kind.startswith("Mosfet") else (p.nodes[0], p.nodes[1])

    @cached_property
    def switches(self) -> list[Switch]:
        """All switches, in order."""
        found = []
        for p in self.parts:
            if p.kind == "S":
                v = {"r_on": 10.0, "r_off": 1e12, "closed": False} | p.values
                ends = (self.index[p.nodes[0]], self.index[p.nodes[1]])
                found.append(Switch(p.name, ends, self.incidence(*p.nodes[2:]), **v))
        return found

    def conducting(self, closed: Sequence[bool]) -> np.ndarray:
        """A with the switches as they are."""
        a = self.matrices[1].copy()
        for s, on in zip(self.switches, closed, strict=True):
            d = np.zeros(self.size + 1)
            d[s.ends[0]] += 1
            d[s.ends[1]] -= 1
            a -= np.outer(d[:-1], d[:-1]) / (s.r_on if on else s.r_off)
        return a

    @cached_property
    def charges(self) -> np.ndarray:
        """E x at time 0, which the initial conditions give without any x: charges of nodes, fluxes of inductors."""
        z = np.zeros(self.size)
        for p in self.parts:
            if p.kind == "C":
                z += self.incidence(*p.nodes) * p.values["value"] * p.values.get("ic", 0.0)
            elif p.kind == "L":
                z[self.branch(p.name)] += p.values["value"] * p.values.get("ic", 0.0)
        currents = np.zeros(self.size)
        for p in self.parts:
            if p.kind == "L":
                currents[self.branch(p.name)] = p.values.get("ic", 0.0)
        return z + sum((self._mutual(p) @ currents for p in self.parts if p.kind == "K"), np.zeros(self.size))

    @cached_property
    def nonlinear(self) -> list[Nonlinear]:
        """All nonlinear currents."""
        return [_nonlinear(p, self.index) for p in self.parts if p.kind in _LAWS]

    def current(self, name: str, closed: np.ndarray, x: np.ndarray) -> np.ndarray:
        """The current through a V, L, R or S over time; x of shape (unknowns, points), closed (switches, points)."""
        p = next(p for p in self.parts if p.name == name)
        if p.kind in BRANCHES:
            return x[self.branch(name)]
        across = self.incidence(*p.nodes[:2]) @ x
        if p.kind == "R":
            return across / p.values["value"]
        k = [s.name for s in self.switches].index(name)
        return across / np.where(closed[k], self.switches[k].r_on, self.switches[k].r_off)


def _nonlinear(p: Part, index: dict[str, int]) -> Nonlinear:
    v = p.values
    at = [index[n] for n in p.nodes]
    match p.kind:
        case "B":
            law = LAWS[v["law"]]
            reads = tuple(index[v["inputs"][u]] for u in law.inputs)
            constants = [v["params"].get(k, 1.0) for k in "abc"]
            corners = (constants[1] - WIDTH / 2, constants[1] + WIDTH / 2) if law.jumps else ()
            return Nonlinear(at[0], at[1], reads, lambda *u: law.function(*u, *constants), corners)
        case "Diode":
            return Nonlinear(at[0], at[1], (at[0], at[1]), lambda p, m: v["i_s"] * np.expm1((p - m) / (v["n"] * U_T)))
        case "Comparator":
            return Nonlinear(-1, at[2], (at[0], at[1]), lambda p, m: _comparator(v, p - m))
        case "OpenCollector":
            share = 1 / (2 * v["r_on"])
            return Nonlinear(at[2], -1, tuple(at), lambda p, m, o: o * share * (1 - np.tanh((p - m) / v["v_s"])))
        case "Mosfet":
            return Nonlinear(at[0], at[2], (at[0], at[1], at[2]), lambda d, g, s: _square_law(v, d, g, s))
        case _:
            return Nonlinear(at[0], at[2], tuple(at), lambda d, g, s, b: _ekv(v, d - b, g - b, s - b))


_LAWS = ("B", "Diode", "Comparator", "OpenCollector", "Mosfet", "MosfetEkv")


def _comparator(v: dict, difference: np.ndarray) -> np.ndarray:
    return (v["v_low"] + (v["v_high"] - v["v_low"]) * (1 + np.tanh(difference / v["v_s"])) / 2) / v["r_out"]


def _square_law(v: dict, d: np.ndarray, g: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Shichman and Hodges by regions: cut off, triode, saturated; source and drain as the voltages say."""
    sign = 1.0 if v["polarity"] == "n" else -1.0
    d, g, s = sign * d, sign * g, sign * s
    low, high = np.minimum(d, s), np.maximum(d, s)
    drive, across = g - low - v["v_th"], high - low
    k = v["kp"] * v["w"] / v["l"] * (1 + v["lam"] * across)
    triode = k * (drive - across / 2) * across
    current = np.where(drive <= 0, 0.0, np.where(across < drive, triode, k * drive**2 / 2))
    return sign * np.where(d >= s, current, -current)


def _ekv(v: dict, d: np.ndarray, g: np.ndarray, s: np.ndarray) -> np.ndarray:
    sign = 1.0 if v["polarity"] == "n" else -1.0
    pinch, u = v["kappa"] * (sign * g - v["v_th"]), v.get("u_t", U_T)
    forward = np.logaddexp(0, (pinch - sign * s) / (2 * u)) ** 2
    return sign * v["i_spec"] * (forward - np.logaddexp(0, (pinch - sign * d) / (2 * u)) ** 2)
