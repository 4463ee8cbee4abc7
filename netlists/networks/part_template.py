"""A part of a circuit as SPICE text with room for what enters it, so that equal parts are written once."""

from __future__ import annotations

from functools import lru_cache

import attrs
import numpy as np
from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.element import Element
from ...circuits.elements import GROUND, C, I, L, S, SpikeProbe, V
from ...circuits.equations.derive import derive
from ...circuits.errors import CircuitError, LapicqueError
from ...circuits.numeric.numeric import numeric
from ...circuits.stimuli import Stimulus
from ..spice.accuracy import Accuracy
from ..spice.analyses import Transient
from ..spice.cards import level_text
from ..spice.longest_step import longest_step
from ..spice.names import SpiceNames
from ..spice.spice import Netlist, netlist
from ..spice.watch import KICK, watch
from ..spice.watch import Watch as Gain
from .part import Part, Tap

COARSER = 0.2
"""Steps in a time constant of a part that only answers to pulses, over those of a circuit (docs/scale.md)."""

TRTOL, WATCHED = 7.0, 1e-5
"""The same parts' factor of the truncation error (SPICE's own), and how closely their switches are watched."""


@frozen
class Watch:
    """A signal that is looked at in a worker: `of` names it outside, vectors give it inside."""

    of: str
    plus: str
    minus: str
    level: float = 0.0
    falling: bool = False


@frozen
class SwitchLine:
    """A switch's line without its state, and how its state at the end of a window follows."""

    index: int
    head: str
    plus: str
    minus: str
    upper: float
    lower: float
    closed: bool
    level: int
    """Index of the line with the level of its watch, which several switches may share;"""
    plain: str
    """that line as it is, and"""
    kicked: str
    """as it is where a window begins with the switch open between its levels (watch.py)."""


@frozen
class CapacitorLine:
    """A capacitor's line without its start, its node if it is grounded, and the vectors of its voltage."""

    index: int
    head: str
    node: str
    plus: str
    minus: str


@frozen
class PartTemplate:
    """The text of a part, by lines, and where what varies goes.

    Attributes:
        lines: of the netlist.
        names: of the part's nodes and elements.
        drives: index and head of each source that a signal from outside sets.
        capacitors: whose voltage is the part's state.
        switches: whose position is.
        ic: index of the line of starting node voltages.
        tran: index of the line that says what to do.
        saved: vectors.
        max_step: seconds.
    """

    lines: tuple[str, ...]
    names: SpiceNames
    drives: tuple[tuple[int, str], ...]
    capacitors: tuple[CapacitorLine, ...]
    switches: tuple[SwitchLine, ...]
    ic: int
    tran: int
    saved: tuple[str, ...]
    max_step: float


@frozen(eq=False)
class PreparedPart:
    """A part that can be run: its template, what drives it, and what is looked at, under outside names."""

    template: PartTemplate
    taps: tuple[tuple[Tap, ...], ...]
    exports: tuple[Watch, ...]
    spikes: tuple[Watch, ...]
    traces: tuple[Watch, ...]
    rails: tuple[tuple[str, Stimulus], ...]
    """Of its own voltage sources: the vector of the current, and the stimulus."""
    currents: tuple[tuple[str, str, Stimulus], ...]
    """Of its own current sources: the vectors of the nodes from which and to which they flow, and the stimulus."""
    fed: tuple[tuple[str, str], ...]
    """Of each current that drives it: the vectors of the nodes from which and to which it flows."""
    name: str


def prepare_part(
    part: Part, exported: frozenset[str], traced: frozenset[str], level: Accuracy, stop: float,
    max_step: float | None = None,
) -> PreparedPart:  # fmt: skip
    """Write a part.

    Args:
        part: from `partition`.
        exported: nodes that other parts read.
        traced: nodes whose waveform is kept.
        level: accuracy.
        stop: length of the run, seconds.
        max_step: longest time step; made from the part's own time constants unless given.
    """
    prefix = _prefix(part)
    inside = {n: _stripped(n, prefix) for n in {n for e in part.elements for n in e.nodes} | set(part.nodes)}
    inside |= {n: n for n in part.inputs}
    names = {e.name: _stripped(e.name, prefix) for e in part.elements}
    elements = [e.renamed(names[e.name], inside, names) for e in part.elements]
    drives = _silent(part, inside)
    exports = sorted(exported & part.nodes)
    traces = sorted(traced & part.nodes)
    spikes = [p for p in part.probes if isinstance(p, SpikeProbe)]
    circuit = Circuit("part", (*elements, *drives))
    watched = tuple(dict.fromkeys(inside[n] for n in (*exports, *traces, *(n for p in spikes for n in p.nodes))))
    template, text = _template(circuit, tuple(d.name for d in drives), watched, level, stop, max_step)
    vectors = {n: text.names.nodes[inner].lower() for n, inner in inside.items() if inner in text.names.nodes}
    vectors[GROUND] = "0"
    return PreparedPart(
        template,
        (*(tuple(taps) for taps in part.drives.values()), *((tap,) for tap in part.inputs.values())),
        tuple(Watch(n, vectors[n], "0") for n in exports),
        tuple(Watch(p.name, vectors[p.plus], vectors[p.minus], p.level, p.falling) for p in spikes),
        tuple(Watch(n, vectors[n], "0") for n in traces),
        tuple((_branch(text, e), e.stimulus) for e in elements if isinstance(e, V)),
        tuple((_vector(text, e.plus), _vector(text, e.minus), e.stimulus) for e in elements if isinstance(e, I)),
        tuple((_vector(text, inside.get(a, a)), _vector(text, inside.get(b, b))) for a, b in part.drives),
        _name(part),
    )


def _silent(part: Part, inside: dict[str, str]) -> list[Element]:
    """Sources that stand for what enters a part, without a signal yet."""
    ways = ((inside.get(plus, plus), inside.get(minus, minus)) for plus, minus in part.drives)
    currents = [I(f"I_drive_{k}", plus, minus, 0.0) for k, (plus, minus) in enumerate(ways)]
    return [*currents, *(V(f"V_input_{k}", inside.get(n, n), GROUND, 0.0) for k, n in enumerate(part.inputs))]


def _name(part: Part) -> str:
    """`P.3`, or the first of several."""
    prefixes = sorted({n.rpartition(".")[0] or n for n in part.nodes})
    return ", ".join(prefixes[:3]) + (f" and {len(prefixes) - 3} more" if len(prefixes) > 3 else "")


def _prefix(part: Part) -> str:
    prefixes = {n.rpartition(".")[0] for n in part.nodes}
    return prefixes.pop() if len(prefixes) == 1 else ""


def _stripped(name: str, prefix: str) -> str:
    return name[len(prefix) + 1 :] if prefix and name.startswith(prefix + ".") else name


def _branch(text: Netlist, source: V) -> str:
    return f"{text.names.elements[source.name].lower()}#branch"


def _vector(text: Netlist, node: str) -> str:
    return "0" if node == GROUND else text.names.nodes[node].lower()


@lru_cache(maxsize=1024)
def _template(
    circuit: Circuit, drives: tuple[str, ...], watched: tuple[str, ...], level: Accuracy, stop: float,
    max_step: float | None,
) -> tuple[PartTemplate, Netlist]:  # fmt: skip
    if inductors := circuit.of_type(L):
        raise CircuitError(f"{inductors[0].name!r} is an inductor: parts of a network hold capacitors only.")
    capacitors, switches = circuit.of_type(C), circuit.of_type(S)
    controls = [n for s in switches for n in (s.c_plus, s.c_minus)]
    states = [n for c in capacitors for n in c.nodes]
    fed = [n for e in circuit.of_type(I) for n in e.nodes]
    save = tuple(n for n in dict.fromkeys((*watched, *states, *controls, *fed)) if n != GROUND)
    level = of_parts(level, max_step is not None or rests(circuit))
    step = max_step if max_step is not None else longest_step(circuit, Transient(stop), level)[0]
    text = netlist(circuit, Transient(stop), level, step, save)
    lines = text.text.rstrip("\n").split("\n")
    if not any(line.startswith(".ic ") for line in lines):
        lines.insert(len(lines) - 1, ".ic")
    find = {line.split(" ", 1)[0]: k for k, line in reversed(list(enumerate(lines)))}
    rails = [e for e in circuit.of_type(V) if e.name not in drives]
    extra = " ".join(f"i({text.names.elements[v.name].lower()})" for v in rails)
    if extra:
        lines[find[".save"]] += f" {extra}"
    gains = {s.name: watch(circuit, s, step, stop, level.watched).gain for s in switches}
    template = PartTemplate(
        lines=tuple(lines),
        names=text.names,
        drives=tuple(_drive_line(lines, find[text.names.elements[d]]) for d in drives),
        capacitors=tuple(_capacitor_line(lines, find[text.names.elements[c.name]], c, text.names) for c in capacitors),
        switches=tuple(
            _switch_line(lines, find, find[text.names.elements[s.name]], s, text.names, gains[s.name], step)
            for s in switches
        ),
        ic=find[".ic"],
        tran=find[".tran"],
        saved=text.saved,
        max_step=step,
    )
    return template, text


def _drive_line(lines: list[str], at: int) -> tuple[int, str]:
    return at, _head(lines[at], " DC ")


def _capacitor_line(lines: list[str], at: int, c: C, names: SpiceNames) -> CapacitorLine:
    plus, minus = names.nodes[c.plus], names.nodes[c.minus]
    return CapacitorLine(at, _head(lines[at], "IC="), plus if c.minus == GROUND else "", plus.lower(), minus.lower())


def _switch_line(
    lines: list[str], find: dict[str, int], at: int, s: S, names: SpiceNames, gain: float, step: float
) -> SwitchLine:
    level = find["Vlevel" + lines[at].split()[3].removeprefix("watch")]
    return SwitchLine(
        at, lines[at].rpartition(" ")[0], names.nodes[s.c_plus].lower(), names.nodes[s.c_minus].lower(),
        s.v_t + s.v_h, s.v_t - s.v_h, s.closed, level, *_levels(lines[level], s, gain, step),
    )  # fmt: skip


def _levels(line: str, s: S, gain: float, step: float) -> tuple[str, str]:
    head = _head(line, " DC ")
    return f"{head} {level_text(s, Gain(gain))}", f"{head} {level_text(s, Gain(gain, KICK * step))}"


def _head(line: str, before: str) -> str:
    return line[: line.index(before)].rstrip()


def of_parts(level: Accuracy, resting: bool) -> Accuracy:
    """The accuracy of a part.

    What leaves are pulses whose charge is read off their edges, so switched nodes that drive controlled sources ask for
    no more than other switches do. A part that rests unless pulses enter can have longer steps and looser ones than a
    circuit with a slow waveform of its own to get right: ngspice starts afresh at each of their corners. Where more is
    asked for than such a watch gives, it is run as any other.
    """
    kicked = attrs.evolve(level, reltol_kicked=level.reltol_switched)
    if not resting or level.reltol_switched < WATCHED:
        return kicked
    steps = level.steps_per_slow * COARSER
    return attrs.evolve(kicked, steps_per_slow=steps, trtol=TRTOL, watched=max(level.watched, WATCHED))


def rests_alone(part: Part) -> bool:
    """Whether a part comes to rest when nothing enters it; no, where that cannot be told."""
    try:
        return rests(Circuit("part", (*part.elements, *_silent(part, {}))))
    except LapicqueError:
        return False


def rests(circuit: Circuit) -> bool:
    """Whether a part's switches stay as they are at the start when nothing enters; only linear parts are asked."""
    equations = derive(circuit)
    system = numeric(equations)
    if not (system.linear and equations.states):
        return False
    closed = system.initial_mode
    mode = system.mode(closed)
    u = system.initial_inputs
    x, *_ = np.linalg.lstsq(mode.a, -(mode.b @ u + mode.c), rcond=None)
    if not np.allclose(mode.a @ x + mode.b @ u + mode.c, 0.0, atol=1e-9 * np.max(np.abs(mode.a), initial=0.0)):
        return False  # an integrator with a constant input
    k, m, offset = system.control_map(closed)
    seen = k @ x + m @ u + offset
    return not bool(np.any(np.where(closed, seen < system.opens_below, seen > system.closes_above)))
