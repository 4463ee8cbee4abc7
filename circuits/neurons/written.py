"""Neuron models to JSON and back, without loss; what is no model to the letter is refused by name."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import attrs

from ..errors import CircuitError, unknown
from ..json_parts import as_list, as_object, as_text, as_value, as_whole, loaded, other, short
from .flows import ExponentialLeak, FlowTable, Leak
from .origin import Covariance, Origin, Validity
from .slow import Adaptation, MovingThreshold

SCHEMA = 1
"""Version of the layout; a reader refuses a newer one."""
FLOWS: dict[str, type] = {"Leak": Leak, "ExponentialLeak": ExponentialLeak, "FlowTable": FlowTable}
NEEDED = ("schema", "c", "flow", "v_spike", "v_reset")
NOT_FINITE = ("nan", "inf", "-inf")
"""An error that nobody could take is written so."""


def to_json(model: Any) -> str:
    """Write a neuron model as JSON, with sorted keys; floats are written so that they read back exactly."""
    body = attrs.asdict(model)
    body["flow"] = {"type": type(model.flow).__name__, **attrs.asdict(model.flow)}
    body["errors"] = [[n, x if math.isfinite(x) else str(float(x)), unit] for n, x, unit in model.errors]
    return json.dumps({"schema": SCHEMA, **body}, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)


def fields_of_json(text: str | bytes) -> dict[str, Any]:
    """Read what a neuron model is made of.

    Args:
        text: what `to_json` wrote; a value may be a number or text such as "10n".

    Raises:
        CircuitError: not JSON, no neuron model, a field that is missing, unknown, given twice or of another type, or
            written by a newer schema.
        QuantityError: a value that cannot be read or that a neuron cannot have.
    """
    body = as_object(loaded(text, "neuron model"), "the neuron model")
    if unclear := sorted(body.keys() - READERS.keys() - {"schema"}):
        raise unknown("field of a neuron model", unclear[0], ("schema", *READERS))
    for key in NEEDED:
        if key not in body:
            raise CircuitError(f"this is not a neuron model in JSON: it has no {key!r}; expected {', '.join(NEEDED)}.")
    schema = as_whole(body.pop("schema"), "schema")
    if not 1 <= schema <= SCHEMA:
        raise CircuitError(
            f"the neuron model is written in schema {schema}, this version reads those up to {SCHEMA}: update lapicque."
        )
    return {k: READERS[k](v, k) for k, v in body.items()}


def _parts(value: Any, what: str, kind: type, readers: dict[str, Callable[[Any, str], Any]]) -> Any:
    """An object of a class from its fields."""
    body = {k: v for k, v in as_object(value, what).items() if k != "type"}
    known = {a.name: a for a in attrs.fields(kind)}
    if unclear := sorted(body.keys() - known.keys()):
        raise unknown(f"field of {what}", unclear[0], known)
    if missing := [n for n, a in known.items() if a.default is attrs.NOTHING and n not in body]:
        raise CircuitError(f"{what} has no {missing[0]!r}: give it.")
    return kind(**{k: readers.get(k, as_value)(v, f"{k} of {what}") for k, v in body.items()})


def _maybe(read: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    return lambda value, what: None if value is None else read(value, what)


def _plain(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise other(value, what, "a number")
    return float(value)


def _plains(value: Any, what: str) -> tuple[float, ...]:
    return tuple(_plain(v, f"an entry of {what}") for v in as_list(value, what))


def _texts(value: Any, what: str) -> tuple[str, ...]:
    return tuple(as_text(v, f"an entry of {what}") for v in as_list(value, what))


def _flow(value: Any, what: str) -> Any:
    name = as_object(value, what).get("type", "none given")
    if not isinstance(name, str) or name not in FLOWS:
        raise unknown("type of a flow", short(name), FLOWS)
    return _parts(value, what, FLOWS[name], {"v": _plains, "f": _plains} if name == "FlowTable" else {})


def _errors(value: Any, what: str) -> tuple[tuple[str, float, str], ...]:
    found = []
    for entry in as_list(value, what):
        if not isinstance(entry, list) or len(entry) != 3:
            raise other(entry, f"an entry of {what}", "a list of name, value and unit")
        name, size, unit = entry
        number = float(size) if isinstance(size, str) and size in NOT_FINITE else _plain(size, f"an entry of {what}")
        found.append((as_text(name, f"a name in {what}"), number, as_text(unit, f"a unit in {what}")))
    return tuple(found)


def _two(value: Any, what: str) -> tuple[float, ...]:
    found = _plains(value, what)
    if len(found) != 2:
        raise other(value, what, "a list of two numbers")
    return found


def _matrix(value: Any, what: str) -> tuple[tuple[float, ...], ...]:
    rows = tuple(_plains(r, f"a row of {what}") for r in as_list(value, what))
    if any(len(r) != len(rows) for r in rows):
        raise other(value, what, "as many numbers in each row as there are rows")
    return rows


def _of(kind: type, **readers: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    return lambda value, what: _parts(value, what, kind, readers)


_TEXTS = {a.name: as_text for a in attrs.fields(Origin)}
READERS: dict[str, Callable[[Any, str], Any]] = {
    "c": as_value, "flow": _flow, "v_spike": as_value, "v_reset": as_value, "t_ref": as_value, "delay": as_value,
    "adaptation": _maybe(_of(Adaptation, about=_maybe(as_value))), "threshold": _maybe(_of(MovingThreshold)),
    "unit": as_text, "covariance": _maybe(_of(Covariance, names=_texts, matrix=_matrix, of=as_text)),
    "validity": _of(Validity, inputs=_maybe(_two), temperature=_maybe(_plain), corner=as_text),
    "errors": _errors, "origin": _of(Origin, **_TEXTS),
}  # fmt: skip
"""How each field of a neuron model is read."""
