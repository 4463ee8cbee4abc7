"""A derivation as data: every step has a law, a subject, and the equation before and after."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from sympy import Expr

QUANTITIES = frozenset("RCLVIGEFH")
"""Letters of elements whose value has their name; behind them stands an index."""
Equation = tuple["Expr", "Expr"]
"""Left and right hand side."""


@frozen
class Step:
    """One step: by this law, for this subject, the first equation becomes the second."""

    law: str
    subject: str
    before: Equation | None
    after: Equation
    why: str = ""


@frozen(str=False, repr=False)
class Derivation:
    """The steps in order; prints the same in every run."""

    title: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        lines = [self.title]
        for number, step in enumerate(self.steps, 1):
            head = f"{number:3}. {step.law}, {step.subject}" if step.subject else f"{number:3}. {step.law}"
            lines.append(head + (f": {step.why}" if step.why else ""))
            if step.before is not None:
                lines.append(f"       from  {text(step.before)}")
            lines.append(f"       {'get ' if step.before else '    '}  {text(step.after)}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<derivation {self.title!r}: {len(self.steps)} steps; print it to see them>"

    def _repr_latex_(self) -> str:
        words = (escape(f"{k}. {s.law} {s.subject}".strip()) for k, s in enumerate(self.steps, 1))
        rows = [rf"&\text{{{w}}} & {latex(s.after)}" for w, s in zip(words, self.steps, strict=True)]
        return "$$\\begin{aligned}" + r" \\ ".join(rows) + "\\end{aligned}$$"

    def to_latex(self) -> str:
        """The derivation as a LaTeX fragment, one `align*` block a step."""
        blocks = []
        for number, step in enumerate(self.steps, 1):
            words = " -- ".join(filter(None, [step.law, step.subject, step.why]))
            rows = [latex(step.after)] if step.before is None else [latex(step.before), latex(step.after)]
            body = r" \\ \Rightarrow\; ".join(rows)
            blocks.append(f"\\paragraph{{{number}. {escape(words)}}}\n\\begin{{gather*}}\n{body}\n\\end{{gather*}}")
        return "\n".join(blocks) + "\n"

    def to_json(self) -> str:
        """The derivation as JSON: text and LaTeX of each equation."""
        body = {"schema": 1, "title": self.title, "steps": [_step_json(s) for s in self.steps]}
        return json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False)


def _step_json(step: Step) -> dict[str, object]:
    return {
        "law": step.law,
        "subject": step.subject,
        "why": step.why,
        "before": None if step.before is None else {"text": text(step.before), "latex": latex(step.before)},
        "after": {"text": text(step.after), "latex": latex(step.after)},
    }


@lru_cache(maxsize=4096)
def text(equation: Equation) -> str:
    """An equation as plain text."""
    from sympy import sstr

    return f"{sstr(equation[0])} = {sstr(equation[1])}"


@lru_cache(maxsize=4096)
def latex(equation: Equation) -> str:
    """An equation as LaTeX; derivatives are written as fractions."""
    return f"{latex_expression(equation[0])} = {latex_expression(equation[1])}"


def latex_expression(expr: Expr) -> str:
    """An expression as LaTeX, with element names as people write them."""
    from sympy import latex as sympy_latex

    names = {s: _latex_name(s.name) for s in expr.free_symbols}  # type: ignore[attr-defined]
    return sympy_latex(expr, symbol_names=names)


def _latex_name(name: str) -> str:
    if name.startswith("d") and name.endswith("/dt"):
        return rf"\frac{{d {_latex_name(name[1:-3])}}}{{dt}}"
    head, _, rest = name.partition("_")
    greek = {"tau", "Delta", "omega", "alpha", "theta"}
    if not rest and len(head) > 1 and head not in greek and _is_quantity(head):
        head, rest = head[0], head[1:]
    elif not rest and len(head) > 1 and head not in greek:
        return rf"\text{{{escape(head)}}}"
    head = f"\\{head}" if head in greek else head if head.isascii() and head.isalpha() else rf"\text{{{escape(head)}}}"
    if not rest:
        return head
    inner = rest.replace("_", ",")
    return rf"{head}_{{{inner}}}" if inner.isalnum() and len(inner) < 2 else rf"{head}_{{\text{{{escape(inner)}}}}}"


def _is_quantity(name: str) -> bool:
    """Whether a name is a letter with an index, such as R1, Rleak or gNa, and no word such as Drive or time."""
    return name[0].isalpha() and (name[0] in QUANTITIES or name[1].isupper() or not name[1].isalpha())


def escape(words: str) -> str:
    """Make text safe inside LaTeX."""
    table = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#",
             "$": r"\$", "^": r"\^{}", "~": r"\~{}"}  # fmt: skip
    return "".join(table.get(c, c) for c in words)
