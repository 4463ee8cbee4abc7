"""Compiled functions that are kept: never of older sources, and a run goes on where they cannot be read or written."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lapicque.analysis import kept

RUN = """
import resource, sys
from toy.analysis.models.outer import outer
if sys.argv[1:] == ["full"]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
print(outer(1.0), sum(outer.stats.cache_hits.values()))
"""
OUTER = """
from ..kept import njit
from .within import within
from ...circuits.numeric.sides import FREE

@njit()
def outer(x):
    return within(x) + FREE
"""
WITHIN = """
from ..kept import njit

@njit()
def within(x):
    return x + 10
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A package whose compiled function calls another, and takes a number from a third file."""
    root = tmp_path / "toy"
    for source in kept.SOURCES:
        if source.endswith(".py"):
            (root / source).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(kept.ROOT / source, root / source)
        else:
            (root / source).mkdir(parents=True)
    for name, text in (("analysis/models/outer.py", OUTER), ("analysis/models/within.py", WITHIN),
                       ("circuits/numeric/sides.py", "FREE = 100.0\n")):  # fmt: skip
        (root / name).write_text(text)
    return root


def run(toy: Path, *words: str, numba: Path | None = None) -> tuple[float, int, str]:
    """What the function gives in a new process, how many functions were kept, and what was said."""
    given = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    given |= {"PYTHONPATH": str(toy.parent), "XDG_CACHE_HOME": str(toy.parent / "user")}
    given |= {"NUMBA_CACHE_DIR": str(numba)} if numba else {}
    done = subprocess.run([sys.executable, "-c", RUN, *words], env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    value, hits = done.stdout.split()
    return float(value), int(hits), done.stderr


@pytest.mark.parametrize(("place", "name", "old", "new", "value"), [
    ("package", "analysis/models/within.py", "x + 10", "x + 20", 121),
    ("user", "analysis/models/within.py", "x + 10", "x + 20", 121),
    ("numba", "circuits/numeric/sides.py", "100.0", "300.0", 311),
])  # fmt: skip
def test_code_of_older_sources_is_never_run_however_old_the_change_says_it_is(toy, place, name, old, new, value):
    numba = toy.parent / "numba" if place == "numba" else None
    if place == "user":
        (toy / "analysis" / "__pycache__").write_text("no folder")
    assert run(toy, numba=numba) == (111, 0, "")
    assert run(toy, numba=numba) == (111, 1, "")
    source = toy / name
    before = source.stat()
    source.write_text(source.read_text().replace(old, new))
    os.utime(source, (before.st_atime, before.st_mtime))
    assert run(toy, numba=numba) == (value, 0, "")


@pytest.mark.parametrize("suffix", ["nbc", "nbi"])
@pytest.mark.parametrize("left", [0.0, 0.9])
def test_what_is_cut_off_is_said_compiled_and_kept_again(toy, suffix, left):
    run(toy)
    for path in toy.rglob(f"*.{suffix}"):
        os.truncate(path, int(left * path.stat().st_size))
    value, _, said = run(toy)
    assert value == 111
    assert "cannot be read" in said
    assert run(toy) == (111, 1, "")


def test_without_room_a_run_goes_on_and_says_once_that_nothing_is_kept(toy):
    value, _, said = run(toy, "full")
    assert value == 111
    assert said.count("cannot be kept") == 1
    assert run(toy)[0] == 111


def test_without_any_folder_a_run_goes_on_and_says_so_once(toy):
    (toy / "analysis" / "__pycache__").write_text("no folder")
    (toy.parent / "user").write_text("no folder")
    value, _, said = run(toy, numba=toy.parent / "user" / "below")
    assert value == 111
    assert said.count("RuntimeWarning") == 1
    assert "no folder can be written" in said


def test_folders_of_other_sources_go_when_they_are_no_longer_used(toy):
    base = toy.parent / "numba"
    for k in range(9):
        (base / f"{kept.NAME}{k}").mkdir(parents=True)
        os.utime(base / f"{kept.NAME}{k}", (1e9 + k, 1e9 + k))
    (base / "of another program").mkdir()
    run(toy, numba=base)
    left = {p.name for p in base.iterdir()}
    assert {"of another program", f"{kept.NAME}8"} < left
    assert len(left) == 1 + kept.NEWEST


def sources() -> set[Path]:
    """All files that kept code is named after."""
    found = [kept.ROOT / s for s in kept.SOURCES]
    return {p for s in found for p in (s.rglob("*.py") if s.is_dir() else [s])}


def imported(path: Path) -> dict[str, Path]:
    """Names that a file takes from others of this package, and from which."""
    found: dict[str, Path] = {}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            at = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            found |= {a.asname or a.name: at.with_suffix(".py") for a in node.names}
    return found


def test_whatever_compiled_functions_take_from_other_files_is_in_the_name_of_their_folder():
    looked, within = 0, sources()
    for path in sorted((kept.ROOT / "analysis").rglob("*.py")):
        tree, given = ast.parse(path.read_text()), imported(path)
        for f in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.decorator_list):
            if any(word in ast.unparse(d) for d in f.decorator_list for word in ("njit", "inner", "once", "intrinsic")):
                looked += 1
                assert path in within, f"{path} has compiled functions"
                names = {n.id for b in f.body for n in ast.walk(b) if isinstance(n, ast.Name)}
                outside = {n for n in names & given.keys() if given[n] not in within}
                assert not outside, f"{f.name} in {path} takes {outside}"
    assert looked > 80


def test_no_function_is_kept_by_numba_alone():
    for path in (kept.ROOT / "analysis").rglob("*.py"):
        if path != Path(kept.__file__):
            text = path.read_text()
            assert "from numba import njit" not in text, path
            assert "enable_caching" not in text, path
