"""Circuits of Python files: the user's own code, which is run because it was asked for by name."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.errors import LapicqueError, unknown
from ...circuits.units import Value
from .values import changed


@frozen(eq=False)
class Maker:
    """What a Python file has: a circuit, or a function that makes one.

    Attributes:
        path: of the file.
        name: of the circuit or function in it.
        found: the one or the other.
    """

    path: Path
    name: str
    found: Any

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """Of the function, by name; none of a circuit."""
        if isinstance(self.found, Circuit):
            return {}
        several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        return {k: p for k, p in inspect.signature(self.found).parameters.items() if p.kind not in several}

    def made(self, values: Mapping[str, Value]) -> Circuit:
        """The circuit for some values, of arguments of the function and of elements.

        Raises:
            LapicqueError: the function stops with an error, or gives no circuit; names file and line.
        """
        own = {k: v for k, v in values.items() if k in self.parameters}
        circuit = self.found if isinstance(self.found, Circuit) else self._called(own)
        if not isinstance(circuit, Circuit):
            raise LapicqueError(f"{self.name} of {str(self.path)!r} gives a {type(circuit).__name__}, no Circuit.")
        return changed(circuit, {k: v for k, v in values.items() if k not in own}, self.parameters)

    def number(self, name: str, value: float) -> float:
        """A number as an argument: whole where the function's own is."""
        usual = self.parameters[name].default if name in self.parameters else None
        return int(value) if type(usual) is int and value == int(value) else value

    def _called(self, values: Mapping[str, Value]) -> Any:
        empty = inspect.Parameter.empty
        if absent := [k for k, p in self.parameters.items() if p.default is empty and k not in values]:
            raise LapicqueError(
                f"{self.name} of {str(self.path)!r} needs {', '.join(absent)}: give --set {absent[0]}=..., or the "
                "function a value that it has otherwise."
            )
        try:
            return self.found(**values)
        except Exception as error:
            raise _stopped(self.path, error) from error


def maker_of(path: Path, attribute: str) -> Maker:
    """Run a Python file, and find in it what is asked for by name, or its only circuit.

    Raises:
        LapicqueError: no such file, it stops with an error (names the line), or no such circuit in it.
    """
    module = _module(path)
    circuits = {k: v for k, v in vars(module).items() if isinstance(v, Circuit)}
    own = {k: v for k, v in vars(module).items() if inspect.isfunction(v) and v.__module__ == module.__name__}
    if attribute:
        if attribute not in {**circuits, **own}:
            raise unknown(f"circuit of {str(path)!r}", attribute, {**circuits, **own})
        return Maker(path, attribute, {**circuits, **own}[attribute])
    public = {k: v for k, v in {**circuits, **(own if not circuits else {})}.items() if not k.startswith("_")}
    if len(public) != 1:
        names = ", ".join(public) or "none"
        raise LapicqueError(f"{str(path)!r} has {len(public)} circuits ({names}): say which, as in {path}:NAME.")
    return Maker(path, *next(iter(public.items())))


def _module(path: Path) -> ModuleType:
    if not path.is_file():
        raise LapicqueError(f"cannot read {str(path)!r}: there is no such file.")
    made = ModuleType(path.stem)
    made.__file__ = str(path)
    sys.path.insert(0, str(path.resolve().parent))
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), made.__dict__)
    except Exception as error:
        raise _stopped(path, error) from error
    finally:
        sys.path.pop(0)
    return made


def _stopped(path: Path, error: Exception) -> LapicqueError:
    """The error of the user's own code, with the last line of the file that it went through."""
    lines, at = [], error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == str(path):
            lines.append(at.tb_lineno)
        at = at.tb_next
    if isinstance(error, SyntaxError) and error.lineno and not lines:
        lines.append(error.lineno)
    line = f":{lines[-1]}" if lines else ""
    words = str(error)
    return LapicqueError(f"{path}{line} stops with {type(error).__name__}: {words}{'' if words.endswith('.') else '.'}")
