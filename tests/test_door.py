"""`import lapicque as lq`: what one needs every day, loaded when used, and objects that show themselves."""

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis.sweeps.design import listed
from lapicque.circuits.arguments import KindError

EVERY_DAY = (
    "R", "C", "L", "V", "I", "S", "B", "E", "F", "G", "H", "Circuit", "Step", "Pulse", "PulseTrain", "Sine",
    "SpikeTrain", "build", "library", "derive", "derivations", "ideal_lif", "response", "netlist_text", "simulate",
    "Engine", "solve", "compare", "explain", "verify", "sweep", "fi_curve", "energy", "draw", "plot", "read", "network",
    "run_network", "prepare_network", "compare_network", "lif", "cuba_lif", "integrate_and_fire", "leaky", "population",
    "Connection", "SpikeInput", "SignalInput", "poisson", "constant_input", "all_to_all", "one_to_one",
    "random_weights",
    "Transient", "Probe", "SpikeProbe", "spikes", "__version__",
)  # fmt: skip
HEAVY = ("numpy", "sympy", "xarray", "matplotlib", "attrs")


def test_the_names_of_every_day_are_there():
    for name in EVERY_DAY:
        assert getattr(lq, name) is not None, name


def test_every_name_of_the_stub_is_there_and_shown():
    stub = ast.parse(Path(lq.__file__).with_suffix(".pyi").read_text())
    names = {a.name for n in stub.body if isinstance(n, ast.ImportFrom) for a in n.names}
    assert names <= set(dir(lq))
    assert all(getattr(lq, n) is not None for n in names)


@pytest.mark.parametrize("room", ["", ".circuits", ".netlists", ".analysis", ".analysis.plots"])
def test_a_room_shows_its_own_names_only(room):
    module = __import__(f"lapicque{room}", fromlist=["x"])
    shown = {n for n in dir(module) if not n.startswith("_")}
    assert not shown & {"Any", "annotations", "import_module", "lazy_loader", "TYPE_CHECKING"}


def test_the_rooms_are_on_the_door_before_anything_is_loaded():
    code = "import lapicque as lq; print([r for r in ('circuits', 'netlists', 'analysis', 'lessons') if r in dir(lq) \
and getattr(lq, r).__name__ == 'lapicque.' + r])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['circuits', 'netlists', 'analysis', 'lessons']"


def test_a_wrong_name_is_an_error():
    with pytest.raises(AttributeError, match="solv"):
        _ = lq.solv


def test_the_door_loads_nothing_before_it_is_used():
    code = f"import sys, lapicque; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def lif():
    return lq.build("lif")


@pytest.fixture(scope="module")
def solution(lif):
    return lq.solve(lif, 60e-3)


@pytest.fixture(scope="module")
def run(lif):
    return lq.simulate(lif, lq.Transient("60m"))


def test_spikes_of_both_legs(solution, run):
    model, ngspice = lq.spikes(solution), lq.spikes(run)
    assert model.keys() == ngspice.keys() == {"spike"}
    assert ngspice["spike"] == pytest.approx(model["spike"], abs=1e-6)
    # t_1 = tau ln(I R / (I R - v_th)) with tau = 10 ms, I R = 2 V, v_th = 1 V
    assert model["spike"][0] == pytest.approx(10e-3 * np.log(2), rel=1e-3)


def test_spikes_of_something_else_are_refused(lif):
    with pytest.raises(KindError, match="simulate"):
        lq.spikes([1.0])
    with pytest.raises(lq.DesignError, match="SpikeProbe"):
        lq.spikes(lq.solve(lq.build("rc"), 1e-3))


def test_everything_has_a_short_word_for_itself(lif, solution, run):
    compared, equations = lq.compare(solution, run), lq.derive(lif)
    words = {
        "12 elements": lif, "6 spikes": solution, "They agree": compared, "v_mem": equations,
        "steps": lq.derivations(lif)[1], "comparator delay": lq.explain(solution), "cut-off": lq.bode(lq.build("rc")),
        "Hz": lq.fi_curve("lif", [2e-6]), "drawing": lq.draw("rc"),
    }  # fmt: skip
    for word, thing in words.items():
        assert word in repr(thing)
        assert len(repr(thing)) < 500, type(thing)
    assert "lif_latch" in repr(lq.library)


def test_notebooks_get_pictures(lif, solution, run):
    shown = (lif, solution, lq.compare(solution, run), lq.explain(solution), lq.bode(lq.build("rc")))
    for thing in shown:
        html = thing._repr_html_()
        assert "<svg" in html
        assert "<pre" in html
    assert lq.draw("lif")._repr_svg_().lstrip().startswith("<")
    assert "<td>" in lq.library._repr_html_()


def test_notebooks_get_verifications_and_energies():
    with lq.Engine(1) as engine:
        verified, account = lq.verify("rc", engine, curves=False), lq.energy("rc", engine, "5m")
    assert "<svg" in verified._repr_html_()
    assert "passed" in verified._repr_html_()
    for name in ("V1", "R1", "C1 (stored)"):
        assert name in account._repr_html_()
        assert name in str(account)
    assert lq.verify("rc", None)._repr_html_()


def test_a_derivation_is_shown_as_formulas(lif):
    latex = lq.derivations(lif)[1]._repr_latex_()
    assert latex.startswith("$$")
    assert r"\tau = C_{1} R_{1}" in latex
    assert r"\frac{d v_{\text{mem}}}{dt}" in latex


def test_a_name_with_html_in_it_is_words():
    bad = lq.Circuit("<b>x</b>", (lq.V("V1", "a", "0", 1), lq.R("R1", "a", "0", 1)))
    assert "<b>" not in bad._repr_html_()


def test_a_sweep_in_one_call():
    """tau ln 2 + t_ref for each R would need the same over-drive: I R / v_th = 2 at 1 Mohm alone."""
    swept = lq.sweep("lif", {"R1": ["1Meg", "2Meg"]}, ("interval",))
    wanted = [r * 10e-9 * np.log(2e-6 * r / (2e-6 * r - 1)) + 2e-3 for r in (1e6, 2e6)]
    assert swept["interval"].values == pytest.approx(wanted, rel=1e-3)
    assert "2 runs, 0 failed" in repr(swept)
    assert "<svg" in swept._repr_html_()
    assert swept.failures == ()


def test_a_sweep_of_an_own_circuit_over_numbered_runs():
    parts = (lq.V("Vin", "a", "0", 1), lq.R("Ra", "a", "b", "1k"), lq.R("Rb", "b", "0", "1k"), lq.Probe("b", "b"))
    mine = lq.Circuit("divider", parts)
    swept = lq.sweep(mine, listed([{"Rb": "1k"}, {"Rb": "3k"}]), stop="1m")
    assert swept["final"].values == pytest.approx([0.5, 0.75], rel=1e-6)
    with pytest.raises(lq.DesignError, match="stop"):
        lq.sweep(lq.Circuit("own", lq.build("nagumo").elements), {"C1": ["1u"]})


def test_a_picture_of_something_else_is_refused():
    with pytest.raises(KindError, match="draw"):
        lq.plot(3)


def test_reading_what_was_written(tmp_path, lif):
    (tmp_path / "lif.json").write_text(lif.to_json())
    assert lq.read(tmp_path / "lif.json") == lif
    with pytest.raises(lq.LapicqueError, match="cannot read"):
        lq.read(tmp_path / "none.json")


def test_the_version_is_that_of_the_package():
    from importlib.metadata import version

    assert lq.__version__ == version("lapicque")
