from . import plots as plots
from .comparison import Comparison as Comparison
from .comparison import compare as compare
from .explanation import Explanation as Explanation
from .explanation import explain as explain
from .ideal.ideal_lif import (
    LifParameters as LifParameters,
)
from .ideal.ideal_lif import (
    Spikes as Spikes,
)
from .ideal.ideal_lif import (
    euler as euler,
)
from .ideal.ideal_lif import (
    feed_forward as feed_forward,
)
from .ideal.ideal_lif import (
    parameters_of as parameters_of,
)
from .ideal.ideal_lif import (
    population as population,
)
from .limits import Tolerance as Tolerance
from .models.frequency import bode as bode
from .models.model import Solution as Solution
from .models.model import result as result
from .models.model import solve as solve
from .phases import phase_order as phase_order
from .rates import fi_curve as fi_curve
from .rates import find_rheobase as find_rheobase
from .reports.parallel import verify_many as verify_many
from .reports.report import write_report as write_report
from .reports.summary import summarise as summarise
from .spikes import spike_times as spike_times
from .verification import Verification as Verification
from .verification import verify as verify
