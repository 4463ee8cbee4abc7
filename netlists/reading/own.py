"""Circuits that people bring: netlists, JSON, Python files, standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from attrs import evolve

from ...circuits.arguments import want
from ...circuits.circuit import Circuit
from ...circuits.errors import LapicqueError
from ...circuits.read import read as read_json
from ...circuits.units import Value, parse
from ..ngspice.engine import Engine
from .deck import Asked, Deck, begun, netlist_as_written, read_as_written
from .named import split
from .python_file import maker_of
from .values import changed


def read_own(
    name: str | Path,
    values: Mapping[str, Value] | None = None,
    include: Iterable[str | Path] = (),
    dialect: str = "",
    keep: bool = False,
) -> Deck:
    """Read a circuit from a file.

    Args:
        name: of a netlist (.cir, .sp, .net, .ckt, .spice), of a schematic of LTspice (.asc), of a .json, of a Python
            file (`file.py` or `file.py:name`, which is run: it is your own), or "-" for a netlist on standard input.
        values: of its parameters: a netlist's own `.param`s, the arguments of a function in a Python file, and
            what `Circuit.with_values` takes.
        include: folders in which files may be that a netlist includes, besides its own.
        dialect: of a netlist: ngspice, ltspice, pspice or hspice; told by its words unless given.
        keep: keep as opaque devices what no element can be made of (see `Asked`).

    Raises:
        NetlistError: names file, line and card of a netlist.
        LapicqueError: no such file; no circuit in it.
    """
    if (made := _of_no_netlist(name, values)) is not None:
        return made
    with Engine() as engine:
        return begun(_described(name, values, Asked(tuple(include), dialect=dialect, keep=keep), engine), engine)


def read_described(
    name: str | Path,
    values: Mapping[str, Value] | None = None,
    include: Iterable[str | Path] = (),
    dialect: str = "",
    keep: bool = False,
) -> Deck:
    """Read a circuit from a file for who does not run it: how its transient begins is not looked for.

    For arguments and errors see `read_own`.
    """
    if (made := _of_no_netlist(name, values)) is not None:
        return made
    with Engine() as engine:
        return _described(name, values, Asked(tuple(include), dialect=dialect, keep=keep), engine)


def _of_no_netlist(name: str | Path, values: Mapping[str, Value] | None) -> Deck | None:
    """What is read without ngspice; None of a netlist."""
    want(name, (str, Path), "the name of a file", "give one such as 'rc.cir'")
    path, attribute, _ = split(str(name))
    given = dict(values or {})
    if path.suffix.lower() == ".py":
        return _plain(maker_of(path, attribute).made(given))
    return with_values(_plain(read_json(path)), given) if path.suffix.lower() == ".json" else None


def _described(name: str | Path, values: Mapping[str, Value] | None, asked: Asked, engine: Engine) -> Deck:
    called, given = split(str(name))[2], dict(values or {})
    deck = _as_written(called, asked, engine)
    own = {k.lower(): parse(v, k) for k, v in given.items() if k.lower() in deck.parameters}
    if own:
        deck = _as_written(called, evolve(asked, parameters=own), engine)
    return with_values(deck, {k: v for k, v in given.items() if k.lower() not in own})


def read_varied(name: str, asked: Asked, values: Mapping[str, Value], engine: Engine) -> Deck:
    """Read a netlist with other values of its parameters and of its elements; its transient begins as they make it.

    Args:
        name: of the file, or "-".
        asked: how, and values of its own parameters.
        values: of elements.
        engine: whose worker resolves it.

    Raises:
        NetlistError: names file, line and card.
        LapicqueError: see `read_own`.
    """
    return begun(with_values(_as_written(name, asked, engine), values), engine)


def with_values(deck: Deck, values: Mapping[str, Value]) -> Deck:
    """The same with other values of the circuit's elements.

    Raises:
        UnknownNameError: no such parameter, neither of the netlist nor of an element.
        QuantityError: a value that the element does not allow.
    """
    return evolve(deck, circuit=changed(deck.circuit, values, deck.parameters))


def _as_written(called: str, asked: Asked, engine: Engine | None) -> Deck:
    if called == "-":
        return netlist_as_written(_standard_input(), "standard input", asked, engine)
    return read_as_written(called, asked, engine)


@cache
def _standard_input() -> bytes:
    """It can be read once.

    Raises:
        LapicqueError: it is closed.
    """
    if sys.stdin is None:
        raise LapicqueError("there is no standard input to read a netlist from: name a file, or pipe one in.")
    return sys.stdin.buffer.read()


def read_own_as_written(
    name: str | Path,
    engine: Engine | None = None,
    include: Iterable[str | Path] = (),
    dialect: str = "",
    keep: bool = False,
) -> Deck:
    """Read a circuit from a file and begin nothing: what its cards say, before an operating point is looked for.

    Args:
        name: as for `read_own`.
        engine: whose worker resolves a netlist; one of its own unless given.
        include: as for `read_own`.
        dialect: as for `read_own`.
        keep: as for `read_own`.

    Raises:
        NetlistError: names file, line and card of a netlist.
        LapicqueError: no such file; no circuit in it.
    """
    path, _, called = split(str(name))
    if path.suffix.lower() in (".py", ".json"):
        return read_own(name)
    return _as_written(called, Asked(tuple(include), dialect=dialect, keep=keep), engine)


def read(path: str | Path, keep: bool = False) -> Circuit:
    """Read a circuit from a file: a netlist, JSON, or a Python file of your own; see `read_own`.

    Args:
        path: of the file.
        keep: keep as opaque devices what no element can be made of; ngspice simulates them, nothing is derived.

    Raises:
        LapicqueError: no such file; no circuit in it; says in which line.
    """
    return read_own(path, keep=keep).circuit


def _plain(circuit: Circuit) -> Deck:
    return Deck(circuit, (), (), (), "initial conditions")
