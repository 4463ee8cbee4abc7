"""The whole job, its pictures and its report."""

import json
import re
import xml.etree.ElementTree as xml

import numpy as np
import pytest

from lapicque.analysis import Tolerance, bode, fi_curve, plots, solve, verify, write_report
from lapicque.analysis.plots.shown import draw
from lapicque.analysis.reports.report import to_html, to_json
from lapicque.circuits import LapicqueError, UnknownNameError
from lapicque.circuits.library import LIBRARY, build
from lapicque.netlists import Engine


@pytest.fixture(scope="module")
def verified(engine):
    return {name: verify(name, engine) for name in ("rc", "rlc", "lif_latch", "pre_post")}


def test_everything_agrees(verified):
    for v in verified.values():
        assert v.passed, [m for m in v.metrics if not m.passed]


def test_a_limit_that_is_too_tight_fails(engine):
    assert not verify("rc", engine, tolerance=Tolerance(1e-12, 1e-12)).passed


def test_without_ngspice_everything_else_is_there():
    found = verify("lif_latch", None)
    assert not found.passed
    assert "no engine was given" in found.failures[0]
    assert found.netlist
    assert found.solution is not None
    assert found.explanation is not None
    assert found.fi is not None
    assert "lif_latch" in to_html([found])


def test_a_run_that_fails_loses_nothing_else(tmp_path):
    """An engine whose time is up before ngspice can have begun: everything but the run is there."""
    with Engine(timeout=1e-4) as hopeless:
        found = verify("lif_latch", hopeless, "reference", {"current": "1.02u"})
    assert not found.passed
    assert "the run was stopped" in found.failures[0]
    assert found.comparison is None
    assert found.netlist
    assert found.explanation is not None
    assert "the run was stopped" in write_report([found], tmp_path / "r.html").read_text()


def test_below_rheobase_is_not_a_failure(engine):
    found = verify("lif", engine, changes={"current": "0.5u"})
    assert found.passed
    assert any("fired 0 times" in n for n in found.notes)


def test_unknown_names():
    with pytest.raises(UnknownNameError):
        verify("lifs", None)


def test_html_is_one_file_without_network(verified):
    page = to_html(list(verified.values()))
    assert "<math" in page
    assert page.count("<svg") >= 12
    for address in re.findall(r"""(?:src|href)=["']([^"'#][^"']*)""", page):
        assert not address.startswith(("http", "//")), address
    assert "{{" not in page
    assert "&lt;svg" not in page


def test_json_has_every_figure(verified, tmp_path):
    body = json.loads(to_json(list(verified.values())))
    assert body["passed"] is True
    names = {m["name"] for c in body["circuits"] for m in c["metrics"]}
    assert "spike: missing spikes" in names
    assert "out: ngspice against closed form" in names
    (wave,) = body["circuits"][0]["waveforms"]
    assert 0 <= wave["steady"] <= wave["worst"] < 1e-5
    assert 0 < wave["rms"] <= wave["worst"]
    path = write_report(list(verified.values()), tmp_path / "report.json")
    assert json.loads(path.read_text())["schema"] == 1


def test_a_report_that_cannot_be_written(verified, tmp_path):
    with pytest.raises(LapicqueError, match="cannot write the report"):
        write_report([verified["rc"]], tmp_path / "nowhere" / "r.html")


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_every_schematic_shows_every_element(name):
    circuit = build(name)
    drawing = draw(circuit, inside=True).svg
    words = " ".join(t for t in xml.fromstring(drawing).itertext())
    for element in circuit.parts:
        assert element.name in words


def test_plots_are_the_same_in_every_run(verified):
    v = verified["lif_latch"]
    assert plots.to_svg(plots.waveforms(v.solution, v.simulated)) == plots.to_svg(
        plots.waveforms(v.solution, v.simulated)
    )


@pytest.mark.parametrize("name", ["rc", "lif_latch", "pre_post"])
def test_a_picture_of_residuals_leaves_out_none_that_would_be_seen(verified, name):
    """Each point of the comparison has a dot no further than a pixel or so away; the largest is there itself."""
    compared = verified[name].comparison
    (axis,) = plots.residuals(compared).axes
    for w, patch in zip(compared.waveforms, axis.patches, strict=True):
        drawn, size = patch.get_path().vertices[::2], np.abs(w.residual) / w.swing
        assert drawn[:, 1].max() == size.max()
        end = axis.get_xlim()[1]
        across, up = drawn[:, 0] / end, np.log10(drawn[:, 1])
        for k in np.flatnonzero(size)[::7]:
            far = np.maximum(np.abs(across - w.times[k] / w.times[-1]) * 450, np.abs(up - np.log10(size[k])) * 12)
            assert far.min() < 1.01


def test_figures_are_saved_by_their_ending(verified, tmp_path):
    figure = plots.waterfall(verified["lif_latch"].explanation)
    assert plots.save_figure(figure, tmp_path / "w.svg").read_text().startswith("<?xml")
    assert plots.save_figure(figure, tmp_path / "w.png").read_bytes()[:4] == b"\x89PNG"
    with pytest.raises(LapicqueError, match=r"\.svg or \.png"):
        plots.save_figure(figure, tmp_path / "w.bmp")
    with pytest.raises(LapicqueError, match="cannot write"):
        plots.save_figure(figure, tmp_path / "nowhere" / "w.svg")


def test_bode_plot_of_three_agreeing_ways(engine):
    found = bode(build("rc"), engine)
    assert found.cutoff == pytest.approx(1 / (2 * np.pi * 1e-3))
    assert found.formula == pytest.approx(found.model, rel=1e-9)
    exact = 1 / (1 + 2j * np.pi * found.simulated_frequencies * 1e-3)
    assert found.simulated == pytest.approx(exact, rel=1e-9)


def test_fi_curve_of_three_agreeing_ways(engine):
    currents = [0.9e-6, 1.05e-6, 2e-6, 5e-6]
    curve = fi_curve(lambda i: build("lif", {"current": i}), currents, engine, "standard")
    assert curve.rheobase == pytest.approx(1e-6)
    assert curve.model[0] == curve.simulated[0] == 0
    assert curve.simulated[1:] == pytest.approx(curve.model[1:], rel=1e-4)
    ideal = [1 / (2e-3 + 1e-2 * np.log(i / (i - 1e-6))) for i in currents[1:]]
    assert curve.model[1:] == pytest.approx(ideal, rel=3e-3)


def test_hangul_in_a_plot_makes_no_warning(recwarn):
    from lapicque.circuits import Probe

    circuit = build("rc").without("out").add(Probe("막전위", "out"))
    plots.to_svg(plots.waveforms(solve(circuit, 5e-3)))
    assert not [w for w in recwarn if "missing from" in str(w.message)]


def test_a_name_that_latex_cannot_say_is_shown_as_text():
    import sympy

    from lapicque.analysis.reports.summary import mathml

    odd = sympy.Symbol("{~^'a")
    assert mathml((odd, odd + 1)).startswith("<code>")
    assert "<math" in mathml((sympy.Symbol("v_mem"), sympy.Symbol("R1") + 1))


def test_names_in_equations_of_a_page_are_words_and_nothing_that_acts():
    import xml.etree.ElementTree as tree

    import sympy

    from lapicque.analysis.reports.summary import mathml

    odd = ["<script>alert(1)</script>", 'R"><img src=x onerror=a()>', "v_&lt;b&gt;", "]]><!--", "R<svg/onload=a()>"]
    for name in odd:
        made = mathml((sympy.Symbol(name), sympy.Symbol(f"v_{name}") / sympy.Symbol("tau")))
        kinds = {part.tag.rpartition("}")[2] for part in tree.fromstring(made).iter()}
        assert kinds <= {"math", "mrow", "mi", "mo", "mtext", "mfrac", "msub"}, made
        assert "τ" in made
