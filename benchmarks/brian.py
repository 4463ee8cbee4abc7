"""One Brian2 run of ideal LIF neurons, in Brian2's own environment; prints JSON.

    python brian.py FIRST LAST COUNT STOP DT

Brian2 2.9 does not import with the numpy that lapicque takes, so it lives apart.
"""

from __future__ import annotations

import json
import sys
import time

import brian2 as b
import numpy as np

first, last, stop, dt = (float(sys.argv[k]) for k in (1, 2, 4, 5))
currents = np.linspace(first, last, int(sys.argv[3]))
b.defaultclock.dt = dt * b.second
equations = "dv/dt = (drive - v)/(10*ms) : 1 (unless refractory)\ndrive : 1 (constant)"
rules = {"threshold": "v > 1", "reset": "v = 0", "refractory": 2 * b.ms, "method": "exact"}
group = b.NeuronGroup(len(currents), equations, **rules)
group.drive = currents * 1e6
monitor = b.SpikeMonitor(group)
network = b.Network(group, monitor)
network.store()
network.run(10 * dt * b.second)  # compiles
seconds = []
for _ in range(3):
    network.restore()
    started = time.perf_counter()
    network.run(stop * b.second)
    seconds.append(time.perf_counter() - started)
times, neurons = np.asarray(monitor.t / b.second), np.asarray(monitor.i)
some = np.unique(np.linspace(0, len(currents) - 1, 50).astype(int)).tolist()
spikes = {j: times[neurons == j].tolist() for j in some}
print(json.dumps({"seconds": min(seconds), "target": str(group.codeobj_class), "spikes": spikes}))
