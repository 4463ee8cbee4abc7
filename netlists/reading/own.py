"""Circuits that people bring: netlists, JSON, Python files, standard input."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from attrs import evolve

from ...circuits.arguments import want
from ...circuits.circuit import Circuit
from ...circuits.errors import LapicqueError, unknown
from ...circuits.read import read as read_json
from ...circuits.units import Value, parse
from ..ngspice.engine import Engine
from .deck import Asked, Deck, begun, netlist_as_written, read_as_written
from .named import split


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
    want(name, (str, Path), "the name of a file", "give one such as 'rc.cir'")
    path, attribute, called = split(str(name))
    given = dict(values or {})
    if path.suffix.lower() == ".py":
        return _plain(_of_python(path, attribute, given))
    if path.suffix.lower() == ".json":
        return with_values(_plain(read_json(path)), given)
    with Engine() as engine:
        deck = _as_written(called, Asked(tuple(include), dialect=dialect, keep=keep), engine)
        own = {k.lower(): parse(v, k) for k, v in given.items() if k.lower() in deck.parameters}
        if own:
            deck = _as_written(called, Asked(tuple(include), own, dialect, keep), engine)
        return begun(with_values(deck, {k: v for k, v in given.items() if k.lower() not in own}), engine)


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
    circuit = deck.circuit
    known = {*circuit.values, *circuit.sources, *deck.parameters}
    for name in values:
        owners = {name.partition(".")[0], name.rpartition(".")[0]}  # R1.value, and X1.R1.value in a subcircuit
        if deck.parameters and name not in known and not owners & {e.name for e in circuit.described}:
            raise unknown("parameter", name, known)
    return evolve(deck, circuit=circuit.with_values(values)) if values else deck


def _as_written(called: str, asked: Asked, engine: Engine | None) -> Deck:
    if called == "-":
        return netlist_as_written(_standard_input(), "standard input", asked, engine)
    return read_as_written(called, asked, engine)


@cache
def _standard_input() -> bytes:
    """It can be read once."""
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


def _of_python(path: Path, attribute: str, values: Mapping[str, Value]) -> Circuit:
    found = _found(_module(path), path, attribute)
    if isinstance(found, Circuit):
        return found.with_values(values)
    known = inspect.signature(found).parameters
    made = found(**{k: v for k, v in values.items() if k in known})
    if not isinstance(made, Circuit):
        raise LapicqueError(
            f"{attribute or found.__name__} of {str(path)!r} gives a {type(made).__name__}, no Circuit."
        )
    return made.with_values({k: v for k, v in values.items() if k not in known})


def _module(path: Path) -> ModuleType:
    if not path.is_file():
        raise LapicqueError(f"cannot read {str(path)!r}: there is no such file.")
    made = ModuleType(path.stem)
    made.__file__ = str(path)
    sys.path.insert(0, str(path.resolve().parent))
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), made.__dict__)  # the user's own code, asked for by name
    except Exception as error:
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        line = f":{at.tb_lineno}" if at is not None else ""
        raise LapicqueError(f"{path}{line} stops with {type(error).__name__}: {error}.") from error
    finally:
        sys.path.pop(0)
    return made


def _found(module: ModuleType, path: Path, attribute: str) -> Any:
    """What is asked for by name, or the only circuit in a file."""
    circuits = {k: v for k, v in vars(module).items() if isinstance(v, Circuit)}
    own = {k: v for k, v in vars(module).items() if inspect.isfunction(v) and v.__module__ == module.__name__}
    if attribute:
        if attribute not in {**circuits, **own}:
            raise unknown(f"circuit of {str(path)!r}", attribute, {**circuits, **own})
        return {**circuits, **own}[attribute]
    public = {k: v for k, v in {**circuits, **(own if not circuits else {})}.items() if not k.startswith("_")}
    if len(public) != 1:
        names = ", ".join(public) or "none"
        raise LapicqueError(f"{str(path)!r} has {len(public)} circuits ({names}): say which, as in {path}:NAME.")
    return next(iter(public.values()))
