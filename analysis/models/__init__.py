"""The numerical model of a circuit's own equations: exact flow, stiff solver, crossings, closed forms."""

from pathlib import Path

from ..stale import forget_stale

forget_stale(Path(__file__).parent)
