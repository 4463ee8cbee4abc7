"""Plots: each function returns a matplotlib figure (the schematic: SVG text)."""

from __future__ import annotations

from typing import Any

__all__ = [
    "bode", "fi_curve", "membranes", "phase_plane", "raster", "residuals", "save_figure", "schematic",
    "sensitivity_figure", "spike_errors", "sweep_figure", "to_png", "to_svg", "waterfall", "waveforms",
]  # fmt: skip

_ROOMS = {
    "bode": "curves", "fi_curve": "curves", "waterfall": "curves", "waveforms": "over_time", "residuals": "over_time",
    "phase_plane": "over_time", "schematic": "drawing", "save_figure": "style", "to_png": "style", "to_svg": "style",
    "raster": "rasters", "membranes": "rasters", "spike_errors": "rasters",
    "sweep_figure": "sweeps", "sensitivity_figure": "sweeps",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import matplotlib and schemdraw when a plot is first asked for."""
    from importlib import import_module

    if name in _ROOMS:
        return getattr(import_module(f".{_ROOMS[name]}", __name__), name)
    raise AttributeError(name)
