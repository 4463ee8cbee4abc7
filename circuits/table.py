"""A circuit as a table for people."""

from __future__ import annotations

from .description import Description
from .elements import B, CurrentProbe, Element, I, K, Opaque, Sensing, SpikeProbe, V, Varactor
from .units import show


def table(circuit: Description) -> str:
    """Lay out title, elements, nodes and values.

    Args:
        circuit: any circuit.

    Returns:
        Text of one line an element.
    """
    rows = [("element", "kind", "nodes", "value")]
    rows += [(e.name, e.KIND, " ".join(e.nodes), _value(e)) for e in circuit.elements]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = [
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[3]]).rstrip() for row in rows
    ]
    rule = "-" * max(map(len, lines))
    return "\n".join([circuit.title, rule, lines[0], rule, *lines[1:]])


def _value(element: Element) -> str:
    if isinstance(element, (V, I)):
        return _stimulus(element)
    if isinstance(element, (B, Varactor)):
        return ", ".join([element.law, *(f"{k} = {show(v)}" for k, v in element.params)])
    if isinstance(element, Opaque):
        return ", ".join([element.described, *(f"{k} = {show(v)}" for k, v in element.params)])
    if isinstance(element, CurrentProbe):
        return f"current of {element.sensor}"
    pairs = [(q, show(getattr(element, q), unit)) for q, unit in element.QUANTITIES.items()]
    text = ", ".join(v if q in ("value", "gain") else f"{q} = {v}" for q, v in pairs)
    if isinstance(element, Sensing):
        return f"{text} * i({element.sensor})"
    if isinstance(element, K):
        return f"{element.value:g}, {element.first} with {element.second}"
    if isinstance(element, SpikeProbe):
        return text + (", falling" if element.falling else ", rising")
    return text


def _stimulus(source: V | I) -> str:
    import attrs

    unit = "V" if isinstance(source, V) else "A"
    stimulus = source.stimulus
    fields = attrs.asdict(stimulus)  # type: ignore[arg-type]
    if set(fields) == {"value"}:
        return show(fields["value"], unit)
    words = [f"{k} = {_brief(v)}" for k, v in fields.items()]
    return f"{type(stimulus).__name__}({', '.join(words)})"


def _brief(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return f"{len(value)} points" if len(value) > 4 else "[" + ", ".join(show(v) for v in value) + "]"
    return show(float(value)) if isinstance(value, float) else str(value)
