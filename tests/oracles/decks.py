"""Whether our circuit does what ngspice makes of a netlist as it came."""

import re

import numpy as np

from lapicque.netlists import Transient
from lapicque.netlists.ngspice.worker import simulate_texts
from lapicque.netlists.reading.deck import read_netlist

TIGHT = ".options reltol=1e-7 abstol=1e-15 vntol=1e-10 chgtol=1e-18 method=gear"
CLOSE = 3e-5
"""Of the swing; 9.4e-6 was measured, which is where two time grids do not meet at the corners of a pulse."""


def swings(text, stop):
    """Signals of the file as it came, with tight tolerances."""
    text = re.sub(r"(?im)^\.end\s*$", "", text)
    text = re.sub(
        r"(?im)^\.tran\s.*$",
        lambda m: f".tran {stop / 2000} {stop} 0 {stop / 20000}{' uic' if 'uic' in m[0] else ''}",
        text,
    )
    return f"{text}\n{TIGHT}\n.end\n"


def as_the_file_says(text, folder, engine, close=CLOSE):
    """Every node of ours against the file's own, `close` of its swing."""
    path = folder / "deck.cir"
    path.write_text(text)
    deck = read_netlist(path, engine=engine)
    stop = deck.stop
    ((raw, _),) = engine.result(engine.submit(simulate_texts, [swings(text.replace("if(", "ternary_fcn("), stop)]))
    assert not raw.aborted, raw.said
    ours = engine.run(deck.circuit, Transient(stop), "reference", max_step=stop / 20000)
    grid = np.linspace(stop / 4000, stop, 4000)
    nodes = [n for n in deck.circuit.nodes if n != "0" and "#" not in n]
    assert len(nodes) >= 2
    for n in nodes:
        theirs = raw.vectors.get(n.lower(), raw.vectors.get(f"v({n.lower()})"))
        assert theirs is not None, n
        a = np.interp(grid, raw.vectors["time"], theirs)
        b = np.interp(grid, ours["time"], ours[n])
        assert np.max(np.abs(a - b)) <= close * max(np.ptp(a), 1e-3), n
