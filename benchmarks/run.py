"""Benchmarks: ratios, measured side by side in one run.   python benchmarks/run.py [name ...]

Prints a table and writes benchmarks/results.json. Every figure is the best of several repetitions.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from rows import Row
from time_accuracy import accuracy_rows
from time_batch import batch_rows
from time_compose import compose_rows
from time_course import course_rows
from time_derivation import derivation_rows
from time_engine import engine_rows
from time_ideal import ideal_rows
from time_model import model_rows
from time_network import network_rows
from time_reading import reading_rows
from time_schedule import schedule_rows
from time_start import start_rows
from time_sweep import sweep_rows

GROUPS: dict[str, Callable[[], Iterator[Row]]] = {
    "start": start_rows,
    "derivation": derivation_rows,
    "engine": engine_rows,
    "accuracy": accuracy_rows,
    "model": model_rows,
    "ideal": ideal_rows,
    "compose": compose_rows,
    "network": network_rows,
    "sweep": sweep_rows,
    "batch": batch_rows,
    "reading": reading_rows,
    "schedule": schedule_rows,
    "course": course_rows,
}


def main() -> None:
    asked = sys.argv[1:] or list(GROUPS)
    rows: list[Row] = []
    print(f"{'what':58} {'measured':>12} {'goal':>12}")
    for group in asked:
        for row in GROUPS[group]():
            rows.append(row)
            goal = "" if row.goal is None else f"{row.goal:.3g} {row.unit}"
            print(f"{row.what:58} {row.value:9.3g} {row.unit:6} {goal:>12}", flush=True)
    target = Path(__file__).parent / "results.json"
    body = {"machine": platform.machine(), "python": platform.python_version(), "rows": [vars(r) for r in rows]}
    target.write_text(json.dumps(body, indent=1))
    print(f"written to {target.name}")


if __name__ == "__main__":
    main()
