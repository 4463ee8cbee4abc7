"""Random values, stimuli and parts, from which the kinds of circuits are put together."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field
from oracles.parts import Part

UNKNOWN_CURRENTS = ("V", "L", "R", "S")


@define(eq=False)
class Builder:
    """A circuit that grows; `tau` and `z` are its scales of time and impedance, from which values are drawn."""

    random: np.random.Generator
    tau: float = 1e-3
    z: float = 1e3
    stop: float = 1e-2
    parts: list[Part] = field(factory=list)

    @classmethod
    def drawn(cls, random: np.random.Generator) -> Builder:
        """A builder whose scales are drawn."""
        tau = float(10.0 ** random.uniform(-6, -1))
        return cls(random, tau, float(10.0 ** random.uniform(2, 6)), tau * float(10.0 ** random.uniform(-0.3, 1.3)))

    def number(self, low: float, high: float) -> float:
        """A number from a range of decades, rounded as people write numbers."""
        return float(f"{10.0 ** self.random.uniform(np.log10(low), np.log10(high)):.3g}")

    def level(self, size: float = 5.0) -> float:
        """A voltage up to a size, of either sign, rounded."""
        return float(f"{self.random.uniform(-size, size):.3g}")

    def chance(self, p: float = 0.5) -> bool:
        """True with probability p."""
        return bool(self.random.random() < p)

    def pick(self, *among: Any) -> Any:
        """One of the arguments."""
        return among[int(self.random.integers(len(among)))]

    def add(self, kind: str, *nodes: str, **values: Any) -> str:
        """Add an element; its name is made of its kind's letter and a number."""
        letter = {
            "Diode": "D",
            "Mosfet": "M",
            "MosfetEkv": "M",
            "Comparator": "U",
            "OpAmp": "A",
            "OpenCollector": "U",
        }.get(kind, kind)
        name = f"{letter}{1 + sum(p.name.startswith(letter) for p in self.parts)}"
        self.parts.append(Part(kind, name, nodes, values))
        return name

    def r(self, a: str, b: str, spread: float = 10.0) -> str:
        """A resistor about z."""
        return self.add("R", a, b, value=self.number(self.z / spread, self.z * spread))

    def c(self, a: str, b: str, spread: float = 10.0, ic: bool | None = None) -> str:
        """A capacitor about tau / z, sometimes charged."""
        values = {"value": self.number(self.tau / self.z / spread, self.tau / self.z * spread)}
        if self.chance(0.3) if ic is None else ic:
            values["ic"] = self.level(2)
        return self.add("C", a, b, **values)

    def l(self, a: str, b: str, spread: float = 10.0, ic: bool | None = None) -> str:  # noqa: E743
        """An inductor about tau z, sometimes with a current."""
        values = {"value": self.number(self.tau * self.z / spread, self.tau * self.z * spread)}
        if self.chance(0.3) if ic is None else ic:
            values["ic"] = float(f"{self.level(2) / self.z:.3g}")
        return self.add("L", a, b, **values)

    def v(self, a: str, b: str = "0", size: float = 5.0, stimulus: tuple[str, dict] | None = None) -> str:
        """A voltage source with any stimulus."""
        return self.add("V", a, b, stimulus=stimulus or self.stimulus(size))

    def i(self, a: str, b: str = "0", size: float = 5.0) -> str:
        """A current source with any stimulus."""
        return self.add("I", a, b, stimulus=self.stimulus(float(f"{size / self.z:.3g}")))

    def time(self, low: float = 0.02, high: float = 0.7) -> float:
        """An instant of the run, rounded, sometimes exactly 0."""
        return float(f"{self.stop * self.random.uniform(low, high):.3g}") if self.chance(0.85) else 0.0

    def stimulus(self, size: float) -> tuple[str, dict]:
        """Any stimulus, up to a size."""
        return self.pick(
            self._constant, self._step, self._ramp, self._train, self._pwl, self._spikes, self._noise, self._sine,
            self._sine,
        )(size)  # fmt: skip

    def rise(self) -> float:
        """How long an edge takes: a nanosecond of a millisecond up to a part of the run."""
        return self.number(1e-6 * self.stop, 1e-2 * self.stop)

    def _constant(self, size: float) -> tuple[str, dict]:
        return "Constant", {"value": self._size(size)}

    def _size(self, size: float) -> float:
        return float(f"{self.pick(1, 1, -1) * size * self.random.uniform(0.1, 1):.3g}")

    def _step(self, size: float) -> tuple[str, dict]:
        low = self.pick(0.0, self._size(size))
        return "Step", {"low": low, "high": self._size(size), "at": self.time(), "rise": self.rise()}

    def _ramp(self, size: float) -> tuple[str, dict]:
        duration = self.number(0.05 * self.stop, self.stop)
        slope = float(f"{self._size(size) / duration:.3g}")
        return "Ramp", {
            "start": self.pick(0.0, self._size(size)),
            "slope": slope,
            "at": self.time(),
            "duration": duration,
        }

    def _train(self, size: float) -> tuple[str, dict]:
        count = int(self.random.integers(1, 6))
        width = self.number(0.02 * self.stop, 0.15 * self.stop)
        rise = min(self.rise(), float(f"{0.1 * width:.3g}"))
        period = float(f"{width * self.random.uniform(1.3, 4):.3g}")
        values = {"low": self.pick(0.0, self._size(size)), "high": self._size(size), "at": self.time(0.0, 0.4)}
        return "PulseTrain", {**values, "width": width, "period": period, "count": count, "rise": rise}

    def _pwl(self, size: float) -> tuple[str, dict]:
        count = int(self.random.integers(2, 7))
        times = sorted({float(f"{self.stop * self.random.uniform(0, 1.1):.3g}") for _ in range(count)})
        return "PWL", {"times": times, "values": [self._size(size) for _ in times]}

    def _spikes(self, size: float) -> tuple[str, dict]:
        width = self.number(0.005 * self.stop, 0.1 * self.stop)
        times = sorted(
            {float(f"{self.stop * self.random.uniform(0, 1):.3g}") for _ in range(self.random.integers(1, 7))}
        )
        rise = min(self.rise(), float(f"{0.1 * width:.3g}"))
        return "SpikeTrain", {
            "times": times,
            "charge": float(f"{self._size(size) * width:.3g}"),
            "width": width,
            "rise": rise,
        }

    def _noise(self, size: float) -> tuple[str, dict]:
        dt = self.number(0.02 * self.stop, 0.1 * self.stop)
        return "Noise", {
            "sigma": abs(self._size(size)) / 3, "duration": self.stop, "dt": dt, "mean": self._size(size) / 3,
            "seed": int(self.random.integers(1000)),
        }  # fmt: skip

    def _sine(self, size: float) -> tuple[str, dict]:
        frequency = float(f"{self.random.uniform(0.5, 12) / self.stop:.3g}")
        values = {"offset": self.pick(0.0, self._size(size)), "amplitude": self._size(size), "frequency": frequency}
        return "Sine", values | ({"phase": float(f"{self.random.uniform(-3, 3):.3g}")} if self.chance(0.4) else {})

    def node(self) -> str:
        """Any node that there is."""
        return self.pick(*dict.fromkeys(n for p in self.parts for n in p.nodes))

    def pair(self) -> tuple[str, str]:
        """Two different nodes that there are."""
        nodes = list(dict.fromkeys(n for p in self.parts for n in p.nodes))
        a, b = self.random.choice(len(nodes), 2, replace=False)
        return nodes[int(a)], nodes[int(b)]
