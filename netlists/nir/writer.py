"""Networks as NIR graphs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from ...circuits.errors import CircuitError
from ...circuits.networks.network import Network
from ..files.whole import write_file
from .reader import STATEFUL


def to_nir(network: Network) -> Any:
    """Write a network as a `nir.NIRGraph`.

    Every connection becomes a `Linear` node, with a `Delay` node before it where it has one; a population's bias stands
    in the first `Affine` that leads to it. Inputs become `Input` nodes (their spikes are not a part of NIR), and every
    population that nobody hears an `Output`.

    Raises:
        CircuitError: a bias on a population that nothing leads to, which NIR cannot say.
    """
    import nir

    nodes: dict[str, Any] = {}
    edges: list[tuple[str, str]] = []
    for source in network.inputs:
        nodes[source.name] = nir.Input({"input": np.array([source.size])})
    waiting = {p.name: p.bias for p in network.populations if np.any(p.bias)}
    for p in network.populations:
        values = {theirs: np.asarray(getattr(p, ours), dtype=float) for theirs, ours in STATEFUL[p.kind].items()}
        nodes[p.name] = getattr(nir, p.kind)(**values)
    for k, c in enumerate(network.connections):
        name, before = f"w{k}", c.pre
        if c.delay:
            nodes[f"d{k}"] = nir.Delay(np.full(network.source(c.pre).size, c.delay))
            edges.append((before, f"d{k}"))
            before = f"d{k}"
        bias = waiting.pop(c.post, None)
        weight = c.weights.toarray()
        nodes[name] = nir.Linear(weight) if bias is None else nir.Affine(weight, np.asarray(bias, dtype=float))
        edges += [(before, name), (name, c.post)]
    if waiting:
        raise CircuitError(
            f"population {next(iter(waiting))!r} has a bias and no connection leads to it: NIR has no place for it; "
            "add a connection."
        )
    heard = {c.pre for c in network.connections if c.pre != c.post}
    for p in network.populations:
        if p.name not in heard:
            nodes[f"{p.name}_out"] = nir.Output({"output": np.array([p.size])})
            edges.append((p.name, f"{p.name}_out"))
    return nir.NIRGraph(nodes, edges)


def write_nir(network: Network, file: str | Path) -> Path:
    """Write a network to a NIR file.

    Raises:
        LapicqueError: the file cannot be written.
    """
    import nir

    whole = BytesIO()
    nir.write(whole, to_nir(network))  # type: ignore[arg-type]
    return write_file(file, whole.getvalue(), "the network")
