"""Things to move: curves over sliders, from derived formulas; the same for notebooks, pages and JavaScript."""

from .catalog import PLAYS, play
from .kinds import Curve, Mark, Play, Slider, curves, marks

__all__ = ["PLAYS", "Curve", "Mark", "Play", "Slider", "curves", "marks", "play"]
