"""The engine: proved success, and every way of failing."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading

import attrs
import numpy as np
import pytest

from lapicque.circuits import C, Circuit, CurrentProbe, I, LapicqueError, PulseTrain, QuantityError, R, S, V
from lapicque.circuits.library import build
from lapicque.circuits.stimuli import EndlessPulses
from lapicque.netlists import (
    AC,
    DCSweep,
    Engine,
    Job,
    NgspiceMissingError,
    OperatingPoint,
    SimulationError,
    SimulationTimeout,
    Transient,
    WorkerDied,
    simulate,
)  # fmt: skip
from lapicque.netlists.ngspice import worker as worker_side
from lapicque.netlists.ngspice.proof import complaint
from lapicque.netlists.ngspice.session import Outcome
from lapicque.netlists.spice.prepare import prepare


def test_a_transient_has_units_and_provenance(engine):
    result = engine.run(build("rc").add(CurrentProbe("i", "V1")), Transient("5m"))
    assert result["out"].attrs["units"] == "V"
    assert result["i"].attrs["units"] == "A"
    assert result["time"].attrs["units"] == "s"
    assert float(result["time"][-1]) == pytest.approx(5e-3, rel=1e-12)
    assert {"netlist", "options", "versions", "accuracy", "circuit", "max_step"} <= result.attrs.keys()
    assert result.attrs["simulator"].startswith("ngspice")


def test_an_engine_says_what_it_is(engine):
    assert repr(engine).startswith(f"<engine of ngspice: {engine._pool.workers} worker")


def test_the_other_analyses(engine):
    point = engine.run(build("rc", {"drive": 0.7}), OperatingPoint())
    assert float(point["out"]) == pytest.approx(0.7)
    sweep = engine.run(build("rc"), DCSweep("V1", -1, 1, 0.5))
    assert sweep["out"].values == pytest.approx([-1, -0.5, 0, 0.5, 1], abs=1e-9)
    ac = engine.run(build("rc"), AC("V1", 1, 1e5))
    f = ac["frequency"].values
    assert ac["out"].values == pytest.approx(1 / (1 + 2j * np.pi * f * 1e-3), rel=1e-9)


def test_many_runs_in_order(engine):
    values = [1e3, 2e3, 5e3, 1e4]
    jobs = [Job(build("rc", {"r": r}), Transient("3m"), "fast") for r in values]
    ends = [float(result["out"][-1]) for result in engine.run_many(jobs)]
    assert ends == pytest.approx([1 - np.exp(-(2e-3 - 0.5e-6) / (r * 1e-7)) for r in values], abs=1e-4)


STUCK = Circuit("stuck").add(
    I("I1", "0", "mem", 2e-7), R("R1", "mem", "0", 1e6), C("C1", "mem", "0", 2.5e-9),
    S("S_reset", "mem", "0", "mem", "0", 0.05, 1e-18),
)  # fmt: skip


def test_one_bad_run_among_many_is_found_and_the_rest_is_given(engine):
    jobs = [Job(build("rc", {"r": 1e3 + k}), Transient("1m"), "fast") for k in range(64)]
    jobs[37] = Job(STUCK, Transient("20m"))
    given = []
    with pytest.raises(SimulationError, match="'stuck'"):
        for result in engine.run_many(jobs):
            given.append(result.attrs["netlist"])
    assert len(given) == 37
    assert all(f"R1 in out {1e3 + k!r}" in text for k, text in enumerate(given))


def test_a_run_without_end_among_many_is_the_one_that_is_named():
    jobs = [Job(build("rc"), Transient("1m"), "fast") for _ in range(16)]
    jobs[9] = Job(LONG, Transient(100.0), max_step=1e-5)
    given = 0
    with Engine(timeout=2.0) as short, pytest.raises(SimulationTimeout, match="'lif_latch'"):
        for _ in short.run_many(jobs):
            given += 1
    assert given == 9


LONG = build("lif", {"t_ref": 0, "current": "1.05u"})
"""With `max_step=1e-5` for 100 s: ten million points, minutes of work for ngspice, below the largest result."""


def test_a_run_that_takes_too_long_is_stopped():
    with Engine(timeout=3.0) as short:
        with pytest.raises(SimulationTimeout, match=r"no result after 3 s.*netlist is kept in") as caught:
            short.run(LONG, Transient(100.0), max_step=1e-5)
        assert os.path.exists(caught.value.kept)
        again = short.run(build("rc"), Transient("1m"), "fast")
        assert float(again["time"][-1]) == pytest.approx(1e-3)


def test_workers_hold_nothing_that_the_caller_has_open():
    """A child process that waits for the end of its input ends, though workers were forked meanwhile."""
    holes = [os.open(os.devnull, os.O_RDONLY) for _ in range(20)]
    for number in holes[::2]:  # numbers that are free again are those of the workers' own pipes
        os.close(number)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader, Engine(2) as engine:
        assert len(list(engine.run_many([Job(build("rc"), Transient("1m"))] * 4))) == 4
        assert reader.communicate(b"done", timeout=5)[0] == b"done"
    for number in holes[1::2]:
        os.close(number)


def test_a_worker_killed_in_the_middle_is_replaced():
    before = {p.pid for p in multiprocessing.active_children()}
    with Engine() as engine:
        engine.run(build("rc"), Transient("1m"), "fast")
        (child,) = [p for p in multiprocessing.active_children() if p.pid not in before]
        caught: list[Exception] = []

        def run():
            try:
                engine.run(LONG, Transient(100.0), max_step=1e-5)
            except SimulationError as error:
                caught.append(error)

        thread = threading.Thread(target=run)
        idle = _cpu_ticks(child.pid)
        thread.start()
        while _cpu_ticks(child.pid) < idle + 10:
            thread.join(0.01)
        os.kill(child.pid, signal.SIGKILL)
        thread.join()
        assert isinstance(caught[0], WorkerDied)
        assert "died" in str(caught[0])
        assert float(engine.run(build("rc"), Transient("1m"), "fast")["time"][-1]) == pytest.approx(1e-3)


def _cpu_ticks(pid: int) -> int:
    with open(f"/proc/{pid}/stat") as stat:
        return int(stat.read().rsplit(")", 1)[1].split()[11])


def test_an_aborted_run_is_an_error_with_what_was_computed(engine):
    """A thousandth of a femtovolt of hysteresis: ngspice gives up at the first crossing, and exits 0."""
    with pytest.raises(SimulationError, match="stopped at .* instead of 20 ms") as caught:
        engine.run(STUCK, Transient("20m"))
    error = caught.value
    assert error.element == "S_reset"
    assert "imestep too small" in error.said
    assert 0.6e-3 < error.reached < 0.8e-3
    assert float(error.partial["time"][-1]) == error.reached
    with open(error.kept) as kept:
        assert kept.readline() == "* stuck\n"
    # The worker is good for the next run.
    assert engine.run(build("rc"), Transient("1m"), "fast").sizes["time"] > 50


def rejected(monkeypatch_text):
    """An outcome of the real worker for a text of our own."""
    with Engine() as engine:
        return engine.submit(worker_side.simulate_text, monkeypatch_text).result()[0]


def test_a_netlist_that_ngspice_rejects():
    prepared = prepare(Job(build("rc"), Transient("1m")))
    outcome = rejected(prepared.text.replace("10000.0", "ten"))
    assert complaint(build("rc"), prepared, outcome) == "ngspice computed nothing"
    assert "ten" in outcome.said


def test_harmless_chatter_is_no_error():
    """gmin stepping is announced on stderr with the word "error" in some versions; the data decides."""
    prepared = prepare(Job(build("rc"), Transient("1m")))
    good = rejected(prepared.text)
    noisy = Outcome(good.vectors, good.said + "\nNote: Starting true gmin stepping\nno error here", False, 0.0, "")
    assert complaint(build("rc"), prepared, noisy) is None


def _without_time(vectors, moment):
    near = np.flatnonzero(abs(vectors["time"] - moment) < 2e-5)
    return {k: np.delete(x, near) for k, x in vectors.items()}


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda v: {**v, "n2": v["n2"] * np.nan}, "out holds values that are not finite"),
        (lambda v: {k: x[:-5] for k, x in v.items()}, "stopped at"),
        (lambda v: {k: x for k, x in v.items() if k != "n2"}, r"did not give v\(out\)"),
        (lambda v: _without_time(v, 1e-3), "stepped over"),
        (lambda v: {}, "computed nothing"),
    ],
    ids=["nan", "short", "vector", "breakpoint", "empty"],
)  # fmt: skip
def test_every_proof_can_fail(spoil, words):
    prepared = prepare(Job(build("rc"), Transient("3m")))
    good = rejected(prepared.text)
    found = complaint(build("rc"), prepared, Outcome(spoil(good.vectors), "", False, 0.0, ""))
    assert found is not None
    assert re.search(words, found)


def test_no_ngspice_is_one_line_of_advice(monkeypatch):
    monkeypatch.setenv("NGSPICE_LIBRARY_PATH", "/nowhere/libngspice.so")
    with pytest.raises(NgspiceMissingError, match="apt install") as caught:
        Engine()
    assert "\n" not in str(caught.value)


def test_a_library_that_is_none_is_said(monkeypatch, tmp_path):
    fake = tmp_path / "libngspice.so"
    fake.write_text("no library")
    monkeypatch.setenv("NGSPICE_LIBRARY_PATH", str(fake))
    with Engine() as engine, pytest.raises(NgspiceMissingError, match="cannot be loaded.*apt install"):
        engine.run(build("rc"), Transient("1m"))


@pytest.mark.parametrize("stop", [0, -1, "-5m"])
def test_a_transient_ends_later_than_zero(stop):
    with pytest.raises(QuantityError, match="later than 0"):
        Transient(stop)


def test_other_impossible_analyses():
    for make in (lambda: AC("V1", 0, 1), lambda: AC("V1", 10, 1), lambda: DCSweep("V1", 0, 1, 0),
                 lambda: DCSweep("V1", 0, 1, -1), lambda: DCSweep("V1", 0, 1, 1e-9)):  # fmt: skip
        with pytest.raises(QuantityError):
            make()


def test_too_many_points_are_refused_before_the_run(engine):
    with pytest.raises(LapicqueError, match="values, more than"):
        engine.run(build("rc"), Transient(10.0), "reference", max_step=1e-9)
    pulses = EndlessPulses(rise="1f", fall="1f", width="1f", period="4f")
    with pytest.raises(LapicqueError, match="the pulses of 'V1' come every 4 fs"):
        engine.run(Circuit("t").add(V("V1", "a", "0", pulses), R("R1", "a", "0", 1e3)), Transient("10u"))


def test_a_million_points_are_fine(engine):
    result = engine.run(build("rc"), Transient("10m"), "fast", max_step=1e-8)
    assert result.sizes["time"] > 1_000_000


def test_memory_stays_flat_over_a_thousand_runs():
    with Engine() as engine:
        text = prepare(Job(build("rc"), Transient("10m"), "fast")).text

        def runs(count):
            for future in [engine.submit(worker_side.simulate_text, text) for _ in range(count)]:
                future.result()
            return engine.submit(worker_side.resident_bytes).result()

        first = runs(20)
        assert runs(1000) - first < 20e6


def test_the_memory_limit_holds():
    with Engine(memory=64 << 20) as small, pytest.raises(SimulationError):
        small.run(LONG, Transient(20.0), max_step=2e-6)


def test_short_pulses_are_not_stepped_over(engine):
    """A microsecond pulse in a second: found by a simulator that would rather take long steps."""
    train = PulseTrain(0, 1, 0.5, 1e-6, 2e-6, 1, 1e-7)
    circuit = build("rc", {"drive": train})
    result = engine.run(circuit, Transient("501m"), "fast")
    assert float(result["out"].max()) == pytest.approx(1 - np.exp(-1.1e-6 / 1e-3), rel=0.02)


def test_what_is_not_asked_for_is_not_kept(engine):
    circuit = build("lif")
    assert set(engine.run(circuit, Transient("1m"), "fast").data_vars) == {"mem", "spike"}
    assert set(engine.run(circuit, Transient("1m"), "fast", save=("ref",)).data_vars) == {"ref"}


def test_a_script_without_a_main_guard_works(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from lapicque.circuits.library import build\n"
        "from lapicque.netlists import Transient, simulate\n"
        "print(simulate(build('rc'), Transient('1m'), 'fast').sizes['time'] > 50)\n"
    )
    run = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert run.stdout == "True\n"


def test_simulate_in_one_call():
    circuit = Circuit("v").add(V("V1", "a", "0", 2), R("R1", "a", "0", 1))
    assert float(simulate(circuit, OperatingPoint())["a"]) == 2.0


def test_a_start_file_of_a_stranger_is_not_read(tmp_path):
    """ngspice reads `.spiceinit` where it starts; a process of a cluster starts anywhere."""
    (tmp_path / ".spiceinit").write_text("set stranger=17\n")
    script = (
        "import os\n"
        "from lapicque.netlists.ngspice.worker import session\n"
        "try:\n    session().exec_command('echo $stranger')\n    print('read')\n"
        "except NameError:\n    print('not read')\n"
        "print(os.getcwd(), os.environ['HOME'])\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert run.stdout == f"not read\n{tmp_path} {os.environ['HOME']}\n"


INVERTERS = """* ring
V1 n1 0 DC 1.8
M1 n3 n2 0 0 nm W=1e-6 L=2e-7
M2 n3 n2 n1 n1 pm W=2e-6 L=2e-7
C1 n2 0 1e-12
R1 n3 n2 1e5
.model nm NMOS level=54 version=4.5
.model pm PMOS level=54 version=4.5
.save v(n2)
.tran 1e-9 1e-7 0 1e-9 uic
.end
"""


def test_transistors_take_one_thread():
    """With two, ngspice 39 lets one wait at full speed for the other."""
    before = {p.pid for p in multiprocessing.active_children()}
    with Engine() as engine:
        engine.submit(worker_side.resident_bytes).result()
        (child,) = [p for p in multiprocessing.active_children() if p.pid not in before]
        threads = len(os.listdir(f"/proc/{child.pid}/task"))
        outcome, _ = engine.submit(worker_side.simulate_text, INVERTERS).result()
        assert len(outcome.vectors["time"]) > 50
        assert len(os.listdir(f"/proc/{child.pid}/task")) == threads


def test_an_engine_that_cannot_run_says_why():
    """One that is closed, one of another process, and one in a process that may not start others."""
    job = Job(build("rc"), Transient("1m"), "fast")
    closed = Engine()
    closed.close()
    with pytest.raises(LapicqueError, match="closed"):
        closed.run(*attrs.astuple(job, recurse=False)[:3])
    with Engine() as engine:
        for jobs in ([7], None):
            with pytest.raises(LapicqueError):
                list(engine.run_many(jobs))
        assert len(list(engine.run_many([job]))) == 1
        said = multiprocessing.get_context("fork").SimpleQueue()

        def elsewhere():
            try:
                engine.run(job.circuit, job.analysis)
            except LapicqueError as error:
                said.put(str(error))

        for daemon in (False, True):
            child = multiprocessing.get_context("fork").Process(target=elsewhere, daemon=daemon)
            child.start()
            child.join(20)
            assert "another process" in said.get()
        assert len(list(engine.run_many([job]))) == 1

    def inside():
        try:
            Engine()
        except LapicqueError as error:
            said.put(str(error))

    child = multiprocessing.get_context("fork").Process(target=inside, daemon=True)
    child.start()
    child.join(20)
    assert "may not start processes" in said.get()
