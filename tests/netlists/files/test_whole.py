"""Files whole or not at all; netlists of failures few."""

import os
import stat
import threading
from pathlib import Path

import pytest

from lapicque.circuits import LapicqueError
from lapicque.netlists.files.whole import write_file
from lapicque.netlists.ngspice.failures import KEPT, keep


def test_a_file_is_replaced_and_keeps_its_mode_and_its_links(tmp_path):
    target, link = tmp_path / "막 a.txt", tmp_path / "link"
    write_file(target, "하나")
    assert target.read_text(encoding="utf-8") == "하나"
    target.chmod(0o640)
    link.symlink_to(target)
    write_file(link, b"two")
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode), link.is_symlink()) == (b"two", 0o640, True)
    assert sorted(tmp_path.iterdir()) == sorted([target, link])


def test_whoever_reads_finds_all_of_one_content(tmp_path):
    """Two write the same name without end while one reads it."""
    target, contents, done = tmp_path / "f", {b"a" * 300_000, b"b" * 200_000}, threading.Event()
    write_file(target, next(iter(contents)))

    def write(content):
        while not done.is_set():
            write_file(target, content)

    threads = [threading.Thread(target=write, args=(c,)) for c in contents]
    for t in threads:
        t.start()
    try:
        assert all(target.read_bytes() in contents for _ in range(200))
    finally:
        done.set()
        for t in threads:
            t.join()
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("where", ["folder", "absent/file", "file/below", "x" * 300])
def test_what_cannot_be_written_is_said(tmp_path, where):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("old")
    with pytest.raises(LapicqueError, match=r"cannot write the page .*; name a file in a folder that can be written\."):
        write_file(tmp_path / where, "new", "the page")
    assert sorted(f.name for f in tmp_path.iterdir()) == ["file", "folder"]


def test_a_full_device_is_said_and_stays_a_device():
    with pytest.raises(LapicqueError, match=r"'/dev/full': No space left on device; make room"):
        write_file("/dev/full", "x")
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


def test_netlists_of_failures_are_few_and_the_newest(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept = [keep(f"* {k}\n") for k in range(KEPT + 5)]
    for k, path in enumerate(kept):
        if os.path.exists(path):
            os.utime(path, (k, k))
    last = keep("* last\n")
    assert sorted(tmp_path.rglob("*.cir")) == sorted(map(Path, [*kept[6:], last]))
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    assert keep("* nowhere\n") == ""
