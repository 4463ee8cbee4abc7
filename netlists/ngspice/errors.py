"""What can go wrong between a netlist and a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...circuits.errors import LapicqueError

if TYPE_CHECKING:
    import xarray


class NgspiceMissingError(LapicqueError):
    """There is no ngspice library on this machine."""


class SimulationError(LapicqueError):
    """A run that did not do what was asked.

    Attributes:
        said: ngspice's own words.
        reached: the time (or sweep value) reached, None when nothing was computed.
        element: our name of the element that ngspice named, or None.
        kept: path of the netlist, kept for a look.
        partial: what was computed so far, or None.
    """

    def __init__(
        self,
        message: str,
        said: str = "",
        reached: float | None = None,
        element: str | None = None,
        kept: str | None = None,
        partial: xarray.Dataset | None = None,
    ) -> None:
        super().__init__(message)
        self.said, self.reached, self.element, self.kept, self.partial = said, reached, element, kept, partial

    def with_words(self, more: str) -> SimulationError:
        """The same with more words at its end."""
        return type(self)(f"{self} {more}", self.said, self.reached, self.element, self.kept, self.partial)


class SimulationTimeout(SimulationError):
    """A run that was stopped because it took too long."""


class WorkerDied(SimulationError):
    """The process that ran ngspice ended in the middle of the run."""
