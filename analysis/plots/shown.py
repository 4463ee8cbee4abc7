"""Objects as pictures: what fits each kind; and as HTML for notebooks."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ...circuits.arguments import KindError, brief
from ...circuits.circuit import Circuit
from ...circuits.library import circuit_of
from ...circuits.networks.network import Network
from ...circuits.table import table
from ...netlists.networks.network import NetworkRun
from ..characterise.characteristics import Characteristics
from ..comparison import Comparison
from ..energy import Energy
from ..explanation import Explanation
from ..fits.neuron_fit import NeuronFit
from ..models.frequency import Bode
from ..models.model import Solution
from ..networks.comparison import NetworkComparison
from ..rates import FiCurve
from ..schematics.drawing import picture_of
from ..schematics.pages import svg
from ..schematics.picture import Picture
from ..sweeps.labelled import figures_in
from ..sweeps.quick import SweepResult
from ..verification import Verification
from .characterised import characterised
from .curves import bode, fi_curve, waterfall
from .drawing import save_drawing, schematic
from .fitted import fitted
from .over_time import waveforms
from .rasters import raster
from .style import to_svg
from .sweeps import sweep_figure
from .trains import between

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure


@frozen(repr=False)
class Drawing:
    """A schematic; notebooks show it, `str` gives its SVG, `save` writes it."""

    title: str
    picture: Picture

    @property
    def svg(self) -> str:
        """The drawing as SVG text."""
        return svg(self.picture)

    def save(self, path: str | Path) -> Path:
        """Write it as SVG, PNG or PDF, by the ending of the path.

        Raises:
            LapicqueError: another ending, or a file that cannot be written.
        """
        return save_drawing(self.picture, path)

    def __str__(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<drawing of {self.title}: str() gives its SVG, .save('x.pdf') writes it>"

    def _repr_svg_(self) -> str:
        return self.svg


def draw(what: str | Circuit, inside: bool = False) -> Drawing:
    """Draw a circuit.

    Args:
        what: the name of a circuit of the library, or a circuit.
        inside: whether macromodels (an op-amp made of sources and resistors) are drawn with all their elements rather
            than as one symbol.
    """
    circuit = circuit_of(what)
    return Drawing(circuit.title, picture_of(circuit, folds=not inside))


def plot(thing: Any, simulated: xarray.Dataset | None = None) -> Figure:
    """The picture that fits a result.

    Args:
        thing: a solution (waveforms), a comparison (what is between them, or spikes where only those were compared), an
            explanation (its causes), an f-I curve, a frequency response, what a neuron was measured to be, a sweep
            (or its dataset, as `load` gives it), or the run of a network or its comparison (who spiked when).
        simulated: for a solution, ngspice's result to draw on it.

    Raises:
        KindError: nothing that there is a picture of.
    """
    match thing:
        case Solution():
            if simulated is not None and not hasattr(simulated, "data_vars"):
                raise KindError(f"simulated is {brief(simulated)}: give what `simulate` gave of a transient.")
            return waveforms(thing, simulated)
        case Comparison():
            return between(thing)
        case Explanation():
            return waterfall(thing)
        case FiCurve():
            return fi_curve(thing)
        case Bode():
            return bode(thing)
        case Characteristics():
            return characterised(thing)
        case NeuronFit():
            return fitted(thing)
        case NetworkRun():
            return raster(thing)
        case NetworkComparison():
            return raster(thing.run, thing.timed)
        case SweepResult():
            return sweep_figure(thing.data, thing.figures[0])
    if figures := figures_in(thing):  # a sweep that was loaded
        return sweep_figure(thing, figures[0])
    raise KindError(
        f"there is no picture of {brief(thing)}: give a solution, comparison, explanation, f-I curve, frequency "
        "response, sweep, or the run of a network; `draw` draws circuits, `write_report` writes verifications."
    )


def html(thing: Any) -> str:
    """A circuit as drawing and table, a network as a list of its parts; anything else as its words and its picture."""
    if isinstance(thing, Circuit):
        return f"{_wide(schematic(thing))}{_words(table(thing))}"
    if isinstance(thing, (Network, Energy)) or (isinstance(thing, NetworkRun) and not thing.spikes):
        return _words(str(thing))  # there is nothing to be drawn
    if isinstance(thing, Verification):
        words = _words(str(thing))
        return (
            words if thing.solution is None else f"{words}{_wide(to_svg(waveforms(thing.solution, thing.simulated)))}"
        )
    return f"{_words(str(thing))}{_wide(to_svg(plot(thing)))}"


def _words(text: str) -> str:
    return f'<pre style="overflow-x:auto">{escape(text)}</pre>'


def _wide(svg: str) -> str:
    """A picture that is scrolled where it is wider than the page."""
    return f'<div style="overflow-x:auto">{svg}</div>'
