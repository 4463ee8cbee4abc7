"""What a drawing joins, read off its lines alone."""

from lapicque.analysis.schematics.geometry import Box, short
from lapicque.analysis.schematics.picture import dots, joined


def _on(point, wire):
    (x, y), (x0, y0), (x1, y1) = point, wire.a, wire.b
    return min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1)


def _crossing(v, w):
    """Where an upright and a lying wire cross; None for those that do not."""
    if (v.a[0] == v.b[0]) == (w.a[0] == w.b[0]):
        return None
    up, flat = (v, w) if v.a[0] == v.b[0] else (w, v)
    at = (up.a[0], flat.a[1])
    return at if _on(at, up) and _on(at, flat) else None


def components(sheet):
    """Groups of wires that a reader takes for one: they touch at an end, or cross under a dot."""
    wires, dotted = joined(sheet.wires), set(dots(sheet.wires))
    group = list(range(len(wires)))

    def find(k):
        while group[k] != k:
            k = group[k]
        return k

    for k, v in enumerate(wires):
        for j, w in enumerate(wires[:k]):
            touch = any(_on(p, w) for p in (v.a, v.b)) or any(_on(p, v) for p in (w.a, w.b))
            if touch or _crossing(v, w) in dotted:
                group[find(k)] = find(j)
    return [(w, find(k)) for k, w in enumerate(wires)]


def faults(sheet):
    """Everything that is wrong with a row of a drawing, in words."""
    return [*_misjoined(sheet), *_undotted(sheet), *_overlaps(sheet)]


def _misjoined(sheet):
    found, wires = [], components(sheet)
    names = {n: {g for w, g in wires if _on(at, w)} for n, at in sheet.homes.items()}
    for n, at in sheet.homes.items():
        near = [w for w in sheet.words if w.is_name and w.text == short(n)]
        if len(near) != 1 or abs(near[0].x - at[0]) > 1 + max(at[0], near[0].x) - at[0] or abs(near[0].y - at[1]) > 1.2:
            found.append(f"the name of {n} is not at its wire")
    owner = {}
    for n, groups in names.items():
        for g in groups:
            if owner.setdefault(g, n) != n:
                found.append(f"{n} and {owner[g]} are joined")
    for s in sheet.symbols:
        for terminal, at in s.pins.items():
            node = s.part.node(terminal)
            signs = [m.node for m in sheet.marks if (m.x, m.y) == at]
            groups = {g for w, g in wires if _on(at, w)}
            reached = {owner.get(g, "nothing") for g in groups} | set(signs)
            if reached != {node}:
                found.append(f"{s.part.name}.{terminal} is at {reached}, not at {node}")
    return found


def _undotted(sheet):
    """Wires that end on another without a dot, and dots where nothing joins."""
    wires, dotted = joined(sheet.wires), set(dots(sheet.wires))
    found = []
    for w in wires:
        for p in (w.a, w.b):
            through = [v for v in wires if v is not w and _on(p, v) and p not in (v.a, v.b)]
            if through and p not in dotted:
                found.append(f"{w.node} ends on {through[0].node} at {p} without a dot")
    for p in dotted:
        ways = sum(1 if p in (w.a, w.b) else 2 for w in wires if _on(p, w))
        if ways < 3:
            found.append(f"a dot at {p} where {ways} wires meet")
    return found


def _overlaps(sheet):
    boxes = sheet.boxes()
    found = [f"{a.kind} {a.name!r} on {b.kind} {b.name!r}"
             for k, a in enumerate(boxes) for b in boxes[k + 1 :] if a.meets(b)]  # fmt: skip
    for w in joined(sheet.wires):
        (x0, x1), (y0, y1) = sorted((w.a[0], w.b[0])), sorted((w.a[1], w.b[1]))
        thin = Box("wire", w.node, x0 + 1e-6, y0 - 1e-6, x1 - 1e-6, y1 + 1e-6)
        if x0 == x1:
            thin = Box("wire", w.node, x0 - 1e-6, y0 + 1e-6, x1 + 1e-6, y1 - 1e-6)
        for b in boxes:
            inner = Box("", "", b.left + 0.01, b.top + 0.01, b.right - 0.01, b.bottom - 0.01)
            if thin.meets(inner):
                found.append(f"the wire of {w.node} runs through {b.kind} {b.name!r}")
    return found
