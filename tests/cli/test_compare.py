"""`lapicque compare`, and `lapicque verify` of many files: what cannot be read is a line, what fails comes first."""

import csv
import json

import pytest
from command import lapicque

RC = """RC
V1 in 0 PULSE(0 1 0 1u 1u 20m 40m)
R1 in out 10k
C1 out 0 100n
.tran 10u 10m uic
.end
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    versions = {
        "right": RC.replace("10k", "0.01Meg").replace("out", "o"), "slow": RC.replace("10k", "22k"),
        "open": RC.replace("C1 out 0", "C1 out ground"), "twice": RC.replace("C1", "R1"), "reference": RC,
    }  # fmt: skip
    for name, text in versions.items():
        (tmp_path / f"{name}.cir").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_one_file_is_told_in_full(folder):
    status, out, _ = lapicque("compare", "reference.cir", "slow.cir", "--expect", "tau=1m", "--expect", "max(in)=1")
    assert status == 1
    assert "slow.cir: different: R1 is 22 kΩ, not 10 kΩ\n" in out
    assert "a time constant is 2.2 ms, not 1 ms" in out
    assert "FAILS  tau = 2.2 ms, wanted 1 ms, off by 120 %" in out
    assert "holds  max(in) = 1 V, as wanted" in out


def test_the_exit_code_says_it(folder):
    assert lapicque("compare", "reference.cir", "right.cir")[0] == 0
    assert lapicque("compare", "reference.cir", "slow.cir")[0] == 1
    assert lapicque("compare", "reference.cir", "twice.cir")[0] == 2
    assert lapicque("compare", "reference.cir", "twice.cir", "right.cir")[0] == 2
    assert lapicque("compare", "reference.cir", "twice.cir", "slow.cir")[0] == 1
    assert lapicque("compare", "reference.cir", "--expect", "v(out)@1m=0.632")[0] == 0
    assert lapicque("compare", "reference.cir", "--expect", "v(out)@1m=0.632", "--within", "1u")[0] == 1
    assert lapicque("compare", "rc", "rc")[0] == 0


def test_a_class_is_a_line_a_file_and_a_report(folder):
    files = ("right.cir", "twice.cir", "slow.cir", "open.cir")
    status, out, _ = lapicque("compare", "reference.cir", *files, "--report", "class.html", "-o", "class.csv")
    assert status == 1
    lines = out.splitlines()
    assert [line.split(":")[0] for line in lines[:4]] == ["slow.cir", "open.cir", "twice.cir", "right.cir"]
    assert "cannot be read: twice.cir:4: 'R1' is there twice" in out
    assert "4 files: 1 the same, 2 different, 1 cannot be read" in out
    rows = list(csv.DictReader((folder / "class.csv").open()))
    assert [(r["file"], r["state"], r["kinds"]) for r in rows] == [
        ("slow.cir", "different", "value"), ("open.cir", "different", "cut"), ("twice.cir", "cannot be read", ""),
        ("right.cir", "same", ""),
    ]  # fmt: skip
    page = (folder / "class.html").read_text()
    assert all(f in page for f in files)
    assert "R1 is 22 kΩ, not 10 kΩ" in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_json_is_for_machines(folder):
    status, out, _ = lapicque("compare", "reference.cir", "slow.cir", "--json")
    assert status == 1
    (answer,) = json.loads(out)
    assert answer["state"] == "different"
    assert answer["likeness"]["edits"] == [{"kind": "value", "names": ["R1"], "words": "R1 is 22 kΩ, not 10 kΩ"}]


def test_verify_goes_on_where_a_file_cannot_be_read(folder):
    files = ("right.cir", "twice.cir", "open.cir", "reference.cir")
    status, out, _ = lapicque("verify", *files, "--report", "runs.html")
    assert status == 2
    lines = [line for line in out.splitlines() if line[:1] != " "]
    assert [line.split()[:2] for line in lines[:4]] == [
        ["UNREAD", "twice.cir:"], ["UNREAD", "open.cir:"], ["agrees", "right.cir"], ["agrees", "reference.cir"],
    ]  # fmt: skip
    assert "'R1' is there twice" in lines[0]
    assert "'ground' dangles" in lines[1]
    page = (folder / "runs.html").read_text()
    assert "cannot be read" in page
    assert "2 of 4 circuits agree" in page


def test_verify_says_first_what_fails(folder):
    status, out, _ = lapicque("verify", "rc", "reference.cir", "twice.cir", "--tolerance", "1e-13")
    assert status == 1
    assert [line.split()[0] for line in out.splitlines() if line[:1] != " "] == ["UNREAD", "DIFFERS", "DIFFERS"]
    status, out, _ = lapicque("verify", "reference.cir", "twice.cir", "--json")
    assert json.loads(out)["unread"][0]["name"] == "twice.cir"
    assert json.loads(out)["circuits"][0]["name"] == "reference.cir"
    assert lapicque("verify", "twice.cir")[0] == 2
