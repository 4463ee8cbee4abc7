"""What ngspice gives of a noise analysis, as labelled arrays in the circuit's own names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from ...circuits.circuit import Circuit
from ...circuits.elements import I
from ..spice.analyses import SPACINGS, NoiseSpectrum
from ..spice.devices import SERIES
from ..spice.names import SpiceNames
from ..spice.noise_text import input_for

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

DENSITY = "V/sqrt(Hz)"
_PART = re.compile(r"onoise[_.](?!total|spectrum)(?P<series>r" + SERIES + r")?(?P<own>[a-z]+\d+)(?:[_.](?P<how>.+))?")
"""BSIM puts dots where all others have underscores."""
_WORDS = {"id": "channel", "1overf": "flicker", "thermal": "thermal", "ic": "collector", "ib": "base"}
_OF_DIODE = {"id": "junction"}


def noise_dataset(
    circuit: Circuit, names: SpiceNames, asked: NoiseSpectrum, vectors: dict[str, NDArray[Any]]
) -> xarray.Dataset:
    """Name the vectors of a noise analysis.

    Args:
        circuit: what was simulated.
        names: of its netlist.
        asked: the analysis.
        vectors: what ngspice gave, lower-case names.

    Returns:
        Over `frequency` (Hz) `output` (V/sqrt(Hz)), `input` (referred to the source, its unit over sqrt(Hz)) and, over
        `element` too, `contributions`; `parts` over `mechanism`, such as `M1 channel`. `output_total`, `input_total`
        and `totals` are what they integrate to between the frequencies that were asked for (V, rms).
    """
    import xarray

    source = input_for(circuit, asked)
    unit = "A" if isinstance(circuit.element(source), I) else "V"
    elements, parts = _contributions(circuit, names, vectors)
    at = "frequency"
    none = np.zeros((0, len(vectors[at])))
    made = {
        "output": ((at,), vectors["onoise_spectrum"], {"units": DENSITY}),
        "input": ((at,), vectors["inoise_spectrum"], {"units": f"{unit}/sqrt(Hz)", "source": source}),
        "contributions": (("element", at), np.array([*elements.values()]) if elements else none, {"units": DENSITY}),
        "parts": (("mechanism", at), np.array([*parts.values()]) if parts else none, {"units": DENSITY}),
        "output_total": ((), float(vectors["onoise_total"][0]), {"units": "V"}),
        "input_total": ((), float(vectors["inoise_total"][0]), {"units": unit, "source": source}),
        "totals": (("element",), _totals(circuit, names, vectors, tuple(elements)), {"units": "V"}),
    }
    axes = {at: ((at,), vectors[at], {"units": "Hz"}), "element": list(elements), "mechanism": list(parts)}
    return xarray.Dataset(made, coords=axes)


def cut_short(asked: NoiseSpectrum, vectors: dict[str, NDArray[Any]]) -> str | None:
    """Say that frequencies are missing, or None."""
    found, factor = vectors["frequency"], SPACINGS[asked.spacing]
    last = asked.stop / factor ** (1.01 / asked.points) if factor else asked.stop * (1 - 1e-9)
    if found[-1] < last or len(found) < asked.count - 1:
        return f"the noise ends at {found[-1]:.6g} Hz, with {len(found)} frequencies, instead of {asked.stop:.6g} Hz"
    return None


def _contributions(
    circuit: Circuit, names: SpiceNames, vectors: dict[str, NDArray[Any]]
) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    """Densities by element, and by what of it makes the noise; both in the order of the circuit."""
    square: dict[str, NDArray[Any]] = {}
    parts: dict[str, NDArray[Any]] = {}
    for name, values in vectors.items():
        if (found := _named(names, name)) is None:
            continue
        element, how = found
        if how is None:
            square[element] = square.get(element, 0.0) + values**2
        if how is not None and values.any():
            parts[f"{element} {how}"] = values
    order = [e.name for e in circuit.parts if e.name in square]
    return {e: np.sqrt(square[e]) for e in order}, {
        p: parts[p] for e in order for p in sorted(parts) if p.rpartition(" ")[0] == e
    }


def _named(names: SpiceNames, vector: str) -> tuple[str, str | None] | None:
    """The circuit's element that a vector of ngspice speaks of, and what of it; None of the whole."""
    match = _PART.fullmatch(vector)
    if match is None or (element := names.back(match["own"])) is None:
        return None
    if match["series"]:
        return element, "rs" if match["how"] == "thermal" else None if match["how"] is None else "rs flicker"
    words = _OF_DIODE if match["own"].startswith("d") else {}
    how = match["how"]
    return element, None if how is None else words.get(how, _WORDS.get(how, how))


def _totals(
    circuit: Circuit, names: SpiceNames, vectors: dict[str, NDArray[Any]], elements: tuple[str, ...]
) -> NDArray[np.float64]:
    square = dict.fromkeys(elements, 0.0)
    for name, values in vectors.items():
        found = _named(names, name.replace("_total", "", 1)) if name.startswith("onoise_total") else None
        if found is not None and found[1] is None:
            square[found[0]] += float(values[0]) ** 2
    return np.sqrt([square[e] for e in elements])
