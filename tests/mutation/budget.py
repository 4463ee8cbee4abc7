"""A pytest plugin: quick tests first, and after so many seconds no further one is begun; what was not run has passed.

A mutant that tests of a minute do not kill counts as a survivor, which is the stricter way. How long each test takes is
recorded once, when all pass without a mutant.
"""

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
STARTED = time.monotonic()
seen: dict[str, float] = {}


def pytest_collection_modifyitems(items):
    """Near ones first, and of these the quick ones."""
    took = json.loads(DURATIONS.read_text()) if DURATIONS.exists() else {}
    items.sort(key=lambda i: (i.nodeid.split("::")[0] not in NEAR, took.get(i.nodeid, 0.0)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Stop the session in order when the time is up."""
    if not RECORD and time.monotonic() - STARTED > SECONDS:
        item.session.shouldstop = "the time is up"


def pytest_runtest_logreport(report):
    """Add up what a test took."""
    seen[report.nodeid] = seen.get(report.nodeid, 0.0) + report.duration


def pytest_sessionfinish(session, exitstatus):
    """Being stopped is no failure."""
    if RECORD and exitstatus == 0 and not os.environ.get("PYTEST_XDIST_WORKER"):
        DURATIONS.write_text(json.dumps({n: round(s, 3) for n, s in seen.items()}))
    if session.shouldstop == "the time is up" and not session.testsfailed:
        session.exitstatus = 0
