"""No word of a circuit reaches ngspice: any name runs, comes back, and leaves nothing behind in the worker."""

import random
import re
from itertools import pairwise

import attrs
import numpy as np
import pytest

from lapicque.analysis import compare, solve
from lapicque.analysis.spikes import spike_times
from lapicque.analysis.sweeps import Sweep, grid, run_sweep
from lapicque.analysis.sweeps.executors import Processes
from lapicque.circuits import (
    B,
    C,
    Circuit,
    CircuitError,
    CurrentProbe,
    Diode,
    E,
    F,
    G,
    I,
    L,
    Mosfet,
    Probe,
    R,
    S,
    SpikeProbe,
    Step,
    V,
)  # fmt: skip
from lapicque.circuits.library import LIBRARY, build
from lapicque.circuits.probes import AXES
from lapicque.netlists import AC, DCSweep, Engine, Job, OperatingPoint, SimulationError, Transient
from lapicque.netlists.ngspice import worker as worker_side
from lapicque.netlists.spice.names import spice_names
from lapicque.netlists.spice.prepare import prepare

DIGITS = ["1", "2", "10", "1a", "2.5", "3k", "1e3", "00", "0x1", "1meg", "-1", "+2", ".5"]
SPECIAL = [
    "none", "all", "alli", "allv", "allp", "ally", "time", "TIME", "temper", "hertz", "frequency", "sweep", "agnd",
    "ac", "dc", "table", "value", "poly", "vol", "agauss", "aunif", "pi", "e", "i", "v", "n1", "r1", "on", "off",
    "watch_1", "level_1", "head_1", "sw_1", "d_1", "m_1", "null", "in", "out", "end", "if", "inf", "nan",
]  # fmt: skip
STRANGE = ["막", "a b", "v(1)", "x#branch", "@r1[i]", "'", '"', "`ls`", "$x", "{x}", ";", "a/b", "ｖ", "_", "*#", "é"]


def devices(node: str, *more):
    """A circuit in which one node meets everything that may name it."""
    return Circuit(f"named {node}").add(
        V("V1", "p", "0", Step(0, 1, "20u", "1u")), R("R1", "p", node, 1e3), C("C1", node, "0", 1e-7),
        B("B1", node, "0", "1e-4*tanh(v)*w", {"v": node, "w": "q"}), E("E1", "q", "0", node, "0", 2.0),
        R("R2", "q", "0", 1e3), G("G1", "q", "0", node, "p", 1e-5), S("S1", "q", "0", node, "0", 0.4, 0.01, 100.0),
        Diode("D1", node, "0"), Mosfet("M1", "p", node, "q"), V("V2", "z", node, 0.0), F("F1", node, "0", "V2", 0.5),
        R("R3", "z", "0", 1e4), *more,
    )  # fmt: skip


def rc(node: str, *more):
    return Circuit("rc").add(V("V1", "p", "0", Step()), R("R1", "p", node, "10k"), C("C1", node, "0", "100n"), *more)


def _renamed(circuit: Circuit) -> Circuit:
    """Every name another; probes are no concern of ngspice's."""
    nodes = {n: f"{w}{n}" for n, w in zip(circuit.nodes, [*STRANGE, *DIGITS] * 99, strict=False) if n != "0"}
    names = {e.name: f"{k}* .save none {e.name}" for k, e in enumerate(circuit.parts)}
    changed = [e.renamed(names.get(e.name, e.name), nodes, names) for e in circuit.elements]
    return attrs.evolve(circuit, title="`x`\n.end", elements=tuple(changed), roles={})


@pytest.mark.parametrize("name", sorted(LIBRARY.keys() - {"active_cable"}))  # the cable writes 120 laws
def test_the_text_that_is_run_does_not_know_the_names(name):
    circuit, run = build(name), Transient(LIBRARY[name].stop)
    text = prepare(Job(circuit, run, max_step=run.stop / 1e4)).text
    assert text == prepare(Job(_renamed(circuit), run, max_step=run.stop / 1e4)).text


@pytest.mark.parametrize("node", [*DIGITS, *SPECIAL, *STRANGE])
def test_any_name_runs_and_people_read_what_runs_alike(engine, node):
    """Against the same circuit with a plain name, and the readable text against the one that was run: equal bytes."""
    run = Transient("0.2m")
    plain, named = (prepare(Job(devices(n), run, max_step=5e-6)) for n in ("plain", node))
    assert named.text == plain.text
    assert named.readable.isascii()
    ran, read = (engine.submit(worker_side.simulate_text, text).result()[0] for text in (plain.text, named.readable))
    assert len(ran.vectors["time"]) > 40
    assert _sorted_bytes(ran.vectors) == _sorted_bytes(read.vectors)


def _sorted_bytes(vectors):
    return sorted(v.tobytes() for v in vectors.values())


@pytest.mark.parametrize("name", ["lif_latch", "hodgkin_huxley", "adex", "axon_hillock", "ladder", "dpi"])
def test_readable_netlists_of_the_library_run_alike(engine, name):
    prepared = prepare(Job(build(name), Transient(LIBRARY[name].stop / 20), "fast"))
    ran, read = (
        engine.submit(worker_side.simulate_text, text).result()[0] for text in (prepared.text, prepared.readable)
    )
    assert prepared.text != prepared.readable
    assert _sorted_bytes(ran.vectors) == _sorted_bytes(read.vectors)


@pytest.mark.parametrize("node", ["1", "2.5", "1e3", "none", "time", "sweep", "막"])
@pytest.mark.parametrize(
    "run",
    [Transient("1m"), OperatingPoint(), AC("V1", 1, 1e4), DCSweep("V1", 0, 1, 0.1)],
    ids=lambda a: type(a).__name__,
)
def test_what_was_asked_for_is_in_the_result(engine, node, run):
    key = f"v({node})" if node in AXES else node
    plain = engine.run(rc("plain"), run)["plain"].values
    for save in ((), (node,), (node, "p"), ("0", node)):
        found = engine.run(rc(node), run, save=save)
        assert set(found.data_vars) == (set(save) - {node} if save else {"p"}) | {key}
        assert np.array_equal(found[key].values, plain)


def test_saved_nodes_keep_their_names_beside_probes(engine):
    circuit = rc("b", Probe("p", "b"), Probe("across", "p", "b"), Probe("b", "p"), Probe("ground", "0"))
    found = engine.run(circuit, Transient("1m"), save=("p", "b"))
    assert found["p"].values == pytest.approx(found["v(b)"].values)
    assert found["b"].values == pytest.approx(found["v(p)"].values)
    assert found["across"].values == pytest.approx((found["v(p)"] - found["v(b)"]).values)
    assert not engine.run(circuit, Transient("1m"))["ground"].values.any()


def test_a_current_sweep_is_in_amperes(engine):
    circuit = Circuit("i").add(I("I1", "0", "1", 0.0), R("R1", "1", "0", 2.0), CurrentProbe("i", "R1"))
    found = engine.run(circuit, DCSweep("I1", 0, 1, 0.5))
    assert found["sweep"].attrs["units"] == "A"
    assert found["1"].values == pytest.approx([0, 1, 2])
    assert found["i"].values == pytest.approx([0, 0.5, 1])


def test_probes_are_not_called_like_an_axis():
    for name in AXES:
        for make in (lambda n: Probe(n, "a"), lambda n: SpikeProbe(n, "a"), lambda n: CurrentProbe(n, "R1")):
            with pytest.raises(CircuitError, match="name of an axis"):
                make(name)


@pytest.mark.parametrize("node", ["1", "none", "time"])
def test_model_and_ngspice_agree_under_any_name(engine, node):
    assert compare(solve(rc(node), "5m"), engine.run(rc(node), Transient("5m"))).passed
    other = rc(node).with_values({"R1": "47k"})
    assert not compare(solve(other, "5m"), engine.run(rc(node), Transient("5m"))).passed


def test_a_spike_probe_and_a_sweep_see_any_node(engine):
    probe = SpikeProbe("s", "1", level=0.5)
    found = engine.run(rc("1", probe), Transient("5m"), "reference")
    (spike,) = spike_times(probe, found["time"].values, found["s"].values)
    assert spike == pytest.approx(1e-3 * np.log(2), rel=1e-4)
    swept = run_sweep(Sweep(rc("1"), grid({"R1": ["10k", "20k"]}), Transient("5m"), ("highest",)), Processes(1))
    assert not swept["failed"].values.any()
    assert swept["highest"].values == pytest.approx([1 - np.exp(-5), 1 - np.exp(-2.5)], rel=1e-3)


STUCK = Circuit("stuck").add(
    I("I1", "0", "1", 2e-7), R("R1", "1", "0", 1e6), C("C1", "1", "0", 2.5e-9),
    S("S막", "1", "0", "1", "0", 0.05, 1e-18),
)  # fmt: skip


def test_errors_speak_of_the_circuits_names(engine):
    with pytest.raises(SimulationError, match="instance S막.*names element 'S막'") as caught:
        engine.run(STUCK, Transient("20m"))
    assert caught.value.element == "S막"
    assert "S막" in caught.value.said


def _random_circuit(seed: int) -> tuple[Circuit, object]:
    """A random network of a kind, under random odd names, with some analysis."""
    rng = random.Random(seed)
    names = rng.sample([*DIGITS, *SPECIAL, *STRANGE], 8)
    names = list({n.casefold(): n for n in names}.values())[:4]
    parts = [V("V1", names[0], "0", Step(0, rng.choice([-1, 2]), "10u", "1u"))]
    for k, (a, b) in enumerate(pairwise(names)):
        parts += [R(f"R{k}", a, b, 10 ** rng.uniform(2, 5)), C(f"C{k}", b, "0", 10 ** rng.uniform(-9, -7))]
    a, b = rng.sample(names[1:], 2)
    parts += rng.choice([
        [Diode("D1", b, "0")], [S("S1", b, "0", a, "0", 0.3, 0.01)], [L("L1", a, b, 1e-3)],
        [Mosfet("M1", a, b, "0")], [B("B1", a, "0", "1e-4*tanh(v)", {"v": b})],
    ])  # fmt: skip
    circuit = Circuit(f"random {seed}").add(*parts)
    return circuit, rng.choice([Transient("0.2m"), Transient("0.5m"), AC("V1", 1, 1e5), DCSweep("V1", 0, 1, 0.1)])


def _all_bytes(engine, circuit, run):
    try:
        found = engine.run(circuit, run, "fast")
    except SimulationError as error:
        return re.sub(r"kept in \S+", "", str(error))
    return {str(n): found[n].values.tobytes() for n in found.variables}


def test_no_circuit_changes_what_the_next_one_gives():
    """In one worker: each of 40 circuits after every kind of other, failing ones too; and in a fresh worker."""
    cases = [_random_circuit(seed) for seed in range(40)] + [(STUCK, Transient("20m"))]
    with Engine() as one:
        first = [_all_bytes(one, *case) for case in cases]
        for seed in range(3):
            order = random.Random(seed).sample(range(len(cases)), len(cases))
            assert all(_all_bytes(one, *cases[k]) == first[k] for k in order)
    for k in (0, 7, 40):
        with Engine() as fresh:
            assert _all_bytes(fresh, *cases[k]) == first[k]


def test_names_are_ours_and_lead_back():
    names = spice_names(devices("막"))
    assert all(re.fullmatch(r"n\d+|0", n) for n in names.nodes.values())
    assert all(re.fullmatch(r"[A-Z]\d+", n) for n in names.elements.values())
    assert len(set(names.elements.values())) == len(names.elements)
    assert names.back(names.elements["S1"].lower()) == "S1"
    assert names.back("rnothing") is None
    assert names.spoken("trouble with s1 at n2, n99") == "trouble with S1 at 막, n99"
