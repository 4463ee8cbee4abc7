"""Every verb takes a circuit as well as a name: a library neuron with other names is treated alike."""

import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis import explain, fi_curve, solve, verify
from lapicque.analysis.energy import energy
from lapicque.analysis.limits import Tolerance
from lapicque.analysis.models.frequency import bode
from lapicque.analysis.verification import _noted
from lapicque.circuits import C, Circuit, DesignError, I, LapicqueError, Probe, R, S, SpikeProbe, V
from lapicque.circuits.closed_forms.lif_forms import ideal_lif
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.errors import CircuitError, UnknownNameError
from lapicque.circuits.library import build
from lapicque.circuits.runs.run_length import run_length

NEURONS = ("lif_switch", "lif_latch", "lif_comparator")

RELAXING = (
    V("Vin", "i", "0", 3.3), R("R", "i", "m", "220k"), C("C", "m", "0", "47n"),
    S("S", "m", "0", "m", "0", 1.2, 0.8, "1k", "1G"), SpikeProbe("spk", "m", "0", 1, True),
)  # fmt: skip


def renamed(circuit: Circuit) -> Circuit:
    """The same circuit in words of somebody else's: no node and no element keeps its name."""
    nodes = {n: n if n == "0" else f"n_{n}x" for n in circuit.nodes}
    names = {e.name: f"{e.name}_own" for e in circuit.elements}
    roles = {role: nodes.get(who) or names[who] for role, who in circuit.roles}
    parts = (e.renamed(names[e.name], nodes, names) for e in circuit.elements)
    return Circuit("own", tuple(parts), circuit.spec, roles)


@pytest.mark.parametrize("name", NEURONS)
def test_an_interval_is_explained_alike_under_other_names(name):
    ours, theirs = explain(name), explain(renamed(build(name)))
    assert theirs.model == pytest.approx(ours.model, rel=1e-12)
    for a, b in zip(ours.causes, theirs.causes, strict=True):
        assert b.seconds == pytest.approx(a.seconds, abs=1e-9 * ours.ideal), a.name


@pytest.mark.parametrize("name", NEURONS)
def test_the_curve_of_an_own_neuron_is_that_of_its_twin(name):
    currents = np.array([0.9e-6, 1.5e-6, 4e-6])
    ours, theirs = fi_curve(name, currents), fi_curve(renamed(build(name)), currents)
    assert theirs.model == pytest.approx(ours.model, rel=1e-9)
    assert theirs.rheobase == pytest.approx(1e-6)  # 1 V over 1 Mohm


@pytest.mark.parametrize("name", NEURONS)
def test_a_verification_of_an_own_neuron_holds_its_explanation(name, engine):
    found = verify(renamed(build(name)), engine)
    assert found.passed, found.failures
    assert found.explanation is not None
    assert found.fi is not None
    assert found.name == "own"


NORTON = (I("Drive", "0", "u", "2u"), R("Rin", "u", "0", "1Meg"))
THEVENIN = (V("Drive", "0", "inp", -2), R("Rin", "inp", "u", "1Meg"))


def charged_by(*drive) -> Circuit:
    cell = (C("Cm", "u", "0", "10n"), S("Rst", "u", "0", "u", "0", 0.505, 0.495, 100, "1T"))
    parts = (*drive, *cell, SpikeProbe("out", "u", "0", 0.5, True))
    roles = {"input": "Drive", "membrane": "u", "reset": "Rst"}
    return Circuit("charged", parts, {"v_th": 1, "v_reset": 0.01, "t_ref": 0}, roles)


def test_a_neuron_that_a_voltage_drives_is_its_norton_twin():
    """By Thevenin and Norton the membrane cannot tell; here plus is at ground, so volts count backwards."""
    current, voltage = charged_by(*NORTON), charged_by(*THEVENIN)
    assert len(lq.derivations(voltage)) == len(lq.derivations(current)) == 2
    assert run_length(voltage, 0.0) == pytest.approx(run_length(current, 0.0))
    ours, theirs = explain(current), explain(voltage)
    assert theirs.model == pytest.approx(ours.model, rel=1e-9)
    for a, b in zip(ours.causes, theirs.causes, strict=True):
        assert b.seconds == pytest.approx(a.seconds, abs=1e-9 * ours.ideal), a.name
    ours, theirs = fi_curve(current, [0.9e-6, 3e-6]), fi_curve(voltage, [-0.9, -3])
    assert theirs.formula == pytest.approx(ours.formula)
    assert theirs.model == pytest.approx(ours.model, rel=1e-9)
    assert theirs.rheobase == pytest.approx(-1)  # volts
    with pytest.raises(DesignError, match="rheobase -1 V"):
        explain(voltage.with_values({"Drive": -0.5}))


def test_values_of_another_unit_and_parts_that_are_none_are_named():
    voltage = charged_by(*THEVENIN)
    for call, words in (
        (lambda: lq.find_rheobase(voltage, "0.5 A", "2 A", "0.1"), "in V, not in A"),
        (lambda: fi_curve(voltage, ["1 A"]), "in V, not in A"),
        (lambda: fi_curve("lif", ["x"]), "'x'"),
        (lambda: lq.tolerance(voltage, {"Drive": "1%"}), "'Drive' is a source"),
        (lambda: explain(Circuit("c", voltage.elements, {"vth": 1, "foo": 3}, voltage.roles)), "it has foo, vth"),
    ):
        with pytest.raises(LapicqueError, match=words):
            call()


def test_a_changing_input_is_called_so_before_a_length_is_asked_for():
    train = charged_by(*NORTON).with_values({"Drive": lq.PulseTrain(0, 2e-6, count=5)})
    with pytest.raises(DesignError, match="'Drive' changes over time"):
        explain(train)


def test_the_energy_account_of_an_own_circuit_is_that_of_its_twin(engine):
    ours, theirs = energy("rc", engine, "5m"), energy(renamed(build("rc")), engine, "5m")
    assert theirs.delivered == pytest.approx(ours.delivered, rel=1e-6)


def test_a_linear_circuit_is_verified_with_its_response(engine):
    """An RC of nobody's: cut-off at 1 / (2 pi R C)."""
    parts = (V("Vs", "a", "0", 1.0), R("Ra", "a", "b", "1k"), C("Cb", "b", "0", "1u"), Probe("b", "b"))
    found = verify(Circuit("mine", parts), engine)
    assert found.passed, found.failures
    assert found.bode.cutoff == pytest.approx(1 / (2 * np.pi * 1e-3))


def test_the_name_of_a_role_is_checked():
    with pytest.raises(UnknownNameError, match="membrane"):
        Circuit("c", (), roles={"membran": "mem"})


def test_without_a_role_the_error_says_which_to_give():
    bare = Circuit("bare", build("lif").elements, build("lif").spec)
    for job in (lambda: ideal_lif(derive(bare)), lambda: explain(solve(bare, 60e-3))):
        with pytest.raises(DesignError, match=r"roles=\{\"(membrane|input)\""):
            job()
    # Its only current source is what drives it.
    assert fi_curve(bare, [2e-6]).model == pytest.approx(fi_curve("lif", [2e-6]).model, rel=1e-4)


@pytest.mark.parametrize(("roles", "said"), [
    ({"input": "R"}, ["'R', a resistor", "can be Vin"]),
    ({"membrane": "C"}, ["'C', a capacitor", "node", "give 'm'"]),
    ({"reset": "C"}, ["'C', a capacitor", "discharges", "can be S"]),
    ({"set": "spk"}, ["a spike probe", "can be S"]),
    ({"clear": "Vin"}, ["a voltage source", "can be S"]),
    ({"refractory": "R"}, ["a resistor", "node"]),
])  # fmt: skip
def test_who_cannot_play_a_role_is_refused_at_once(roles, said):
    with pytest.raises(DesignError) as error:
        Circuit("relax", RELAXING, roles=roles)
    assert all(words in str(error.value) for words in said), error.value


@pytest.mark.parametrize(("roles", "said"), [
    ({"input": "Vim"}, "Did you mean 'Vin'"), ({"membrane": "mm"}, "Did you mean 'm'"), ({"reset": "T"}, "Known: S"),
    ({"clear": "nix"}, "Known: S"), ({"refractory": "nn"}, "Known: 0, i, m"),
])  # fmt: skip
def test_who_is_not_there_plays_no_role(roles, said):
    """It may still be added to the circuit: who uses the circuit is told, who makes it is not."""
    circuit = Circuit("relax", RELAXING, roles=roles)
    for use in (derive, Circuit.check, lambda c: solve(c, "1m")):
        with pytest.raises(DesignError, match=said):
            use(circuit)


@pytest.mark.parametrize("roles", [None, "in", 5, [("a", "b", "c")], {"input": 5}, {5: "a"}, [5], {"input": None}])
def test_roles_of_another_form_are_refused_in_words(roles):
    with pytest.raises(LapicqueError):
        Circuit("relax", RELAXING, roles=roles)


@pytest.mark.parametrize("spec", [None, "in", 5, [1], {"v_th": None}])
def test_a_spec_of_another_form_is_refused_in_words(spec):
    with pytest.raises(LapicqueError):
        Circuit("relax", RELAXING, spec=spec)


def test_a_role_that_nobody_plays_is_named():
    gone = build("lif").without("I1").add(I("drive", "0", "mem", "2u"))
    with pytest.raises(DesignError, match="'I1'"):
        ideal_lif(derive(gone))


def test_of_several_sources_none_is_taken_silently():
    parts = (
        V("Va", "a", "0", 1),
        R("R1", "a", "b", 1),
        V("Vb", "c", "0", 1),
        R("R2", "c", "b", 1),
        C("C1", "b", "0", 1),
    )
    two = Circuit("two", (*parts, Probe("b", "b")))
    with pytest.raises(DesignError, match="Va, Vb"):
        bode(two)
    assert abs(bode(Circuit("two", two.elements, roles={"input": "Vb"})).formula[0]) == pytest.approx(0.5, rel=1e-3)
    with pytest.raises(CircuitError, match="no probe"):
        bode(Circuit("two", parts, roles={"input": "Vb"}))


def test_roles_survive_json_and_new_names_of_nodes():
    lif = build("lif_latch")
    assert Circuit.from_json(lif.to_json()).roles == lif.roles
    assert lif.with_nodes({"mem": "soma"}).role("membrane") == "soma"


def test_a_length_that_does_not_follow_is_asked_for(engine):
    van_der_pol = Circuit("own", build("nagumo").elements)
    with pytest.raises(DesignError, match="--stop"):
        verify(van_der_pol, engine)
    assert verify(van_der_pol, engine, stop="20m").stop == 0.02


def test_a_transistor_that_starts_saturated_is_verified(tmp_path):
    """Its time constant at the start is 0.1 ns, which would ask for 60 million steps of a run of 30 us."""
    path = tmp_path / "inverter.cir"
    path.write_text(
        "inverter\n.model n NPN(BF=150 CJE=4p CJC=3p TF=0.4n)\nVCC vcc 0 5\nVIN in 0 SIN(2.5 2.5 100k 2u)\n"
        "RB in b 10k\nQ1 c b 0 n\nRC vcc c 1k\nCL c 0 20p\n.tran 10n 30u\n"
    )
    inverter = lq.read(path)
    found = lq.compare(lq.solve(inverter, "30u"), lq.simulate(inverter, lq.Transient("30u")))
    assert found.passed, found.verdict
    assert {w.signal for w in found.waveforms} >= {"b", "c"}


def test_a_fault_in_an_extra_leaves_the_comparison(engine):
    """A step of which we do not know how it fails is a failure, in words that say whose fault it is."""
    found = verify(Circuit("own", RELAXING), engine, stop="40m", curves=False)

    def faulty(state, engine, limits):
        raise TypeError("ufunc 'isnan' not supported")

    after = _noted(faulty, found, engine, Tolerance())
    assert after.comparison is found.comparison
    assert found.passed
    assert not after.passed
    assert after.failures == (
        "'faulty' stopped by a fault of lapicque: TypeError: ufunc 'isnan' not supported; please report it.",
    )
