"""Import and --help, in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from rows import Row, best


def start_rows() -> Iterator[Row]:
    bare = best(lambda: _python("pass"))
    yield Row("python -c pass", bare, "s")
    both = "from lapicque import circuits, netlists, analysis"
    yield Row("import circuits, netlists, analysis (process in all)", best(lambda: _python(both)), "s", 0.3)
    helped = "import sys; sys.argv = ['lapicque', '--help']; from lapicque.cli import main; main()"
    yield Row("lapicque --help (process in all)", best(lambda: _python(helped)), "s", 0.3)


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
