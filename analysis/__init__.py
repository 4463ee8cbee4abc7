"""Numerical models, comparison, explanation, plots and reports."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_ROOMS = {
    "solve": "model", "result": "model", "Solution": "model", "compare": "comparison", "Comparison": "comparison",
    "Tolerance": "comparison", "explain": "explanation", "Explanation": "explanation", "population": "ideal_lif",
    "feed_forward": "ideal_lif", "euler": "ideal_lif", "LifParameters": "ideal_lif", "Spikes": "ideal_lif",
    "parameters_of": "ideal_lif", "spike_times": "spikes", "verify": "verification", "Verification": "verification",
    "fi_curve": "rates", "find_rheobase": "rates", "bode": "frequency", "write_report": "report",
    "summarise": "summary", "verify_many": "parallel", "phase_order": "phases",
}  # fmt: skip

__all__ = sorted(_ROOMS)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    """Import scipy, sympy and the rest when something is first asked for."""
    if name in _ROOMS:
        return getattr(import_module(f".{_ROOMS[name]}", __name__), name)
    if name == "plots":
        return import_module(".plots", __name__)
    raise AttributeError(f"lapicque.analysis has no {name!r}")
