import numpy as np
import pytest
import xarray

from lapicque.analysis import Tolerance
from lapicque.analysis.measures import NotMeasured, measured, peak, prediction_metrics
from lapicque.circuits import CircuitError, UnknownNameError
from lapicque.circuits.library import Prediction, build
from lapicque.circuits.library.predictions import number, prediction_derivations


def run_of(**signals):
    time = np.linspace(0, 10, 2001)
    return xarray.Dataset({n: (("time",), f(time)) for n, f in signals.items()}, coords={"time": time})


def asked(measure, *probes):
    return Prediction("it", measure, probes, "1", "0.1", "because", "me")


RUN = run_of(
    bell=lambda t: np.exp(-((t - 3) ** 2)), pulse=lambda t: 1.0 * ((t % 4) > 2.5), up=lambda t: 2 * t, half=lambda t: t
)


def test_what_can_be_read_off_a_run():
    assert measured(asked("peak", "bell"), RUN, {}) == pytest.approx(1.0, abs=1e-3)
    assert measured(asked("peak time", "bell"), RUN, {}) == pytest.approx(3.0, abs=1e-3)
    assert measured(asked("highest", "up"), RUN, {}) == 20
    assert measured(asked("final", "half"), RUN, {}) == 10
    assert measured(asked("ratio", "up", "half"), RUN, {}) == 2
    assert measured(asked("width", "pulse"), RUN, {}) == pytest.approx(1.5, abs=0.02)
    trains = {"a": np.array([1.0, 3.0, 4.5]), "b": np.array([1.2])}
    assert measured(asked("interval", "a"), RUN, trains) == 1.5
    assert measured(asked("first spike", "a"), RUN, trains, since=0.4) == pytest.approx(0.6)
    assert measured(asked("delay", "a", "b"), RUN, trains) == pytest.approx(0.2)


def test_what_a_run_does_not_show():
    with pytest.raises(NotMeasured, match="run longer"):
        measured(asked("interval", "a"), RUN, {"a": np.array([1.0])})
    with pytest.raises(NotMeasured, match="no pulse"):
        measured(asked("width", "up"), RUN, {})
    with pytest.raises(NotMeasured, match="no measure"):
        measured(asked("colour", "up"), RUN, {})


def test_a_parabola_finds_the_peak_between_points():
    t = np.array([0.0, 1.0, 2.5, 3.0, 4.0])
    at, height = peak(t, 5 - (t - 2.2) ** 2)
    assert at == pytest.approx(2.2)
    assert height == pytest.approx(2.2**2)


def test_a_formula_names_what_the_circuit_has():
    circuit = build("timer_555")
    assert number("log(2)*(R_A + 2*R_B)*C1", circuit) == pytest.approx(np.log(2) * 67e3 * 100e-9)
    with pytest.raises(CircuitError, match="outside what it holds for"):
        number("log(-R_A)", circuit)
    with pytest.raises(UnknownNameError, match="Did you mean"):
        number("R_AA*2", circuit)


def test_a_wrong_closed_form_fails(engine):
    from lapicque.netlists import Transient

    circuit = build("timer_555")
    run = engine.run(circuit, Transient("30m"))
    wrong = Prediction("period", "interval", ("spike",), "(R_A + 2*R_B)*C1", "1e-3", "nothing", "a mistake")
    (metric,) = prediction_metrics((wrong,), circuit, run, Tolerance())
    assert not metric.passed


def test_predictions_print_as_derivations():
    from lapicque.circuits.library import entry

    (derivation,) = prediction_derivations(entry("timer_555").predictions(build("timer_555")))
    assert "t_2 = C1*R_B*log(2)" in str(derivation)
    assert "approximation" in str(derivation)
