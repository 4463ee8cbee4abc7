"""A neuron model as a circuit, of the parts that the library's neurons are made of."""

from __future__ import annotations

import math

from attrs import frozen

from ..arguments import want
from ..circuit import Circuit
from ..element import Element
from ..elements import B, C, E, G, I, Probe, R, SpikeProbe, V
from ..errors import DesignError
from ..neurons.flows import ExponentialLeak, FlowTable, Leak
from ..neurons.model import NeuronModel
from ..neurons.rest import standstill
from ..roles import NEURON
from ..stimuli import Stimulus, extent, stimulus
from ..units import Value, show
from .adex import LARGEST_EXPONENT
from .reset_parts import FULL, HELD, QUICK, V_DD, Reset, comparator_reset, refractory, spike_probes, switch_reset

PER_VOLT = 1e-6
"""Siemens that make a current of an input in volts."""
TIGHT = 1e6
"""Leak of a membrane without one, over what would make its time constant usual: none has no leak."""
USUAL = 10e-3
"""Time constant by which parts are sized where neither leak nor input says one, seconds."""


def circuit_of_model(model: NeuronModel, current: Stimulus | Value = 0.0, quick: Value = QUICK) -> Circuit:
    """A circuit that does what a neuron model says.

    The membrane is a capacitor; a leak is a resistor, an exponential a diode with a series resistance as in
    `exponential_if`, a table a law of truncated powers. A switch resets it (a comparator where the threshold moves), a
    capacitor that decays holds it, RC nodes are what it remembers. A reset takes time, which the hold is shorter by;
    without a hold it begins as much early, for the largest input.

    Args:
        model: the neuron; I1 drives it, or V1 where its input is a voltage.
        current: the input.
        quick: length of the reset, in time constants of the membrane.

    Raises:
        DesignError: a hold too short for the reset, a threshold that spikes lower, a table that does not reach v_spike.
    """
    want(model, NeuronModel, "model", "make one, such as NeuronModel(c, Leak(g, e), v_spike, v_reset)")
    n = _Neuron(model, stimulus(current), quick)
    parts = (*n.input, *n.membrane, *n.flow, *n.reset.elements, *n.hold, *n.adaptation, *n.threshold, *n.probes)
    roles = {**NEURON, "input": "V1" if model.unit == "V" else "I1"}
    return Circuit(f"{model.kind} model", parts, roles=roles)


@frozen
class _Neuron:
    """The parts of a circuit, from a model."""

    model: NeuronModel
    drive: Stimulus
    quick: Value

    @property
    def scale(self) -> float:
        """Siemens, where the model's currents are volts; else one."""
        return PER_VOLT if self.model.unit == "V" else 1.0

    @property
    def c(self) -> float:
        return self.model.c * self.scale

    @property
    def swing(self) -> float:
        return self.model.v_spike - self.model.v_reset

    @property
    def largest(self) -> float:
        """Of the input, amperes."""
        return max(map(abs, extent(self.drive))) * self.scale

    @property
    def tau(self) -> float:
        """By which parts are sized, seconds."""
        tau = self.model.tau
        if math.isfinite(tau):
            return tau
        return self.c * self.swing / self.largest if self.largest else USUAL

    @property
    def supply(self) -> float:
        """Of the packet: no more than a moving threshold's comparator is to watch."""
        return V_DD if self.model.threshold is None else 4 * self.swing

    @property
    def input(self) -> tuple[Element, ...]:
        if self.model.unit == "V":
            return V("V1", "in", "0", self.drive), G("G_in", "0", "mem", "in", "0", self.scale)
        return (I("I1", "0", "mem", self.drive),)

    @property
    def membrane(self) -> tuple[Element, ...]:
        return (C("C1", "mem", "0", self.c, standstill(self.model)[0]),)

    @property
    def flow(self) -> tuple[Element, ...]:
        f = self.model.flow
        if isinstance(f, FlowTable):
            law, values = _truncated_powers(f, self.scale)
            return (B("B_flow", "mem", "0", law, {"v": "mem"}, values),)
        if not f.g:
            return (R("R1", "mem", "0", TIGHT * self.tau / self.c),)
        leak = (R("R1", "mem", "rest", 1 / f.g / self.scale), V("V_rest", "rest", "0", f.e))
        if isinstance(f, Leak):
            return leak
        values = {"g": f.g * self.scale, "v_t": f.v_t, "s": f.delta_t, "x": LARGEST_EXPONENT}
        return (*leak, B("B_exp", "mem", "0", "-g*s/(exp(-(v - v_t)/s) + exp(-x))", {"v": "mem"}, values))

    @property
    def reset(self) -> Reset:
        m, leak = self.model, self.tau / self.c
        if m.threshold is not None:
            return comparator_reset(self.c, leak, "th", self.swing, m.v_reset, self.supply)
        own = float(m.flow.at(m.v_spike)) * self.scale
        if isinstance(m.flow, ExponentialLeak):
            top = min((m.v_spike - m.flow.v_t) / m.flow.delta_t, 2 * LARGEST_EXPONENT)
            own = m.flow.g * self.scale * m.flow.delta_t / (math.exp(-top) + math.exp(-LARGEST_EXPONENT))
        return switch_reset(
            self.c, leak, m.v_spike, m.v_reset, abs(own) + self.largest, self._early, self.quick
        )  # fmt: skip

    def _early(self, length: float) -> float:
        """What the membrane would still gain in the time of the reset, volts; a hold waits that much less instead."""
        f, m = self.model.flow, self.model
        if m.t_ref:
            return 0.0
        if isinstance(f, ExponentialLeak):
            top = min((m.v_spike - f.v_t) / f.delta_t, 2 * LARGEST_EXPONENT)
            return f.delta_t * min(1.0, math.log1p(length / self.tau * math.exp(top)))
        gain = float(f.at(m.v_spike)) * self.scale + max(extent(self.drive)) * self.scale
        return min(max(gain / self.c * length, 0.0), self.swing / 100)

    @property
    def hold(self) -> tuple[Element, ...]:
        left = self.model.t_ref - self.reset.length
        return refractory(self.reset, self.model.v_reset, left, self.supply) if self.model.t_ref else ()

    @property
    def adaptation(self) -> tuple[Element, ...]:
        """An RC node w, of which a volt is as much current as moves the membrane by its swing in a time constant."""
        slow = self.model.adaptation
        if slow is None:
            return ()
        g_w = self.c * self.swing / self.tau
        c_w, k = self.c, self.scale / g_w
        start = standstill(self.model)[1] * k
        lift = (
            V("V_about", "about", "0", self.model.about),
            G("G_a", "0", "w", "mem", "about", slow.a * k * c_w / slow.tau),
        )
        return (
            C("C_w", "w", "0", c_w, start),
            R("R_w", "w", "0", slow.tau / c_w),
            *(lift if slow.a else ()),
            self.reset.kick("G_b", "w", slow.b * k * c_w),
            G("G_w", "mem", "0", "w", "0", g_w),
        )

    @property
    def threshold(self) -> tuple[Element, ...]:
        moves = self.model.threshold
        if moves is None:
            return ()
        if moves.jump < 0:
            raise DesignError(f"jump of the threshold is {show(moves.jump, 'V')}: a circuit's spike must not lower it.")
        c_h = self.c
        return (
            V("V_th", "base", "0", self.model.v_spike),
            E("E_h", "th", "base", "h", "0", 1.0),
            C("C_h", "h", "0", c_h),
            R("R_h", "h", "0", moves.tau / c_h),
            self.reset.kick("G_h", "h", moves.jump * c_h),
        )

    @property
    def probes(self) -> tuple[Element, ...]:
        """Membrane and spike: where the reset begins, or later, on the capacitor that holds."""
        mem, spike = spike_probes(self.supply)
        late, length = self.model.delay, self.reset.length
        if late > length:
            tau = (self.model.t_ref - length) / math.log(FULL / HELD)
            level = self.supply * FULL * math.exp(-(late - length) / tau)
            spike = SpikeProbe("spike", "ref", "0", level, falling=True)
        own = () if self.model.adaptation is None else (Probe("w", "w"),)
        return (mem, spike, *own, *(() if self.model.threshold is None else (Probe("threshold", "th"),)))


def _truncated_powers(flow: FlowTable, scale: float) -> tuple[str, dict[str, float]]:
    """The law of -F(v): a line, and at each point a square and a cube that begin there."""
    at, start, slope = flow.line
    text, values = "-(f0 + s0*(v - x0)", {"f0": scale * start, "s0": scale * slope, "x0": at}
    for k, (low, square, cube) in enumerate(flow.bends):
        text += f" + max(v - x{k}, 0)**2*(a{k} + b{k}*max(v - x{k}, 0))"
        values |= {f"x{k}": low, f"a{k}": scale * square, f"b{k}": scale * cube}
    return text + ")", values
