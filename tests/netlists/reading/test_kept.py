"""Cards without an element are kept as opaque devices: what ngspice makes of the file is what our circuit does."""

import json
import subprocess

import attrs
import numpy as np
import pytest
from click.testing import CliRunner

import lapicque as lq
from lapicque.analysis.sweeps import mismatch
from lapicque.circuits.closed_forms.derivations import derivations
from lapicque.circuits.elements import Opaque
from lapicque.circuits.equations.around import around
from lapicque.circuits.errors import CircuitError, NotDerivedError
from lapicque.cli.main import cli
from lapicque.netlists import DCSweep, Engine, OperatingPoint, Transient
from lapicque.netlists.reading.deck import Asked, read_netlist
from lapicque.netlists.reading.source import NetlistError
from lapicque.netlists.reading.summary import summary
from lapicque.netlists.spice.plain import plain_text
from lapicque.netlists.spice.prepare import Job, prepare

CARDS = """.subckt inv a y vdd w=1u
.model pch pmos level=8 version=3.3.0 tox=7n vth0=-0.5 u0=150 cgso=2e-10 cgdo=2e-10
M1 y a 0 0 nch W={w} L={0.25u*2} ad=1p
M2 y a vdd vdd pch W={2*w} L=0.5u
.ends
.model nch nmos level=8 version=3.3.0 tox=7n vth0=0.5 u0=400 k1=0.5 cgso=2e-10 cgdo=2e-10 cj=1m
.model n4.1 nmos level=14 version=4.5 toxe=4n lmin=0.1u lmax=0.4u wmin=0.1u wmax=100u vth0=0.3
.model n4.2 nmos level=14 version=4.5 toxe=4n lmin=0.4u lmax=10u wmin=0.1u wmax=100u vth0=0.45
.model odd D(is=1e-14 isr=1e-12 nr=2.5)
vdd vdd 0 3.3
X1 g y vdd inv
c1 y 0 50f
M3 z g 0 0 n4 w=2u l=0.5u delvto=0 mulu0=1
Rz vdd z 10k
D1 z q odd area=2
Rq q 0 100k
"""
DECK = f"inverters of BSIM3 and BSIM4\nvg g 0 PULSE(0 3.3 1n 1n 1n 4n 10n)\n{CARDS}.tran 0.1n 12n\n"
SWING = 1e-6
"""Of the swing. Measured: 2e-16 in the transient, 2e-8 in the sweep, where ngspice's own gmin is 1e-12 S."""


@pytest.fixture(scope="module")
def engine():
    with Engine(timeout=60) as made:
        yield made


@pytest.fixture(scope="module")
def deck(tmp_path_factory, engine):
    path = tmp_path_factory.mktemp("kept") / "inv.cir"
    path.write_text(DECK)
    return read_netlist(path, Asked(keep=True), engine)


def by_ngspice(folder, text, vectors):
    """What `ngspice -b` writes of a netlist as it came: one column a vector, behind its axis."""
    out = folder / "theirs.txt"
    how = "set num_threads=1\nset wr_singlescale\nset numdgt=15\nrun"
    command = f".control\n{how}\nwrdata {out} {' '.join(vectors)}\n.endc\n.end\n"
    (folder / "theirs.cir").write_text(text + command)
    subprocess.run(
        ["ngspice", "-b", str(folder / "theirs.cir")], cwd=folder, capture_output=True, check=False, timeout=60
    )
    return np.loadtxt(out).T


def test_a_kept_circuit_does_what_ngspice_makes_of_the_file(deck, engine, tmp_path):
    """At rest over the whole range of the input, and in time at ngspice's own steps with our options."""
    nodes = ("y", "z", "q")
    still = f"t\nvg g 0 0\n{CARDS}.dc vg 0 3.3 0.05\n.options reltol=1e-8 abstol=1e-16 vntol=1e-11\n"
    theirs = by_ngspice(tmp_path, still, [f"v({n})" for n in nodes])
    ours = engine.run(deck.circuit, DCSweep("vg", 0, 3.3, 0.05), "reference")
    for n, column in zip(nodes, theirs[1:], strict=True):
        assert np.max(np.abs(ours[n].values - column)) <= SWING * np.ptp(column), n
    prepared = prepare(Job(deck.circuit, Transient(12e-9), "standard", max_step=1e-11))
    lines = prepared.readable.splitlines()
    how = "\n".join(line for line in lines if line.startswith((".options", ".ic ", ".tran")))
    moving = DECK.replace(".tran 0.1n 12n", how).replace(
        "c1 y 0 50f", f"c1 y 0 50f IC={deck.circuit.element('c1').ic!r}"
    )
    theirs = by_ngspice(tmp_path, moving, [f"v({n})" for n in nodes])
    ours = engine.run(deck.circuit, Transient(12e-9), max_step=1e-11)
    assert len(theirs[0]) == len(ours["time"])
    for n, column in zip(nodes, theirs[1:], strict=True):
        assert np.max(np.abs(ours[n].values - column)) <= SWING * np.ptp(column), n


def test_what_is_opaque_is_said_and_can_be_varied(deck):
    opaque = deck.circuit.of_type(Opaque)
    assert [e.name for e in opaque] == ["X1.M1", "X1.M2", "M3", "D1"]
    assert opaque[0].pin_names == ("d", "g", "s", "b")
    assert "opaque, known to ngspice alone: X1.M1 (nch), X1.M2 (pch)" in "\n".join(summary("inv.cir", deck))
    wider = deck.circuit.with_values({"X1.M1.w": "3u", "l_X1.M1": 1e-6})
    assert dict(wider.element("X1.M1").params) == {"ad": 1e-12, "l": 1e-6, "w": 3e-6}
    with pytest.raises(lq.UnknownNameError):
        deck.circuit.with_values({"X1.M1.width": 1})
    assert "X1.M1" in str(deck.circuit)
    names = [s.name for s in mismatch(deck.circuit)]
    assert names == ["delvto_M3", "mulu0_M3"]


def test_each_model_is_written_once_and_only_the_range_that_is_meant(deck):
    text = prepare(Job(deck.circuit, OperatingPoint())).readable
    models = [line.split()[1] for line in text.splitlines() if line.startswith(".model")]
    assert len(models) == 4
    assert [m.partition(".")[2] for m in models] == ["", "", "2", ""]
    assert "k1=0.5" in text  # no element of ours, although C1 and K1 look like some
    assert text.count("vth0=0.5 ") == plain_text(deck.circuit, OperatingPoint()).count("vth0=0.5 ") == 1
    with pytest.raises(CircuitError, match="M3.*no range of sizes"):
        prepare(Job(deck.circuit.with_values({"M3.l": 20e-6}), OperatingPoint()))


def test_it_is_the_same_from_json(deck, engine):
    again = lq.Circuit.from_json(deck.circuit.to_json())
    assert again == deck.circuit
    found = [engine.run(c, OperatingPoint())["y"].item() for c in (deck.circuit, again)]
    assert found[0] == found[1]


def test_without_keep_the_refusal_says_that_there_is_such_a_way(tmp_path, engine):
    path = tmp_path / "inv.cir"
    path.write_text(DECK)
    with pytest.raises(NetlistError, match=r"inv.cir:5: .*level 8.*--keep"):
        read_netlist(path, engine=engine)
    for card, words in (("D1 y 0 nobody", "nobody"), ("K1 L1 L2 1.2", "k1")):
        path.write_text(f"t\nV1 y 0 1\nR1 y 0 1k\nL1 y 0 1\nL2 y 0 1\n{card}\n")
        with pytest.raises((NetlistError, CircuitError), match=words):
            read_netlist(path, Asked(keep=True), engine)


def test_verbs_take_the_option(deck, tmp_path):
    """netlist writes it, a value of a device in a subcircuit can be set, derive says which element stops it."""
    path = tmp_path / "inv.cir"
    path.write_text(DECK.replace("c1 y 0 50f", ".param load=50f\nc1 y 0 {load}"))
    asked = [str(path), "--keep", "--set", "X1.M1.w=3u", "--set", "load=60f"]
    written, derived, refused = (CliRunner().invoke(cli, [v, *asked]) for v in ("netlist", "derive", "verify"))
    assert "y g 0 0 o_1 ad=1e-12 l=5e-07 w=3e-06" in written.output
    assert "6e-14" in written.output
    assert "only ngspice knows X1.M1 (nch)" in derived.stderr
    assert "dv_y/dt = (-i_X1.M1_d - i_X1.M2_d)/c1" in derived.stdout
    assert refused.exit_code == 2
    assert "X1.M1" in refused.output


def test_what_needs_equations_refuses_and_names_the_device(deck, engine):
    for asked in (lq.derive, lambda c: lq.solve(c, "1n"), lambda c: lq.verify(c, engine, stop="1n")):
        with pytest.raises(NotDerivedError, match=r"X1\.M1.*only ngspice knows.*simulate"):
            asked(deck.circuit)
    with pytest.raises(lq.DesignError, match="give stop"):
        lq.sweep(deck.circuit, {"X1.M1.w": ["1u"]})


def test_kirchhoffs_law_stands_around_opaque_devices(deck, engine):
    """dv_y/dt with the currents that ngspice measured is the slope of the voltage that it gave: 1.2e-3 of the swing of
    the voltage, once summed up, where the measured currents jump at the edges' corners."""
    found = around(deck.circuit)
    ((name, slope),) = [(x, e) for x, e in found.slopes.items() if "v_y" in x.name]
    assert {s.name for s in slope.free_symbols} == {"c1", "i_X1.M1_d", "i_X1.M2_d"}
    assert name.name == "dv_y/dt"
    probed = deck.circuit.add(lq.CurrentProbe("i1", "X1.M1"), lq.CurrentProbe("i2", "X1.M2"), lq.Probe("y", "y"))
    run = engine.run(probed, Transient(12e-9), max_step=2e-12)
    numbers = {"c1": 50e-15, "i_X1.M1_d": run["i1"].values, "i_X1.M2_d": run["i2"].values}
    values = lq_lambdify(slope)(**{k.replace(".", "_"): v for k, v in numbers.items()})
    time, y = run["time"].values, run["y"].values
    summed = y[0] + np.concatenate([[0], np.cumsum(np.diff(time) * (values[1:] + values[:-1]) / 2)])
    assert np.max(np.abs(summed - y)) < 5e-3 * np.ptp(y)
    assert "what flows into it sums to zero" in str(derivations(deck.circuit)[0])


def lq_lambdify(expression):
    from sympy import Symbol, lambdify

    names = {s: Symbol(s.name.replace(".", "_")) for s in expression.free_symbols}
    return lambdify(list(names.values()), expression.xreplace(names), "numpy")


def test_nodes_of_opaque_pins_alone_have_unknown_voltages(tmp_path, engine):
    path = tmp_path / "two.cir"
    path.write_text("t\n.model n nmos level=8\nV1 a 0 1\nM1 a a x 0 n w=1u l=1u\nM2 x x 0 0 n w=1u l=1u\n.op\n")
    circuit = read_netlist(path, Asked(keep=True), engine).circuit.add(lq.Probe("seen", "x"))
    found = around(circuit)
    assert [s.name for s in found.voltages] == ["v_x"]
    assert "i_M1_s + i_M2_d + i_M2_g = 0" in str(found.derivation)
    assert 0 < engine.run(circuit, OperatingPoint())["seen"].item() < 1


HOSTILE = {
    "a command": {"definitions": [".model nch nmos (level=8)\n.control\nshell touch {mark}\n.endc"]},
    "another card": {"definitions": [".model nch nmos (level=8)", ".include {mark}"]},
    "a file": {"definitions": ['.model nch nmos (level=8 file="{mark}")']},
    "another kind": {"definitions": [".model nch d_state (level=8)"]},
    "back quotes": {"definitions": [".model nch nmos (level=`touch {mark}`)"]},
    "an expression": {"definitions": [".model nch nmos (level={{8}})"]},
    "another name": {"definitions": [".model other nmos (level=8)"]},
    "a word": {"words": ["off\n.control\nshell touch {mark}\n.endc"]}, "a comment": {"words": ["*#shell"]},
    "a letter": {"letter": "a"}, "a longer letter": {"letter": ".control"}, "no model": {"definitions": []},
    "a parameter": {"params": [["w\nshell touch {mark}", 1e-6]]}, "a model's name": {"model": "x\n.control"},
}  # fmt: skip


def test_nothing_of_a_strangers_json_acts(deck, tmp_path, engine):
    body = json.loads(deck.circuit.without("X1.M2").to_json())
    place = next(k for k, e in enumerate(body["elements"]) if e["name"] == "X1.M1")
    mark = tmp_path / "mark"
    for how, changes in HOSTILE.items():
        changed = json.loads(json.dumps(changes).replace("{mark}", str(mark)).replace("{{", "{").replace("}}", "}"))
        body["elements"][place] = {**body["elements"][place], **changed}
        with pytest.raises(lq.LapicqueError) as refused:
            engine.run(lq.Circuit.from_json(json.dumps(body)), OperatingPoint())
        assert "X1.M1" in str(refused.value), how
        body = json.loads(deck.circuit.without("X1.M2").to_json())
        assert not mark.exists(), how


def test_energy_is_even_and_two_kept_circuits_are_compared(deck, engine):
    account = lq.energy(deck.circuit, engine, "12n", "standard")
    assert account.imbalance < 1e-4  # measured 6e-6
    assert account.absorbed["X1.M2"] > 0
    assert lq.compare_circuits(deck.circuit, deck.circuit.with_nodes({"y": "out"})).same
    other = lq.compare_circuits(deck.circuit, deck.circuit.with_values({"X1.M1.w": "2u"}), stop="12n", engine=engine)
    assert "the width of X1.M1 is 2u" in other.verdict


def neuron(current):
    """Two inverters of BSIM3, a feedback capacitor and a reset path: an axon-hillock circuit."""
    model = "level=8 version=3.3.0 tox=7n k1=0.5 cgso=2e-10 cgdo=2e-10"

    def m(name, kind, nodes, l):  # noqa: E741
        own = "u0=400 vth0=0.6" if kind == "nch" else "u0=150 vth0=-0.6"
        word = f".model {kind} {kind[0]}mos ({model} {own})"
        return Opaque(name, "m", nodes, kind, {"w": "0.5u", "l": l}, "dgsb", (word,))

    parts = (
        lq.V("VDD", "vdd", "0", 3.3), lq.V("VPW", "pw", "0", 0.7), lq.I("I1", "0", "mem", current),
        lq.C("Cm", "mem", "0", "100f"), lq.C("Cf", "out", "mem", "60f"),
        m("M1", "pch", ("x", "mem", "vdd", "vdd"), "0.5u"), m("M2", "nch", ("x", "mem", "0", "0"), "0.5u"),
        m("M3", "pch", ("out", "x", "vdd", "vdd"), "1u"), m("M4", "nch", ("out", "x", "0", "0"), "1u"),
        m("M5", "nch", ("mem", "out", "y", "0"), "1u"), m("M6", "nch", ("y", "pw", "0", "0"), "5u"),
        lq.SpikeProbe("spike", "out", "0", 1.65),
    )  # fmt: skip
    return lq.Circuit("neuron", parts, roles={"input": "I1", "membrane": "mem"})


def test_a_firing_rate_is_ngspices(engine):
    """Charge balance: the membrane rises by V_dd Cf / I, so twice the current halves that part of the interval."""
    curve = lq.fi_curve(neuron, ["0", "1n"], engine, stop="1.5m")
    assert curve.model is None
    assert curve.simulated[0] == 0
    assert 1 / curve.simulated[1] > 3.3 * 60e-15 / 1e-9
    assert "-" in str(curve)
    with pytest.raises(lq.DesignError, match="give stop"):
        lq.fi_curve(neuron, ["1n"], engine)


def test_cards_that_are_longer_than_ngspice_prints_are_read_whole(tmp_path, engine):
    points = " ".join(f"{k}u {k % 7}" for k in range(900))
    values = " ".join(f"l{k}=0.1234567890123456" for k in range(250))
    path = tmp_path / "long.cir"
    text = f"t\nV1 a 0 PWL({points})\nV2 b 0 PWL({points} 1m 3)\nR1 a b 1k\n.model n nmos level=8 {values}\n"
    path.write_text(f"{text}M1 a b 0 0 n w=1u l=1u\n.tran 1u 1m uic\n")
    circuit = read_netlist(path, Asked(keep=True), engine).circuit
    first, second = (circuit.element(n).stimulus.breakpoints() for n in ("V1", "V2"))
    assert len(first[0]) == 900
    assert second[0][-1] == 1e-3
    assert second[1][-1] == 3
    assert circuit.element("M1").definitions[0].count("=") == 251
    path.write_text(f"t\n.param x=1\nV1 a 0 PWL({points} 1m {{x}})\nR1 a 0 1k\n")
    with pytest.raises(lq.LapicqueError, match="shorter"):
        read_netlist(path, engine=engine)
    assert attrs.evolve(circuit, title="other") != circuit
