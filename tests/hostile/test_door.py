"""Every function on the door, each argument of each made wrong in turn: a sentence, never a raw error."""

import inspect

import numpy as np
import pytest

import lapicque as lq
from lapicque.circuits.networks.populations import lif

NETWORK = lq.network("two", lif("a", 2, bias=1.5))
RC = lq.build("rc")
SOLVED = lq.solve(RC, "1m")
RUN = lq.simulate(RC, lq.Transient("1m"))
ENGINE = lq.Engine(1)
NEURON = lq.build("lif_switch")
NETWORK_RUN = lq.run_network(lq.prepare_network(NETWORK, 1e-3), ENGINE, "fast")
CELL = {"name": "a", "size": 2, "bias": 0.5}
MODEL = lq.NeuronModel(1e-9, lq.Leak(1e-8, -0.07), -0.05, -0.06)
GOOD = {
    "all_to_all": {"post": 2, "pre": 3, "weight": 0.5},
    "compare_network": {"run": NETWORK_RUN, "outputs": ("a",), "watched": ()},
    "constant_input": {"name": "in", "values": [1.0, 2.0]},
    "cuba_lif": {**CELL, "tau": 0.02, "tau_syn": 0.005},
    "integrate_and_fire": CELL,
    "leaky": {**CELL, "tau": 0.02},
    "lif": {**CELL, "tau": 0.02, "v_threshold": 1.0},
    "one_to_one": {"size": 2, "weight": 0.5},
    "poisson": {"name": "in", "lines": 2, "rate": 20.0, "stop": 0.1, "seed": 0, "dead": 0.0},
    "population": {"name": "a", "kind": "lif", "size": 2},
    "random_weights": {"post": 4, "pre": 4, "fan_in": 2, "weight": 1.0, "spread": 0.1, "seed": 0},
    "at_rest": {"model": MODEL, "input": 1e-9},
    "run_neuron": {"model": MODEL, "time": [0.0, 0.1], "current": [1e-9, 1e-9], "samples": [0.05], "start": None},
    "run_neurons": {"models": [MODEL], "time": [0.0, 0.1], "current": [1e-9, 1e-9], "samples": [0.05], "start": None},
    "circuit_of_model": {"model": MODEL, "current": 1e-9, "quick": 1e-5},
    "population_of_model": {"model": MODEL, "name": "a", "size": 2},
    "model_text": {"model": MODEL, "to": "brian2"},
    "write_model": {"model": MODEL, "to": "nestml", "file": "cell.nestml"},
    "bode": {"circuit": RC, "engine": ENGINE},
    "build": {"name": "rc", "changes": {"R1": "1k"}},
    "characterise": {"circuit": NEURON, "engine": ENGINE, "accuracy": "fast", "journal": None, "stop": "20m",
                     "upto": "0.1u", "base": 0.0, "by": "model"},
    "compare": {"solution": SOLVED, "simulated": RUN, "tolerance": lq.Tolerance()},
    "compare_circuits": {"first": RC, "second": RC.with_values({"R1": "7k"}), "tolerance": 1e-9, "stop": "1m",
                         "engine": ENGINE},
    "derivations": {"circuit": RC},
    "derive": {"circuit": RC},
    "draw": {"what": RC},
    "energy": {"what": RC, "engine": ENGINE, "stop": "1m", "accuracy": "fast"},
    "explain": {"what": NEURON, "simulated_spikes": None, "stop": "60m"},
    "fi_curve": {"neuron": NEURON, "currents": [2e-6], "engine": None, "accuracy": "fast", "stop": "20m"},
    "find_rheobase": {"neuron": NEURON, "silent": "0.5u", "firing": "2u", "stop": "50m", "within": 0.1},
    "fit_neuron": {"what": NEURON, "stop": "20m"},
    "grid": {"axes": {"R1": ["1k"]}},
    "ideal_lif": {"equations": lq.derive(NEURON)},
    "jitter": {"circuit": NEURON, "density": "1n"},
    "load": {"path": "nosuch.nc"},
    "draw_neurons": {"model": MODEL, "n": 2, "seed": 0},
    "mismatch": {"what": NEURON, "spreads": lq.tolerance(NEURON, {"R1": "E24"}), "runs": 0, "seed": 0, "matched": (),
                 "make": lambda circuit: MODEL},
    "monte_carlo": {"spreads": lq.tolerance(RC, {"R": "E24"}), "runs": 2, "seed": 0, "matched": ()},
    "netlist_text": {"circuit": RC, "analysis": lq.Transient("1m"), "accuracy": "fast"},
    "noise": {"circuit": RC, "probe": "out", "engine": ENGINE, "start": "1", "stop": "1k", "points": 2, "source": "V1",
              "also": (), "guess": {"out": 1}},
    "op_amp": {"name": "A1", "plus": "a", "minus": "b", "out": "c", "gbw": "1Meg", "slew": "1Meg", "gain": 1e5,
               "offset": 0.0, "low": 0.0, "high": 5.0, "r_out": 100.0},
    "parse": {"value": "1k", "what": "R1", "unit": None},
    "plot": {"thing": SOLVED, "simulated": None},
    "prepare_network": {"network": NETWORK, "stop": "1m", "level": "fast"},
    "read": {"path": "nosuch.json"},
    "reduce": {"what": NEURON, "resting": 0.0, "drive": "2u", "fast": ("v_ref",), "slow": ()},
    "response": {"equations": lq.derive(RC), "kind": "step", "source": "V1", "plus": "out", "minus": "0", "count": 3},
    "result": {"solution": SOLVED, "times": np.array([0.0, 1e-4])},
    "run_network": {"prepared": lq.prepare_network(NETWORK, 1e-3), "engine": ENGINE, "level": "fast"},
    "save": {"result": RUN, "path": "run.nc"},
    "show": {"value": 1.0, "unit": "V"},
    "simulate": {"circuit": RC, "analysis": lq.Transient("1m"), "accuracy": "fast", "save": (), "max_step": None},
    "solve": {"circuit": RC, "stop": "1m", "rtol": 1e-8},
    "spikes": {"result": lq.solve(NEURON, "10m")},
    "sweep": {"what": RC, "runs": {"R1": ["1k"]}, "figures": ("final",), "stop": "1m", "accuracy": "fast",
              "common": None, "workers": 1, "leg": "ngspice"},
    "tolerance": {"circuit": RC, "classes": {"R": "E24"}, "uniform": False},
    "verify": {"what": RC, "engine": ENGINE, "accuracy": "fast", "changes": None, "tolerance": None, "stop": "1m",
               "curves": False},
    "write_report": {"found": (), "path": "report.html"},
}  # fmt: skip
WRONG = (None, 7, -1.5, [], ["x"], "nosuch", object(), NETWORK, SOLVED, RC)
RIGHT = {
    "stop": (7,), "name": ("x", "nosuch"), "plus": ("nosuch",), "minus": ("nosuch",), "out": ("nosuch",), "gain": (7,),
    "gbw": (7,), "slew": (7,), "r_out": (7,), "offset": (7, -1.5), "low": (-1.5,), "high": (7,),
}  # fmt: skip
"""What is no wrong value there: seven seconds are only long."""
FREE = {("show", "unit"), ("parse", "what"), ("tolerance", "uniform"), ("verify", "curves")}
"""Words and switches: anything is one."""


def functions():
    names = (n for n in dir(lq) if not n.startswith("_"))
    return sorted(n for n in names if inspect.isfunction(getattr(lq, n)) and n not in ("network", "Pulse"))


def test_every_function_on_the_door_is_asked():
    assert functions() == sorted(GOOD)
    for name, arguments in GOOD.items():
        assert set(arguments) <= set(inspect.signature(getattr(lq, name)).parameters), name


@pytest.mark.parametrize(("name", "argument"), [(n, a) for n, good in GOOD.items() for a in good])
def test_a_wrong_argument_gives_a_sentence(name, argument, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if (name, argument) in FREE:
        return
    for wrong in WRONG:
        if wrong in RIGHT.get(argument, ()):
            continue
        try:
            getattr(lq, name)(**{**GOOD[name], argument: wrong})
        except lq.LapicqueError as error:
            said = str(error)
            assert len(said) > 20
            assert said.rstrip()[-1] in ".?)'`", said
        except Exception as error:
            pytest.fail(f"{name}({argument}={wrong!r:.60}): {type(error).__name__}: {error}")


@pytest.mark.parametrize("things", [(7,), ("lif",), (None,), ([],), (RC,), (object(),)])
def test_a_network_of_something_else_gives_a_sentence(things):
    with pytest.raises(lq.LapicqueError):
        lq.network("n", *things)


@pytest.mark.parametrize("thing", [NETWORK, SOLVED, [RC], RUN, 7, None])
def test_who_takes_a_circuit_says_so(thing):
    for call in (lq.draw, lambda x: lq.verify(x, None), lambda x: lq.energy(x, ENGINE, "1m"), lq.explain):
        if call is lq.explain and thing is SOLVED:
            continue
        with pytest.raises(lq.LapicqueError, match=r"give a Circuit|give a circuit"):
            call(thing)


def test_without_an_engine_it_is_the_engine_that_is_missing():
    with pytest.raises(lq.LapicqueError, match="engine is None"):
        lq.energy(RC, None, "1m")
    found = lq.verify(RC, None, stop="1m")
    assert "no engine was given" in repr(found)
    assert "not on this machine" not in repr(found)
