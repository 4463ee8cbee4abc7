"""The frequency response of a linear circuit in three ways: formula, matrices, ngspice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.arguments import want
from ...circuits.circuit import Circuit
from ...circuits.closed_forms.transfer import LAPLACE, cutoff, frequency_response, numeric_poles, transfer
from ...circuits.elements import Probe, S
from ...circuits.equations.algebra import put
from ...circuits.equations.derive import derive
from ...circuits.errors import CircuitError, EquationError
from ...circuits.inputs import input_of
from ...circuits.showing import html
from ...circuits.units import show
from ...netlists.spice.analyses import AC

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...netlists.ngspice.engine import Engine

    Array = NDArray[np.float64]
    Complex = NDArray[np.complex128]

FLAT = (1.0, 1e6)
"""Hertz, of what stores nothing: its response is the same everywhere."""


@frozen(eq=False, str=False, repr=False)
class Bode:
    """H at the frequencies (hertz): formula, model's matrices, ngspice (None where it was not run)."""

    frequencies: Array
    formula: Complex
    model: Complex
    simulated_frequencies: Array
    simulated: Complex | None
    cutoff: float | None

    def __str__(self) -> str:
        end = f", cut-off {show(float(f'{self.cutoff:.6g}'), 'Hz')}" if self.cutoff is not None else ""
        low, high = (show(float(f"{f:.4g}"), "Hz") for f in (self.frequencies[0], self.frequencies[-1]))
        return f"frequency response from {low} to {high}{end}"

    def __repr__(self) -> str:
        return f"<{self}>"

    def _repr_html_(self) -> str:
        return html(self)


def bode(circuit: Circuit, engine: Engine | None = None) -> Bode:
    """Measure the frequency response from the input to the first probe.

    Args:
        circuit: a linear circuit with the role `input`, or with one independent source.
        engine: to run ngspice in; None leaves ngspice out.

    Returns:
        The response over four decades around its slowest and fastest poles; of what has none from 1 Hz to 1 MHz.
    """
    equations = derive(circuit)
    source = circuit.element(input_of(circuit))
    if not circuit.of_type(Probe):
        raise CircuitError(
            f"{circuit.title!r} has no probe: a response goes from the input to one, Probe('out', 'out')."
        )
    probe = circuit.of_type(Probe)[0]
    if circuit.of_type(S):
        raise EquationError(f"{circuit.title!r} has switches: what switches has no frequency response.")
    poles = np.abs(numeric_poles(equations)) / (2 * np.pi)
    low, high = (float(poles.min() / 100), float(poles.max() * 100)) if len(poles) else FLAT
    f = np.geomspace(low, high, 400)
    model = frequency_response(equations, source.name, f, probe.plus, probe.minus)
    simulated_f, simulated = np.empty(0), None
    if engine is not None:
        from ...netlists.ngspice.engine import Engine

        want(engine, Engine, "engine", "make one, `with Engine() as engine`")
        result = engine.run(circuit, AC(source.name, low, high))
        simulated_f, simulated = result["frequency"].values, result[probe.name].values
    return Bode(
        f,
        _formula(circuit, source.name, probe, f, model),
        model,
        simulated_f,
        simulated,
        _cutoff(circuit, source.name, probe),
    )


def _formula(circuit: Circuit, source: str, probe: Probe, f: Array, otherwise: Complex) -> Complex:
    from sympy import lambdify

    equations = derive(circuit)
    try:
        h = put(transfer(equations, source, probe.plus, probe.minus).h, equations.parameters)
    except EquationError:
        return otherwise
    return np.asarray(lambdify(LAPLACE, h, "numpy")(2j * np.pi * f) * np.ones(len(f)), dtype=complex)


def _cutoff(circuit: Circuit, source: str, probe: Probe) -> float | None:
    equations = derive(circuit)
    if len(equations.states) != 1:
        return None
    return float(put(cutoff(equations, source, probe.plus, probe.minus), equations.parameters))
