"""Networks: the exact event-driven model, held against ngspice."""

from pathlib import Path

from ..stale import forget_stale

forget_stale(Path(__file__).parent)
