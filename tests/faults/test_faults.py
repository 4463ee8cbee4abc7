"""Real commands killed, hung up on and starved of disk at random moments: no process, no file and no space is lost.

A few cases here; `make faults` does a hundred (LAPICQUE_FAULTS of them).
"""

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from lapicque.analysis.sweeps.store import Store
from lapicque.netlists import load

CASES = int(os.environ.get("LAPICQUE_FAULTS", "4"))
ORPHANED = 2.0
"""Seconds after which nothing that was started may be left."""
FAULTS = ("KILL", "TERM", "HUP", "FULL")
SWEEP = ("sweep", "lif_switch", "--tolerance", "R=E24", "--stop", "40m", "--accuracy", "fast", "--out", "{out}/kept.nc")
COMMANDS = {
    "simulate": (("simulate", "lif", "--stop", "2", "--out", "{out}/kept.nc"), 6.0),
    "sweep": ((*SWEEP, "--runs", "3000"), 6.0),
    "verify": (("verify", "rc", "lif", "ladder", "--report", "{out}/kept.html"), 8.0),
    "cluster": ((*SWEEP, "--runs", "3000", "--cluster", "local"), 9.0),
}
"""What is run, and within how many seconds the fault comes."""


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    """A disk of its own, of 300 kB, for those who may mount one."""
    folder = tmp_path_factory.mktemp("disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def world(tmp_path):
    """A folder for temporary files, one for the cache, and a word by which all that is started can be found."""
    for name in ("temporary", "cache"):
        (tmp_path / name).mkdir()
    mark = uuid.uuid4().hex
    yield tmp_path, {
        **os.environ, "TMPDIR": str(tmp_path / "temporary"), "XDG_CACHE_HOME": str(tmp_path / "cache"), "MARK": mark,
    }  # fmt: skip
    for pid in marked(mark):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def marked(mark: str) -> list[int]:
    """Processes that live and inherited a word in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            alive = folder.joinpath("stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
            if alive and f"MARK={mark}".encode() in folder.joinpath("environ").read_bytes():
                found.append(int(folder.name))
    return found


def hears():
    """What runs the tests may have been told to outlive its terminal (nohup); what they start hears SIGHUP again."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def begin(arguments, out, environment, preexec_fn=hears):
    code = "from lapicque.cli import main; main()"
    words = [sys.executable, "-c", code, *(a.format(out=out) for a in arguments)]
    return subprocess.Popen(
        words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        preexec_fn=preexec_fn,
    )  # fmt: skip


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """Results that were there before, and must be there after."""
    folder = tmp_path_factory.mktemp("before")
    assert begin(("simulate", "rc", "--stop", "1m", "--out", "{out}/kept.nc"), folder, os.environ).wait(60) == 0
    assert begin(("verify", "rc", "--report", "{out}/kept.html"), folder, os.environ).wait(60) == 0
    return {f.name: f.read_bytes() for f in folder.iterdir()}


def put(before, out):
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    (out / "kept.nc").write_bytes(before["kept.nc"])
    (out / "kept.html").write_bytes(before["kept.html"][:60_000])  # whatever was there


def whole(before, out):
    """The old content or all of the new one, and nothing beside it."""
    kept, page = out / "kept.nc", (out / "kept.html").read_bytes()
    if kept.read_bytes() != before["kept.nc"]:
        assert load(kept).sizes
    assert page == before["kept.html"][:60_000] or page.rstrip().endswith(b"</html>")
    for store in out.glob("*.runs"):
        assert Store(store, "").read()[1] == []


def gone(mark):
    end = time.monotonic() + ORPHANED
    while (left := marked(mark)) and time.monotonic() < end:
        time.sleep(0.05)
    return left


@pytest.mark.parametrize("case", range(CASES))
def test_a_fault_at_any_moment_loses_nothing(case, world, before, request):
    rng = random.Random(f"{case} {os.environ.get('LAPICQUE_SEED', '')}")
    fault, name = FAULTS[case % 4], rng.choice(sorted(COMMANDS))
    folder, environment = world
    out = (request.getfixturevalue("disk") if fault == "FULL" else folder) / "out"
    put(before, out)
    arguments, within = COMMANDS[name]
    running = begin(arguments, out, environment)
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(rng.uniform(0.0, within))
    print(f"{name} {fault} {'has ended' if running.poll() is not None else 'runs'}")
    if fault == "FULL":
        with contextlib.suppress(OSError):
            (out / "filler").write_bytes(bytes(1 << 20))
        _, said = running.communicate(timeout=120)
        assert "Traceback" not in said
        assert running.returncode == 0 or (running.returncode == 2 and "No space left" in said)
    else:
        running.send_signal(getattr(signal, f"SIG{fault}"))
        running.wait(ORPHANED)
    assert gone(environment["MARK"]) == []
    assert list((folder / "temporary").iterdir()) == []
    whole(before, out)


SHORT = {"simulate": ("--stop", "1m", "--out", "{out}/kept.nc"), "verify": ("--report", "{out}/kept.html")}


@pytest.mark.parametrize("name", SHORT)
def test_a_full_disk_is_said_and_the_old_file_stays(name, world, before, disk):
    out = disk / "out"
    put(before, out)
    with contextlib.suppress(OSError):
        (out / "filler").write_bytes(bytes(1 << 20))
    running = begin((name, "rc", *SHORT[name]), out, world[1])
    _, said = running.communicate(timeout=120)
    assert running.returncode == 2
    assert said.count("\n") == 1
    assert "No space left on device; make room" in said
    assert (out / "kept.nc").read_bytes() == before["kept.nc"]
    assert sorted(f.name for f in out.iterdir()) == ["filler", "kept.html", "kept.nc"]


def test_a_limit_on_files_is_said_and_the_old_file_stays(world, before):
    folder, environment = world
    put(before, folder / "out")

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    long = ("simulate", "lif", "--stop", "0.1", "--out", "{out}/kept.nc")
    running = begin(long, folder / "out", environment, preexec_fn=small)
    _, said = running.communicate(timeout=120)
    assert (running.returncode, said.count("\n")) == (2, 1)
    assert "File too large" in said
    whole(before, folder / "out")
