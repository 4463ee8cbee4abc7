"""Circuits to JSON and back, without loss; what is not a circuit to the letter is refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from .description import Description
from .elements import TYPES, Element
from .errors import CircuitError, unknown
from .json_parts import as_flag, as_list, as_object, as_text, as_value, as_whole, loaded, once, other, short
from .stimuli import TYPES as STIMULI

SCHEMA = 2
"""Version of the layout; a reader refuses a newer one. The first had no roles."""


def to_json(circuit: Description, indent: int | None = 1) -> str:
    """Write a circuit as JSON.

    Args:
        circuit: any circuit.
        indent: blanks a level; None for one line, which is quicker.

    Returns:
        Text with sorted keys; floats are written so that they read back exactly.
    """
    elements = [_element(e) for e in circuit.elements]
    body = {
        "schema": SCHEMA, "title": circuit.title, "spec": dict(circuit.spec), "roles": dict(circuit.roles),
        "elements": elements,
    }  # fmt: skip
    return json.dumps(body, indent=indent, sort_keys=True, ensure_ascii=False)


def _element(element: Element) -> dict[str, Any]:
    fields = attrs.asdict(element, recurse=False)
    if "stimulus" in fields:
        stimulus = fields["stimulus"]
        fields["stimulus"] = {"type": type(stimulus).__name__, **attrs.asdict(stimulus)}
    return {"type": type(element).__name__, **fields}


def fields_of_json(text: str | bytes) -> dict[str, Any]:
    """Read what a circuit is made of: its title, elements, spec and roles.

    Args:
        text: what `to_json` wrote; bytes are UTF-8, with or without a byte order mark. A value may be a number or text
            such as "10k".

    Raises:
        CircuitError: not JSON, not a circuit, a field that is missing, unknown, given twice or of another type, or
            written by a newer schema.
        QuantityError: a value that cannot be read or that the element does not allow.
    """
    body = as_object(loaded(text), "the circuit")
    known = ("schema", "title", "spec", "roles", "elements")
    if unclear := sorted(body.keys() - set(known)):
        raise unknown("field of a circuit", unclear[0], known)
    for key in ("schema", "title", "elements"):
        if key not in body:
            raise CircuitError(
                f"this is not a circuit in JSON: it has no {key!r}; expected schema, title and elements."
            )
    schema = as_whole(body["schema"], "schema")
    if not 1 <= schema <= SCHEMA:
        raise CircuitError(
            f"the circuit is written in schema {schema}, this version reads those up to {SCHEMA}: update lapicque."
        )
    spec = as_object(body.get("spec", {}), "spec")
    elements = tuple(_read_element(e, k) for k, e in enumerate(as_list(body["elements"], "elements")))
    title = as_text(body["title"], "title")
    roles = {k: as_text(v, f"role {k!r}") for k, v in as_object(body.get("roles", {}), "roles").items()}
    values = {k: as_value(v, f"{k!r} of spec") for k, v in spec.items()}
    return {"title": title, "elements": elements, "spec": values, "roles": roles}


def _read_element(body: Any, place: int) -> Element:
    fields = as_object(body, f"element {place + 1}")
    name = fields.get("name")
    what = f"element {name!r}" if isinstance(name, str) else f"element {place + 1}"
    return _made(fields, TYPES, "element", what)


def _made(fields: Mapping[str, Any], types: Mapping[str, type], kind: str, what: str) -> Any:
    """An attrs object from its fields in JSON, each of its own type."""
    name = fields.get("type", "none given")
    if not isinstance(name, str) or name not in types:
        raise unknown(f"{kind} type", short(name), types)
    known = {a.name: a for a in attrs.fields(types[name])}
    if unclear := sorted(fields.keys() - known.keys() - {"type"}):
        raise unknown(f"field of {what} ({name})", unclear[0], known)
    if missing := [n for n, a in known.items() if a.default is attrs.NOTHING and n not in fields]:
        raise CircuitError(f"{what} ({name}) has no {missing[0]!r}: give it.")
    given = {k: _READERS[str(known[k].type)](v, f"{k} of {what}") for k, v in fields.items() if k != "type"}
    return types[name](**given)


def _value_or_none(value: Any, what: str) -> float | str | None:
    return None if value is None else as_value(value, what)


def _values(value: Any, what: str) -> list[float | str]:
    return [as_value(v, f"an entry of {what}") for v in as_list(value, what)]


def _texts(value: Any, what: str) -> list[str]:
    return [as_text(v, f"an entry of {what}") for v in as_list(value, what)]


def _pairs(entry: Callable[[Any, str], Any]) -> Callable[[Any, str], dict[str, Any]]:
    """Pairs of a name and something, as a list of lists or as an object."""

    def read(value: Any, what: str) -> dict[str, Any]:
        pairs = list(value.items()) if isinstance(value, dict) else as_list(value, what)
        for pair in pairs:
            if not isinstance(pair, (list, tuple)) or len(pair) != 2:
                raise other(pair, f"an entry of {what}", "a pair, [name, ...]")
        found = once([(as_text(name, f"a name in {what}"), entry(v, f"{name!r} of {what}")) for name, v in pairs])
        return found

    return read


def _stimulus(value: Any, what: str) -> Any:
    return _made(as_object(value, what), STIMULI, "stimulus", what)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "str": as_text, "bool": as_flag, "int": as_whole, "float": as_value, "float | None": _value_or_none,
    "tuple[float, ...]": _values, "tuple[str, ...]": _texts, "tuple[tuple[str, str], ...]": _pairs(as_text),
    "tuple[tuple[str, float], ...]": _pairs(as_value), "Stimulus": _stimulus,
}  # fmt: skip
"""How a field is read, by its type as it stands in the class."""
