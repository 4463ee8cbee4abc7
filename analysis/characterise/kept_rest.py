"""Where a circuit rests, out of the journal of runs: nobody waits for that twice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import attrs
import numpy as np

from .journal import Journal, Run
from .legs import Start
from .resting import Rest


def kept_rest(journal: Journal, key: str, find: Callable[[], Rest]) -> Rest:
    """The rest of a key, which is found where the journal does not have it."""
    if key not in journal:
        begun, none = time.process_time(), np.zeros(0)
        rest = find()
        journal.add(key, Run(none, none, none, time.process_time() - begun, json.dumps(attrs.asdict(rest))))
    return _of(json.loads(journal.get(key).words))


def _of(data: dict) -> Rest:
    start = data.pop("start")
    if start is not None:
        volts = tuple((name, v) for name, v in start["volts"])
        start = Start(tuple(start["states"]), tuple(start["closed"]), volts)
    return Rest(**data, start=start)
