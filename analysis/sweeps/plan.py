"""What a sweep is: of what, which values, which figures, by whom; and the mark of what it depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, get_args

import attrs
from attrs import field, frozen

from ...circuits.arguments import KindError, brief, positive, want
from ...circuits.circuit import Circuit
from ...circuits.errors import DesignError, unknown
from ...netlists.spice.accuracy import Accuracy
from ...netlists.spice.accuracy import accuracy as known_accuracy
from ...netlists.spice.analyses import Analysis, Transient
from ..measured.runs import Task
from .design import Design
from .figures import MeasureFigure, check_figures, label, named
from .variants import Variants
from .worker import LEGS, RTOL, Recipe

OUTCOME = ("failed", "missing", "error", "netlist")
"""What the result keeps of each run besides its figures."""


def _common(values: Mapping[str, Any] | tuple[tuple[str, Any], ...]) -> tuple[tuple[str, Any], ...]:
    """Values that all runs share, in the order of their names."""
    if not isinstance(values, (Mapping, tuple)):
        raise KindError(f"common is {brief(values)}: give a dictionary such as {{'R1': '1k'}}.")
    pairs: dict[str, Any] = dict(values)
    return tuple(sorted(pairs.items()))


@frozen(eq=False)
class Sweep:
    """What is to be done.

    Attributes:
        what: name of a library circuit, a circuit, a netlist's run with what it measures, or circuits that are read one
            by one.
        design: values of each run.
        analysis: of ngspice.
        figures: names of what is read off each run.
        accuracy: of ngspice.
        common: values that all runs share.
        timeout: seconds that one run may take.
        leg: who runs: "ngspice", or "model", the derived equations.
    """

    what: str | Circuit | Task | Variants
    design: Design
    analysis: Analysis
    figures: tuple[str | MeasureFigure, ...] = field(converter=named)
    accuracy: str | Accuracy = "standard"
    common: tuple[tuple[str, Any], ...] = field(converter=_common, default=())
    timeout: float = 60.0
    leg: str = "ngspice"

    def __attrs_post_init__(self) -> None:
        want(self.what, (str, Circuit, Task, Variants), "what", "give a circuit, or the name of one of the library")
        want(self.design, Design, "design", "make one by `grid`, `listed` or `monte_carlo`")
        want(self.analysis, get_args(Analysis), "analysis", "give one such as Transient('10m')")
        positive(self.timeout, "timeout", "60", unit="s")
        known_accuracy(self.accuracy)
        if not isinstance(self.leg, str) or self.leg not in LEGS:
            raise unknown("leg of a sweep", self.leg, LEGS)
        if self.leg == "model" and not isinstance(self.analysis, Transient):
            raise DesignError("a sweep on the model is of transients: give Transient(stop), or sweep in ngspice.")
        if measures := [f.name for f in self.figures if self.leg == "model" and isinstance(f, MeasureFigure)]:
            raise DesignError(
                f"{measures[0]!r} is a measure of a netlist: it is read off runs of ngspice: sweep without the model, "
                "or read another figure off."
            )
        check_figures(self.figures, Recipe(self.what, self.common).build(self.design.of(0)))
        self._check_names()

    def _check_names(self) -> None:
        """Refuse to vary what is set, or what has the name of something else that the result keeps."""
        if twice := sorted({name for name, _ in self.common} & set(self.design.names)):
            raise DesignError(f"{twice[0]!r} varies and is common to all runs too: take it out of one of the two.")
        read = (*map(label, self.figures), *OUTCOME)
        if kept := sorted({*map(label, self.figures)} & {*OUTCOME, "label", "run"}):
            raise DesignError(f"the result keeps something else as {kept[0]!r}: call the measure something else.")
        taken = {*read, *(f"{name}_ngspice" for name in read), "label", "run"}
        for name in self.design.names:
            if name in taken:
                other = ", or do not read off that figure" if name in map(label, self.figures) else ""
                raise DesignError(
                    f"{name!r} varies, and the result keeps something else under that name: "
                    f"call the element something else, such as '{name}_1'{other}."
                )

    def describe(self) -> dict[str, object]:
        """All that the results depend on, as plain data."""
        what = _plain(self.what)
        model = {"leg": "model", "rtol": RTOL} if self.leg == "model" else {}
        return {
            "lapicque": version("lapicque"), "what": what, "names": list(self.design.names),
            "values": self.design.values.tolist(),
            "analysis": {"type": type(self.analysis).__name__, **attrs.asdict(self.analysis)},
            "figures": list(map(str, self.figures)), "accuracy": attrs.asdict(known_accuracy(self.accuracy)),
            "common": {k: repr(v) for k, v in self.common}, **model,
        }  # fmt: skip

    @property
    def fingerprint(self) -> str:
        """The same for sweeps that give the same numbers."""
        return hashlib.sha256(json.dumps(self.describe(), sort_keys=True).encode()).hexdigest()


def _plain(what: str | Circuit | Task | Variants) -> object:
    """What is built, as plain data."""
    if isinstance(what, Variants):
        return [_plain(run) for run in what.runs.values()]
    if isinstance(what, Task):
        return [json.loads(what.circuit.to_json()), *map(repr, (what.analysis, what.measures, what.since))]
    return what if isinstance(what, str) else json.loads(what.to_json())
