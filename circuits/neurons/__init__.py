"""Neurons as models: a few numbers that say what a circuit does as a neuron."""

from .draws import draw_neurons as draw_neurons
from .flows import ExponentialLeak as ExponentialLeak
from .flows import FlowTable as FlowTable
from .flows import Leak as Leak
from .model import NeuronModel as NeuronModel
from .origin import Covariance as Covariance
from .origin import Origin as Origin
from .origin import Validity as Validity
from .slow import Adaptation as Adaptation
from .slow import MovingThreshold as MovingThreshold
