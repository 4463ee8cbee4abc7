import numpy as np
import pytest

from lapicque.analysis import solve
from lapicque.circuits import QuantityError, SpikeProbe, UnknownNameError
from lapicque.circuits.library.cables import active_cable, branching, cable


def attenuation(circuit, far="far"):
    solution = solve(circuit, 0.3)
    at = np.array([0.3])
    return float((solution.voltage(far, "0", at) / solution.voltage("near", "0", at))[0])


@pytest.mark.parametrize(("end", "over"), [("sealed", np.cosh), ("open", np.sinh)])
@pytest.mark.parametrize("length", [0.3, 1.0, 2.5])
def test_attenuation_of_the_continuous_cable(end, over, length):
    """Rall: v(x) goes as cosh (sealed) or sinh (open) of the distance from the end, in length constants."""
    n = 200
    h = length / n
    exact = over(h / 2) / over(length - h / 2)
    assert attenuation(cable(n, length, end=end)) == pytest.approx(exact, rel=2 * length * h**2)


def test_ralls_equivalent_cylinder():
    """Two daughters of half the conductance are one cable of the same length: at every tip the same voltage."""
    tips = [attenuation(branching(40), far) for far in ("far_a", "far_b")]
    assert tips[0] == pytest.approx(tips[1], rel=1e-9)
    assert tips[0] == pytest.approx(attenuation(cable(80, 1.0)), rel=1e-9)


@pytest.mark.parametrize(("celsius", "published", "within"), [(18.5, 18.8, 0.02)])
def test_conduction_velocity_of_the_squid_axon(celsius, published, within):
    """Hodgkin and Huxley 1952, p. 524: 18.8 m/s computed at 18.5 degrees (diameter 476 um, 35.4 ohm cm)."""
    circuit = active_cable(48, celsius=celsius)
    solution = solve(circuit, 0.004)
    first, second = (solution.spikes(p)[0] for p in circuit.of_type(SpikeProbe))
    assert dict(circuit.spec)["distance"] / (second - first) == pytest.approx(published, rel=within)  # measured 18.49


def test_what_is_no_cable():
    with pytest.raises(QuantityError, match="whole number of stages"):
        cable(1)
    with pytest.raises(QuantityError, match="greater than zero"):
        cable(length=0)
    with pytest.raises(UnknownNameError, match="sealed"):
        cable(end="seald")
    with pytest.raises(QuantityError, match="too long for a spike to pass: take n above"):
        active_cable(5)
