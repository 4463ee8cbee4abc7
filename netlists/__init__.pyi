from .ngspice.engine import Engine as Engine
from .ngspice.engine import simulate as simulate
from .ngspice.errors import (
    NgspiceMissingError as NgspiceMissingError,
)
from .ngspice.errors import (
    SimulationError as SimulationError,
)
from .ngspice.errors import (
    SimulationTimeout as SimulationTimeout,
)
from .ngspice.errors import (
    WorkerDied as WorkerDied,
)
from .ngspice.results import load as load
from .ngspice.results import save as save
from .spice.accuracy import ACCURACIES as ACCURACIES
from .spice.accuracy import Accuracy as Accuracy
from .spice.analyses import (
    AC as AC,
)
from .spice.analyses import (
    DCSweep as DCSweep,
)
from .spice.analyses import (
    NoiseSpectrum as NoiseSpectrum,
)
from .spice.analyses import (
    OperatingPoint as OperatingPoint,
)
from .spice.analyses import (
    Transient as Transient,
)
from .spice.prepare import Job as Job
from .spice.text import netlist_text as netlist_text
