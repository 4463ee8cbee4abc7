"""Post-inhibitory rebound: a spike after the end of an input that inhibits."""

from __future__ import annotations

from ...circuits.stimuli import Stimulus
from .bench import Bench, size_of
from .figure import Figure, missing
from .passive import Passive
from .search import Bracket, narrowed
from .threshold import EDGE, WAIT, Rheobase, pulse

LONG = 6.0
"""How long it is inhibited, in time constants of the membrane."""
TRIED = (1.0, 4.0)
"""Inhibition, in rheobases."""
WITHIN = 1e-2


def rebound(bench: Bench, passive: Passive, found: Rheobase) -> Figure:
    """Look for a spike after an inhibiting pulse ends, and for the least of them that makes one."""
    name = "rebound from"
    if bench.rest.start is None or bench.fires_at is None:
        return missing(name, bench.unit, bench.rest.restless or "it does not fire at all")
    width = LONG * passive.settles
    base = found.first.middle if found.first is not None else bench.fires_at
    end = bench.lead + width * (1 - 2 * EDGE)
    stop = bench.lead + width + 2 * WAIT * passive.settles

    def ask(_: int, height: float) -> tuple[Stimulus, float]:
        return pulse(bench, -height, width), stop

    sizes = [k * base for k in TRIED if bench.largest is None or k * base <= bench.largest] or [bench.largest or base]
    seen = bench.observe([ask(0, s)[0] for s in sizes], stop)
    fires = [bool((o.spikes > end).any()) for o in seen]
    if not any(fires):
        most = size_of(sizes[-1], bench.unit)
        return missing(name, bench.unit, f"it does not fire after {most} of inhibition ends", [o.run for o in seen])
    k = fires.index(True)
    low = (sizes[k - 1], seen[k - 1].run) if k else (0.0, "")
    (least,) = narrowed(
        bench, [Bracket(low[0], sizes[k], (low[1], seen[k].run))], ask, lambda o: bool((o.spikes > end).any()), WITHIN
    )
    words = f"inhibition of this size, for {size_of(width, 's')}, makes it fire when it ends"
    return Figure(name, least.middle, bench.unit, least.half, least.seen, words)
