"""Hostile netlists through every verb, from files and from standard input: none acts, leaks, hangs or leaves a trace.

All ways are tried once, each with the next verb. `LAPICQUE_HOSTILE=16` tries each way with every verb both ways.
"""

import json
import os
import time

import pytest
from click.testing import CliRunner
from oracles.hostile_decks import ACTS, BODY, HANGS, LEAKS

from lapicque.circuits.library import build
from lapicque.cli import options
from lapicque.cli.main import cli
from lapicque.netlists.reading import own

ROUNDS = int(os.environ.get("LAPICQUE_HOSTILE", "1"))
WAYS = {
    f"{kind}: {how}": text
    for kind, some in (("acts", ACTS), ("leaks", LEAKS), ("hangs", HANGS))
    for how, text in some.items()
}
SHORT = ("--stop", "10u")
VERBS = {
    "derive": (), "simulate": SHORT, "verify": SHORT, "sweep": ("--vary", "R1=1k,2k", "--workers", "1", *SHORT),
    "energy": SHORT, "fi": ("--points", "2", *SHORT), "netlist": SHORT, "compare": SHORT,
}  # fmt: skip
SLOW = "hangs: doubling subcircuits"
"""Ngspice is given all its time for it; `test_hostile_decks.py` does so each time."""
LONGEST = 60.0
"""Seconds: ngspice is given 25 to resolve a netlist."""


def forgotten():
    """What one command remembers of its input, the next must not."""
    own._standard_input.cache_clear()
    options._read_once.cache_clear()


@pytest.fixture
def den(tmp_path, monkeypatch):
    """A folder with a secret above it."""
    folder = tmp_path / "deck"
    folder.mkdir()
    (tmp_path / "secret").write_text("top-secret line one\nR9 top-secret 0 1k\n")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "good.cir").write_text(f"title\n{BODY}")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("shift", range(ROUNDS))
@pytest.mark.parametrize("kind", ["acts", "leaks", "hangs"])
def test_no_verb_does_what_a_netlist_wants(kind, shift, den):
    mark = den.parent / "mark"
    path = den / "deck.cir"
    for k, (way, text) in enumerate(
        (w, t) for w, t in WAYS.items() if w.startswith(kind) and (w != SLOW or ROUNDS > 1)
    ):
        verb = list(VERBS)[(k + shift) % len(VERBS)]
        piped = (k + shift) // len(VERBS) % 2 == 1
        data = f"title\n{BODY}{text.format(mark=mark, secret=den.parent / 'secret')}".encode()
        path.write_bytes(data)
        forgotten()
        names = ["-" if piped else "deck.cir", *["good.cir"] * (verb == "compare")]
        started = time.monotonic()
        result = CliRunner().invoke(cli, [verb, *names, *VERBS[verb]], input=data if piped else None)
        about = (way, verb, piped, result.exit_code, result.output[-500:], result.exception)
        assert time.monotonic() - started < LONGEST, about
        assert result.exit_code in (0, 1, 2), about
        assert "Traceback" not in result.output, about
        assert "top-secret" not in result.output, about
        assert not mark.exists(), about
        assert sorted(p.name for p in den.iterdir()) == ["deck.cir", "good.cir", "link"], about
    forgotten()


SIGN = "\x1b]0;owned\x07\x9b2J\u202e"
OBEYED = {
    "title": f"t{SIGN}\n{BODY}", "card": f"t\n{BODY}R2 a 0 1k {SIGN}\n", "model": f"t\n{BODY}.model {SIGN} D\n",
    "told": f"t\n{BODY}* lapicque: spike {SIGN}=1\n", "aside": f"t\n{BODY}.options {SIGN}\n",
    "measure": f"t\n{BODY}.meas tran {SIGN} max v(a)\n", "file": f"t\n{BODY}.include '{SIGN}'\n",
    "symbol": f"Version 4\nSYMBOL {SIGN} 0 0 R0\n",
    "json title": json.dumps({**json.loads(build("rc").to_json()), "title": f"t{SIGN}"}),
    "json name": build("rc").to_json().replace('"R1"', json.dumps(f"R{SIGN[8:]}")),
    "json spec": json.dumps({**json.loads(build("rc").to_json()), "spec": {f"v_{SIGN}": 1}}),
}  # fmt: skip


@pytest.mark.parametrize("where", OBEYED)
def test_nothing_is_shown_that_a_terminal_would_obey(where, den):
    """Neither what is said nor what is written for people has a sign that moves, colours or renames."""
    path = den / ("deck.json" if where.startswith("json") else "deck.cir")
    path.write_text(OBEYED[where])
    for verb in ("derive", "netlist", "simulate"):
        forgotten()
        result = CliRunner().invoke(cli, [verb, path.name, *VERBS[verb]], color=True)
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(result.output), (verb, result.output)
        assert result.exit_code in (0, 2), (verb, result.output)
    forgotten()
