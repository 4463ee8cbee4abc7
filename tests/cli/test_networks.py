"""`lapicque snn` and `lapicque sweep`, as their users call them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xarray
from command import lapicque

DATA = Path(__file__).parent.parent / "data"


def test_the_single_neuron_of_nirs_paper_against_its_exact_solution(tmp_path):
    status, _out, err = lapicque(
        "snn", DATA / "lif_norse.nir", "--input", DATA / "nir_lif_exact.csv", "--report", tmp_path / "r.html",
        "--out", tmp_path / "s.nc", "--trace", "1.0", "--width", "2u",
    )  # fmt: skip
    assert status == 0, err
    assert "height 1 for a time step" in err
    page = (tmp_path / "r.html").read_text()
    assert "From weights to parts" in page
    assert "<svg" in page
    found = xarray.load_dataset(tmp_path / "s.nc", engine="h5netcdf")
    table = np.loadtxt(DATA / "nir_lif_exact.csv", delimiter=",")
    # Rows are 0.1 ms apart and a spike is marked in the row in which it falls.
    rows = np.flatnonzero(table[:, 2])
    assert len(found["spike_time"]) == len(rows)
    assert np.max(np.abs(found["spike_time"].values - rows * 1e-4)) < 2e-4


def test_the_two_neurons_fire_by_themselves(tmp_path):
    status, out, err = lapicque("snn", DATA / "two_lif_neurons.nir", "--stop", "100m", "--out", tmp_path / "s.csv")
    assert status == 0, err
    rows = [line.split(",") for line in (tmp_path / "s.csv").read_text().splitlines()[1:]]
    first = [float(t) for t, n in rows if n == "lif1.0"]
    assert np.diff(first) == pytest.approx(10e-3 * np.log(6), rel=6e-3)  # and the length of a spike, 50 us
    assert len([n for _, n in rows if n == "lif2.0"]) == len(first) == 5
    assert "busiest" not in out  # one neuron is no choice


def test_the_recurrent_graph_agrees_with_the_exact_model(tmp_path):
    raster = (np.random.default_rng(0).random((100, 12)) < 0.1).astype(int)
    np.savetxt(tmp_path / "in.csv", raster, fmt="%d", delimiter=",")
    status, _out, err = lapicque(
        "snn", DATA / "braille_noDelay_bias_zero.nir", "--input", tmp_path / "in.csv", "--report", tmp_path / "r.json"
    )
    assert status == 0, err
    found = json.loads((tmp_path / "r.json").read_text())
    assert found["causes"]["the rest"]["unlike"] == []
    assert found["causes"]["the rest"]["median"] < 2e-6
    assert found["classes"]["lif2"]["circuit"] == found["classes"]["lif2"]["ideal"]
    assert len(found["spikes"]) == 45


@pytest.mark.parametrize(
    ("file", "options"),
    [("from_norse", ["--dt", "1m"]), ("from_sinabs", ["--dt", "1m", "--time-unit", "1m"]),
     ("from_snntorch", ["--dt", "100u", "--weights", "charge", "--series", "e96", "--batch", "3"])],
)  # fmt: skip
def test_files_of_three_frameworks_run(tmp_path, file, options):
    rows = [f"{1e-3 * k + 1e-4:.6f},{k % 3}" for k in range(1, 40)]
    (tmp_path / "in.csv").write_text("\n".join(["time,line", *rows]))
    status, out, err = lapicque(
        "snn", DATA / f"{file}.nir", "--input", tmp_path / "in.csv", "--spikes", "height", *options
    )
    assert status == 0, err + out
    assert int(out.split("spikes in ngspice: ")[1].split()[0]) > 10


def test_explain_shows_the_plan_and_runs_nothing(tmp_path):
    status, out, _err = lapicque("snn", DATA / "braille_noDelay_bias_zero.nir", "--stop", "1m", "--spikes", "height",
                               "--explain")  # fmt: skip
    assert status == 0
    assert "38 parts that hear each other: " in out
    assert "45 parts in one matrix: about" in out
    assert "spikes in ngspice" not in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["absent.nir"], "no such file"),
        ([DATA / "two_lif_neurons.nir"], "give --stop"),
        ([DATA / "two_lif_neurons.nir", "--input", "absent.csv"], "no such file"),
        ([DATA / "two_lif_neurons.nir", "--stop", "10m", "--trace", "lif3.0"], "lif3"),
        ([DATA / "two_lif_neurons.nir", "--stop", "10m", "--width", "5m"], "too long beside the time constant"),
        ([DATA / "two_lif_neurons.nir", "--stop", "10m", "--out", "x.txt"], "ends in .nc or .csv"),
        ([DATA / "braille_noDelay_bias_zero.nir", "--stop", "1m", "--spikes", "height", "--feedback",
          "windows"], "without a delay"),
        ([DATA / "two_lif_neurons.nir", "--stop", "1m", "--columns", "a"], "whole numbers"),
        ([DATA / "braille_noDelay_bias_zero.nir", "--stop", "50m"], "--spikes height --dt 100u"),
    ],
)  # fmt: skip
def test_bad_calls_of_snn_say_what_is_wrong(arguments, words, tmp_path):
    status, _out, err = lapicque("snn", *arguments, cwd=tmp_path)
    assert status != 0
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("time,line\n0.1,0\n0.05,0\n", "out of order"),
        ("time,line\n-0.1,0\n", "times begin at 0"),
        ("time,line\n0.1,0\n0.1,0\n", "at the same time"),
        ("time,line\n0.1,7\n", "event 0 is on line 7"),
        ("0\n2\n", "spikes are 0 or 1"),
        ("a,b\n1,2\n", "cannot read"),
    ],
)
def test_bad_inputs_are_named(text, words, tmp_path):
    (tmp_path / "in.csv").write_text(text)
    status, _, err = lapicque("snn", DATA / "two_lif_neurons.nir", "--input", "in.csv", cwd=tmp_path)
    assert status != 0
    assert words in err
    assert "Traceback" not in err


def test_a_sweep_with_yield_plot_and_resume(tmp_path):
    call = ["sweep", "lif", "--tolerance", "R=E24", "--tolerance", "C1=E12", "--runs", "24",
            "--good", "interval=8m:10m", "--accuracy", "fast", "--out", "mc.nc", "--plot", "mc.png"]  # fmt: skip
    status, out, err = lapicque(*call, cwd=tmp_path)
    assert status == 0, err
    assert "yield: 24 of 24" in out
    assert "derived from the ideal interval" in out
    assert (tmp_path / "mc.png").stat().st_size > 1000
    first = xarray.load_dataset(tmp_path / "mc.nc", engine="h5netcdf")
    status, _, err = lapicque(*call, cwd=tmp_path)
    assert status != 0
    assert "say resume" in err
    victim = sorted((tmp_path / "mc.runs").glob("batch-*.json"))[0]
    victim.write_bytes(victim.read_bytes()[:40])
    status, _, err = lapicque(*call, "--resume", cwd=tmp_path)
    assert status == 0, err
    again = xarray.load_dataset(tmp_path / "mc.nc", engine="h5netcdf")
    assert first["interval"].values.tolist() == again["interval"].values.tolist()


def test_who_stops_a_sweep_hears_what_is_kept(tmp_path):
    """Ctrl-C after the first batch: as many runs are on disk as it says."""
    code = "import sys; from lapicque.cli import main; sys.argv[0] = 'lapicque'; main()"
    call = ["sweep", "lif", "--vary", "R1=1Meg:2Meg:4000", "--accuracy", "fast", "--out", "many.nc"]
    run = subprocess.Popen([sys.executable, "-c", code, *call], stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    end = time.monotonic() + 60
    while not list((tmp_path / "many.runs").glob("batch-*.json")) and time.monotonic() < end:
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=60)
    kept = sum(len(json.loads(b.read_text())["runs"]) for b in (tmp_path / "many.runs").glob("batch-*.json"))
    assert f"{kept} of 4000 runs are kept in 'many.runs'" in err
    assert kept > 0
    assert "--resume" in err
    assert run.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lif"], "say what varies"),
        (["lif", "--vary", "R1=1k:2k"], "FROM:TO:COUNT"),
        (["lif", "--vary", "R1=-1:1k:3:log"], "cannot touch or cross 0"),
        (["lif", "--vary", "R9=1k,2k"], "R9"),
        (["lif", "--tolerance", "R1=E7"], "E6"),
        (["lif", "--mismatch"], "no transistor"),
        (["lif", "--vary", "R1=1Meg", "--figure", "intervall"], "interval"),
        (["lif", "--vary", "R1=1Meg", "--cluster", "tcp://127.0.0.1:9"], "no Dask scheduler answers"),
        (["lif", "--tolerance", "R1=1%", "--matched", "R1,R2"], "correlation"),
    ],
)
def test_bad_calls_of_sweep_say_what_is_wrong(arguments, words, tmp_path):
    status, _, err = lapicque("sweep", *arguments, cwd=tmp_path)
    assert status != 0
    assert words in err
    assert "Traceback" not in err


def test_results_that_cannot_be_written_are_no_silence(tmp_path):
    """A limit on file size is a disk that fills up in the middle of a file."""
    import resource

    code = "import sys; from lapicque.cli import main; sys.argv[0] = 'lapicque'; main()"
    call = ["sweep", "lif", "--vary", "R1=1Meg:2Meg:12", "--accuracy", "fast", "--out", "full.nc"]
    run = subprocess.run(
        [sys.executable, "-c", code, *call], capture_output=True, text=True, cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600)),
    )  # fmt: skip
    assert run.returncode != 0
    assert "cannot" in run.stderr
    assert "File too large" in run.stderr
    assert "Traceback" not in run.stderr
    status, _out, err = lapicque("sweep", "lif", "--vary", "R1=1Meg,2Meg", "--out", "/proc/none/x.nc")
    assert status != 0
    assert "there is no folder" in err
    assert os.path.exists(tmp_path)
