"""What learning rules are for: three small experiments, each one circuit with real neurons."""

from __future__ import annotations

from collections.abc import Sequence

from ..circuit import Circuit
from ..elements import B, I, Probe, SpikeProbe, V
from ..stimuli import PulseTrain
from ..units import Value, parse
from .entry import Entry
from .events import event, following, ports_of
from .learning_parts import LATE, spikes
from .lif_latch import lif_latch
from .resume import resume_rule
from .stdp import stdp_rule
from .stdp_dopamine import dopamine_rule
from .synapse_parts import WIDTH, event_source

BACK = 3 * WIDTH
"""From a neuron's spike to the event at its own synapses, seconds."""


def _neuron(name: str, threshold: float = 1.0) -> Circuit:
    """An LIF neuron (10 ms, 100 kOhm), without input; its spikes are events at `<name>.event`, then at `..._late`.

    They take a little time back to its synapses: a spike comes in the middle of the event that brings it about, and
    these two would count as coincident.
    """
    neuron = lif_latch(current=0.0, v_th=threshold, t_ref="5m")
    made = Circuit(name).instance(name, neuron, {})
    made = made.instance(f"{name}.out", *_seen(made, name, f"{name}.event", BACK))
    return made.instance(f"{name}.after", following(WIDTH), {"in": f"{name}.event", "out": f"{name}.event_late"})


def _input(name: str, times: Sequence[float]) -> tuple[V, V]:
    """An ideal input: its events at `name`, and those that follow at `<name>_late`."""
    late = event_source([t + LATE for t in times], f"V_{name}_late", f"{name}_late")
    return event_source(times, f"V_{name}", name), late


def _seen(made: Circuit, name: str, out: str, delay: float = 0.0) -> tuple[Circuit, dict[str, str]]:
    """The event of a neuron as its own spike probe sees it, and where it is connected."""
    see = made.element(f"{name}.spike")
    assert isinstance(see, SpikeProbe)
    return event(see, WIDTH, delay, delay or None), ports_of(see, "", out)


def _synapse(
    made: Circuit, name: str, rule: Circuit, ports: dict[str, str], mem: str, jump: float, c: float
) -> Circuit:
    """A plastic charge synapse: an event at `pre` lifts the membrane by jump times the weight."""
    made = made.instance(name, rule, {port: node for port, node in ports.items() if port in rule.nodes})
    law = B(
        f"{name}.B_syn", "0", mem, "c*w*e", {"w": f"{name}.w", "e": ports["pre"]}, {"c": jump * c / WIDTH}
    )  # fmt: skip
    return made.add(law, Probe(f"w {name}", f"{name}.w", unit="1", low=-0.01, high=1.01))


def _ports(pre: str, post: str) -> dict[str, str]:
    return {"pre": pre, "pre_late": f"{pre}_late", "post": post, "post_late": f"{post}_late"}


def stdp_early(repeats: Value = 12, jump: Value = 1.0, a_plus: Value = 0.08, a_minus: Value = 0.084) -> Circuit:
    """Four inputs fire one after the other, again and again; STDP gives the first ones the say.

    Args:
        repeats: of the volley, 100 ms apart.
        jump: volts by which an input of weight 1 lifts the membrane (threshold 1 V).
        a_plus: step of potentiation.
        a_minus: step of depression.
    """
    number, lift = int(parse(repeats, "repeats")), parse(jump, "jump")
    made = _neuron("post")
    made = Circuit("stdp_early", made.elements)
    c = made.values["post.C1"]
    for k in range(4):
        times = [0.01 + 0.1 * n + 0.004 * k for n in range(number)]
        made = made.add(*_input(f"in{k + 1}", times))
        rule = Circuit("rule", stdp_rule("additive", a_plus, a_minus, start=0.5))
        made = _synapse(made, f"input {k + 1}", rule, _ports(f"in{k + 1}", "post.event"), "post.mem", lift, c)
    return made


def reward_chooses(trials: Value = 6, wait: Value = 1.0) -> Circuit:
    """Two actions, tried in turn; only the first is rewarded, a second later. Its weight grows, the other's does not.

    The reward is made by the circuit itself: the spike of action A, delayed by `wait`.

    Args:
        trials: 3 s apart, A and B in turn.
        wait: from action to reward, seconds.
    """
    number = int(parse(trials, "trials"))
    made = Circuit("reward_chooses")
    cues = [0.05 + 3.0 * n for n in range(number)]
    made = made.add(*_input("cue", cues))
    for which, first in (("A", 0), ("B", 1)):
        made = Circuit("reward_chooses", (*made.elements, *_neuron(which).elements))
        # Exploration: a current makes this action happen 5 ms after the cue, in every other trial.
        tries = PulseTrain(0, "60u", cues[0] + 0.005 + 3.0 * first, "3m", 6.0, max((number + 1 - first) // 2, 1), "10u")
        made = made.add(I(f"I_{which}", "0", f"{which}.mem", tries))
        rule = Circuit("rule", dopamine_rule(a_plus=0.2, a_minus=0.2, start=0.3, gain=4.0))
        ports = {**_ports("cue", f"{which}.event"), "reward": "reward"}
        made = _synapse(made, f"cue to {which}", rule, ports, f"{which}.mem", 0.2, made.values[f"{which}.C1"])
    return made.instance("later", *_seen(made, "A", "reward", parse(wait, "wait")))


def resume_times(
    epochs: Value = 12, asked: Sequence[Value] = (0.0203, 0.0453), inputs: Value = 10, jump: Value = 0.9
) -> Circuit:  # fmt: skip
    """A neuron learns to fire at asked times: inputs come 5 ms apart, the teacher shows when, ReSuMe does the rest.

    Args:
        epochs: of 100 ms.
        asked: times of the output spikes in every epoch, seconds.
        inputs: number of input neurons; one fires every 5 ms.
        jump: volts by which an input of weight 1 lifts the membrane (threshold 1 V).
    """
    number, count, lift = int(parse(epochs, "epochs")), int(parse(inputs, "inputs")), parse(jump, "jump")
    wanted = spikes("asked", asked)
    made = Circuit("resume_times", _neuron("post").elements)
    made = made.add(event_source([0.1 * n + t for n in range(number) for t in wanted], "V_teacher", "teacher"))
    c = made.values["post.C1"]
    for k in range(count):
        times = [0.1 * n + 0.005 * (k + 1) for n in range(number)]
        made = made.add(*_input(f"in{k + 1}", times))
        rule = Circuit("rule", resume_rule(0.0, 0.12, "4m", start=0.3))
        ports = {"pre": f"in{k + 1}", "pre_late": f"in{k + 1}_late", "post": "post.event", "teacher": "teacher"}
        made = _synapse(made, f"input {k + 1}", rule, ports, "post.mem", lift, c)
    return made


ENTRIES = (
    Entry("stdp_early", stdp_early, "learning", "STDP finds the input that comes first", 1.2),
    Entry("reward_chooses", reward_chooses, "learning", "a reward one second later picks one of two actions", 18.0),
    Entry("resume_times", resume_times, "learning", "ReSuMe moves a neuron's spikes to asked times", 1.2),
)
