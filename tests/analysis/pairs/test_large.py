"""Large circuits with other names: one edit is found as one, and colours are those of plain rounds."""

import math
import random

import attrs
import pytest

import lapicque as lq
from lapicque.analysis.pairs.costs import Weights
from lapicque.analysis.pairs.likeness import by_structure
from lapicque.analysis.pairs.refinement import Graph, begun

STAGES = 60
EXACT = Weights(1e-9, math.inf)


def ladder():
    parts = [lq.V("V1", "n0", "0", lq.Step())]
    for k in range(STAGES):
        parts += [lq.R(f"R{k}", f"n{k}", f"n{k + 1}", "1k"), lq.C(f"C{k}", f"n{k + 1}", "0", "1n")]
    return lq.Circuit("ladder", tuple(parts))


def shuffled(circuit):
    """In another order, with other names; and what became of the old ones."""
    rng = random.Random(7)
    nodes = {n: f"x{k}" for k, n in enumerate(rng.sample(circuit.nodes, len(circuit.nodes)))} | {"0": "0"}
    parts = rng.sample(circuit.parts, len(circuit.parts))
    names = {e.name: f"{e.name[0]}q{k}" for k, e in enumerate(parts)}
    return lq.Circuit("shuffled", tuple(e.renamed(names[e.name], nodes, {}) for e in parts)), names, nodes


def test_a_shuffled_ladder_is_the_same():
    other, _, nodes = shuffled(ladder())
    found = by_structure(ladder(), other, EXACT)
    assert found.same
    assert found.nodes == {y: x for x, y in nodes.items()}


@pytest.mark.parametrize("edit", ["value", "node", "missing"])
def test_one_edit_in_the_middle_is_one_edit(edit):
    base = ladder()
    other, names, nodes = shuffled(base)
    capacitor = names["C30"]
    if edit == "value":
        other = other.with_values({capacitor: "2n"})
    elif edit == "node":
        moved = attrs.evolve(other.element(capacitor), plus=nodes["n34"])
        other = other.without(capacitor).add(moved)
    else:
        other = other.without(capacitor)
    found = by_structure(base, other, EXACT)
    assert [(e.kind, e.names[0]) for e in found.edits] == [(edit, "C30" if edit == "missing" else capacitor)]


def plain_rounds(graphs, rounds):
    """The classes of all vertices, by rounds over everything."""
    labels = [list(g.labels) for g in graphs]
    for _ in range(rounds):
        labels = [
            [(own[v], tuple(sorted(map(repr, (own[w] for w in g.beside[v]))))) for v in range(len(own))]
            for own, g in zip(labels, graphs, strict=True)
        ]
        number = {}
        labels = [[number.setdefault(x, len(number)) for x in own] for own in labels]
    return labels[0] + labels[1]


@pytest.mark.parametrize("seed", range(12))
def test_colours_split_vertices_as_plain_rounds_do(seed):
    """Random graphs, sparse ones in which much looks alike; after each round, and not only at the end."""
    rng = random.Random(seed)
    graphs = []
    for _ in range(2):
        n = rng.randint(4, 25)
        edges = {tuple(sorted(rng.sample(range(n), 2))) for _ in range(rng.randint(n // 2, 2 * n))}
        beside = tuple(tuple(b if a == v else a for a, b in sorted(edges) if v in (a, b)) for v in range(n))
        graphs.append(Graph(tuple((k,) for k in range(n)), tuple(rng.choice("ab") for _ in range(n)), beside))
    refinement = begun(*graphs)
    for rounds in range(1, 8):
        refinement.refine()
        plain = plain_rounds(graphs, rounds)
        ours = refinement.colours
        assert {frozenset(i for i, c in enumerate(ours) if c == x) for x in set(ours)} == {
            frozenset(i for i, c in enumerate(plain) if c == x) for x in set(plain)
        }
