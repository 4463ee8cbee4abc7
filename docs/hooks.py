"""What the documentation's generator does besides Markdown: formulas as MathML, the package's namespace as folders."""

import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert

ROOT = Path(__file__).parent.parent
PARTS = ("circuits", "netlists", "analysis", "cli", "lessons", "lapicque/__init__.py", "lapicque/__init__.pyi")
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.S)
_BLOCK = re.compile(r"\$\$(.+?)\$\$", re.S)
_INLINE = re.compile(r"\$([^$\n]+)\$")


def on_startup(**_: Any) -> None:
    """Make `lapicque` a folder for the reference, since its parts lie beside each other at the top."""
    target = ROOT / "build" / "tree" / "lapicque"
    target.mkdir(parents=True, exist_ok=True)
    for name in PARTS:
        link = target / Path(name).name
        if not link.exists():
            link.symlink_to(ROOT / name)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Formulas between dollar signs become MathML, which needs no script and no network."""
    parts = _CODE.split(markdown)
    return "".join(part if k % 2 else _formulas(part) for k, part in enumerate(parts))


def _formulas(text: str) -> str:
    text = _BLOCK.sub(lambda m: convert(" ".join(m[1].split()), display="block"), text)
    return _INLINE.sub(lambda m: convert(m[1]), text)
