"""A sweep in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from ...circuits.arguments import whole
from ...circuits.circuit import Circuit
from ...circuits.elements import SpikeProbe
from ...circuits.errors import unknown
from ...circuits.library import circuit_of, entry_of
from ...circuits.runs.run_length import end_of
from ...circuits.showing import html
from ...circuits.units import Value, show
from ...netlists.spice.analyses import Transient
from .certificate import certificates, run_certified
from .design import Design, grid
from .executors import Processes
from .figures import label, named
from .labelled import failures
from .plan import Sweep
from .run import run_sweep

if TYPE_CHECKING:
    import xarray


@frozen(eq=False, repr=False)
class SweepResult:
    """What a sweep gave.

    Attributes:
        data: the figures over the axes of a grid or over `run`, and of each run whether it failed and why.
        figures: names of what was read off each run.
    """

    data: xarray.Dataset
    figures: tuple[str, ...] = field(converter=tuple)

    def __getitem__(self, name: str) -> xarray.DataArray:
        """A figure, or a parameter.

        Raises:
            UnknownNameError: there is none of that name.
        """
        if name not in self.data.variables:
            raise unknown("figure or parameter of the sweep", name, [str(n) for n in self.data.variables])
        return self.data[name]

    @property
    def failures(self) -> tuple[str, ...]:
        """Why runs failed, a line each; those of a sweep on the model that were done in ngspice too at the end."""
        return tuple(failures(self.data))

    def __repr__(self) -> str:
        failed, about = self.data["failed"].values, self.data.attrs
        lines = [f"{about['title']}, by {about['engine']}: {failed.size} runs, {int(failed.sum())} failed"]
        for name in self.figures:
            good = self.data[name].values[np.isfinite(self.data[name].values)]
            if len(good):
                unit = self.data[name].attrs["units"].removeprefix("1")
                low, middle, high = (show(float(f"{v:.4g}"), unit) for v in (good.min(), good.mean(), good.max()))
                lines.append(f"  {name}: {low} to {high}, mean {middle}")
        lines += [f"  {c}" for c in certificates(self.data)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return html(self)


def usual_figures(circuit: Circuit) -> tuple[str, ...]:
    """What is read off a run unless something else is asked for."""
    return ("interval", "spikes") if circuit.of_type(SpikeProbe) else ("final",)


def sweep(
    what: str | Circuit, runs: Design | Mapping[str, Sequence[Value]], figures: Sequence[str] = (),
    stop: Value | None = None, accuracy: str = "standard", common: Mapping[str, Any] | None = None, workers: int = 2,
    folder: str | Path | None = None, resume: bool = False, leg: str = "ngspice", certify: int = 20, seed: int = 0,
) -> SweepResult:  # fmt: skip
    """Run a circuit with many sets of values, in ngspice or on its derived equations.

    Args:
        what: the name of a circuit of the library, or a circuit.
        runs: parameter to its values for every combination of them, or a design such as `monte_carlo` makes.
        figures: what is read off each run; interval and number of spikes, or the final value, unless given.
        stop: end of each run; long enough to show what the circuit does unless given.
        accuracy: of ngspice.
        common: values that all runs share.
        workers: processes.
        folder: where results are kept as they come; None keeps them in memory alone.
        resume: go on with what the folder holds.
        leg: who runs: "ngspice", or "model", the derived equations, which is quicker.
        certify: how many runs of the model, drawn at random, are done in ngspice too; 0 for none.
        seed: of the draw.

    Returns:
        The figures, the values, and of each run whether it failed and why.

    Raises:
        UnknownNameError: no such circuit, parameter or figure.
        QuantityError: a value that cannot be read, no runs, or too many.
        NgspiceMissingError: ngspice is to do some of the runs, and there is none.
    """
    whole(certify, "certify", 0)
    whole(seed, "seed", 0)
    circuit = circuit_of(what, common)
    design = runs if isinstance(runs, Design) else grid(runs)
    wanted = named(figures) or usual_figures(circuit)
    end = end_of(circuit, entry_of(what).stop, stop)
    name = what if isinstance(what, Circuit) else entry_of(what).name
    plan = Sweep(name, design, Transient(end), wanted, accuracy, dict(common or {}), leg=leg)
    executor = Processes(workers)
    try:
        if leg == "model" and certify:
            return SweepResult(run_certified(plan, executor, certify, seed, folder, resume), tuple(map(label, wanted)))
        return SweepResult(run_sweep(plan, executor, folder, resume), tuple(map(label, wanted)))
    finally:
        executor.close()
