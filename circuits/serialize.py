"""Circuits to JSON and back, without loss."""

from __future__ import annotations

import json
from typing import Any

import attrs

from .circuit import Circuit
from .elements import TYPES, Element
from .errors import CircuitError, unknown
from .stimuli import TYPES as STIMULI

SCHEMA = 1
"""Version of the layout; a reader refuses a newer one."""


def to_json(circuit: Circuit, indent: int | None = 1) -> str:
    """Write a circuit as JSON.

    Args:
        circuit: any circuit.
        indent: blanks a level; None for one line, which is quicker.

    Returns:
        Text with sorted keys; floats are written so that they read back exactly.
    """
    elements = [_element(e) for e in circuit.elements]
    body = {"schema": SCHEMA, "title": circuit.title, "spec": dict(circuit.spec), "elements": elements}
    return json.dumps(body, indent=indent, sort_keys=True, ensure_ascii=False)


def from_json(text: str) -> Circuit:
    """Read a circuit.

    Args:
        text: what `to_json` wrote.

    Raises:
        CircuitError: not JSON, not a circuit, or written by a newer schema.
    """
    try:
        body = json.loads(text)
        schema, title, elements = body["schema"], body["title"], body["elements"]
    except (ValueError, KeyError, TypeError) as error:
        raise CircuitError(f"this is not a circuit in JSON ({error}); expected schema, title and elements.") from error
    if schema != SCHEMA:
        raise CircuitError(f"the circuit is written in schema {schema}, this version reads {SCHEMA}: update lapicque.")
    return Circuit(title, tuple(_read_element(e) for e in elements), body.get("spec", {}))


def _element(element: Element) -> dict[str, Any]:
    fields = attrs.asdict(element, recurse=False)
    if "stimulus" in fields:
        stimulus = fields["stimulus"]
        fields["stimulus"] = {"type": type(stimulus).__name__, **attrs.asdict(stimulus)}
    return {"type": type(element).__name__, **fields}


def _read_element(body: dict[str, Any]) -> Element:
    fields = dict(body)
    kind = fields.pop("type", "none given")
    if kind not in TYPES:
        raise unknown("element type", kind, TYPES)
    if "stimulus" in fields:
        fields["stimulus"] = _read_stimulus(fields["stimulus"])
    try:
        return TYPES[kind](**fields)
    except TypeError as error:
        raise CircuitError(f"element {fields.get('name')!r} cannot be read: {error}.") from error


def _read_stimulus(body: dict[str, Any]) -> Any:
    fields = dict(body)
    kind = fields.pop("type", "none given")
    if kind not in STIMULI:
        raise unknown("stimulus type", kind, STIMULI)
    return STIMULI[kind](**fields)
