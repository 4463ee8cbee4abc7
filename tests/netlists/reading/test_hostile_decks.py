"""Netlists of strangers: nothing in them acts, nothing of other files leaks, nothing hangs, all else is a sentence."""

import contextlib
import os
import time

import pytest
from oracles.hostile_decks import ACTS, BODY, HANGS, LEAKS

from lapicque.circuits.errors import LapicqueError
from lapicque.netlists import Engine, OperatingPoint
from lapicque.netlists.reading.deck import Asked, read_netlist


@pytest.fixture(scope="module")
def engine():
    with Engine(timeout=15) as made:
        yield made


def tried(text, tmp_path, engine, **words):
    """What reading says, or nothing where it reads."""
    folder = tmp_path / "deck"
    folder.mkdir()
    (tmp_path / "secret").write_text("top-secret line one\nR9 top-secret 0 1k\n")
    os.symlink(tmp_path / "secret", folder / "link")
    path = folder / "deck.cir"
    (folder / "good.cir").write_text(f"title\n{BODY}")
    path.write_bytes(f"title\n{BODY}{text.format(**words)}".encode())
    started = time.monotonic()
    try:
        read_netlist(path, engine=engine)
        return "", time.monotonic() - started
    except LapicqueError as error:
        return str(error), time.monotonic() - started


@pytest.mark.parametrize("how", ACTS)
def test_nothing_acts(how, tmp_path, engine):
    mark = tmp_path / "mark"
    tried(ACTS[how], tmp_path, engine, mark=mark)
    with contextlib.suppress(LapicqueError):  # nor is it kept, and run
        engine.run(read_netlist(tmp_path / "deck" / "deck.cir", Asked(keep=True), engine).circuit, OperatingPoint())
    assert not mark.exists()
    assert read_netlist(tmp_path / "deck" / "good.cir", engine=engine).circuit.nodes == ("a", "0")
    (tmp_path / "deck" / "good.cir").unlink()
    assert sorted(p.name for p in (tmp_path / "deck").iterdir()) == ["deck.cir", "link"]


@pytest.mark.parametrize("how", LEAKS)
def test_nothing_leaks(how, tmp_path, engine):
    said, _ = tried(LEAKS[how], tmp_path, engine, secret=tmp_path / "secret")
    assert "deck.cir:4" in said
    assert "top-secret" not in said
    with pytest.raises(LapicqueError) as kept:
        read_netlist(tmp_path / "deck" / "deck.cir", Asked(keep=True), engine)
    assert "top-secret" not in str(kept.value)


@pytest.mark.parametrize("how", HANGS)
def test_nothing_hangs(how, tmp_path, engine):
    said, seconds = tried(HANGS[how], tmp_path, engine)
    assert said
    assert seconds < 40
