"""What the documentation's generator does besides Markdown: formulas as MathML, the package's namespace as folders."""

import re
from pathlib import Path
from runpy import run_path
from typing import Any

from latex2mathml.converter import convert

ROOT = Path(__file__).parent.parent
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.S)
_BLOCK = re.compile(r"\$\$(.+?)\$\$", re.S)
_INLINE = re.compile(r"\$([^$\n]+)\$")


def on_startup(**_: Any) -> None:
    """Make `lapicque` a folder for the reference, since its parts lie beside each other at the top."""
    run_path(str(ROOT / "tests" / "tree.py"))["linked"](ROOT, ROOT / "build" / "tree" / "lapicque")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Formulas become MathML, which needs no script and no network; {{ names }} becomes a table of the door's."""
    parts = _CODE.split(markdown.replace("{{ names }}", _names() if "{{ names }}" in markdown else ""))
    return "".join(part if k % 2 else _formulas(part) for k, part in enumerate(parts))


def _names() -> str:
    """What `import lapicque` gives, and what each says of itself first."""
    import lapicque

    rows = [f"| `{name}` | {_said(getattr(lapicque, name))} |" for name in lapicque.__all__]
    return "\n".join(["| name | what it is |", "|---|---|", *rows])


def _said(thing: object) -> str:
    if isinstance(thing, str):
        return f"`{thing!r}`"
    paragraph = (thing.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(paragraph.split()).replace("|", "\\|")


def _formulas(text: str) -> str:
    text = _BLOCK.sub(lambda m: convert(" ".join(m[1].split()), display="block"), text)
    return _INLINE.sub(lambda m: convert(m[1]), text)
