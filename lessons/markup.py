"""The lessons' Markdown as HTML: formulas become MathML, which browsers draw without a script or a network."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _reader() -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    made = MarkdownIt("commonmark", {"html": False, "typographer": False})
    made.use(dollarmath_plugin, renderer=_formula, allow_space=True, allow_digits=True)
    return made


def _formula(content: str, options: dict[str, Any]) -> str:
    return mathml(content, block=bool(options.get("display_mode")))


def mathml(latex: str, block: bool = False) -> str:
    """A formula as MathML.

    Args:
        latex: without dollar signs.
        block: on a line of its own.
    """
    from latex2mathml.converter import convert

    return convert(latex, display="block" if block else "inline")


def html(markdown: str) -> str:
    """Markdown as HTML blocks."""
    return _reader().render(markdown)


def inline(markdown: str) -> str:
    """Markdown as HTML inside a line."""
    return _reader().renderInline(markdown)
