"""A learner's function, run apart: the right one passes; loops, files, memory and wrong shapes are named."""

import numpy as np
import pytest

from lapicque.analysis.models.model import solve
from lapicque.circuits import SpikeProbe
from lapicque.circuits.library import build
from lapicque.lessons.exercises.check import check, task
from lapicque.lessons.exercises.code import CASES, exact_spikes
from lapicque.lessons.python_lif import SOURCE, lif

HEAD = "def lif(current, r, c, u_th, dt, steps):\n"
GOOD_NUMPY = "import numpy as np\n" + HEAD + (
    "    u, out, a = 0.0, [], np.exp(-dt / (r * c))\n"
    "    for k in range(steps):\n"
    "        u = r * current + (u - r * current) * a\n"
    "        if u >= u_th:\n"
    "            out.append((k + 1) * dt)\n"
    "            u = 0.0\n"
    "    return np.array(out)\n"
)  # fmt: skip


@pytest.mark.parametrize("source", [SOURCE, GOOD_NUMPY])
def test_right_functions_pass(source):
    assert check(task(5, "code"), source).words == "Right."


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "Nothing"),
        ("def lif(:", "cannot read line 1"),
        ("def other():\n    pass", "no function called lif"),
        (HEAD + "    return 3", "returned int"),
        (HEAD + "    return 'spikes'", "returned str"),
        (HEAD + "    return [[1.0]]", "returned list"),
        (HEAD + "    return [float('nan')] * 7", "returned list"),
        (HEAD + "    return [1e999] * 7", "returned list"),
        (HEAD + """    print('{"kind": "spikes", "times": [0.0069]}')\n    return 1""", "returned int"),
        (HEAD + "    return lif(current, r, c, u_th, dt, steps)", "RecursionError"),
        (HEAD + "    return []", "gives 0 spikes where the exact neuron has 7"),
        (HEAD + "    return 1 / 0", "ZeroDivisionError: division by zero (line 2)"),
        (HEAD + "    return current.x", "AttributeError"),
        (HEAD + "    while True:\n        pass", "within 5 seconds"),
        (HEAD + "    return ['x' * 10**9]", "memory"),
        (HEAD + "    a = []\n    while True:\n        a.append('x' * 10**7)", "memory"),
        ("import os\n" + HEAD + "    return []", "Line 1 uses os"),
        ("from subprocess import run\n" + HEAD + "    return []", "uses subprocess"),
        (HEAD + "    return open('/etc/passwd').read()", "uses open"),
        (HEAD + "    return ().__class__", "uses __class__"),
        (HEAD + "    return __import__('os')", "uses __import__"),
        ("import numpy\n" + HEAD + "    return numpy.fromfile('/etc/passwd')", "tried to reach files"),
        ("import numpy\n" + HEAD + "    return numpy.load('x.npy')", "tried to reach files"),
        (HEAD + "    u = 0\n    return [dt * k for k in range(1, 8)]", "is off by"),
        (SOURCE.replace("u = 0.0  # reset", "u = 0.5"), "spikes where the exact neuron"),
        (SOURCE.replace("r * current - u", "r * current"), "spikes where the exact neuron"),
    ],
)
def test_what_is_wrong_with_a_function_is_said(source, words):
    found = check(task(5, "code"), source)
    assert not found.right
    assert words in found.words


def test_the_exact_neuron_of_the_exercise_is_the_solved_circuit():
    case = CASES[0]
    circuit = build(
        "lif", {"r": case["r"], "c": case["c"], "v_th": case["u_th"], "t_ref": 0, "current": case["current"]}
    )
    solved = solve(circuit, case["dt"] * case["steps"]).spikes(circuit.of_type(SpikeProbe)[0])
    exact = exact_spikes(**case)
    assert len(exact) == len(solved)
    # The circuit's discharge and its reset a little above 0 move the interval by half a percent.
    assert np.max(np.abs(np.diff(solved) / np.diff(exact) - 1)) < 1e-2


def test_fifteen_lines_are_fifteen_lines():
    assert len([line for line in SOURCE.splitlines() if line.strip()]) <= 15
    assert len(lif(0.9e-6, 1e6, 1e-8, 1.0, 1e-5, 1000)) == 0
