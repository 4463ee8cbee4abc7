"""A sample of mutants of the circuits and the numerical models, each judged by the tests of its room.

    make mutation N=300

Mutants are made by cosmic-ray, in copies of the tree, one for each core. Each is given a minute of the tests that run
its statement (`budget.py`); at first all tests are run without a mutant to see which these are, in half the time of
`make test` again. What was judged is not judged again, only survivors are with --again: delete build/mutation to start
anew. Mutants that change nothing are listed with the reason in `equivalent.toml`, and are not counted.
"""

from __future__ import annotations

import argparse
import ast
import json
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from runpy import run_path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_item import MutationSpec, TestOutcome
from coverage import CoverageData

FOLDER = Path("build/mutation")
OPERATORS = (
    "ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add", "ReplaceBinaryOperator_Mul_Div",
    "ReplaceBinaryOperator_Div_Mul", "ReplaceBinaryOperator_Pow_Mul", "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_NotEq_Eq", "ReplaceComparisonOperator_Lt_LtE", "ReplaceComparisonOperator_Lt_Gt",
    "ReplaceComparisonOperator_LtE_Lt", "ReplaceComparisonOperator_LtE_Gt", "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_Gt_Lt", "ReplaceComparisonOperator_GtE_Gt", "ReplaceComparisonOperator_GtE_Lt",
    "ReplaceComparisonOperator_Is_IsNot", "ReplaceComparisonOperator_IsNot_Is", "ReplaceUnaryOperator_USub_UAdd",
    "ReplaceUnaryOperator_Delete_Not", "AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr",
    "ReplaceOrWithAnd", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "NumberReplacer",
    "ZeroIterationForLoop",
)  # fmt: skip
"""One or two replacements of each operator; none of those that only touch types, which nothing evaluates."""
ROOMS = {
    "circuits/library": "tests/circuits/library tests/circuits/test_library.py tests/analysis/targets",
    "circuits/networks": "tests/circuits/networks",
    "circuits": "--ignore-glob=tests/circuits/library/* --ignore-glob=tests/circuits/networks/* tests/circuits "
    "tests/fuzz/test_model.py",
    "analysis": "tests/analysis/models tests/fuzz/test_model.py",
}
"""Folder to the tests that judge it; the longest name counts."""
SECONDS = 1200


def copied(folder: Path) -> Path:
    """A copy of what git knows, which Python takes for lapicque when `folder`/site is on its path."""
    tree = folder.resolve() / "tree"
    files = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.splitlines()
    for name in files:
        target = tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(name, target)
    run_path(str(tree / "tests/tree.py"))["linked"](tree, folder.resolve() / "site" / "lapicque")
    return tree


def mutants_of(module: Path) -> list[MutationSpec]:
    """All mutants of a module, by our operators."""
    nodes = list(ast_nodes(get_ast(module.read_text())))
    found = []
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        places = [place for node in nodes for place in operator.mutation_positions(node)]
        found += [MutationSpec(module, f"core/{name}", k, *place) for k, place in enumerate(places)]
    return found


def sample(count: int, seed: int, rooms: list[str]) -> list[MutationSpec]:
    """So many mutants of some rooms, the same for the same seed and tree."""
    modules = sorted([*Path("circuits").glob("**/*.py"), *Path("analysis/models").glob("*.py")])
    modules = [m for m in modules if m.name != "__init__.py"]
    modules = [m for m in modules if room_of(m) in rooms]
    mutants = [m for module in modules for m in mutants_of(module)]
    mutants.sort(key=lambda m: (str(m.module_path), m.operator_name, m.occurrence))
    print(f"{len(mutants)} mutants in {len(modules)} modules", flush=True)
    return random.Random(seed).sample(mutants, min(count, len(mutants)))


def room_of(module: Path) -> str:
    """The room of a module."""
    return max((r for r in ROOMS if str(module).startswith(f"{r}/")), key=len)


def near(module: Path) -> list[str]:
    """The tests that bear a module's name, those that name it, and those that are newer than the record."""
    own = Path(f"tests/{module.parent}/test_{module.name}")
    named = re.compile(rf"\b{module.stem}\b")
    files = [p for p in sorted(Path("tests").glob("[acn]*/**/test_*.py")) if "cli" not in p.parts]
    recorded = Path(os.environ["LAPICQUE_MUTATION_DURATIONS"]).stat().st_mtime
    return [str(p) for p in files if p == own or p.stat().st_mtime > recorded or named.search(p.read_text())]


def lines_of_statement(module: Path, line: int) -> range:
    """The lines of the innermost statement at a line, without the body of a compound one."""
    holding = [n for n in ast.walk(ast.parse(module.read_text())) if isinstance(n, ast.stmt)]
    holding = [n for n in holding if n.lineno <= line <= (n.end_lineno or line)]
    inner = max(holding, key=lambda n: n.lineno)
    body = getattr(inner, "body", None)
    return range(inner.lineno, max(inner.lineno, body[0].lineno - 1 if body else inner.end_lineno or line) + 1)


def touching(mutant: MutationSpec) -> set[str]:
    """The tests that ran a mutant's statement when there was no mutant."""
    seen = CoverageData(os.environ["LAPICQUE_MUTATION_COVERAGE"])
    seen.read()
    file = next((f for f in seen.measured_files() if f.endswith(f"/tree/{mutant.module_path}")), "")
    contexts = seen.contexts_by_lineno(file)
    lines = lines_of_statement(mutant.module_path, mutant.start_pos[0])
    return {c.rsplit("|", 1)[0] for line in lines for c in contexts.get(line, ()) if c}


def tests_of(module: Path, touched: set[str]) -> str:
    """The files of tests that judge a mutant: those that run it and near ones, or those of its room where none does."""
    files = sorted({test.split("::")[0] for test in touched})
    return " ".join(dict.fromkeys([*near(module), *(files or ROOMS[room_of(module)].split())]))


def settle(numbers: multiprocessing.Queue) -> None:
    """Work in a tree of one's own from now on."""
    tree = copied(FOLDER / f"worker{numbers.get()}")
    os.chdir(tree)
    os.environ["PYTHONPATH"] = f"{tree.parent / 'site'}:{tree / 'tests/mutation'}"
    os.environ["LAPICQUE_MUTATION_DURATIONS"] = str(tree.parents[1] / "durations.json")
    os.environ["LAPICQUE_MUTATION_COVERAGE"] = str(tree.parents[1] / "coverage")


RECORDED = ("tests/circuits", "tests/netlists", "tests/analysis", "tests/fuzz/test_model.py")
PYTEST = (sys.executable, "-P", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "budget")


def judge(mutant: MutationSpec) -> dict:
    """Run the tests of one mutant, in a tree of one's own."""
    # Into a file: a process that a test leaves behind would hold a pipe open, and cosmic-ray waits for its end.
    os.environ["LAPICQUE_MUTATION_NEAR"] = " ".join(near(mutant.module_path))
    touched = touching(mutant)
    Path("../touching.json").write_text(json.dumps(sorted(touched)))
    words = " ".join([*PYTEST, tests_of(mutant.module_path, touched)])
    command = f"bash -c '{words} > ../said.txt 2>&1 < /dev/null'"
    made = mutate_and_test([mutant], command, SECONDS)
    outcome = made.test_outcome.value if isinstance(made.test_outcome, TestOutcome) else str(made.worker_outcome)
    if made.output == "timeout":
        outcome = "timeout"
    where = {"module": str(mutant.module_path), "operator": mutant.operator_name, "occurrence": mutant.occurrence}
    last = Path("../said.txt").read_text().strip().splitlines()[-3:]
    return {**where, "outcome": outcome, "diff": made.diff if outcome == "survived" else "", "said": last}


def record() -> None:
    """Run the tests without a mutant, and keep how long each takes and what it runs."""
    given = os.environ | {"LAPICQUE_MUTATION_RECORD": "1", "COVERAGE_FILE": os.environ["LAPICQUE_MUTATION_COVERAGE"]}
    seeing = ("--cov=circuits", "--cov=analysis", "--cov-context=test", "--cov-report=")
    command = [*PYTEST, "-n", "2", "--dist", "worksteal", *seeing, *RECORDED]
    if subprocess.run(command, env=given, check=False).returncode:
        raise SystemExit("tests fail without a mutant: mend them first")


def reason(row: dict, known: list[dict]) -> str:
    """Why a surviving mutant changes nothing, or nothing."""
    said = [line for line in row["diff"].splitlines() if not line.startswith(("---", "+++"))]
    was, now = ([line[1:].strip() for line in said if line.startswith(sign)] for sign in "-+")
    return next((k["why"] for k in known if (k["module"], k["was"], k["is"]) == (row["module"], was, now)), "")


def summary(rows: list[dict]) -> str:
    """The score with its interval of 95 % (Wilson 1927), and who survived."""
    known = tomllib.loads(Path("tests/mutation/equivalent.toml").read_text())["mutant"]
    same = [r for r in rows if r["outcome"] == "survived" and reason(r, known)]
    rows = [r for r in rows if r not in same]
    n, killed = len(rows), sum(r["outcome"] in ("killed", "timeout") for r in rows)
    if not n:
        return "no mutant was judged"
    p, z = killed / n, 1.96
    middle, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    low, high = ((middle + side * half) / (1 + z * z / n) for side in (-1, 1))
    survivors = "\n".join(r["diff"] for r in rows if r["outcome"] == "survived")
    score = f"{killed} of {n} mutants killed: {p:.1%} (95 %: {low:.1%} to {high:.1%})"
    return f"{survivors}\n{score}, and {len(same)} that change nothing"


def main() -> None:
    """The command line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("count", type=int, nargs="?", default=300)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--again", action="store_true", help="judge survivors again")
    asked.add_argument("--rooms", nargs="+", default=list(ROOMS), choices=list(ROOMS))
    given = asked.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = FOLDER.resolve() / "results.jsonl"
    rows = [json.loads(x) for x in kept.read_text().splitlines()] if kept.exists() else []
    if given.again:
        rows = [r for r in rows if r["outcome"] != "survived"]
        kept.write_text("".join(json.dumps(r) + "\n" for r in rows))
    done = {(r["module"], r["operator"], r["occurrence"]) for r in rows}
    mutants = sample(given.count, given.seed, given.rooms)
    left = [m for m in mutants if (str(m.module_path), m.operator_name, m.occurrence) not in done]
    numbers: multiprocessing.Queue = multiprocessing.Queue()
    for k in range(given.workers):
        numbers.put(k)
    if not (FOLDER / "durations.json").exists():
        with multiprocessing.Pool(1, settle, (numbers,)) as pool:
            pool.apply(record)
        numbers.put(0)
    with multiprocessing.Pool(given.workers, settle, (numbers,)) as pool, kept.open("a", buffering=1) as out:
        for row in pool.imap_unordered(judge, left):
            rows.append(row)
            out.write(json.dumps(row) + "\n")
            print(row["outcome"], row["module"], row["operator"], flush=True)
    print(summary(rows))


if __name__ == "__main__":
    main()
