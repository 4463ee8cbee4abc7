"""The table of docs/how_to/fit_a_neuron.md: `python benchmarks/fit_table.py lif_switch lif_switch:preset=chip ...`.

Each line is a circuit of the library with its builder's arguments behind colons; `gf180:axon_hillock` is the neuron in
transistors of gf180mcu, run by ngspice with `--stop`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from lapicque.analysis.fits.neuron_fit import NeuronFit, fit_neuron
from lapicque.analysis.plots.fitted import fitted
from lapicque.circuits.circuit import Circuit
from lapicque.circuits.errors import LapicqueError
from lapicque.circuits.library import build
from lapicque.netlists.ngspice.engine import Engine

ALL = (
    "lif_switch", "lif_switch:preset=chip", "lif_comparator", "lif_comparator:preset=chip", "lif_latch",
    "lif_latch:preset=chip", "exponential_if", "adex", "hodgkin_huxley", "axon_hillock", "dpi_neuron", "op_amp_lif",
    "timer_555", "lu_i", "gf180:axon_hillock",
)  # fmt: skip
STOP = {"gf180:axon_hillock": 10e-3}


def circuit_of(line: str, engine: Engine) -> Circuit:
    """Of a line of the table."""
    name, *changes = line.split(":")
    if name == "gf180":
        from lapicque.netlists.pdk.neurons import axon_hillock

        return axon_hillock(engine=engine, pdk="gf180mcu")
    return build(name, dict(c.split("=") for c in changes))


def main(lines: tuple[str, ...]) -> None:
    """Fit and print each."""
    with Engine(2) as engine:
        for line in lines:
            started = time.perf_counter()
            try:
                found: NeuronFit | LapicqueError = fit_neuron(circuit_of(line, engine), engine, stop=STOP.get(line))
            except LapicqueError as error:
                found = error
            print(f"## {line}: {time.perf_counter() - started:.1f} s\n{found}\n", flush=True)
            if isinstance(found, NeuronFit):
                fitted(found).savefig(Path(tempfile.gettempdir()) / f"fit_{line.replace(':', '_')}.png", dpi=80)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or ALL)
