"""What a netlist without helper stages and options costs in accuracy: it is run, and held against the equations."""

from __future__ import annotations

from ..circuits.circuit import Circuit
from ..circuits.errors import EquationError
from ..netlists.ngspice.engine import Engine
from ..netlists.spice.analyses import Transient
from ..netlists.spice.plain import plain_netlist
from .agreement.waveforms import relative
from .comparison import compare
from .models.model import solve
from .spikes import SpikeComparison


def accuracy_of_plain(circuit: Circuit, stop: float, engine: Engine) -> str:
    """Run the plain netlist of a circuit in ngspice and compare it with the model.

    Args:
        circuit: any circuit.
        stop: end of the run, seconds.
        engine: that runs it.

    Returns:
        A sentence: how far spikes and waveforms are off, or why that is not known.

    Raises:
        SimulationError: ngspice does not run it.
    """
    run = engine.run_netlist(circuit, plain_netlist(circuit, Transient(stop)))
    try:
        found = compare(solve(circuit, stop), run)
    except EquationError as error:
        return f"ngspice runs the plain netlist; how accurately is not known: {error}"
    said = [f"{s.probe}: {_spikes(s)}" for s in found.spikes]
    if found.waveforms:
        worst = max(found.waveforms, key=lambda w: relative(w.worst, w.swing))
        said.append(f"{worst.signal}: up to {relative(worst.worst, worst.swing):.1e} of its swing, away from spikes")
    return "ngspice's run of the plain netlist against the equations: " + ("; ".join(said) or "nothing to compare")


def _spikes(s: SpikeComparison) -> str:
    if len(s.missing) or len(s.extra):
        return f"{len(s.missing)} of {len(s.pairs) + len(s.missing)} spikes missing, {len(s.extra)} too many"
    if not len(s.pairs):
        return "no spikes in both"
    return f"{len(s.pairs)} spikes, up to {s.worst / s.interval:.1e} of an interval off"
