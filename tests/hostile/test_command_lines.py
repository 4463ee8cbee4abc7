"""Command lines with nonsense: each ends within 5 s in one paragraph with exit code 2, and nothing has changed."""

import subprocess
import sys

import pytest

from .conftest import refused

NUMBERS = [
    "",
    "nan",
    "inf",
    "1_0",
    "1k;2",
    "-inf",
    "-1",
    "zzz",
    "1e999",
    "1,5",
    "--",
    "½",
    "1s2",
    "0x10",
    "1e-400;rm",
    "�",
]
COUNTS = ["", "nan", "-1", "1.5", "1e3", "zzz", "1_0", "９", "99999999999999999999999", "--", "4;ls"]

BY_OPTION = {
    ("netlist", "rc", "--stop"): [*NUMBERS, "0"],
    ("simulate", "rc", "--stop"): [*NUMBERS, "0", "1e30"],
    ("energy", "rc", "--stop"): ["0", "-1", "nan", "1e30"],
    ("characterise", "lif", "--stop"): [*NUMBERS, "0"],
    ("characterise", "lif", "--upto"): [*NUMBERS, "0"],
    ("characterise", "lif", "--with"): ["", "spice"],
    ("characterise", "lif", "--journal"): ["", "runs.txt", "nowhere/runs.jsonl"],
    ("fi", "lif", "--points"): [*COUNTS, "1", "0", "1001"],
    ("fi", "lif", "--upto"): [*NUMBERS, "1", "0"],
    ("noise", "rc", "--from"): [*NUMBERS, "0"],
    ("jitter", "lif", "--density"): [*NUMBERS, "-1n"],
    ("jitter", "lif", "--intervals"): [*COUNTS, "1"],
    ("noise", "rc", "--points"): [*COUNTS, "0"],
    ("noise", "rc", "--probe"): ["nosuch", "0", "--"],
    ("verify", "rc", "--tolerance"): [*NUMBERS, "0"],
    ("compare", "rc", "rc", "--stop"): [*NUMBERS, "0"],
    ("compare", "rc", "rc", "--tolerance"): [*NUMBERS, "1"],
    ("compare", "rc", "rc", "--within"): [*NUMBERS, "101%", "1%%"],
    ("compare", "rc", "--expect"): [
        "", "tau", "tau=", "=1m", "tau=zzz", "tau=1V", "tau0=1m", "v()@1m=1", "v(out)@=1", "v(out)@-1m=1", "v(out)=1A",
        "spikes(mem)=1.5", "max(out>1)=1", "nosuch=1", "rate((x))=1", "__import__('os')=1", "v(out)@5m=0.9;1",
    ],
    ("snn", "net.nir", "--stop"): [*NUMBERS, "0"],
    ("snn", "net.nir", "--stop", "1m", "--dt"): [*NUMBERS, "0"],
    ("snn", "net.nir", "--stop", "1m", "--rate"): [*NUMBERS, "0"],
    ("snn", "net.nir", "--stop", "1m", "--timeout"): [*NUMBERS, "0"],
    ("snn", "net.nir", "--stop", "1m", "--window"): [*NUMBERS, "0"],
    ("snn", "net.nir", "--stop", "1m", "--width"): [*NUMBERS, "0", "1"],
    ("snn", "net.nir", "--stop", "1m", "--loop-delay"): NUMBERS,
    ("snn", "net.nir", "--stop", "1m", "--time-unit"): [*NUMBERS, "0"],
    ("snn", "net.nir", "--stop", "1m", "--workers"): [*COUNTS, "0", "1000000"],
    ("snn", "net.nir", "--stop", "1m", "--batch"): [*COUNTS, "0", "some"],
    ("snn", "net.nir", "--input", "precious.csv", "--columns"): ["-1", "a", "0,0", "1;2", "0,,1", "0.5", "99", ""],
    ("snn", "net.nir", "--stop", "1m", "--spikes"): ["", "AREA?", "1"],
    ("snn", "net.nir", "--stop", "1m", "--weights"): ["", "gold"],
    ("snn", "net.nir", "--stop", "1m", "--weights", "resistor", "--series"): ["E7", "🦆"],
    ("snn", "net.nir", "--stop", "1m", "--feedback"): ["", "none"],
    ("snn", "net.nir", "--stop", "1m", "--trace"): ["", "nobody", "1.99", "1.-1", "1.", ".", "1.1e0"],
    ("snn", "net.nir", "--stop", "1m", "--accuracy"): ["", "best", "standard "],
    ("sweep", "lif", "--vary", "R1=1k,2k", "--workers"): [*COUNTS, "0", "1000000"],
    ("sweep", "lif", "--vary", "R1=1k,2k", "--timeout"): [*NUMBERS, "0"],
    ("sweep", "lif", "--vary", "R1=1k,2k", "--cluster"): ["zzz", "", "tcp://", "tcp://x:0", "tcp://x:99999", "a b:1"],
    ("sweep", "lif", "--vary", "R1=1k,2k", "--figure"): ["", "nosuch", "interval:nobody"],
    ("sweep", "lif", "--vary", "R1=1k,2k", "--good"): ["interval", "interval=", "nosuch=1:2", "interval=1",
                                                         "interval=2:1"],
    ("sweep", "lif", "--tolerance", "R1=1%", "--runs"): [*COUNTS, "0"],
    ("sweep", "lif", "--tolerance", "R1=1%", "--seed"): COUNTS,
    ("sweep", "lif", "--tolerance", "R1=1%", "--matched"): ["R1", "R1:2", "R1,R9:0.5", ":0.5", "R1,C1:nan"],
    ("sweep", "lif", "--vary"): ["R1", "R1=", "=1", "R1=1:2", "R1=1:2:0", "R1=1:2:-3", "R1=1:2:3:cubic", "R1=0:2:3:log",
                                 "nosuch=1,2", "R1=a:b:3", "R1=,", "R1=-1,2", "R1=nan:1:3"],
    ("sweep", "lif", "--sample"): ["R1=1", "R1=1:2:3", "nosuch=1:2", "R1=a:b", "R1=2:1", "R1=nan:1"],
    ("sweep", "lif", "--tolerance"): ["R1", "R1=", "R1=zzz", "nosuch=1%", "R1=-1%", "R1=nan%", "R1=200%", "C=E7"],
    ("learn", "--sheet"): COUNTS,
    ("learn",): ["0", "10", "-1", "zzz", "1.5"],
    ("learn", "--no-browser", "--port"): [*COUNTS, "65536"],
    ("learn", "--language"): ["", "de"],
    ("simulate", "rc", "--set"): ["r=0", "r=-1", "r=nan", "r=", "=1", "r", "nosuch=1", "r=1e400", "r=[1]", "r='1k'",
                                  "r=__import__('os').system('touch x')", "R1=0", "preset=zzz"],
    ("derive", "lif", "--set"): ["v_th=0", "v_th=nan", "t_ref=-1", "current=nan", "preset=nosuch", "R1=0", "C1=-1n"],
    ("simulate", "rc", "--accuracy"): ["", "best", "1e-3"],
}  # fmt: skip
TARGETS = [
    "",
    "nowhere/x",
    "folder.nc",
    "full.nc",
    "precious",
    "/dev/full",
    "/proc/x.nc",
    "x.pdf",
    "x" * 300 + ".nc",
    ".",
]
BY_TARGET = {
    ("simulate", "rc", "--out"): TARGETS,
    ("simulate", "rc", "--plot"): [*TARGETS, "x.nc", "nowhere/x.svg"],
    ("snn", "net.nir", "--stop", "1m", "--out"): TARGETS,
    ("snn", "net.nir", "--stop", "1m", "--report"): [*TARGETS, "nowhere/x.html"],
    ("sweep", "rc", "--vary", "R1=1k,2k", "--out"): [*TARGETS, "x.csv"],
    ("sweep", "rc", "--vary", "R1=1k,2k", "--plot"): TARGETS,
    ("verify", "rc", "--report"): TARGETS,
    ("compare", "rc", "lif", "--report"): TARGETS,
    ("compare", "rc", "lif", "--out"): [*TARGETS, "x.nc"],
    ("fi", "lif", "--plot"): TARGETS,
    ("learn", "--poster"): [t for t in TARGETS if t != "x.pdf"],
}
WHOLE = [
    ["nosuch"], ["", ""], ["🦆"], ["--nosuch"], ["simulate"], ["derive"], ["snn"], ["sweep", "lif"],
    ["sweep", "lif", "--vary", "R1=1,2", "--sample", "C1=1n:2n"],
    ["sweep", "lif", "--vary", "R1=1,2", "--vary", "R1=3,4"],
    ["sweep", "lif", "--vary", "R1=1,2", "--set", "R1=1k"],
    ["sweep", "lif", "--vary", "R1=1,2", "--resume"],
    ["sweep", "lif", "--vary", "R1=1,2", "--retry-failed"],
    ["sweep", "lif", "--vary", "R1=1k:2k:1000000000"],
    ["sweep", "lif", "--tolerance", "R1=1%", "--runs", "100000000"],
    ["simulate", "rc", "--set", "R1=1k;C1=2"],
    ["sweep", "lif", "--vary", "R1=1,2", "--corners"],
    ["sweep", "lif", "--vary", "R1=1,2", "--matched", "R1,C1:0.5"],
    ["simulate", "rc", "--set", "r=1k", "--set", "r=2k"],
    ["learn", "--solutions"], ["learn", "--sheet", "1", "--poster", "x.pdf"], ["learn", "--results", "nosuch"],
    ["learn", "--results", "precious.json"], ["learn", "--results", "."],
    ["doctor", "now"], ["list", "all"], ["verify", "nosuch"], ["verify", "rc.json"], ["verify", "rc", "--set", "zzz=1"],
    ["snn", "net.nir", "--columns", "0"], ["snn", "net.nir"], ["snn", "nosuch.nir"], ["snn", "."], ["snn", ""],
    ["snn", "precious.nc"], ["snn", "/dev/null"], ["snn", "net.nir", "--input", "nosuch.csv"],
    ["snn", "net.nir", "--input", "."], ["snn", "net.nir", "--input", "net.nir"],
    ["snn", "net.nir", "--input", "precious.csv", "--out", "precious.csv"],
    ["compare", "rc"], ["compare"], ["compare", "rc", "nosuch"], ["compare", "nosuch", "rc"], ["compare", "-", "-"],
    ["compare", "rc", "precious.json"],
    ["fi", "rc"], ["fi", "nosuch"], ["energy", "nosuch"], ["netlist", "nosuch"], ["characterise", "rc"],
    ["characterise", "nosuch"],
]  # fmt: skip
CIRCUITS = [
    "",
    " ",
    "nosuch",
    "../rc",
    "rc ",
    "RC\0",
    "nosuch.json",
    "precious.json",
    "folder.json",
    "🦆.json",
    "a" * 5000,
]


def _rows(table):
    return [[*start, value] for start, values in table.items() for value in values]


def _name(arguments):
    words = arguments if isinstance(arguments, str) else " ".join(arguments)
    return repr(words[-60:]).encode("ascii", "backslashreplace").decode()


@pytest.mark.parametrize("arguments", [*_rows(BY_OPTION), *_rows(BY_TARGET), *WHOLE], ids=_name)
def test_a_command_line_with_nonsense_is_refused(yard, arguments):
    refused(yard, *arguments)


@pytest.mark.parametrize("verb", ["derive", "netlist", "draw", "simulate", "fi", "energy", "sweep"])
@pytest.mark.parametrize("circuit", CIRCUITS, ids=_name)
def test_a_circuit_that_is_none_is_refused(yard, verb, circuit):
    refused(yard, verb, circuit, *(["--vary", "R1=1,2"] if verb == "sweep" else []))


def _process(*arguments, **options):
    code = "import sys; from lapicque.cli import main; sys.argv[0] = 'lapicque'; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, **options)


def test_a_real_process_says_the_same(yard):
    run = _process("simulate", "rc", "--stop", "-1", timeout=5)
    assert run.returncode == 2
    assert "-1" in run.stderr
    assert run.stdout == ""
    with open("/dev/full", "w") as full:
        code = "import sys; from lapicque.cli import main; sys.argv = ['lapicque', 'list']; main()"
        run = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True, timeout=5)
    assert run.returncode == 2
    assert run.stderr == "Error: cannot write the output: No space left on device.\n"


def test_a_fault_of_ours_is_called_so(yard, monkeypatch):
    """The net below everything: even an error that nobody foresaw ends in a paragraph."""
    from click.testing import CliRunner

    from lapicque.circuits import read
    from lapicque.cli.main import cli

    monkeypatch.setattr(read, "LARGEST", "no number")
    result = CliRunner().invoke(cli, ["derive", "precious.json"])
    assert result.exit_code == 3
    assert result.output.startswith("Error: this is a fault of lapicque: TypeError")
    assert "Traceback" not in result.output
