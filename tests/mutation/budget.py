"""A pytest plugin: tests that run the mutant first, quick ones before slow ones; after so many seconds it has survived.

That counts what a minute of tests does not kill as a survivor, which is the stricter way; the seconds are those of the
processor, so that other work beside it does not save a mutant. A test that hangs is ended, which kills the mutant. How
long each test takes is recorded once, when all pass without a mutant.
"""

import faulthandler
import json
import os
import time
from pathlib import Path

import pytest

SECONDS = float(os.environ.get("LAPICQUE_MUTATION_SECONDS", "60"))
NEAR = os.environ.get("LAPICQUE_MUTATION_NEAR", "").split()
"""Files whose tests come first: they name what is mutated."""
RECORD = os.environ.get("LAPICQUE_MUTATION_RECORD", "")
DURATIONS = Path(os.environ.get("LAPICQUE_MUTATION_DURATIONS", "durations.json"))
TOUCHING = Path("../touching.json")
STARTED = time.monotonic()
seen: dict[str, float] = {}
took: dict[str, float] = {}


def pytest_collection_modifyitems(items):
    """Those first that run the mutant, then near ones, and of these the quick ones; new ones are quick."""
    if RECORD:
        return
    took.update(json.loads(DURATIONS.read_text()))
    touching = set(json.loads(TOUCHING.read_text()))

    def rank(item) -> tuple[bool, bool, float]:
        known, near = item.nodeid in took, item.nodeid.split("::")[0] in NEAR
        return not (item.nodeid in touching or (near and not known)), not near, took.get(item.nodeid, 0.0)

    items.sort(key=rank)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Stop the session in order when the time is up, and at once when a test hangs."""
    if RECORD:
        return
    if time.process_time() > SECONDS or time.monotonic() - STARTED > 3 * SECONDS:
        item.session.shouldstop = "the time is up"
    faulthandler.dump_traceback_later(60 + 10 * took.get(item.nodeid, 0.0), exit=True)


def pytest_runtest_logreport(report):
    """Add up what a test took."""
    seen[report.nodeid] = seen.get(report.nodeid, 0.0) + report.duration


def pytest_sessionfinish(session, exitstatus):
    """Being stopped is no failure."""
    if RECORD and exitstatus == 0 and not os.environ.get("PYTEST_XDIST_WORKER"):
        DURATIONS.write_text(json.dumps({n: round(s, 3) for n, s in seen.items()}))
    if session.shouldstop == "the time is up" and not session.testsfailed:
        session.exitstatus = 0
