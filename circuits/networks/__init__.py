"""Networks of spiking neurons: described in model units, built as circuits."""

from .compose import Composed, compose
from .inputs import SignalInput, SpikeInput, constant_input, from_raster, poisson
from .network import Connection, Network, network
from .populations import (
    Population,
    cuba_leaky,
    cuba_lif,
    integrate_and_fire,
    integrator,
    leaky,
    lif,
    population,
    threshold,
)
from .scale import Scale, scale_of
from .weights import all_to_all, from_matrix, one_to_one, random_weights

__all__ = [
    "Composed", "Connection", "Network", "Population", "Scale", "SignalInput", "SpikeInput", "all_to_all", "compose",
    "constant_input", "cuba_leaky", "cuba_lif", "from_matrix", "from_raster", "integrate_and_fire", "integrator",
    "leaky", "lif", "network", "one_to_one", "poisson", "population", "random_weights", "scale_of", "threshold",
]  # fmt: skip
