"""Sweeps over parameters, mismatch of parts, corners; on this machine or a cluster, stopped and resumed at will."""

from .design import Design, grid, latin_hypercube, listed
from .plan import Sweep
from .run import run_sweep
from .statistics import Sensitivity, sampled_sensitivities, symbolic_sensitivities, yield_within
from .tolerances import Matched, Spread, corners, mismatch, monte_carlo, tolerance

__all__ = [
    "Design", "Matched", "Sensitivity", "Spread", "Sweep", "corners", "grid", "latin_hypercube", "listed", "mismatch",
    "monte_carlo", "run_sweep", "sampled_sensitivities", "symbolic_sensitivities", "tolerance", "yield_within",
]  # fmt: skip
