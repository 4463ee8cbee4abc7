"""What is installed: a room that the wheel does not know works in a checkout and in nobody's installation."""

import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
SETUPTOOLS = tomllib.loads((HERE / "pyproject.toml").read_text())["tool"]["setuptools"]


def test_every_room_is_a_package_of_the_wheel():
    rooms = [f for top in SETUPTOOLS["package-dir"].values() for f in (HERE / top).rglob("__init__.py")]
    names = {".".join(f.parent.relative_to(HERE).parts) for f in rooms}
    assert {n if n == "lapicque" else f"lapicque.{n}" for n in names} == set(SETUPTOOLS["packages"])


def test_every_python_file_of_a_room_lies_in_a_package():
    for top in SETUPTOOLS["package-dir"].values():
        for file in (HERE / top).rglob("*.py"):
            known = (file.parent / "__init__.py").exists() or "notebooks" in file.parts
            assert known, f"{file.relative_to(HERE)} lies in a folder that no wheel holds: give it an __init__.py"
