"""A leg's end: an answer in time, an error of lapicque's own, or a fault."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from attrs import frozen

LEG_SECONDS = 20
"""Longest time that lapicque may take for one leg; ngspice's processes get three times as long by the clock."""
VERDICTS = ("agree", "coarse", "sensitive", "refused", "unjudged", "warned", "disagree", "exception", "hang")
"""From good to bad: a case is as bad as its worst leg. Coarse: our comparison wants the accuracy `reference`.
Sensitive: a ten-millionth of its values changes the run as much. Unjudged: the oracle has no answer."""
WORST = ("disagree", "exception", "hang")


class Hang(BaseException):
    """A leg took too long."""


@frozen
class Leg:
    """What one comparison gave."""

    name: str
    verdict: str
    said: str = ""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `Hang` after so much of the process's own time: a busy machine makes no hang."""

    def ring(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def guarded(name: str, leg: Callable[[], Any]) -> tuple[Any, Leg | None]:
    """What a leg gives, or the verdict that its end is."""
    from lapicque.circuits import LapicqueError
    from lapicque.netlists import SimulationTimeout

    try:
        with limited(LEG_SECONDS):
            return leg(), None
    except Hang:
        return None, Leg(name, "hang", "no end")
    except SimulationTimeout as error:
        return None, Leg(name, "hang", str(error))
    except LapicqueError as error:
        return None, Leg(name, "refused", f"{type(error).__name__}: {error}")
    except Exception:
        return None, Leg(name, "exception", traceback.format_exc(limit=-6))
