"""A tiny writer of netlists, and `ngspice -b` on them: what the engine is held against."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
from attrs import frozen
from oracles.laws import LAWS
from oracles.network import U_T, Network
from oracles.parts import Part
from oracles.waveforms import corners

LETTERS = {"Diode": "D", "Mosfet": "M", "MosfetEkv": "B", "Comparator": "B", "OpAmp": "E", "OpenCollector": "B"}
STEPS = 4000
"""Least number of time steps of a run."""
GAIN = 1e4
"""A switch looks through so much gain: ngspice finds its levels to 50 mV only."""


class BareError(Exception):
    """Bare ngspice gave no result."""


@frozen(eq=False)
class BareRun:
    """What bare ngspice gave: time, and vectors by their name in the netlist."""

    writer: Writer
    vectors: dict[str, np.ndarray]

    @property
    def times(self) -> np.ndarray:
        """Time points, seconds."""
        return self.vectors["time"]

    def voltage(self, node: str) -> np.ndarray:
        """Voltage of a node."""
        return self.vectors[f"v({self.writer.node(node)})"] if node != "0" else np.zeros_like(self.times)

    def current(self, name: str) -> np.ndarray:
        """Current through a V, L, R or S."""
        p = next(p for p in self.writer.parts if p.name == name)
        if p.kind == "R":
            return (self.voltage(p.nodes[0]) - self.voltage(p.nodes[1])) / p.values["value"]
        called = self.writer.element(name).lower()
        return self.vectors[f"i(@{called}[i])" if p.kind == "S" else f"i({called})"]


class Writer:
    """Names of nodes (n1, n2, ...) and elements (R1, ...), and the cards."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.parts = parts
        self._nodes = {n: f"n{k + 1}" for k, n in enumerate(Network(parts).nodes)} | {"0": "0"}
        self._elements = {p.name: f"{LETTERS.get(p.kind, p.kind)}{k + 1}" for k, p in enumerate(parts)}

    def node(self, name: str) -> str:
        """The node's name in the netlist."""
        return self._nodes[name]

    def element(self, name: str) -> str:
        """The element's name in the netlist."""
        return self._elements[name]

    def text(self, stop: float, steps: int = STEPS) -> str:
        """The netlist of a transient."""
        cards = [line for p in self.parts for line in self._card(p)]
        currents = " ".join(f"@{self.element(p.name)}[i]" for p in self.parts if p.kind == "S")
        step = repr(stop / steps)
        smallest = min((p.values["value"] for p in self.parts if p.kind == "C"), default=1e-12)
        tight = f".options reltol=1e-6 abstol=1e-15 vntol=1e-9 chgtol={smallest * 1e-6!r} trtol=1 gmin=1e-21 itl4=100"
        return "\n".join(
            ["* bare", *cards, tight, f".save all {currents}", f".tran {step} {stop!r} 0 {step} uic", ".end", ""]
        )

    def _card(self, p: Part) -> list[str]:
        n = [self.node(x) for x in p.nodes]
        v = p.values
        if p.kind == "K":
            both = " ".join(self.element(v[x]) for x in ("first", "second"))
            return [f"{self.element(p.name)} {both} {v['value']!r}"]
        head = " ".join([self.element(p.name), *n[:2]])
        match p.kind:
            case "R":
                return [f"{head} {v['value']!r}"]
            case "C" | "L":
                return [f"{head} {v['value']!r} IC={v.get('ic', 0.0)!r}"]
            case "V" | "I":
                return [f"{head} {_source(*v['stimulus'])}"]
            case "E" | "G":
                return [f"{head} {n[2]} {n[3]} {v['gain']!r}"]
            case "F" | "H":
                return [f"{head} {self.element(v['sensor'])} {v['gain']!r}"]
            case "S":
                model = f"sw{self.element(p.name)}"
                on = "ON" if v.get("closed") else "OFF"
                levels = f"VT={GAIN * v['v_t']!r} VH={GAIN * v['v_h']!r}"
                card = f".model {model} SW({levels} RON={v['r_on']!r} ROFF={v['r_off']!r})"
                return [f"E{model} {model} 0 {n[2]} {n[3]} {GAIN!r}", f"{head} {model} 0 {model} {on}", card]
            case "Diode":
                return [
                    f"{head} d{self.element(p.name)}",
                    f".model d{self.element(p.name)} D(IS={v['i_s']!r} N={v['n']!r})",
                ]
            case "OpAmp":  # its own voltage on both sides: what is left is that its inputs are equal
                return [f"{self.element(p.name)} {n[2]} 0 POLY(2) {n[2]} 0 {n[0]} {n[1]} 0 1 1"]
            case "Mosfet":
                return self._mosfet(p, n)
            case _:
                return self._law(p, n)

    def _mosfet(self, p: Part, n: list[str]) -> list[str]:
        v, name = p.values, self.element(p.name)
        kind, sign = ("NMOS", 1) if v["polarity"] == "n" else ("PMOS", -1)
        card = f".model m{name} {kind}(LEVEL=1 VTO={sign * v['v_th']!r} KP={v['kp']!r} LAMBDA={v['lam']!r} IS=1e-300)"
        return [f"{name} {n[0]} {n[1]} {n[2]} {n[2]} m{name} W={v['w']!r} L={v['l']!r}", card]

    def _law(self, p: Part, n: list[str]) -> list[str]:
        v, name = p.values, self.element(p.name)
        at = [f"v({x})" if x != "0" else "0" for x in n]
        if p.kind == "Comparator":
            decision = f"(1+tanh(({at[0]}-{at[1]})/{v['v_s']!r}))/2"
            flow = f"({v['v_low']!r}+({v['v_high']!r}-({v['v_low']!r}))*{decision})/{v['r_out']!r}"
            return [f"{name} 0 {n[2]} I={flow}", f"R{name} {n[2]} 0 {v['r_out']!r}"]
        if p.kind == "OpenCollector":
            return [f"{name} {n[2]} 0 I={at[2]}*(1-tanh(({at[0]}-{at[1]})/{v['v_s']!r}))/{2 * v['r_on']!r}"]
        if p.kind == "MosfetEkv":
            sign = 1 if v["polarity"] == "n" else -1
            pinch = f"{v['kappa']!r}*({sign}*({at[1]}-{at[3]})-{v['v_th']!r})"
            sides = [f"ln(1+exp(({pinch}-{sign}*({x}-{at[3]}))/{2 * v.get('u_t', U_T)!r}))" for x in (at[2], at[0])]
            return [f"{name} {n[0]} {n[2]} I={sign * v['i_spec']!r}*({sides[0]}*{sides[0]}-{sides[1]}*{sides[1]})"]
        law = LAWS[v["law"]]
        words = {k: repr(x) for k, x in v["params"].items()}
        words |= {u: f"v({self.node(v['inputs'][u])})" if v["inputs"][u] != "0" else "0" for u in law.inputs}
        return [f"{name} {n[0]} {n[1]} I={law.spice.format(**words)}"]


def _source(kind: str, given: dict) -> str:
    if kind == "Sine":
        s = {"offset": 0.0, "phase": 0.0} | given
        wave = " ".join(
            repr(float(x)) for x in (s["offset"], s["amplitude"], s["frequency"], 0, 0, np.degrees(s["phase"]))
        )
        return f"SIN({wave})"
    times, values = corners((kind, given))
    if len(times) == 1:
        return f"DC {float(values[0])!r}"
    return "PWL(" + " ".join(f"{float(t)!r} {float(v)!r}" for t, v in zip(times, values, strict=True)) + ")"


def run(parts: tuple[Part, ...], stop: float, steps: int = STEPS, seconds: float = 60.0) -> BareRun:
    """Run a circuit in `ngspice -b`.

    Raises:
        BareError: no result up to the end of the run.
    """
    writer = Writer(parts)
    with tempfile.TemporaryDirectory(prefix="bare") as folder:
        deck, raw = Path(folder, "deck.cir"), Path(folder, "out.raw")
        deck.write_text(writer.text(stop, steps))
        try:
            said = subprocess.run(
                ["ngspice", "-n", "-b", "-r", str(raw), str(deck)],
                capture_output=True,
                text=True,
                timeout=seconds,
                cwd=folder,
            )
        except subprocess.TimeoutExpired:
            raise BareError("no end") from None
        if not raw.exists():
            raise BareError(said.stderr[-500:])
        vectors = _read(raw.read_bytes())
    if not len(vectors["time"]) or vectors["time"][-1] < stop * (1 - 1e-9):
        raise BareError(f"stopped early: {said.stderr[-300:]}")
    return BareRun(writer, vectors)


def _read(raw: bytes) -> dict[str, np.ndarray]:
    """The vectors of a binary raw file of real numbers."""
    head, _, body = raw.partition(b"Binary:\n")
    lines = head.decode().splitlines()
    count = next(int(x.split(":")[1]) for x in lines if x.startswith("No. Variables"))
    first = lines.index("Variables:") + 1
    names = [x.split("\t")[2].lower() for x in lines[first : first + count]]
    table = np.frombuffer(body[: len(body) // (8 * count) * 8 * count], dtype=float).reshape(-1, count)
    return dict(zip(names, table.T, strict=True))
