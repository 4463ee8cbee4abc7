"""The netlist as people would write it: engineering values, one card an element, no helper stages, no options.

Other simulators and readers like it; what it costs in accuracy is measured by `analysis/plain_runs.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import attrs

from ...circuits.circuit import Circuit
from ...circuits.elements import (
    GROUND,
    LAWS,
    Comparator,
    Diode,
    Element,
    I,
    K,
    OpAmp,
    Opaque,
    OpenCollector,
    S,
    SpikeProbe,
    V,
    Varactor,
)
from ...circuits.roles import NODES
from .accuracy import accuracy
from .analyses import OperatingPoint, Transient
from .cards import cards, placed
from .devices import diode_values, written
from .names import SpiceNames, spice_names
from .numbers import number
from .opaque_cards import opaque_lines
from .readable import readable
from .spice import Netlist, netlist
from .varactor_cards import law_card

STEPS = 1000
"""Points of a transient that a reader is asked for."""
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?(?![\w.])")
_SUFFIXES = {12: "T", 9: "G", 6: "Meg", 3: "k", 0: "", -3: "m", -6: "u", -9: "n", -12: "p", -15: "f"}


def plain_text(circuit: Circuit, analysis: Transient | OperatingPoint, said: Sequence[str] = ()) -> str:
    """Write a netlist for people, teaching and other simulators.

    Args:
        circuit: any circuit; it is checked first.
        analysis: what the netlist asks for.
        said: of it, for comments below the title.

    Returns:
        Text with the circuit's own names (readable.py) that ngspice and others of its family take. Its elements read
        back as they are: values lose no digit.

    Raises:
        CircuitError: wrong wiring, or a law that SPICE cannot say.
    """
    names = spice_names(circuit)
    return commented(readable(_text(circuit, analysis, names, ()), names, circuit.title), said)


def commented(text: str, said: Sequence[str]) -> str:
    """A netlist with comments below its title."""
    title, _, body = text.partition("\n")
    lines = [f"* {' '.join(words.encode('ascii', 'replace').decode().split())}" for words in said]
    return "\n".join([title, *lines, body])


def plain_netlist(circuit: Circuit, analysis: Transient | OperatingPoint) -> Netlist:
    """The same for an engine, which finds the circuit's signals in it; for arguments and errors see `plain_text`."""
    full = netlist(circuit, analysis, attrs.evolve(accuracy("standard"), name="plain"))
    return attrs.evolve(full, text=_text(circuit, analysis, full.names, full.saved))


def _text(circuit: Circuit, analysis: Transient | OperatingPoint, names: SpiceNames, save: tuple[str, ...]) -> str:
    circuit.check()
    lines = [
        "* lapicque",
        *_told(circuit, names),
        *(line for e in circuit.described if not isinstance(e, Opaque) for line in plain_cards(e, names)),
    ]
    lines += opaque_lines(circuit.of_type(Opaque), names)
    lines += [f".save {' '.join(save)}"] if save else []
    return "\n".join([*lines, _command(analysis), ".end", ""])


def _told(circuit: Circuit, names: SpiceNames) -> Iterator[str]:
    """What a spike is and who plays which role, as the reader takes it (netlists/reading/told.py).

    A comparator is a law here, which cannot play its role.
    """
    for p in circuit.of_type(SpikeProbe):
        ends = names.nodes[p.plus] + (f",{names.nodes[p.minus]}" if p.minus != GROUND else "")
        yield f"* lapicque: spike {ends}={engineering(p.level)}{' falling' if p.falling else ''}"
    laws = {e.name for e in (*circuit.of_type(Comparator), *circuit.of_type(OpenCollector))}
    played = [(role, name) for role, name in circuit.roles if name not in laws]
    if played:
        words = (f"{role}={(names.nodes if role in NODES else names.elements)[name]}" for role, name in played)
        yield f"* lapicque: role {' '.join(words)}"


def engineering(value: float | str) -> str:
    """A number with the suffix that SPICE knows, of the same digits.

    >>> engineering(1e-8), engineering(2200000.0), engineering(0.058054), engineering(0.0), engineering(1e-21)
    ('10n', '2.2Meg', '58.054m', '0', '1e-21')
    """
    number = Decimal(repr(value) if isinstance(value, float) else value)
    power = number.adjusted() // 3 * 3 if number else 0
    if power not in _SUFFIXES:
        return str(value)
    digits = format(number.scaleb(-power).normalize(), "f")
    return f"{digits}{_SUFFIXES[power]}"


def plain_cards(element: Element, names: SpiceNames) -> Iterator[str]:
    """The cards of an element as people write them."""
    if isinstance(element, S):
        yield from _switch(element, names)
    elif isinstance(element, Varactor) and not element.ic:
        yield law_card(element, names)
    elif isinstance(element, (*LAWS, OpAmp, K, Varactor)):
        yield from cards(placed(element, names))  # a law and a factor keep their numbers as they are
    else:
        yield from (in_engineering(line) for line in _own_cards(element, names))


def in_engineering(card: str) -> str:
    """A card with its numbers as people write them."""
    return _NUMBER.sub(lambda m: engineering(m[0]), card)


def _own_cards(element: Element, names: SpiceNames) -> Sequence[str]:
    """The cards of an element without those that only help ngspice to be exact."""
    if isinstance(element, (V, I)):
        return cards(placed(element, names))[:1]  # the others say when it begins
    if isinstance(element, Diode):
        name, (plus, minus) = names.stem(element.name), (names.nodes[n] for n in element.nodes)
        start = f" IC={number(element.ic)}" if element.has("ic") else ""
        values = " ".join(f"{k}={v}" for k, v in written(diode_values(element)).items())
        return [f"{names.elements[element.name]} {plus} {minus} d_{name}{start}", f".model d_{name} D({values})"]
    return cards(placed(element, names))


def _switch(e: S, names: SpiceNames) -> Iterator[str]:
    nodes = " ".join(names.nodes[n] for n in e.nodes)
    model = f"sw_{names.stem(e.name)}"
    yield f"{names.elements[e.name]} {nodes} {model} {'ON' if e.closed else 'OFF'}"
    values = {"VT": e.v_t, "VH": e.v_h, "RON": e.r_on, "ROFF": e.r_off}
    yield f".model {model} SW({' '.join(f'{k}={engineering(v)}' for k, v in values.items())})"


def _command(analysis: Transient | OperatingPoint) -> str:
    if isinstance(analysis, OperatingPoint):
        return ".op"
    return f".tran {engineering(step_of(analysis))} {engineering(analysis.stop)} uic"


def step_of(analysis: Transient) -> float:
    """The step that a reader is asked for, seconds."""
    return float(f"{analysis.stop / STEPS:.3g}")
