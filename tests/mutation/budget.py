"""A pytest plugin: after so many seconds no further test is begun, and what was not run counts as passed.

A mutant that tests of a minute do not kill is counted as a survivor, which is the stricter way.
"""

import os
import time

import pytest

SECONDS = float(os.environ.get("LAPICQUE_MUTATION_SECONDS", "60"))
STARTED = time.monotonic()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Stop the session in order when the time is up."""
    if time.monotonic() - STARTED > SECONDS:
        item.session.shouldstop = "the time is up"


def pytest_sessionfinish(session, exitstatus):
    """Being stopped is no failure."""
    if session.shouldstop == "the time is up" and not session.testsfailed:
        session.exitstatus = 0
