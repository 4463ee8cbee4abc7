"""The mismatch of a neuron in words: what spreads, what causes it, and where the spread of each part comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...circuits.circuit import Circuit
from ...circuits.elements import Opaque
from ...circuits.units import show
from ...netlists.pdk.devices import kit_of, matching
from ..sweeps.tolerances import SIGMAS, USUAL, Spread
from .instances import Instances
from .prediction import Prediction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LEAST = 1e-7
"""A figure that spreads by less than this part of its scale does not."""
CAUSES = 3
"""Parts that a line names, the greatest first;"""
SMALL = 5e-4
"""and none that causes less of a variance."""
ROUGH = 0.1
"""A prediction that is less sure than this part of itself is said to be so."""
OF_TRANSISTORS = ("v_th_", "kp_", "delvto_", "mulu0_")
"""How values of transistors begin that do not match."""


def moving(found: Prediction, units: Mapping[str, str]) -> tuple[str, ...]:
    """Figures with a unit that spread by more than the noise of their slopes."""
    middle = dict(zip(found.sensitivities.figures, found.sensitivities.nominal, strict=True))
    sigmas = found.covariance.sigmas
    return tuple(n for n in middle if n in units and sigmas[n] > LEAST * max(abs(middle[n]), 1e-300))


def over_predicted(found: Prediction, seen: Instances) -> tuple[Array, Array]:
    """Measured over predicted standard deviation of each figure, and its statistical error; nan for none.

    Few instances tell too little of their own fourth moment: the error is no less than that of as many normal ones.
    """
    normal = 1 / np.sqrt(2 * (len(seen.values) - 1))
    sigmas = np.array(list(found.covariance.sigmas.values()))
    with np.errstate(all="ignore"):
        return seen.sigmas / sigmas, np.maximum(seen.errors / sigmas, normal)


def words(circuit: Circuit, kind: str, found: Prediction, seen: Instances | None, units: Mapping[str, str]) -> str:
    """A line for each figure that spreads.

    Args:
        circuit: whose.
        kind: of neuron.
        found: what is predicted.
        seen: instances; None where none were run.
        units: of the figures; those without are points of a table.
    """
    lines = [f"{circuit.title}: {kind}, {len(found.sensitivities.values)} values spread"]
    if seen is not None:
        lines[0] += f", {len(seen.values)} instances"
    made = rows(circuit, found, seen, units)
    widths = [max((len(r[k]) for r in made), default=0) for k in range(4)]
    for row in made:
        name, middle, sigma, ratio = (f"{row[k]:>{widths[k]}}" for k in range(4))
        beside = f"  measured {ratio} of it" if ratio.strip() else ""
        lines.append(f"{name} {middle} +- {sigma}{beside}  {row[4]}")
    if points := [s for n, s in found.covariance.sigmas.items() if n not in units]:
        lines.append(f"the {len(points)} points of its flow spread by up to {show(float(f'{max(points):.3g}'), 'A')}")
    if not made:
        lines.append("none of its parameters spreads: none depends on these parts.")
    if seen is not None and seen.failed:
        lines.append(f"{len(seen.failed)} instances are no such neuron: {seen.failed[0]}")
    return "\n".join(lines)


def rows(
    circuit: Circuit, found: Prediction, seen: Instances | None, units: Mapping[str, str]
) -> list[tuple[str, str, str, str, str]]:
    """Of each figure that spreads: name, middle, predicted sigma, measured over predicted, causes by rank.

    Args:
        circuit, found, seen, units: as for `words`.
    """
    names, middle = found.sensitivities.figures, found.sensitivities.nominal
    owners, sigmas = found.by_element(circuit), found.covariance.sigmas
    ratios, errors = (None, None) if seen is None else over_predicted(found, seen)
    made = []
    for name in moving(found, units):
        k, unit = names.index(name), units[name]
        most = sorted(owners, key=lambda o: -abs(owners[o][k]))[:CAUSES]
        causes = ", ".join(f"{o} {100 * owners[o][k]:.3g} %" for o in most if abs(owners[o][k]) > SMALL)
        causes += _unsure(found, k)
        ratio = "" if ratios is None or errors is None else f"{ratios[k]:.3f} +- {errors[k]:.3f}"
        size = show(float(f"{middle[k]:.5g}"), unit), show(float(f"{sigmas[name]:.3g}"), unit)
        made.append((name, *size, ratio, causes))
    return made


def _unsure(found: Prediction, k: int) -> str:
    """A warning where a straight line does not tell how a figure spreads, or its slopes are not sure."""
    sigma = float(np.sqrt(max(found.covariance.matrix[k][k], 0.0)))
    off = float(np.sqrt(found.sensitivities.errors[k] ** 2 @ np.diag(found.parts)))
    if off > ROUGH * sigma:
        return f"; its slopes are sure to {100 * off / sigma:.2g} % only"
    return "; no straight line tells it" if found.curved[k] > ROUGH else ""


def sources(circuit: Circuit, spreads: Sequence[Spread]) -> list[str]:
    """Where the spread of each part comes from, a line each.

    Args:
        circuit: whose parts.
        spreads: of its values.
    """
    owner = {value: e for e in circuit.described for value in e.values}
    found: dict[str, list[str]] = {}
    for s in spreads:
        element = owner.get(s.name)
        name = s.name if element is None else element.name
        found.setdefault(name, []).append(_size(s, "V" if s.name.startswith(("v_th_", "delvto_")) else ""))
    lines = []
    for name, sizes in found.items():
        element = next((e for e in circuit.described if e.name == name), None)
        of = [s for s in spreads if s.name == name or (element is not None and s.name in element.values)]
        lines.append(f"{name}: {', '.join(sizes)}; {_why(element, of)}")
    return lines


def _size(spread: Spread, unit: str) -> str:
    if unit:
        return f"threshold sigma {show(float(f'{spread.sigma:.3g}'), unit)}"
    what = "current factor " if spread.name.startswith(OF_TRANSISTORS) else ""
    return f"{what}sigma {100 * spread.sigma / abs(spread.nominal):.3g} %"


def _why(element: object, spreads: Sequence[Spread]) -> str:
    if not any(s.name.startswith(OF_TRANSISTORS) for s in spreads):
        return f"its tolerance, {SIGMAS:g} sigma of a normal spread that is cut off there"
    known = kit_of(element) if isinstance(element, Opaque) else None
    if isinstance(element, Opaque) and known and (of_kit := matching(element)):
        vth, beta = of_kit
        return f"statistics of {known[0]} for {known[1]} over root W L: {vth * 1e9:.3g} mV um and {beta * 1e8:.3g} % um"
    return (
        f"Pelgrom's constants as usual at 180 nm, over root W L: {USUAL[0] * 1e9:.3g} mV um, {USUAL[1] * 1e8:.3g} % um"
        + (f" ({known[0]} has none that are known here)" if known else "")
    )
