"""A yard with precious files, in which nothing may change while nonsense is asked for."""

import contextlib
import os
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

from lapicque.cli.main import cli

DATA = Path(__file__).parent.parent / "data"
SECONDS = 5.0
BUSY = 4
"""How often slower the clock on the wall may be than that of this process, on a machine that others use too."""


class Late(BaseException):
    """Nothing in the library catches it."""


@contextlib.contextmanager
def within(seconds=SECONDS):
    """Stop what takes longer."""

    def late(*_):
        raise Late(f"no end after {seconds} s")

    before = [signal.signal(s, late) for s in (signal.SIGALRM, signal.SIGPROF)]
    signal.setitimer(signal.ITIMER_REAL, BUSY * seconds)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGALRM, before[0])
        signal.signal(signal.SIGPROF, before[1])


def children():
    """Processes that are ours and still there."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def contents(folder):
    """Every file below a folder with its bytes; folders have none."""
    return {
        p.relative_to(folder): p.read_bytes() if p.is_file() else None
        for p in folder.rglob("*")
        if p.is_file() or p.is_dir()
    }


@pytest.fixture
def yard(tmp_path, monkeypatch):
    """The folder in which a hostile call is made; it is compared afterwards, and so are our processes."""
    for name in ("precious.nc", "precious.csv", "precious.svg", "precious.json", "precious.html"):
        (tmp_path / name).write_bytes(b"precious")
    (tmp_path / "folder.nc").mkdir()
    (tmp_path / "full.nc").symlink_to("/dev/full")
    (tmp_path / "net.nir").write_bytes((DATA / "lif_norse.nir").read_bytes())
    (tmp_path / "net3.nir").write_bytes((DATA / "from_norse.nir").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(yard, *arguments):
    """Call the command with nonsense: it must end soon, in one paragraph, and do nothing. Returns the paragraph."""
    before, processes = contents(yard), children()
    with within():
        result = CliRunner().invoke(cli, [str(a) for a in arguments])
    assert result.exit_code == 2, (result.exit_code, result.output, result.exception)
    words = result.output
    assert "Traceback" not in words
    assert [line.startswith("Error: ") for line in words.splitlines()].count(True) == 1, words
    paragraph = ("\n" + words).split("\nError: ")[1].strip()
    assert "\n" not in paragraph, paragraph
    assert 15 < len(paragraph) < 1200, paragraph
    assert contents(yard) == before
    assert children() <= processes
    return paragraph
