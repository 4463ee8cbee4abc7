"""A learner's function: looked at, run apart with limits, and its spikes compared with the exact neuron's."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from typing import Any

import numpy as np

from ..phrases import say
from .answers import AnswerError
from .kinds import Code, Verdict

SECONDS = 5
"""That all cases together may take, on the processor."""
MEGABYTES = 256
LONGEST = 20_000
ALLOWED_STEPS = 2.0
CASES = (
    {"current": 2e-6, "r": 1e6, "c": 10e-9, "u_th": 1.0, "dt": 1e-5, "steps": 5000},
    {"current": 1.1e-6, "r": 1e6, "c": 20e-9, "u_th": 1.0, "dt": 1e-5, "steps": 12000},
    {"current": 0.9e-6, "r": 1e6, "c": 10e-9, "u_th": 1.0, "dt": 1e-5, "steps": 3000},
)
"""Twice rheobase, near it, and below it, where there is none to find."""
FORBIDDEN = (ast.AsyncFunctionDef, ast.Await, ast.Global, ast.Nonlocal, ast.ClassDef, ast.With, ast.AsyncWith)
NAMES = frozenset({"open", "exec", "eval", "compile", "input", "breakpoint", "globals", "locals", "vars", "getattr",
                   "setattr", "delattr", "memoryview", "help", "exit", "quit"})  # fmt: skip
MODULES = frozenset({"math", "numpy"})

RUNNER = """
import io, json, sys, resource
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, 9)  # it ends with what started it: PR_SET_PDEATHSIG, SIGKILL
source, limits = sys.stdin.readline(), json.loads(sys.stdin.readline())
resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 1))
import math
try:
    import numpy
except ImportError:
    pass
space = {"__builtins__": __builtins__, "__name__": "answer"}
code = compile(json.loads(source), "answer", "exec")
resource.setrlimit(resource.RLIMIT_AS, (limits["bytes"], limits["bytes"]))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
out, sys.stdout = sys.stdout, io.StringIO()  # what an answer prints is no result
class Outside(Exception):
    pass
def watch(event, arguments):
    if event.split(".")[0] in ("open", "os", "socket", "subprocess", "ctypes", "shutil", "pty", "signal", "import"):
        if event != "import" or arguments[0].split(".")[0] not in ("math", "numpy"):
            raise Outside(event)
sys.addaudithook(watch)
def say(kind, **more):
    out.write(json.dumps({"kind": kind, **more}) + "\\n")
    out.flush()
try:
    exec(code, space)
    for case in limits["cases"]:
        found = space[limits["function"]](**case)
        if hasattr(found, "tolist"):
            found = found.tolist()
        good = isinstance(found, (list, tuple)) and all(isinstance(t, (int, float)) for t in found)
        good = good and all(math.isfinite(t) for t in found)
        if good:
            say("spikes", times=[float(t) for t in found])
        else:
            say("shape", found=type(found).__name__)
            break
except Outside as error:
    say("outside", reason=str(error))
except MemoryError:
    say("memory")
except BaseException as error:
    line = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "answer":
            line = trace.tb_lineno
        trace = trace.tb_next
    say("raised", reason=type(error).__name__ + ": " + str(error)[:200] + (" (line %d)" % line if line else ""))
"""


def check_code(kind: Code, source: str, language: str) -> Verdict:
    """Run a learner's function on all cases and compare.

    Raises:
        AnswerError: nothing there, or Python cannot read it.
    """
    _look(kind, source, language)
    lines, ended = _run(kind, source)
    for case, line in zip(CASES, lines, strict=False):
        if (problem := _problem(line, case, language)) is not None:
            return Verdict(False, problem)
    if len(lines) < len(CASES):
        return Verdict(False, say(ended, language, seconds=SECONDS, megabytes=MEGABYTES))
    return Verdict(True, say("right", language))


def _look(kind: Code, source: str, language: str) -> None:
    """What is not needed here is refused before anything runs; the limits of the process hold all the same."""
    if not source.strip():
        raise AnswerError(say("answer_empty", language))
    if len(source) > LONGEST:
        raise AnswerError(say("answer_long", language, most=LONGEST))
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line, reason = getattr(error, "lineno", 1), getattr(error, "msg", str(error))
        raise AnswerError(say("code_syntax", language, line=line, reason=reason)) from error
    for node in ast.walk(tree):
        if (what := _strange(node)) is not None:
            raise AnswerError(say("code_forbidden", language, line=getattr(node, "lineno", 1), what=what))
    if not any(isinstance(n, ast.FunctionDef) and n.name == kind.function for n in tree.body):
        raise AnswerError(say("code_no_function", language, name=kind.function))


def _strange(node: ast.AST) -> str | None:
    match node:
        case ast.Import(names=names):
            return next((a.name for a in names if a.name not in MODULES), None)
        case ast.ImportFrom(module=module):
            return None if module in MODULES else str(module)
        case ast.Name(id=name) if name in NAMES or name.startswith("__"):
            return name
        case ast.Attribute(attr=name) if name.startswith("_"):
            return name
    return type(node).__name__ if isinstance(node, FORBIDDEN) else None


def _run(kind: Code, source: str) -> tuple[list[dict[str, Any]], str]:
    """What the process said of each case, and the phrase for its end if it did not say all."""
    limits = {"seconds": SECONDS, "bytes": MEGABYTES << 20, "cases": CASES, "function": kind.function}
    given = f"{json.dumps(source)}\n{json.dumps(limits)}\n"
    environment = {"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    ended = "code_time"
    try:
        run = subprocess.run(
            [sys.executable, "-I", "-c", RUNNER], input=given, capture_output=True, text=True, cwd=os.sep,
            env=environment, timeout=4 * SECONDS,
        )  # fmt: skip
        text = run.stdout
        ended = "code_time" if run.returncode in (-24, -9) else "code_memory"  # SIGXCPU, SIGKILL
    except subprocess.TimeoutExpired as error:
        text = error.stdout.decode() if isinstance(error.stdout, bytes) else error.stdout or ""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")], ended


def _problem(line: dict[str, Any], case: dict[str, Any], language: str) -> str | None:
    match line["kind"]:
        case "raised":
            return say("code_raised", language, reason=line["reason"])
        case "outside":
            return say("code_file", language, reason=line["reason"])
        case "memory":
            return say("code_memory", language, megabytes=MEGABYTES)
        case "shape":
            return say("code_shape", language, found=line["found"])
    found, wanted = np.array(line["times"]), exact_spikes(**case)
    words = f"I = {case['current'] * 1e6:g} µA"
    if abs(len(found) - len(wanted)) > (1 if len(wanted) else 0):  # one may fall beyond the end
        return say("code_count", language, found=len(found), wanted=len(wanted), case=words)
    # Each interval ends at a step, so the k-th spike of a right function is up to k steps late.
    each = np.diff(found, prepend=0.0)
    exact = np.diff(wanted, prepend=0.0)
    common = min(len(each), len(exact))
    off = np.abs(each[:common] - exact[:common]) / case["dt"]
    if common and off.max() > ALLOWED_STEPS:
        k = int(np.argmax(off > ALLOWED_STEPS))
        return say("code_late", language, number=k + 1, steps=f"{off[k]:.3g}", case=words)
    return None


def exact_spikes(current: float, r: float, c: float, u_th: float, dt: float, steps: int) -> np.ndarray:
    """Spike times of the exact neuron, from the library's derived interval, seconds."""
    from ...circuits.closed_forms.lif_forms import ideal_lif
    from ...circuits.equations.derive import derive
    from ...circuits.library import build

    ideal = ideal_lif(derive(build("lif", {"r": r, "c": c, "v_th": u_th, "t_ref": 0})))
    if current <= ideal.value(ideal.rheobase):
        return np.zeros(0)
    interval = ideal.value(ideal.interval, I1=current)
    return interval * np.arange(1, int(dt * steps / interval) + 1)
