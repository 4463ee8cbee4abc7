"""A linear circuit as a dense descriptor system E x' = A x + B u, from nothing but its elements' data.

Sparse tableau of Hachtel, Brayton and Gustavson 1971 (IEEE Trans. Circuit Theory 18:101): the unknowns are all node
voltages and the currents of all branches; one row is Kirchhoff's current law at a node or the law of a branch. Nothing
is eliminated, no tree is grown, no state is chosen: what an element says stands in its own row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

PROBES = ("Probe", "CurrentProbe", "SpikeProbe")


@dataclass(frozen=True)
class Descriptor:
    """E x' = A x + B u; `rows` names the unknowns ("v_a", "i_R1"), `inputs` the sources, `start` is E x(0-)."""

    e: np.ndarray
    a: np.ndarray
    b: np.ndarray
    rows: tuple[str, ...]
    inputs: tuple[str, ...]
    start: np.ndarray

    def at(self, s: complex) -> np.ndarray:
        """Transfer of every source to every unknown at a complex frequency (1/s), shape (unknowns, sources)."""
        return np.linalg.solve(s * self.e - self.a, self.b.astype(complex))

    def transfer(self, source: str, s: complex) -> dict[str, complex]:
        """Every unknown for one source, all others at zero."""
        return dict(zip(self.rows, self.at(s)[:, self.inputs.index(source)], strict=True))

    def characteristic(self, s: complex) -> complex:
        """det(s E - A), whose roots are the poles with their multiplicity."""
        return np.linalg.det(s * self.e - self.a)


def descriptor(circuit: Any, closed: Mapping[str, bool] | None = None) -> Descriptor:
    """Stamp every element of a circuit of R, C, L, K, V, I, E, G, F, H and S.

    Args:
        circuit: any object with `elements` and `nodes` whose elements have lapicque's fields.
        closed: switch name to whether it conducts; as they start where it is not said.
    """
    couplings = [e for e in circuit.elements if type(e).__name__ == "K"]
    parts = [e for e in circuit.elements if type(e).__name__ not in PROBES and e not in couplings]
    nodes = [n for n in circuit.nodes if n != "0" and any(n in e.nodes for e in parts)]
    sources = [e.name for e in parts if type(e).__name__ in "VI"]
    size = len(nodes) + len(parts)
    e_matrix, a, b, start = (
        np.zeros((size, size)),
        np.zeros((size, size)),
        np.zeros((size, len(sources))),
        np.zeros(size),
    )
    node = {n: k for k, n in enumerate(nodes)}
    column = {e.name: len(nodes) + k for k, e in enumerate(parts)}
    for part in parts:
        k = column[part.name]
        if part.plus in node:
            a[node[part.plus], k] += 1
        if part.minus in node:
            a[node[part.minus], k] -= 1
        _law(part, k, node, column, sources, dict(closed or {}), e_matrix, a, b, start)
    own = {e.name: e for e in parts}
    for k in couplings:  # v1 = L1 di1/dt + M di2/dt, M = k sqrt(L1 L2)
        mutual = k.value * np.sqrt(own[k.first].value * own[k.second].value)
        for here, there in ((k.first, k.second), (k.second, k.first)):
            e_matrix[column[here], column[there]] += mutual
            start[column[here]] += mutual * own[there].ic
    rows = (*(f"v_{n}" for n in nodes), *(f"i_{e.name}" for e in parts))
    return Descriptor(e_matrix, a, b, rows, tuple(sources), start)


def _law(
    part: Any, k: int, node: Any, column: Any, sources: Any, closed: Any, e: Any, a: Any, b: Any, start: Any
) -> None:
    """Row k, the law of one branch, written as 0 = ... or as E x' = ..."""

    def across(matrix: np.ndarray, plus: str, minus: str, weight: float) -> None:
        for name, sign in ((plus, 1), (minus, -1)):
            if name in node:
                matrix[k, node[name]] += sign * weight

    kind = type(part).__name__
    if kind == "C":
        across(e, part.plus, part.minus, part.value)
        a[k, k] = 1
        start[k] = part.value * part.ic
    elif kind == "L":
        e[k, k] = part.value
        across(a, part.plus, part.minus, 1)
        start[k] = part.value * part.ic
    elif kind in "RS":
        value = part.value if kind == "R" else part.r_on if closed.get(part.name, part.closed) else part.r_off
        across(a, part.plus, part.minus, -1 / value)
        a[k, k] = 1
    elif kind in "GFI":
        a[k, k] = 1
        if kind == "G":
            across(a, part.c_plus, part.c_minus, -part.gain)
        elif kind == "F":
            a[k, column[part.sensor]] -= part.gain
        else:
            b[k, sources.index(part.name)] = -1
    elif kind in "VEH":
        across(a, part.plus, part.minus, 1)
        if kind == "E":
            across(a, part.c_plus, part.c_minus, -part.gain)
        elif kind == "H":
            a[k, column[part.sensor]] -= part.gain
        else:
            b[k, sources.index(part.name)] = -1
    else:
        raise NotImplementedError(f"{kind} {part.name} has no linear law")


def response(system: Descriptor, corners: Mapping[str, tuple[Any, Any]], times: Any, nodes: int = 28) -> np.ndarray:
    """Unknowns over time for piecewise linear sources, by numerical inversion of the Laplace transform.

    The contour is the parabola of Weideman and Trefethen 2007 (Math. Comp. 76:1341); good to about 1e-10 of the
    largest value for decaying responses, not for ones that ring for many periods. The capacitors and inductors start
    as their `ic` say; where those contradict each other or the sources, an impulse at 0 sets them right.

    Args:
        system: what `descriptor` gave.
        corners: source name to times (rising from 0) and values of its corners; constant after the last.
        times: seconds, greater than 0.
        nodes: points on the upper half of the contour.

    Returns:
        Shape (unknowns, times).
    """
    out = np.zeros((len(system.rows), len(times)))
    for j, t in enumerate(np.asarray(times, dtype=float)):
        out[:, j] = _invert(system, system.start, np.zeros(len(system.inputs)), 0, t, nodes)
        for k, name in enumerate(system.inputs):
            at, value = (np.asarray(x, dtype=float) for x in corners[name])
            unit = np.eye(len(system.inputs))[k]
            out[:, j] += _invert(system, 0 * system.start, unit * value[0], 1, t, nodes)
            slopes = np.concatenate([[0.0], np.diff(value) / np.diff(at), [0.0]])
            for corner, bend in zip(at, np.diff(slopes), strict=True):
                if bend and t > corner:
                    out[:, j] += _invert(system, 0 * system.start, unit * bend, 2, t - corner, nodes)
    return out


def _invert(system: Descriptor, start: np.ndarray, size: np.ndarray, power: int, t: float, nodes: int) -> np.ndarray:
    """Inverse transform at t of (s E - A)^-1 (start + B size / s^power)."""
    if not (start.any() or size.any()):
        return np.zeros(len(system.rows))
    h, mu = 3 / nodes, np.pi * nodes / (12 * t)
    theta = (np.arange(nodes) + 0.5) * h
    s, ds = mu * (1j * theta + 1) ** 2, 2j * mu * (1j * theta + 1)
    total = np.zeros(len(system.rows))
    for point, weight in zip(s, ds, strict=True):
        value = np.linalg.solve(point * system.e - system.a, start + system.b @ size / point**power)
        total += np.imag(np.exp(point * t) * weight * value) * h / np.pi
    return total
