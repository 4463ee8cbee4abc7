"""Measures of netlists against what `ngspice -b` prints of the same file, and against closed forms."""

import math
import re
import subprocess

import numpy as np
import pytest
import xarray
from hypothesis import given, strategies

from lapicque.analysis.measured.reading import measured
from lapicque.analysis.measured.runs import run_as_asked, task_of
from lapicque.netlists.reading.deck import netlist_of, read_netlist
from lapicque.netlists.reading.measure import LAST, At, Atom, Crossing, Measure, Over, Signal, When

CLOSE = 1e-4
"""Of a figure; 2.6e-5 was measured, of an average over a part of a run, to which ngspice adds a step; the others are
within 5e-6."""

TRANSIENT = """a pulse into an RC
.param tau=1m
V1 in 0 DC 1 PULSE(0 5 1m 10u 10u 5m 10m)
R1 in out 1k
C1 out 0 1u
.tran 1u 20m 0 1u
.save all
.meas tran at find v(out) at={tau*2}
.meas tran level find v(out) when v(in)=2.5 fall=1
.meas tran both find par('v(in)*v(out)-v(in,out)') at=2.5m
.meas tran charge find i(v1) at=1.5m
.meas tran slow trig v(out) val=0.5 rise=1 targ v(out) val='2+tau' fall=last
.meas tran back trig v(out) val=4 cross=2 targ v(out) val=1 rise=1
.meas tran since trig at=2m targ v(out) val=3 rise=1 td=9m
.meas tran meet when v(out)=v(in) cross=last
.meas tran late when v(out)=2 td=7m
.meas tran third when v(out)=2 cross=3
.meas tran mean avg v(out)
.meas tran part avg v(out) from=2m to=12m
.meas tran root rms v(out) from=2m to=12m
.meas tran area integ v(out) from=1m to=5m
.meas tran top max v(out) from=1m to=8m
.meas tran top_at max_at v(out) from=1m to=8m
.meas tran bottom min v(out) from=8m to=12m
.meas tran swing pp v(out)
.meas tran made param='top*2+tau'
.meas tran never when v(out)=7
.end
"""
RESPONSE = """two sources, one turned
V1 in 0 AC 2 30
V2 b 0 AC 0.5 -90 SIN(1 1 1k)
R1 in out 1k
C1 out b 1u
R2 out 0 5k
.ac {spacing}
.save all
.meas ac whole find v(out) at=1k
.meas ac size find vm(out) at=1k
.meas ac angle find vp(out) at=1k
.meas ac level find vdb(out) at=1k
.meas ac re find vr(out) at=300
.meas ac im find vi(out) at=300
.meas ac corner when vdb(out)=2 fall=1
.meas ac peak max vm(out)
.meas ac band trig vm(out) val=1.5 fall=1 targ vm(out) val=0.7 fall=1
.end
"""
SWEPT = """a transistor
VG g 0 DC 1.5 PULSE(0 3 0 1n 1n 1m 2m)
VD d 0 1
M1 d g 0 0 n W=10u L=1u
.model n NMOS(VTO=0.7 KP=100u LAMBDA=0.02)
.dc VD 0 3 0.02
.save all
.meas dc current find i(VD) at=2.01
.meas dc reached when i(VD)=-200u
.meas dc least min i(VD)
.meas dc mean avg i(VD)
.end
"""


def as_printed(text, folder):
    """What ngspice prints of the measures of a file, by their names."""
    path = folder / "deck.cir"
    path.write_text(text)
    said = subprocess.run(["ngspice", "-b", path], capture_output=True, text=True, timeout=60).stdout
    wanted = set(re.findall(r"^\.meas \w+ (\w+)", text, re.MULTILINE))
    printed = re.findall(r"^(\w+)\s+=\s+(\S+)", said, re.MULTILINE)
    return {name: float(value) for name, value in printed if name in wanted}


def ours(text, engine, **how):
    """Our figures of the first analysis of a netlist."""
    deck = netlist_of(text.encode(), engine=engine)
    task = task_of(deck)
    return deck, {f.name: f for f in task.figures(engine.run(task.circuit, task.analysis, **how))}


def held(text, folder, engine, **how):
    theirs = as_printed(text, folder)
    deck, figures = ours(text, engine, **how)
    assert not deck.notes
    assert {n for n, f in figures.items() if not f.why} == set(theirs)
    for name, value in theirs.items():
        assert figures[name].value == pytest.approx(value, rel=CLOSE), name
    return figures


def test_measures_of_a_transient_are_those_that_ngspice_prints(tmp_path, engine):
    figures = held(TRANSIENT, tmp_path, engine, max_step=1e-6)
    assert "does not reach 7" in figures["never"].why
    units = {n: figures[n].unit for n in ("at", "slow", "charge", "area", "made", "top_at")}
    assert units == {"at": "V", "slow": "s", "charge": "A", "area": "Wb", "made": "V", "top_at": "s"}


@pytest.mark.parametrize("spacing", ["dec 50 10 100k", "oct 20 10 10k", "lin 2000 10 20k"])
def test_measures_of_a_response_are_those_that_ngspice_prints(spacing, tmp_path, engine):
    held(RESPONSE.format(spacing=spacing), tmp_path, engine)


def test_measures_of_a_sweep_are_those_that_ngspice_prints(tmp_path, engine):
    """The gate is at its DC value, not where its pulse begins."""
    held(SWEPT, tmp_path, engine)


LTSPICE = """* C:\\work\\filter.asc
V1 in 0 AC 1
L1 in out 10m
C1 out 0 1u
R1 out 0 {R}
.param R=200
.ac dec 2000 100 10k
.meas AC peak max mag(V(out)) ; the peak
.meas f0 when mag(V(out))=peak
.MEAS AC BW trig mag(V(out))=peak/sqrt(2) rise=1 targ mag(V(out))=peak/sqrt(2) fall=last
.meas AC angle find ph(V(out)) at 1k
.meas AC gain find db(V(out)/V(in)) at=1k
.meas AC size find V(out) at=1k
.meas AC load find V(in)/-I(V1) at=1k
.meas AC half param peak/2
.meas AC gone find V(nowhere) at=1k
.meas AC odd frobnicate V(out)
.backanno
.end
"""


def test_words_of_ltspice_against_the_transfer_function(engine):
    deck, figures = ours(LTSPICE, engine)

    def h(f):
        s = 2j * math.pi * f
        return 1 / (1 + s * 10e-3 / 200 + s * s * 10e-3 * 1e-6)

    f = np.geomspace(100, 10e3, 400_001)
    size = np.abs(h(f))
    peak = size.max()
    band = f[size >= peak / math.sqrt(2)]
    wanted = {
        "peak": peak, "BW": band[-1] - band[0], "angle": math.degrees(np.angle(h(1e3))), "size": abs(h(1e3)),
        "gain": 20 * math.log10(abs(h(1e3))), "half": peak / 2,
        "load": abs((2j * math.pi * 1e3 * 10e-3) + 1 / (1 / 200 + 2j * math.pi * 1e3 * 1e-6)),
    }  # fmt: skip
    assert {n: figures[n].value for n in wanted} == pytest.approx(wanted, rel=CLOSE)
    assert figures["f0"].value == pytest.approx(f[size.argmax()], rel=2e-3)  # a point of the grid
    assert [figures[n].unit for n in ("angle", "gain", "load", "BW")] == ["°", "dB", "Ω", "Hz"]
    assert ["V(nowhere)" in deck.notes[0], "frobnicate" in deck.notes[1]] == [True, True]
    assert [c.place.line for c in deck.aside] == [18, 16, 17]


def test_a_slope_and_parts_between_crossings(engine):
    """DERIV and AVG between TRIG and TARG, which ngspice has not: v = 5 (1 - exp(-t/RC)) from 0 on."""
    text = (
        "* a.asc\nV1 in 0 5\nR1 in out 1k\nC1 out 0 1u IC=0\n.tran 0 5m 0 1u uic\n.backanno\n"
        ".meas slope DERIV V(out) AT=1m\n.meas steep DERIV V(out) WHEN V(out)=2.5\n"
        ".meas mean AVG V(out) TRIG V(out)=1 TARG V(out)=4\n.meas energy INTEG V(in)*I(R1)\n.meas heat param energy\n"
    )
    _, figures = ours(text, engine, max_step=1e-6)
    low, high = -1e-3 * math.log(0.8), -1e-3 * math.log(0.2)
    mean = (5 * (high - low) - 5e-3 * (0.8 - 0.2)) / (high - low)
    spent = 5 * 5e-3 * 1e-3 * (1 - math.exp(-5))
    wanted = {"slope": 5e3 * math.exp(-1), "steep": 2500, "mean": mean, "energy": spent, "heat": spent}
    assert {n: f.value for n, f in figures.items()} == pytest.approx(wanted, rel=CLOSE)
    assert [f.unit for f in figures.values()] == ["V/s", "V/s", "V", "J", "J"]


def test_what_is_kept_from_a_time_on_is_measured_from_there(engine):
    text = "t\nV1 a 0 PWL(0 5 1m 0 2m 0 3m 2)\nR1 a 0 1k\n.tran 1u 3m 1.5m\n.meas tran top max v(a)\n"
    assert ours(text, engine)[1]["top"].value == pytest.approx(2, rel=1e-9)


def test_a_guess_chooses_the_state_of_a_latch(tmp_path, engine):
    """An operating point that was found near each of two guesses, and begins a transient."""
    deck = (
        "latch\n.param high=3.3\nVDD vdd 0 3.3\n.model n NMOS(VTO=0.7 KP=100u)\n.model p PMOS(VTO=-0.7 KP=50u)\n"
        "M1 a b vdd vdd p W=2u L=1u\nM2 a b 0 0 n W=1u L=1u\nM3 b a vdd vdd p W=2u L=1u\nM4 b a 0 0 n W=1u L=1u\n"
        "C1 a 0 1p\nC2 b 0 1p\n.op\n.tran 1n 10n\n.nodeset v({one})={{high}} v({other})=0 v(elsewhere)=1\n"
    )
    for one, other in (("a", "b"), ("b", "a")):
        path = tmp_path / f"{one}.cir"
        path.write_text(deck.format(one=one, other=other))
        read = read_netlist(path, engine=engine)
        found, _ = run_as_asked(read, engine, "op")
        assert (float(found[one]), float(found[other])) == pytest.approx((3.3, 0), abs=1e-6)
        starts = {c: read.circuit.element(c).ic for c in ("C1", "C2")}
        assert sorted(starts.values()) == pytest.approx([0, 3.3], abs=1e-6)


def test_expressions_of_measures(engine):
    """Functions of several values leave the run as it is."""
    text = (
        "t\nV1 a 0 2\nV2 b 0 -3\nV3 c 0 5\nR1 a 0 1\nR2 b 0 1\nR3 c 0 1\n.param k=2\n.tran 1u 1m\n"
        ".meas tran low param='1'\n"
        ".meas tran least find min(v(a),v(c),v(b)) at=1u\n.meas tran most find max(v(a),v(b),v(c)) at=1u\n"
        ".meas tran power find v(a)^k+pow(v(c),2)/k-2**3 at=1u\n"
        ".meas tran choice find v(a)>v(c)?1:if(v(b)<0,7,8) at=1u\n"
        ".meas tran size find abs(v(b))*sqrt(v(a)*8)-V(c) at=1u\n.meas tran again find v(c) at=1u\n"
        ".meas tran ohm find v(a)/i(R1) at=1u\n.meas tran w find v(a)*i(R1) at=1u\n.meas tran now find time at=0.5m\n"
    )
    _, figures = ours(text, engine)
    wanted = {"low": 1, "least": -3, "most": 5, "power": 8.5, "choice": 7, "size": 7, "again": 5, "ohm": 1, "w": 4}
    assert {n: f.value for n, f in figures.items()} == pytest.approx({**wanted, "now": 0.5e-3})
    assert [figures[n].unit for n in ("least", "ohm", "w", "now")] == ["V", "Ω", "W", "s"]


def over(figure, first=None, last=None):
    ends = [None if x is None else At(Signal("", repr(x))) for x in (first, last)]
    return Measure("m", "tran", Over(figure, Signal("y", "s", (Atom("s", "v", ("y", "0")),)), *ends))


def line(values):
    times = np.arange(len(values), dtype=float)
    units = {"units": "s"}
    return xarray.Dataset({"y": ("time", np.array(values), {"units": "V"})}, {"time": ("time", times, units)})


@given(
    strategies.lists(strategies.integers(-20, 20).map(lambda k: k / 7), min_size=3, max_size=12),
    strategies.integers(-19, 19).map(lambda k: (k + 0.5) / 7),
)
def test_crossings_of_lines(values, level):
    """Each is where the line has the level, they go up and down in turn, and none is left out."""
    run = line(values)
    y = Signal("y", "s", (Atom("s", "v", ("y", "0")),))
    found = []
    for edge in ("rise", "fall", "cross"):
        for k in range(1, len(values)):
            m = Measure("m", "tran", When(Crossing(y, Signal("", repr(level)), edge, k)))
            (figure,) = measured([m], run, "tran")
            if figure.why:
                break
            found.append((edge, figure.value))
            assert np.interp(figure.value, run["time"], values) == pytest.approx(level, abs=1e-12)
    signs = np.sign(np.array(values) - level)
    assert sum(e == "cross" for e, _ in found) == np.count_nonzero(np.diff(signs))
    assert sorted(x for e, x in found if e == "cross") == sorted(x for e, x in found if e != "cross")
    last = Measure("m", "tran", When(Crossing(y, Signal("", repr(level)), "cross", LAST)))
    if found:
        assert measured([last], run, "tran")[0].value == max(x for _, x in found)


@given(
    strategies.lists(strategies.floats(-5, 5), min_size=3, max_size=9), strategies.floats(0.05, 0.45),
    strategies.floats(0.55, 0.95),
)  # fmt: skip
def test_figures_of_parts_of_lines(values, low, high):
    """Against a grid so fine that sums are integrals, of which the polyline's corners are points."""
    run, span = line(values), len(values) - 1
    ends = low * span, high * span
    fine = np.unique(np.concatenate([np.linspace(*ends, 20_001), run["time"].values]))
    fine = fine[(fine >= ends[0]) & (fine <= ends[1])]
    y = np.interp(fine, run["time"], values)
    middle, width = (y[1:] + y[:-1]) / 2, np.diff(fine)
    wanted = {
        "avg": np.sum(middle * width) / (ends[1] - ends[0]), "integ": np.sum(middle * width), "max": y.max(),
        "min": y.min(), "pp": np.ptp(y), "rms": math.sqrt(np.sum(middle**2 * width) / (ends[1] - ends[0])),
    }  # fmt: skip
    for name, value in wanted.items():
        assert measured([over(name, *ends)], run, "tran")[0].value == pytest.approx(value, rel=1e-6, abs=1e-6), name
