"""Gates of voltage-dependent conductances: rates, and the capacitor that holds a gate variable as a voltage."""

from __future__ import annotations

import math

from attrs import evolve, frozen

from ..element import Element
from ..elements import B, C
from ..errors import QuantityError

GATE_CAPACITOR = 1e-6
"""Farads of every gate's capacitor; with its own size its current law is divided out again."""


@frozen
class Rate:
    """A rate of Hodgkin and Huxley's three forms, in 1/s, of x = (v - v_half) / slope.

    Forms: "linear", rate x / (1 - e^-x); "exponential", rate e^x; "sigmoid", rate / (1 + e^-x).
    """

    form: str
    rate: float
    v_half: float
    slope: float

    def law(self, letter: str) -> str:
        """Text of the rate as a function of v, with parameters named after the letter.

        At x = 0 the linear form is 0/0. Within 1e-3 of it a series takes over, whose first term left out is
        x^6 / 30240, below the rounding of a double.
        """
        x = f"((v - v_{letter})/s_{letter})"
        if self.form == "exponential":
            return f"r_{letter}*exp({x})"
        if self.form == "sigmoid":
            return f"r_{letter}/(1 + exp(-{x}))"
        series = f"1 + {x}/2 + {x}**2/12 - {x}**4/720"
        return f"r_{letter}*Piecewise(({series}, Abs({x}) < 0.001), ({x}/(1 - exp(-{x})), True))"

    def parameters(self, letter: str) -> dict[str, float]:
        """Values of the parameters in `law`."""
        return {f"r_{letter}": self.rate, f"v_{letter}": self.v_half, f"s_{letter}": self.slope}

    def at(self, v: float) -> float:
        """The rate at a voltage, from the same law."""
        from ..laws.law import expression

        values = {"v": v, **self.parameters("x")}
        law = expression(self.law("x"))
        return float(law.subs({s: values[str(s)] for s in law.free_symbols}))


@frozen
class Gate:
    """A gate: opening and closing rate; x' = opening (1 - x) - closing x."""

    name: str
    opening: Rate
    closing: Rate

    def steady(self, v: float) -> float:
        """Where the gate rests at a voltage."""
        opening, closing = self.opening.at(v), self.closing.at(v)
        return opening / (opening + closing)

    def quicker(self, factor: float) -> Gate:
        """The same gate with both rates multiplied by a factor."""
        opening = evolve(self.opening, rate=self.opening.rate * factor)
        return evolve(self, opening=opening, closing=evolve(self.closing, rate=self.closing.rate * factor))

    def elements(self, membrane: str, start: float, node: str | None = None) -> tuple[Element, ...]:
        """The gate as a capacitor (1 V stands for 1) and the current that moves it.

        Args:
            membrane: node whose voltage moves the gate.
            start: gate variable at time 0.
            node: that holds the gate; named like the gate unless given.

        Raises:
            QuantityError: a start outside 0..1.
        """
        if not 0 <= start <= 1 or not math.isfinite(start):
            raise QuantityError(f"gate {self.name} starts at {start}: a gate variable lies between 0 and 1.")
        held = node or self.name
        law = f"-c*({self.opening.law('a')}*(1 - x) - {self.closing.law('b')}*x)"
        parameters = {"c": GATE_CAPACITOR, **self.opening.parameters("a"), **self.closing.parameters("b")}
        return (
            C(f"C_{held}", held, "0", GATE_CAPACITOR, start),
            B(f"B_{held}", held, "0", law, {"v": membrane, "x": held}, parameters),
        )
