"""The packages below one folder, as they are when installed, for tools that want them so.

    python tests/tree.py

makes build/tree/lapicque of links.
"""

from pathlib import Path


def linked(root: Path, package: Path) -> Path:
    """Link all packages of a checkout into a folder, which then is `lapicque`; returns that folder."""
    package.mkdir(parents=True, exist_ok=True)
    for init in sorted(root.glob("*/__init__.py")):
        parts = init.parent.glob("__init__.py*") if init.parent.name == "lapicque" else [init.parent]
        for part in parts:
            link = package / part.name
            if link.is_symlink() and link.readlink() == part:
                continue  # somebody may be reading it
            link.unlink(missing_ok=True)
            link.symlink_to(part)
    return package


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[1]
    print(linked(here, here / "build/tree/lapicque"))
