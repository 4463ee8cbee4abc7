"""An energy account: who delivered, where it went, and what is left over."""

from __future__ import annotations

from attrs import frozen

from ..circuits.showing import html
from ..circuits.units import show


@frozen(str=False, repr=False)
class Energy:
    """The energy account of a run, joules.

    Attributes:
        duration: of the run, seconds.
        spikes: seen by the first spike probe.
        absorbed: what went into each element that does not store, negative for those that deliver (sources, and
            elements with a supply of their own such as comparators and controlled sources).
        stored: change of what each capacitor and inductor holds, from its state at both ends of the run; coupled
            inductors hold it together ("L1 + L2").
        numbers: names of those elements whose volts stand for pure numbers (gates, weights: probes of unit "1" say so).
            Their energy is part of the account, and of no circuit that would be built.
    """

    duration: float
    spikes: int
    absorbed: dict[str, float]
    stored: dict[str, float]
    numbers: tuple[str, ...] = ()

    def __repr__(self) -> str:
        total, power = (show(float(f"{x:.4g}"), u) for x, u in ((self.delivered, "J"), (self.power, "W")))
        each = f", {show(float(f'{self.per_spike:.4g}'), 'J')} a spike" if self.spikes else ""
        return f"<energy: {total} delivered, {power}{each}; even to {self.imbalance:.1e}>"

    def __str__(self) -> str:
        """A line an element, the largest first: what each delivered (in), and took or stored (out)."""
        rows = sorted(self.absorbed.items(), key=lambda x: -abs(x[1]))
        rows += [(f"{name} (stored)", e) for name, e in self.stored.items()]
        seen = [(name, e) for name, e in rows if abs(e) > 1e-6 * self.turnover]
        apart = [r for r in seen if r[0].removesuffix(" (stored)") in self.numbers]
        lines = [repr(self), *(_line(*r) for r in seen if r not in apart)]
        if apart:
            total = show(float(f"{self.delivered_as_numbers:.4g}"), "J")
            lines += [f"  of all this by volts that are pure numbers ({total} in):", *(_line(*r) for r in apart)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return html(self)

    @property
    def delivered(self) -> float:
        """Energy that all delivering elements gave."""
        return -sum(e for e in self.absorbed.values() if e < 0)

    @property
    def delivered_as_numbers(self) -> float:
        """What of it came from elements whose volts are pure numbers."""
        return -sum(e for name, e in self.absorbed.items() if e < 0 and name in self.numbers)

    @property
    def dissipated(self) -> float:
        """Energy that became heat."""
        return sum(e for e in self.absorbed.values() if e > 0)

    @property
    def turnover(self) -> float:
        """The largest of what was delivered, what became heat, and what capacitors and inductors took or gave."""
        return max(self.delivered, self.dissipated, sum(abs(e) for e in self.stored.values()))

    @property
    def imbalance(self) -> float:
        """Delivered less stored and dissipated, as a part of the turnover: the error of the account."""
        error = abs(self.delivered - self.dissipated - sum(self.stored.values()))
        return error / self.turnover if error else 0.0

    @property
    def per_spike(self) -> float:
        """Delivered energy over the number of spikes; nan without spikes."""
        return self.delivered / self.spikes if self.spikes else float("nan")

    @property
    def power(self) -> float:
        """Delivered energy over time, watts."""
        return self.delivered / self.duration


def _line(name: str, joules: float) -> str:
    return f"  {name:26} {show(float(f'{abs(joules):.4g}'), 'J'):>12} {'in' if joules < 0 else 'out'}"
