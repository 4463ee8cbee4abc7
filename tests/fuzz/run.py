"""Many random cases on all cores: `make fuzz N=10000`. What was done is not done again; bad cases are kept.

python -m fuzz.run 10000                  all kinds in turn
python -m fuzz.run 100 --kinds loops      some kinds
python -m fuzz.run --case loops 17        one case, in full
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

from fuzz.case import Case, make
from fuzz.guard import LEG_SECONDS, VERDICTS, WORST
from fuzz.judge import judge
from fuzz.kinds import KINDS

SILENCE = 20 * LEG_SECONDS
"""A worker that has said nothing for so long is stuck in code that no alarm reaches."""


def work(folder: Path, share: int, shares: int, count: int, kinds: list[str], first: int, model: bool) -> None:
    """Judge one share of the cases, a line each."""
    from lapicque.netlists import Engine

    warnings.simplefilter("ignore")
    path = folder / f"share{share}.jsonl"
    done = {(r["kind"], r["seed"]) for r in read(folder)}
    with nullcontext() if model else Engine(1, 3 * LEG_SECONDS) as engine, path.open("a") as out:
        for k in range(share, count, shares):
            kind, seed = kinds[k % len(kinds)], first + k // len(kinds)
            if (kind, seed) in done:
                continue
            (folder / f"now{share}").write_text(f"{kind} {seed}")
            started = time.perf_counter()
            made = judge(make(kind, seed), engine)
            legs = {leg.name: [leg.verdict, leg.said] for leg in made.legs}
            row = {"kind": kind, "seed": seed, "verdict": made.verdict, "legs": legs}
            out.write(
                json.dumps({**row, "seconds": round(time.perf_counter() - started, 2)}, ensure_ascii=False) + "\n"
            )
            out.flush()
            if made.verdict in WORST:
                keep(folder, made.case, legs)


def keep(folder: Path, case: Case, legs: dict) -> None:
    """Write a case as Python that runs, and as data."""
    words = "\n".join(f"# {name}: {verdict}: {said}" for name, (verdict, said) in legs.items()).replace("\n", "\n# ")
    (folder / f"{case.kind}-{case.seed}.py").write_text(f"{words}\n{case.python()}")
    (folder / f"{case.kind}-{case.seed}.json").write_text(case.json())


def read(folder: Path) -> list[dict]:
    """All lines that workers wrote."""
    return [json.loads(x) for p in sorted(folder.glob("share*.jsonl")) for x in p.read_text().splitlines()]


def table(rows: list[dict]) -> str:
    """Kind by verdict."""
    head = f"{'kind':12}" + "".join(f"{v:>11}" for v in VERDICTS)
    lines = [head]
    for kind in [*KINDS, "all"]:
        counts = Counter(r["verdict"] for r in rows if kind in (r["kind"], "all"))
        lines.append(f"{kind:12}" + "".join(f"{counts[v] or '.':>11}" for v in VERDICTS))
    bad = Counter(name for r in rows for name, (v, _) in r["legs"].items() if v in WORST)
    return "\n".join([*lines, f"bad legs: {dict(bad)}"])


def supervise(folder: Path, arguments: list[str], shares: int) -> None:
    """Start the workers, and replace one that hangs."""
    running = {k: _start(arguments, k, shares) for k in range(shares)}
    while running:
        time.sleep(1)
        for k, worker in list(running.items()):
            now = folder / f"now{k}"
            if worker.poll() is not None:
                running.pop(k)
            elif now.exists() and time.time() - now.stat().st_mtime > SILENCE:
                worker.kill()
                kind, seed = now.read_text().split()
                row = {"kind": kind, "seed": int(seed), "verdict": "hang", "legs": {"process": ["hang", "no alarm"]}}
                with (folder / f"share{k}.jsonl").open("a") as out:
                    out.write(json.dumps({**row, "seconds": SILENCE}) + "\n")
                keep(folder, make(kind, int(seed)), row["legs"])
                running[k] = _start(arguments, k, shares)


def _start(arguments: list[str], share: int, shares: int) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "fuzz.run", *arguments, "--share", str(share), "--workers", str(shares)]
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(words, env=os.environ | threads)


def main() -> None:
    """The command line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("count", type=int, nargs="?", default=1200)
    asked.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    asked.add_argument("--first", type=int, default=0, help="first seed")
    asked.add_argument("--model", action="store_true", help="only the model against its oracle, without ngspice")
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--folder", type=Path, default=Path("build/fuzz"))
    asked.add_argument("--share", type=int)
    asked.add_argument("--case", nargs=2, metavar=("KIND", "SEED"))
    given = asked.parse_args()
    if given.case:
        return show(make(given.case[0], int(given.case[1])))
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.share is not None:
        return work(given.folder, given.share, given.workers, given.count, given.kinds, given.first, given.model)
    passed = [str(given.count), "--kinds", *given.kinds, "--first", str(given.first), "--folder", str(given.folder)]
    passed += ["--model"] if given.model else []
    supervise(given.folder, passed, given.workers)
    rows = read(given.folder)
    print(table(rows))
    sys.exit(any(r["verdict"] in WORST for r in rows))


def show(case: Case) -> None:
    """Print a case and what its legs say."""
    from lapicque.netlists import Engine

    print(case.python())
    with Engine(workers=1, timeout=3 * LEG_SECONDS) as engine:
        for leg in judge(case, engine).legs:
            print(f"{leg.name}: {leg.verdict}: {leg.said}")


if __name__ == "__main__":
    main()
