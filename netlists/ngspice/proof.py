"""Success is proved: what a run must show before its data counts as a result."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from ...circuits.circuit import Circuit
from ...circuits.elements import I, Opaque, V
from ...circuits.stimuli import corners
from ...circuits.units import show
from ..spice.analyses import DCSweep, NoiseSpectrum, OperatingPoint, Transient
from ..spice.names import SpiceNames
from ..spice.spice import Netlist
from ..spice.steady import unsteady, without_path
from .errors import SimulationError
from .failures import keep
from .noise_results import cut_short

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .session import Outcome

_CHATTER = (
    "Circuit:", "Doing analysis", "Using transient", "No. of Data", "Note:", "Reference value", "Using SPARSE",
    "Using KLU", "Initial Transient", "Warning:", "Trying gmin", "Supplies reduced to", "Checking parameters for",
)  # fmt: skip
"""How harmless lines of ngspice begin."""
_HINTS = (
    ("timestep too small", "A switch or law changes too abruptly: give switches hysteresis, laws a wider swing, "
     "or the node a capacitor."),
    ("singular matrix", "A node floats or sources contradict each other: give every node a path to ground."),
    ("unknown parameter", "ngspice could not read the line that it names: check the value there."),
    ("can't find model", "A model is named but not given in the netlist."),
    ("no such function", "A law uses a function that ngspice does not have."),
    ("iteration limit", "ngspice found no operating point: start from initial conditions with a transient."),
    ("not parsed", "ngspice rejects the netlist: look at the line that it names."),
)  # fmt: skip


_PSEUDO = re.compile(r"transient op", re.IGNORECASE)
"""What ngspice says when it looks for an operating point by a transient: at opaque devices no law can prove its end."""
STEPPED_OVER = "was stepped over"
"""What is said of a bend of a stimulus that ngspice lost (docs/scale.md says when it does)."""


def complaint(circuit: Circuit, netlist: Netlist, outcome: Outcome) -> str | None:
    """Say what is wrong with an outcome, or None when it is proved good.

    Args:
        circuit: what was simulated.
        netlist: its text.
        outcome: what ngspice gave.
    """
    stop = netlist.analysis.stop if isinstance(netlist.analysis, Transient) else None
    is_still = isinstance(netlist.analysis, (OperatingPoint, DCSweep))
    if is_still and (floating := without_path(circuit)) is not None:
        return floating
    wrong = unproved(outcome, netlist.saved, stop, bends_of(circuit, stop or 0.0), netlist.max_step or 0.0)
    if isinstance(netlist.analysis, NoiseSpectrum) and wrong is None:
        return cut_short(netlist.analysis, outcome.vectors)
    if is_still and wrong is None and circuit.of_type(Opaque) and _PSEUDO.search(outcome.said):
        return "ngspice found no operating point, and gave the end of a transient for one, which nothing proves"
    if is_still and wrong is None:
        return unsteady(circuit, netlist, outcome.vectors)
    return None if wrong is None else netlist.names.spoken(wrong)


def bends_of(circuit: Circuit, stop: float) -> NDArray[np.float64]:
    """Times at which the stimuli of a circuit bend in a run of so many seconds."""
    sources = [e for e in circuit.parts if isinstance(e, (V, I))]
    return np.unique([t for e in sources for t in corners(e.stimulus, stop)[0]])


def unproved(
    outcome: Outcome, saved: tuple[str, ...], stop: float | None, bends: NDArray[np.float64], max_step: float
) -> str | None:
    """Say what is wrong with an outcome, or None when it is proved good.

    Args:
        outcome: what ngspice gave.
        saved: the vectors that it was told to save.
        stop: end of the transient, seconds; None for other analyses.
        bends: times at which stimuli bend, seconds.
        max_step: the longest step that it was allowed, seconds.
    """
    vectors = outcome.vectors
    if not vectors or not all(len(v) for v in vectors.values()):
        return "ngspice computed nothing"
    if missing := [v for v in saved if not _has(vectors, v)]:
        return f"ngspice did not give {', '.join(missing)}"
    if bad := [n for n, v in vectors.items() if not np.isfinite(v).all()]:
        return f"{', '.join(bad)} holds values that are not finite"
    if stop is not None:
        reached = float(vectors["time"][-1])
        if abs(reached - stop) > 1e-9 * stop:
            return f"the run stopped at {show(reached, 's')} instead of {show(stop, 's')}"
        if (missed := _missed_breakpoint(bends, stop, max_step, vectors["time"])) is not None:
            return f"the time {missed:.9g} s, at which a stimulus bends, {STEPPED_OVER}"
    if outcome.aborted:
        return "ngspice gave up"
    return None


def _has(vectors: dict[str, NDArray[Any]], saved: str) -> bool:
    bare = saved.lower()
    options = {bare, bare[2:-1], f"{bare[2:-1]}#branch"}
    return bool(options & vectors.keys())


def _missed_breakpoint(bends: NDArray[np.float64], stop: float, max_step: float, time: NDArray[Any]) -> float | None:
    """The first bend of a stimulus without a time point near it, None when all were hit."""
    bends = bends[(bends > 0) & (bends <= stop)]
    if not len(bends):
        return None
    # ngspice joins breakpoints that are closer than 5e-5 of the longest step.
    near = max(1e-4 * max_step, 1e-9 * stop * 1e-3)
    index = np.clip(np.searchsorted(time, bends), 1, len(time) - 1)
    gap = np.minimum(np.abs(time[index] - bends), np.abs(time[index - 1] - bends))
    return float(bends[np.argmax(gap > near)]) if (gap > near).any() else None


def failure(
    circuit: Circuit, netlist: Netlist, what: str, said: str, reached: float | None, partial: Any,
    kind: type[SimulationError] = SimulationError,
) -> SimulationError:  # fmt: skip
    """Make the error for a run that failed; keeps the netlist in a file.

    Args:
        circuit: what was simulated.
        netlist: its text.
        what: the complaint, without a full stop.
        said: ngspice's own words.
        reached: time reached.
        partial: what was computed so far.
        kind: which error.
    """
    kept = keep(netlist.readable)
    element, spoken = _named_element(netlist.names, said), netlist.names.spoken(said)
    words = explained(repr(circuit.title), what, said, kept, netlist.names)
    return kind(words, spoken, reached, element, kept or None, partial)


def explained(who: str, what: str, said: str, kept: str, names: SpiceNames) -> str:
    """Words for a run that failed: what is wrong, what ngspice says, what helps, where the netlist is."""
    own, element = _own_words(names.spoken(said)), _named_element(names, said)
    hint = next((h for pattern, h in _HINTS if pattern in said.lower()), "")
    parts = [
        f"simulating {who}: {what}.",
        f"ngspice says: {own}." if own else "",
        f"It names element {element!r}." if element else "",
        hint,
        f"The netlist is kept in {kept}." if kept else "",
    ]
    return " ".join(filter(None, parts))


def _own_words(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.strip().startswith(_CHATTER)]
    return "; ".join(lines[:6]).rstrip(".;")


def _named_element(names: SpiceNames, said: str) -> str | None:
    """ngspice prefixes the device name, `trouble with m-instance s1`, or repeats the whole line."""
    for word in re.findall(r"instance (\S+)", said) + re.findall(r"^(\w+) ", said, re.MULTILINE):
        if (ours := names.back(word)) is not None:
            return ours
    return None
