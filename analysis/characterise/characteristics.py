"""What was measured of a circuit: figures by name, curves, and what a reader must know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from ...circuits.arguments import want
from ...circuits.circuit import Circuit
from ...circuits.errors import LapicqueError, unknown
from ...circuits.showing import html
from ...netlists.files.whole import write_file
from .figure import Figure
from .journal import Journal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SCHEMA = 1


@frozen(eq=False)
class Curve:
    """One curve: what over what.

    Attributes:
        x, y: names of the axes.
        x_unit, y_unit: their units, "1" for plain numbers.
        at: along x, shape (points,).
        values: shape (points,).
        errors: of the values; zeros where none are known.
    """

    x: str
    x_unit: str
    y: str
    y_unit: str
    at: Array = field(converter=lambda a: np.asarray(a, dtype=float))
    values: Array = field(converter=lambda a: np.asarray(a, dtype=float))
    errors: Array = field(converter=lambda a: np.asarray(a, dtype=float))


@frozen(eq=False, str=False, repr=False)
class Characteristics:
    """The figures of a circuit.

    Attributes:
        circuit: that was measured.
        source: its input; `unit` its unit, "A" or "V".
        membrane: the node that was watched.
        spike: name of its spike probe.
        by: who ran it, "model" or "ngspice".
        accuracy: of ngspice.
        sign: 1, or -1 where currents are turned, so that they excite.
        turn: 1, or -1 where voltages are turned, so that spikes rise.
        figures: in the order in which they were measured.
        curves: by name: "firing", "latency", "adaptation", "strength-duration", "paired pulses", "spike", "energy".
        said: what a reader must know.
        runs: how many it rests on, and how many of them were made for it: the others were known.
        seconds: work of processors on those that were made.
        journal: the runs; empty in what was read from a file.
    """

    circuit: Circuit
    source: str
    unit: str
    membrane: str
    spike: str
    by: str
    accuracy: str
    sign: float
    turn: float
    figures: tuple[Figure, ...]
    curves: Mapping[str, Curve]
    said: tuple[str, ...]
    runs: tuple[int, int]
    seconds: float
    journal: Journal = field(factory=Journal)

    def __getitem__(self, name: str) -> Figure:
        """A figure by its name.

        Raises:
            UnknownNameError: there is none of that name.
        """
        known = {f.name: f for f in self.figures}
        if name not in known:
            raise unknown("figure", name, known)
        return known[name]

    def __str__(self) -> str:
        head = [
            f"{self.circuit.title}: input {self.source}, membrane {self.membrane}, spikes of {self.spike}, {self._by}"
        ]
        rows = [(f.name, f.text, f.words) for f in self.figures]
        widths = [max((len(r[k]) for r in rows), default=0) for k in (0, 1)]
        lines = [f"  {n:{widths[0]}}  {t:{widths[1]}}  {w}".rstrip() for n, t, w in rows]
        return "\n".join([*head, *lines, *self.said])

    def __repr__(self) -> str:
        there = sum(f.exists for f in self.figures)
        return (
            f"<characteristics of {self.circuit.title!r}: {there} figures by {self.runs[0]} runs; print it to see them>"
        )

    def _repr_html_(self) -> str:
        return html(self)

    @property
    def _by(self) -> str:
        return "its own equations" if self.by == "model" else f"ngspice ({self.accuracy})"

    def to_json(self) -> str:
        """All but the runs, as JSON text."""
        curves = {
            name: {**{n: getattr(c, n) for n in ("x", "x_unit", "y", "y_unit")},
                   **{n: _listed(getattr(c, n)) for n in ("at", "values", "errors")}}
            for name, c in self.curves.items()
        }  # fmt: skip
        own = ("source", "unit", "membrane", "spike", "by", "accuracy", "sign", "turn", "seconds")
        body = {"schema": SCHEMA, "kind": "characteristics"} | {n: getattr(self, n) for n in own}
        body |= {"circuit": json.loads(self.circuit.to_json()), "figures": [f.as_data() for f in self.figures]}
        body |= {"curves": curves, "said": list(self.said), "runs": list(self.runs)}
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)

    def save(self, path: str | Path) -> Path:
        """Write them as JSON.

        Raises:
            LapicqueError: the file cannot be written.
        """
        return write_file(path, self.to_json() + "\n", "the characteristics")

    @staticmethod
    def from_json(text: str | bytes) -> Characteristics:
        """Read back what `to_json` wrote.

        Raises:
            LapicqueError: it is something else.
        """
        try:
            body: dict[str, Any] = json.loads(want(text, (str, bytes), "text", "give the text of a file"))
            if body["kind"] != "characteristics" or body["schema"] != SCHEMA:
                raise KeyError("schema")
            curves = {name: _curve(data) for name, data in body["curves"].items()}
            own = ("source", "unit", "membrane", "spike", "by", "accuracy", "sign", "turn", "seconds")
            return Characteristics(
                Circuit.from_json(json.dumps(body["circuit"])), **{n: body[n] for n in own}, curves=curves,
                figures=tuple(map(Figure.of_data, body["figures"])), said=tuple(body["said"]), runs=tuple(body["runs"]),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LapicqueError(f"this is no characteristics as JSON of schema {SCHEMA} ({error}).") from error

    @staticmethod
    def load(path: str | Path) -> Characteristics:
        """Read what `save` wrote.

        Raises:
            LapicqueError: the file cannot be read, or is something else.
        """
        try:
            return Characteristics.from_json(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise LapicqueError(f"cannot read {str(path)!r}: {error.strerror or error}.") from error


def _listed(row: Array) -> list[float | None]:
    return [float(x) if np.isfinite(x) else None for x in row]


def _curve(data: dict[str, Any]) -> Curve:
    rows = ([np.nan if x is None else float(x) for x in data[n]] for n in ("at", "values", "errors"))
    return Curve(*(str(data[n]) for n in ("x", "x_unit", "y", "y_unit")), *rows)
