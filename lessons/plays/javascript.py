"""The same curves as JavaScript, printed by sympy from the same expressions: pages have no equation of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .kinds import Ode, Play, free

if TYPE_CHECKING:
    from sympy import Expr


def javascript(shown: Play) -> str:
    """A JavaScript object literal: what to draw, and functions for it.

    Returns:
        `{name, sliders, x, y, curves: [f(x, p)], marks: [f(p)], guides: [f(p)], ode}`; `p` holds the sliders by name,
        all in SI units; labels are objects by language.
    """
    fields: dict[str, str] = {
        "name": json.dumps(shown.name),
        "sliders": json.dumps([_slider(s) for s in shown.sliders]),
        "x": _json(label=dict(shown.x), unit=shown.x_unit, range=list(shown.x_range), log=shown.x_log),
        "y": _json(label=dict(shown.y), unit=shown.y_unit, range=list(shown.y_range) if shown.y_range else None),
        "curves": _list(f"{{label: {_json(**c.label)}, at: {_arrow(c.expression, 'x, p')}}}" for c in shown.lines),
        "marks": _list(
            f"{{label: {_json(**m.label)}, unit: {json.dumps(m.unit)}, at: {_arrow(m.expression, 'p')}}}"
            for m in shown.marks
        ),
        "guides": _list(f"{{axis: {json.dumps(axis)}, at: {_arrow(e, 'p')}}}" for axis, e in shown.guides),
        "ode": _ode(shown.ode) if shown.ode else "null",
    }
    return "{\n" + ",\n".join(f"  {key}: {text}" for key, text in fields.items()) + "\n}"


def _slider(s: Any) -> dict[str, Any]:
    return {"name": s.name, "low": s.low, "high": s.high, "start": s.start, "unit": s.unit, "log": s.log}


def _json(**values: Any) -> str:
    return json.dumps(values, ensure_ascii=False)


def _list(items: Any) -> str:
    return "[" + ", ".join(items) + "]"


def _ode(ode: Ode) -> str:
    states = "const [" + ", ".join(ode.states) + "] = y; "
    rhs = ", ".join(printed(e, {"x", *ode.states}) for e in ode.rhs)
    output = printed(ode.output, set(ode.states))
    return (
        f"{{start: {json.dumps(list(ode.start))}, step: {ode.step!r}, "
        f"slope: (y, p, x) => {{ {states}return [{rhs}]; }}, output: (y, p) => {{ {states}return {output}; }}}}"
    )


def _arrow(expression: Expr, arguments: str) -> str:
    return f"({arguments}) => {printed(expression, {'x'})}"


def printed(expression: Expr, local: set[str]) -> str:
    """An expression in JavaScript: names in `local` as they are, all others as properties of `p`."""
    from sympy import Symbol, jscode, sympify

    found = sympify(expression)
    names = {s: Symbol(s.name if s.name in local else f"p.{s.name}") for s in free(found)}
    return " ".join(str(jscode(found.xreplace(names))).split())
