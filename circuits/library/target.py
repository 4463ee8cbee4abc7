"""What a circuit is meant to be: published equations as data, typed as the paper has them, in its own units.

Nothing of a circuit is in here: `analysis/targets/run.py` solves a target by itself, and what the circuit does is
held against it. Names, texts and numbers are the paper's; texts are read like the laws of circuits.
"""

from __future__ import annotations

from attrs import field, frozen

from ..errors import CircuitError
from ..laws.law import law_names
from ..stimuli import Stimulus

Texts = tuple[tuple[str, str], ...]
"""Names and the text of an expression for each."""


@frozen
class Quantity:
    """A parameter of a paper: its value in the unit that the paper gives it in."""

    name: str
    value: float
    unit: str = ""


@frozen
class Drive:
    """An input: a stimulus (SI units), and how much in SI units one unit of the paper is."""

    name: str
    stimulus: Stimulus
    size: float
    unit: str = ""


@frozen
class Event:
    """What happens in an instant when an expression rises through zero: a spike and its reset.

    Attributes:
        when: text of the expression.
        then: assignments, all made at once from the values before.
        refractory: for so long (text) the event does not happen again.
        held: variables that stand still meanwhile; the others go on.
        waits: an expression that is above zero when the refractory period ends fires then, without rising first.
    """

    when: str
    then: Texts
    refractory: str = "0"
    held: tuple[str, ...] = ()
    waits: bool = True


@frozen
class Kick:
    """Assignments at given times, in the target's unit: spikes that arrive."""

    times: tuple[float, ...]
    then: Texts


@frozen
class Match:
    """A probe of the circuit, what it stands for, and how much of the probe's SI unit one unit of that is."""

    probe: str
    variable: str
    size: float = 1.0


@frozen
class Suspect:
    """A cause of the difference to the target: the same circuit with it `by` times as large shows its part.

    `changes` are builder parameters, as pairs of name and value.
    """

    name: str
    because: str
    changes: tuple[tuple[str, float], ...]
    by: float = 0.5


@frozen
class Target:
    """Published equations, how they are driven, and what of the circuit is held against what of them.

    Attributes:
        source: paper, year, equations.
        time: seconds in one unit of time.
        equations: derivative of each variable, per unit of time.
        start: value of each variable at time 0; a text of parameters.
        quantities: parameters.
        definitions: shorthands of the paper, each of those before it.
        drives: inputs.
        events: spikes with resets.
        kicks: spikes that arrive; where several come at one time, they are made in this order.
        lasting: seconds that a circuit takes for a kick; so long around it waveforms are not compared.
        matches: probes.
        spike: probe that sees the first event; none where "".
        level: text of an expression whose rise through zero is a spike, for equations without a reset.
        suspects: known causes of a difference of spike times.
        because: in words, what else the circuit does otherwise.
    """

    source: str
    time: float
    equations: Texts
    start: Texts
    quantities: tuple[Quantity, ...] = ()
    definitions: Texts = ()
    drives: tuple[Drive, ...] = ()
    events: tuple[Event, ...] = ()
    kicks: tuple[Kick, ...] = ()
    lasting: float = 0.0
    matches: tuple[Match, ...] = ()
    spike: str = ""
    level: str = ""
    suspects: tuple[Suspect, ...] = field(default=())
    because: str = ""

    def __attrs_post_init__(self) -> None:
        variables = [name for name, _ in self.equations]
        if [name for name, _ in self.start] != variables:
            raise CircuitError(f"{self.source}: start must name {', '.join(variables)}, in this order.")
        known = {*variables, *(q.name for q in self.quantities), *(d.name for d in self.drives)}
        for name, text in self.definitions:
            _want_known(text, known, self.source)
            known.add(name)
        for text in self.texts:
            _want_known(text, known, self.source)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of what changes."""
        return tuple(name for name, _ in self.equations)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every expression but the definitions."""
        told = [*self.equations, *self.start, *(a for e in self.events for a in e.then)]
        told += [a for k in self.kicks for a in k.then]
        plain = [e.when for e in self.events] + [e.refractory for e in self.events] + [m.variable for m in self.matches]
        return (*(text for _, text in told), *plain, *([self.level] if self.level else []))


def _want_known(text: str, known: set[str], source: str) -> None:
    for name in sorted(law_names(text) - known):
        raise CircuitError(f"{source}: {text!r} speaks of {name!r}, which is no variable, parameter or input of it.")
