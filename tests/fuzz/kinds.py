"""The fourteen kinds of random circuits."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from fuzz.builder import Builder
from oracles.laws import LAWS
from oracles.parts import Part
from oracles.waveforms import value


def _mesh(b: Builder, nodes: int, extra: int, spread: float = 10.0) -> None:
    """A tree of R, C and L from a driven node over some more, every node with a way to ground, and chords."""
    names = ["in", *(f"x{k}" for k in range(1, nodes))]
    b.v("in")
    for k, name in enumerate(names[1:]):
        b.pick(b.r, b.r, b.r, b.l)(names[b.random.integers(k + 1)], name, spread)
        b.pick(b.c, b.c, b.r)(name, "0", spread)
    for _ in range(extra):
        b.pick(b.r, b.c, b.l)(*b.pair(), spread)


def passive(b: Builder) -> None:
    """R, C, L in any arrangement, with a source or two."""
    _mesh(b, int(b.random.integers(2, 5)), int(b.random.integers(0, 3)))
    if b.chance(0.3):
        b.i(*b.pair())


def stiff(b: Builder) -> None:
    """Time constants that are many decades apart."""
    _mesh(b, int(b.random.integers(3, 5)), int(b.random.integers(0, 2)), spread=float(b.pick(1e2, 1e3, 1e4)))
    if b.chance():
        b.add("C", b.pick("x1", "x2"), "0", value=b.number(1e-8, 1e-5) * b.tau / b.z)


def repeated(b: Builder) -> None:
    """Poles that coincide exactly, or nearly: buffered ladders, twins, critical damping."""
    r, c = b.number(b.z / 3, b.z * 3), b.number(b.tau / b.z / 3, b.tau / b.z * 3)
    b.v("in")
    form = b.pick("buffered", "twins", "critical", "ladder")
    nearly = float(b.pick(1, 1, 1 + 1e-9, 1 + 1e-6, 1.001))
    here = "in"
    if form == "critical":
        inductance = r**2 * c / 4 * nearly
        b.add("R", "in", "x1", value=r), b.add("L", "x1", "x2", value=inductance), b.add("C", "x2", "0", value=c)
        return
    for k in range(1, int(b.random.integers(2, 5))):
        b.add("R", here, f"x{k}", value=r)
        b.add("C", f"x{k}", "0", value=c * (nearly if k % 2 else 1.0), **({"ic": b.level(1)} if b.chance(0.3) else {}))
        if form == "buffered":
            b.add("E", f"y{k}", "0", f"x{k}", "0", gain=float(b.pick(1, -1, 2)))
            here = f"y{k}"
        elif form == "ladder":
            here = f"x{k}"


def floating(b: Builder) -> None:
    """Nodes without a path for direct current: their charge stays."""
    b.v("in")
    b.r("in", "x1"), b.c("x1", "f1"), b.c("f1", "0")
    if b.chance():
        b.c("f1", "f2"), b.c("f2", "0", ic=False)
    if b.chance(0.3):
        b.r("x1", "0")
    if b.chance(0.4):
        b.r("f1", "f3"), b.c("f3", "0")
    if b.chance(0.3):
        b.i("0", b.pick("f1", "x1"), 0.3)
    if b.chance(0.3):
        b.add("G", "x1", "0", "f1", "0", gain=b.number(0.01, 1) / b.z)
    if b.chance(0.15):
        b.stop *= float(10.0 ** b.random.uniform(1, 6))


def loops(b: Builder) -> None:
    """Capacitors in loops with each other and with sources, inductors that meet in a cut, ammeters in both."""
    b.v("in"), b.r("in", "x1"), b.add("C", "x1", "0", value=b.number(0.3, 3) * b.tau / b.z)
    form = b.pick("triangle", "source", "cutset", "ammeter", "cut current")
    if form == "triangle":
        b.c("x1", "x2", ic=False), b.c("x2", "0", ic=False), b.r("x2", "0")
    elif form == "source":
        b.c("in", "x1", ic=False)
        if b.chance():
            b.c("in", "0", ic=False)
    elif form == "cutset":
        b.l("x1", "x2", ic=False), b.l("x2", "0", ic=False)
        if b.chance():
            b.l("x2", "x3", ic=False), b.r("x3", "0")
    elif form == "cut current":
        b.l("x1", "x2", ic=False), b.i("0", "x2", 0.5)
        starts = float(value(b.parts[-1].values["stimulus"], np.zeros(1))[0])
        b.parts[-2].values["ic"] = -starts
    if form == "ammeter" or b.chance(0.4):
        a = b.pick("x1", "in")
        sensor = b.add("V", a, "m", stimulus=("Constant", {"value": 0.0}))
        b.pick(lambda *n: b.c(*n, ic=False), b.r)("m", "0")
        if b.chance(0.7):
            kind, gain = b.pick(("F", b.level(2)), ("H", b.level(2) * b.z))
            b.add(kind, "o", "0", sensor=sensor, gain=gain)
            b.r("o", "0")
            if b.chance(0.3):
                b.c("o", b.pick("0", "x1"), ic=False)


def controlled(b: Builder) -> None:
    """All four controlled sources, also in feedback."""
    _mesh(b, 3, int(b.random.integers(0, 2)))
    for k in range(int(b.random.integers(1, 4))):
        kind = b.pick("E", "G", "F", "H")
        if kind == "G":
            b.add("G", *b.pair(), *b.pair(), gain=b.pick(1, -1) * b.number(0.05, 1.5) / b.z)
        elif kind == "E":
            b.add("E", f"e{k}", "0", *b.pair(), gain=b.level(3))
            b.r(f"e{k}", b.pick("x1", "x2", "0"))
        else:
            sensor = b.pick(*(p.name for p in b.parts if p.kind == "V"))
            b.add(kind, f"e{k}", "0", sensor=sensor, gain=b.level(1.5) if kind == "F" else b.level(1.5) * b.z)
            b.r(f"e{k}", b.pick("x1", "x2", "0"))


def switches(b: Builder) -> None:
    """Switches that a source or a state of the circuit turns."""
    b.v("in"), b.r("in", "x1"), b.c("x1", "0")
    for k in range(int(b.random.integers(1, 3))):
        if b.chance(0.6):
            b.v(f"g{k}", size=2.0)
            control = (f"g{k}", "0")
        else:
            control = b.pick(("x1", "0"), ("in", "x1"), ("x1", "in"))
        ends = b.pick(("x1", "0"), ("x1", f"y{k}"), ("in", "x1"))
        if ends[1].startswith("y"):
            b.c(ends[1], "0"), b.r(ends[1], b.pick("0", "in"))
        _switch(b, *ends, *control)
    if b.chance(0.3):
        b.l("x1", "z1"), b.r("z1", "0")


def _switch(b: Builder, *nodes: str, v_t: float | None = None, v_h: float | None = None, **more: object) -> None:
    v_t = b.level(1.5) if v_t is None else v_t
    ratio = b.number(1e3, 1e9)
    b.add(
        "S", *nodes, v_t=v_t, v_h=v_h or b.number(1e-3, 0.5), r_on=b.number(1e-3, 0.3) * b.z, r_off=ratio * b.z,
        **({"closed": True} if b.chance(0.2) and not more else {}), **more,
    )  # fmt: skip


def relaxation(b: Builder) -> None:
    """Oscillators: a capacitor that is charged and discharged between two levels."""
    form = b.pick("switch", "switch", "latch", "comparator")
    b.stop = 10 * b.tau
    if form == "comparator":
        b.add("Comparator", "x2", "x1", "out", v_low=-5.0, v_high=5.0, v_s=b.number(0.01, 0.1), r_out=b.z / 100)
        b.add("C", "out", "0", value=b.number(0.03, 0.3) * b.tau / b.z)
        b.add("R", "out", "x2", value=10 * b.z), b.add("R", "x2", "0", value=b.number(5, 20) * b.z)
        b.add("R", "out", "x1", value=b.z), b.add("C", "x1", "0", value=b.tau / b.z, ic=b.level(0.5))
        return
    b.v(
        "in",
        stimulus=b.pick(
            ("Constant", {"value": 5.0}),
            ("Sine", {"offset": 6.0, "amplitude": b.level(1), "frequency": float(f"{3 / b.stop:.3g}")}),
        ),
    )
    b.add("R", "in", "x1", value=b.z), b.add("C", "x1", "0", value=b.number(0.3, 1) * b.tau / b.z)
    middle, half = b.random.uniform(1.2, 3.0), b.random.uniform(0.2, 1.0)
    if form == "switch":
        b.add(
            "S",
            "x1",
            "0",
            "x1",
            "0",
            v_t=float(f"{middle:.3g}"),
            v_h=float(f"{half:.3g}"),
            r_on=b.z * b.number(1e-3, 0.05),
            r_off=1e6 * b.z,
        )
    else:
        b.add("R", "x1", "q", value=b.z), b.add("C", "q", "0", value=b.number(0.01, 0.1) * b.tau / b.z)
        b.add(
            "S",
            "x1",
            "0",
            "q",
            "0",
            v_t=float(f"{middle:.3g}"),
            v_h=float(f"{half:.3g}"),
            r_on=b.z * b.number(1e-3, 0.05),
            r_off=1e6 * b.z,
        )


def coinciding(b: Builder) -> None:
    """Edges at the same instant: of several sources, at time 0, at the end, one behind the other."""
    times = [float(f"{k:.3g}") for k in b.stop * np.array([0.1, 0.2, 0.3, 0.5])]
    rise = b.number(1e-6, 1e-3) * b.stop
    for k in range(int(b.random.integers(2, 4))):
        at = float(b.pick(0.0, *times, times[1] + rise))
        width = float(b.pick(times[0], times[1] - rise, times[1] - 2 * rise))
        stimulus = b.pick(
            ("Step", {"low": b.level(), "high": b.level(), "at": b.pick(at, at, b.stop), "rise": rise}),
            (
                "PulseTrain",
                {
                    "low": 0.0,
                    "high": b.level(),
                    "at": at,
                    "width": width,
                    "period": 2 * width + 2 * rise,
                    "count": 3,
                    "rise": rise,
                },
            ),
            (
                "SpikeTrain",
                {
                    "times": sorted({at, times[1], times[1] + width / 2}),
                    "charge": b.level() * width,
                    "width": width,
                    "rise": rise,
                },
            ),
            ("Ramp", {"start": b.level(), "slope": b.level() / times[1], "at": at, "duration": times[1]}),
        )
        b.v(f"in{k}", stimulus=stimulus)
        b.r(f"in{k}", "x1")
    b.c("x1", "0")
    if b.chance(0.4):
        b.r("x1", "x2"), b.c("x2", b.pick("0", "x1"))
    if b.chance(0.4):
        b.r("x1", "x3"), b.c("x3", "0")
        _switch(b, "x3", "0", b.pick("in0", "in1"), "0")


def nonlinear(b: Builder) -> None:
    """Diodes, transistors, comparators, and laws that are smooth, bent, or jump."""
    form = b.pick("law", "law", "law", "diode", "mosfet", "ekv", "comparator", "clipper")
    if form == "clipper":
        b.z = min(b.z, 1e5)
    b.v("in", size=b.pick(1.5, 4.0)), b.r("in", "x1", 3.0)
    if form == "clipper":
        b.add("Diode", "x1", "x2", i_s=b.number(1e-16, 1e-10), n=b.pick(1.0, 2.0)), b.r("x2", "0", 3.0)
        b.c("x2", "0", 3.0, ic=False)
        return
    b.c("x1", "0", 3.0, ic=False)
    if form == "law":
        for _ in range(int(b.random.integers(1, 3))):
            _law(b)
    elif form == "diode":
        b.add("Diode", *b.pick(("x1", "0"), ("0", "x1")), i_s=b.number(1e-16, 1e-8), n=b.pick(1.0, 2.0, 1.5))
    elif form == "comparator":
        b.v("ref", stimulus=("Constant", {"value": b.level(1)}))
        b.add(
            "Comparator",
            *b.pick(("x1", "ref"), ("in", "ref"), ("ref", "x1")),
            "out",
            v_low=0.0,
            v_high=b.pick(1.0, 5.0),
            v_s=b.number(1e-3, 0.3),
            r_out=b.z,
        )
        b.c("out", "0", ic=False)
    else:
        b.v("g", size=2.0)
        nodes = b.pick(("x1", "g", "0"), ("in", "g", "x1"), ("0", "g", "x1"))
        if form == "mosfet":
            b.add(
                "Mosfet",
                *nodes,
                polarity=b.pick("n", "n", "p"),
                w=b.number(1e-6, 2e-5),
                l=1e-6,
                v_th=b.number(0.3, 1),
                kp=b.number(0.1, 3) / b.z,
                lam=b.pick(0.0, 0.02, 0.1),
            )
        else:
            b.add(
                "MosfetEkv",
                *nodes,
                "0",
                polarity=b.pick("n", "n", "p"),
                i_spec=b.number(1e-3, 1) / b.z,
                kappa=b.number(0.6, 0.9),
                v_th=b.number(0.2, 0.8),
            )


def _law(b: Builder) -> None:
    name = b.pick(*LAWS)
    law = LAWS[name]
    inputs = {u: b.pick("x1", "in", "x1") for u in law.inputs}
    size = b.number(0.05, 2) * (1 if name in ("cubic", "product", "jump_slope") else 2) / b.z
    if "product" in name or "slope" in name or name == "cubic":
        inputs["u"] = b.pick("in", "x1") if "slope" in name else inputs["u"]
    params = {"a": float(f"{b.pick(1, 1, -1) * size:.3g}"), "b": b.number(0.1, 2), "c": b.number(0.01, 1)}
    if name == "cubic":
        params["a"] = -abs(params["a"])  # or nothing would bound it
    used = {k: v for k, v in params.items() if k in _letters(law.text)}
    b.add("B", *b.pick(("x1", "0"), ("0", "x1"), ("in", "x1")), law=name, inputs=inputs, params=used)


def _letters(text: str) -> set[str]:
    import re

    return set(re.findall(r"\b[abc]\b", text))


def integrators(b: Builder) -> None:
    """Poles at zero, on the imaginary axis, and a little to the right of it."""
    form = b.pick("current", "chain", "opamp", "rotation", "unstable")
    b.v("in", size=1.0), b.r("in", "x0"), b.c("x0", "0", ic=False)
    g = 1 / b.z
    if form == "current":
        b.i("0", "x1", 0.5), b.c("x1", "0")
    elif form == "chain":
        for k in range(int(b.random.integers(1, 4))):
            b.add("G", "0", f"x{k + 1}", f"x{k}", "0", gain=g * b.number(0.3, 3)), b.c(f"x{k + 1}", "0")
    elif form == "opamp":
        b.r("x0", "m"), b.c("m", "out", ic=False)
        b.add("E", "out", "0", "0", "m", gain=b.number(1e3, 1e8))
    elif form == "rotation":
        b.add("G", "0", "x1", "x2", "0", gain=g), b.add("G", "x2", "0", "x1", "0", gain=g * b.number(0.3, 3))
        b.c("x1", "0"), b.c("x2", "0", ic=True), b.r("in", "x1", 3)
        if b.chance():
            b.parts.pop()
            b.r("in", "x3"), b.r("x3", "0"), b.add("G", "0", "x1", "x3", "0", gain=g)
    else:
        b.add("G", "0", "x1", "x1", "0", gain=g * b.number(0.1, 1)), b.c("x1", "0", 3.0), b.r("x0", "x1")


def windings(b: Builder) -> None:
    """Coupled inductors, two or three: some in series with another one, some driven by a current."""
    b.v("in"), b.r("in", "x1", 3.0), b.l("x1", "0", ic=False)
    form = b.pick("plain", "plain", "three", "in series", "driven", "shunted")
    if form == "in series":
        b.l("y1", "y2", ic=False), b.l("y2", "0", ic=False)
    elif form == "driven":
        b.i("0", "y1", 0.5), b.l("y1", "0", ic=False), b.r("y1", "0", 3.0)
    else:
        b.l("y1", "0", ic=True)
    b.r("y1", b.pick("0", "0", "x1"), 3.0)
    factor = float(f"{b.pick(1, 1, -1) * b.pick(b.random.uniform(0.1, 0.9), b.random.uniform(0.9, 0.999)):.3g}")
    b.add("K", first="L1", second="L2", value=factor)
    if form == "three":
        b.l("z1", "0"), b.r("z1", "0", 3.0)
        b.add("K", first="L3", second="L1", value=float(f"{b.random.uniform(-0.4, 0.4):.3g}"))
    elif form == "shunted":
        b.c("y1", "0", 3.0)


def with_amplifiers(b: Builder) -> None:
    """Active filters of ideal op-amps, one behind the other, and comparators that only pull down."""
    b.v("in")
    here = "in"
    for k in range(int(b.random.integers(1, 4))):
        m, a, out = f"m{k}", f"a{k}", f"o{k}"
        match b.pick("integrator", "inverting", "follower", "Sallen-Key", "bridge", "open collector"):
            case "integrator":
                b.r(here, m), b.c(m, out), b.add("OpAmp", "0", m, out)
                if b.chance(0.7):
                    b.r(m, out)
            case "inverting":
                b.r(here, m), b.r(m, out), b.add("OpAmp", b.pick("0", here), m, out)
                if b.chance():
                    b.c(out, "0")
            case "follower":
                b.r(here, a), b.c(a, "0"), b.add("OpAmp", a, out, out)
            case "Sallen-Key":
                b.r(here, a), b.r(a, m), b.c(a, out), b.c(m, "0"), b.add("OpAmp", m, out, out)
            case "bridge":
                b.r(here, a), b.r(here, m), b.r(m, out), b.c(a, "0", ic=False), b.add("OpAmp", a, m, out)
            case _:
                pins = b.pick((here, "0", out), ("0", here, out))
                b.add("OpenCollector", *pins, v_s=b.number(0.03, 0.5), r_on=b.z / 10)
                b.r(out, "in"), b.c(out, "0", ic=False)
        here = out
    b.r(here, "z"), b.c("z", "0")


ODD_NODES = [
    "1", "2", "10", "1a", "2.5", "3k", "1e3", "none", "all", "alli", "time", "a/b", "v(x)", "x,y", "mem brane",
    "ground", "gnd1", "AGND", "뉴런", "Ω", "n-1", "v_x", "a.b", "_", "temp", "in", "lambda", "E", "I", "pi", "0x", "00",
    "-1", "+5V", "$x", "#1", "=", "@r1[i]", "r1#branch", "x;y", "*c", "'q'", '"d"', "{p}", "allv", "vout", "OUT",
    "frequency", "sweep", "n1", "S", "Q", "oo",
]  # fmt: skip
ODD_ELEMENTS = [
    "1", "a b", "저항", "lambda", "R/1", "R.1", "X1", "v_x1", "pi", "E", "I", "S", "β", "dt", "t", "x1", "Q1", "end",
    "r-1", "C#1", "R1=2", "tau", "s", "=", ".end", "+R", "i_R1", "None", "True", "R1;R2", "$", "*", "zeta", "gamma",
    "exp", "Max", "0", "in",
]  # fmt: skip


def odd_names(b: Builder) -> None:
    """Any other kind, with names that SPICE, sympy, Python or a file would trip over."""
    b.pick(passive, controlled, switches, nonlinear, floating)(b)
    nodes = [n for n in dict.fromkeys(n for p in b.parts for n in p.nodes) if n != "0"]
    elements = [p.name for p in b.parts]
    new = {n: str(x) for n, x in zip(nodes, b.random.permutation(ODD_NODES), strict=False)} | {"0": "0"}
    called = {n: str(x) for n, x in zip(elements, b.random.permutation(ODD_ELEMENTS), strict=False)}
    b.parts = [_renamed(p, new, called) for p in b.parts]


def _renamed(p: Part, nodes: dict[str, str], names: dict[str, str]) -> Part:
    values = dict(p.values)
    if "sensor" in values:
        values["sensor"] = names[values["sensor"]]
    if "inputs" in values:
        values["inputs"] = {k: nodes[n] for k, n in values["inputs"].items()}
    return attrs.evolve(p, name=names[p.name], nodes=tuple(nodes[n] for n in p.nodes), values=values)


KINDS: dict[str, Callable[[Builder], None]] = {
    k.__name__: k
    for k in (
        passive, stiff, repeated, floating, loops, controlled, switches, relaxation, coinciding, nonlinear,
        integrators, odd_names, windings, with_amplifiers,
    )
}  # fmt: skip
