"""Derivations with all their steps, sympy imported, each circuit fresh."""

from __future__ import annotations

from collections.abc import Iterator

from rows import Row, best

from lapicque.circuits import checks
from lapicque.circuits.equations import derive as equations
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.library import build


def derivation_rows() -> Iterator[Row]:
    from sympy.core.cache import clear_cache

    ladders = [("ladder", {"n": n}, goal) for n, goal in ((2, None), (10, 20), (50, 100))]
    library = [
        ("hodgkin_huxley", {}, 500),
        ("axon_hillock", {}, 500),
        ("dpi_neuron", {}, 500),
        ("active_cable", {}, None),
    ]
    cases = [("rc", {}, 5), ("lif", {}, 10), *ladders, *library]
    derive(build("rc"))
    for name, changes, goal in cases:
        circuit = build(name, changes)

        def cold(circuit=circuit) -> None:
            clear_cache()
            equations._derived.cache_clear()
            checks._check.cache_clear()
            derive(circuit)

        label = f"{name} n = {changes['n']}" if changes else name
        yield Row(f"derive {label}, all caches empty", 1e3 * best(cold, 10), "ms", goal)
