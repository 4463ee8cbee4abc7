"""Parts as they come: tolerance classes, transistors that do not match, parts that vary together, corners."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from attrs import field, frozen

from ...circuits.arguments import named, positive, want, whole
from ...circuits.circuit import Circuit
from ...circuits.elements import C, Element, Mosfet, MosfetEkv, Opaque, R
from ...circuits.errors import DesignError, QuantityError, unknown
from ...circuits.units import parse
from ...netlists.pdk.devices import matching
from .design import Design, want_runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

T = TypeVar("T")

CLASSES = {"E6": 0.20, "E12": 0.10, "E24": 0.05, "E48": 0.02, "E96": 0.01, "E192": 0.005}
"""Tolerance that goes with a series of preferred values: IEC 60063:2015."""
USUAL = (3.5e-9, 1e-8)
"""Pelgrom's constants at 180 nm: of the threshold, volt metres, and of the current factor, metres."""
SIGMAS = 3.0
"""A tolerance is so many standard deviations, unless the spread says it is uniform."""


@frozen
class Spread:
    """How one value varies.

    Attributes:
        name: of the value.
        nominal: its middle.
        half: half width, in its own unit: `SIGMAS` standard deviations, or the whole range of a uniform spread.
        uniform: every value of the range is as likely; otherwise normal, cut off at the range.
    """

    name: str
    nominal: float = field(converter=partial(parse, what="nominal of a spread"))
    half: float = field(converter=partial(parse, what="half of a spread"))
    uniform: bool = False

    def __attrs_post_init__(self) -> None:
        want(self.name, str, "name of a spread", "give the name of a value, such as 'R1'")
        if self.half < 0:
            raise QuantityError(f"half of {self.name} is {self.half:g}: give the half width, 0 or more.")

    @property
    def sigma(self) -> float:
        """Standard deviation, before the cut."""
        return self.half / np.sqrt(3.0) if self.uniform else self.half / SIGMAS


@frozen
class Matched:
    """Parts that vary together: their values are correlated, as those of two resistors of one reel are.

    `correlation` is Pearson's of the values of any two of them: 0 is no relation, 1 the same deviation. For two uniform
    parts it is exact; two normal ones, which are cut off at the tolerance, come within 2.5e-4 of it. A uniform and a
    normal one reach a little less: 0.498 for 0.5, 0.886 for 0.9, and 0.980 for 1, the most that two such can have.
    """

    names: tuple[str, ...]
    correlation: float

    def __attrs_post_init__(self) -> None:
        if not 0 <= parse(self.correlation, "correlation") <= 1:
            raise QuantityError(f"correlation is {self.correlation}: give 0 to 1.")


def tolerance(circuit: Circuit, classes: Mapping[str, str | float], uniform: bool = False) -> tuple[Spread, ...]:
    """Spreads of a circuit's parts.

    Args:
        circuit: whose parts.
        classes: name of a part, or "R" or "C" for all resistors or capacitors, to a class ("E24"), a percentage ("1%")
            or a fraction (0.01).
        uniform: within its tolerance every value is as likely.

    Raises:
        UnknownNameError: no such part or class.
        DesignError: a source, which has no tolerance.
    """
    want(circuit, Circuit, "circuit", 'build one, such as `build("lif")`')
    found: dict[str, Spread] = {}
    for name, kind in named(classes, "classes", '{"R": "E24"}').items():
        part = _fraction(kind)
        for value in _named(circuit, name):
            nominal = circuit.values[value]
            found[value] = Spread(value, nominal, abs(nominal) * part, uniform)
    return tuple(found.values())


def _named(circuit: Circuit, name: str) -> list[str]:
    kinds: dict[str, type[Element]] = {"R": R, "C": C}
    if name in kinds and name not in circuit.values:
        return [e.name for e in circuit.of_type(kinds[name])]
    if name in circuit.sources:
        raise DesignError(
            f"{name!r} is a source: tolerances are of parts. Vary it as a value of its own, {{{name!r}: [...]}} in "
            f"`sweep`, or --vary {name}=... or --sample {name}=FROM:TO."
        )
    if name not in circuit.values:
        raise unknown("part", name, [*circuit.values, "R", "C"])
    return [name]


def _fraction(kind: str | float) -> float:
    if isinstance(kind, str) and kind.upper() in CLASSES:
        return CLASSES[kind.upper()]
    if isinstance(kind, str) and kind.strip()[:1].upper() == "E" and kind.strip()[1:].isdigit():
        raise unknown("tolerance class", kind, CLASSES)
    text = kind.strip() if isinstance(kind, str) else kind
    part = (
        parse(text[:-1], "tolerance") / 100
        if isinstance(text, str) and text.endswith("%")
        else parse(text, "tolerance")
    )
    if not 0 < part < 1:
        raise QuantityError(f"tolerance {kind!r} is not between 0 and 1: write 1% or 0.01.")
    return part


def mismatch(circuit: Circuit, a_vth: float | None = None, a_beta: float | None = None) -> tuple[Spread, ...]:
    """Spreads of transistors: the larger the gate, the better they match.

    Args:
        circuit: whose transistors.
        a_vth: of the threshold, volt metres: sigma = a_vth / sqrt(W L). Unless given those of its process design kit,
            else 3.5 mV um, which is usual at 180 nm.
        a_beta: of the current factor, metres: sigma / value = a_beta / sqrt(W L). Unless given those of
            its kit, else 1 % um, which is usual.

    Source: Pelgrom, Duinmaijer and Welbers 1989, IEEE J Solid-State Circuits 24:1433.

    Raises:
        QuantityError: a circuit without transistors of known size.
    """
    found: list[Spread] = []
    usual_vth = USUAL[0] if a_vth is None else positive(a_vth, "a_vth", "3.5e-9", 0)
    usual_beta = USUAL[1] if a_beta is None else positive(a_beta, "a_beta", "1e-8", 0)
    want(circuit, Circuit, "circuit", "build one with `build`")
    for t in circuit.of_type(Mosfet):
        size = np.sqrt(t.w * t.l)
        found.append(Spread(f"v_th_{t.name}", t.v_th, SIGMAS * usual_vth / size))
        found.append(Spread(f"kp_{t.name}", t.kp, SIGMAS * usual_beta / size * t.kp))
    for t in circuit.of_type(Opaque):
        own = dict(t.params)
        if {"w", "l", "delvto", "mulu0"} <= own.keys():  # BSIM: a shift of the threshold, a factor of the mobility
            size = np.sqrt(own["w"] * own["l"] * own.get("m", 1.0))
            of_kit = matching(t) or (usual_vth, usual_beta)
            vth, beta = of_kit[0] if a_vth is None else usual_vth, of_kit[1] if a_beta is None else usual_beta
            found.append(Spread(f"delvto_{t.name}", own["delvto"], SIGMAS * vth / size))
            found.append(Spread(f"mulu0_{t.name}", own["mulu0"], SIGMAS * beta / size * own["mulu0"]))
    if not found:
        other = (
            " (its EKV transistors have no size: give their spreads by `Spread`)" if circuit.of_type(MosfetEkv) else ""
        )
        if circuit.of_type(Opaque):
            other = " (of opaque ones those count whose card says W, L, DELVTO=0 and MULU0=1)"
        raise QuantityError(f"{circuit.title!r} has no transistor with a width and a length{other}.")
    return tuple(found)


def monte_carlo(spreads: Sequence[Spread], runs: int, seed: int = 0, matched: Sequence[Matched] = ()) -> Design:
    """Random parts within their spreads.

    Args:
        spreads: of the parts.
        runs: how many circuits are built.
        seed: run k has the same values for the same seed, however many runs there are.
        matched: parts that vary together.

    Returns:
        Normal deviates cut off at the tolerance (redrawn by inversion, nothing piles up at its end), or uniform ones.

    Raises:
        UnknownNameError: a matched part without a spread.
        QuantityError: a part that is matched twice.
    """
    from scipy.stats import norm, truncnorm

    want_runs(runs)
    whole(seed, "seed", 0)
    spreads = _all_of(spreads, Spread, "spreads", "make them by `tolerance` or `mismatch`")
    matched = _all_of(matched, Matched, "matched", "give a list such as [Matched(('R1', 'R2'), 0.9)]")
    names = [s.name for s in spreads]
    common = _shared(names, matched)
    groups = len(matched)
    draws = np.array([np.random.default_rng([seed, k]).standard_normal(groups + len(names)) for k in range(runs)])
    draws = draws.reshape(runs, groups + len(names))
    deviates = np.empty((runs, len(names)))
    for k, (group, correlation) in enumerate(common):
        own = draws[:, groups + k]
        shared = draws[:, group] if group >= 0 else 0.0
        share = _share(correlation) if spreads[k].uniform else correlation
        deviates[:, k] = np.sqrt(share) * shared + np.sqrt(1 - share) * own
    parts = norm.cdf(deviates)
    values = np.empty_like(parts)
    for k, s in enumerate(spreads):
        unit = 2 * parts[:, k] - 1 if s.uniform else truncnorm.ppf(parts[:, k], -SIGMAS, SIGMAS) / SIGMAS
        values[:, k] = s.nominal + s.half * unit
    return Design(tuple(names), values)


def _all_of(values: Sequence[T], kind: type[T], what: str, advice: str) -> list[T]:
    """A list of parts of one kind."""
    return [want(v, kind, f"a part of {what}", advice) for v in want(values, (list, tuple), what, advice)]


def _shared(names: list[str], matched: Sequence[Matched]) -> list[tuple[int, float]]:
    """Of each part the number of its group, -1 for none, and its correlation."""
    found: dict[str, tuple[int, float]] = {}
    for group, m in enumerate(matched):
        for name in m.names:
            if name not in names:
                raise unknown("matched part", name, names)
            if name in found:
                raise QuantityError(f"{name!r} is in two matched groups: put all that varies together into one.")
            found[name] = (group, m.correlation)
    return [found.get(n, (-1, 0.0)) for n in names]


def _share(correlation: float) -> float:
    """The correlation of normal deviates whose uniform parts have one (Pearson 1907; Kruskal 1958, JASA 53:814)."""
    return float(2 * np.sin(np.pi * correlation / 6))


def corners(groups: Mapping[str, Sequence[Spread]]) -> Design:
    """The ends of all spreads, group by group: with groups n and p the four corners ff, fs, sf, ss, and the middle.

    Args:
        groups: a group's name to the parts that go to the same end together.
    """
    want(groups, Mapping, "groups", 'give a dictionary such as {"n": tolerance(circuit, {"R1": "1%"})}')
    spreads = [s for n, g in groups.items() for s in _all_of(g, Spread, f"group {n}", "make them by `tolerance`")]
    want_runs(1 + 2 ** min(len(groups), 64))
    ends = {"low": -1.0, "high": 1.0}
    rows, labels = [[s.nominal for s in spreads]], ["nominal"]
    for combination in itertools.product(ends, repeat=len(groups)):
        sides = dict(zip(groups, combination, strict=True))
        rows.append([s.nominal + ends[sides[name]] * s.half for name, group in groups.items() for s in group])
        labels.append(", ".join(f"{name} {side}" for name, side in sides.items()))
    return Design(tuple(s.name for s in spreads), np.array(rows), labels=tuple(labels))
