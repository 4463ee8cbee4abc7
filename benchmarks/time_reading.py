"""Reading netlists: what a file costs before anything is done with it, and a command beside bare ngspice."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rows import Row, best

import lapicque as lq
from lapicque.analysis.pairs.likeness import compare_circuits
from lapicque.netlists.reading.deck import read_netlist

SHORT = """an RC, as it is handed in
.param tau=1m r=10k
V1 in 0 PULSE(0 1 0 1u 1u 5m 10m)
R1 in out {r}
C1 out 0 {tau/r}
.tran 10u 20m
.end
"""


def ladder(stages: int) -> str:
    """A netlist of two elements a stage, every tenth value a parameter."""
    lines = ["a ladder", ".param r=1k c=1n", "V1 n0 0 PULSE(0 1 0 1u 1u 1m 2m)"]
    for k in range(stages):
        lines.append(f"R{k} n{k} n{k + 1} {'{r}' if k % 10 else '1.5k'}")
        lines.append(f"C{k} n{k + 1} 0 {'{c}' if k % 10 else '2n'}")
    return "\n".join([*lines, ".tran 1u 1m uic", ".end", ""])


def shuffled(circuit: lq.Circuit) -> lq.Circuit:
    """The same with other names in another order."""
    rng = random.Random(1)
    names = {n: f"x{k}" for k, n in enumerate(rng.sample(circuit.nodes, len(circuit.nodes))) if n != "0"} | {"0": "0"}
    parts = rng.sample(circuit.parts, len(circuit.parts))
    return lq.Circuit("shuffled", tuple(e.renamed(f"{e.name[0]}q{k}", names, {}) for k, e in enumerate(parts)))


def reading_rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, lq.Engine() as engine:
        small, large, short = (Path(folder, n) for n in ("small.cir", "large.cir", "short.cir"))
        small.write_text(ladder(50))
        large.write_text(ladder(5000))
        short.write_text(SHORT)
        read_netlist(small, engine=engine)
        seconds = best(lambda: lq.derive(read_netlist(small, engine=engine).circuit))
        yield Row("read and derive a netlist of 101 elements", seconds, "s", 0.5)
        yield Row("read a netlist of 10,001 elements", best(lambda: read_netlist(large, engine=engine), 2), "s", 5.0)
        first = read_netlist(small, engine=engine).circuit
        yield Row("compare it with itself, shuffled", best(lambda: compare_circuits(first, shuffled(first))), "s")
        one = next(e.name for e in first.parts if e.name == "R25")
        other = shuffled(first.with_values({one: "1.1k"}))
        yield Row("the same with one other value", best(lambda: compare_circuits(first, other), 2), "s", 2.0)
        command = [str(Path(sys.executable).parent / "lapicque"), "simulate", str(short)]
        ours, bare = (best(lambda w=w: _run(w), 3) for w in (command, ["ngspice", "-b", str(short), "-r", "/dev/null"]))
        yield Row("`lapicque simulate FILE` over `ngspice -b FILE`", ours - bare, "s", 0.3)


def _run(words: list[str]) -> None:
    subprocess.run(words, check=True, capture_output=True)
