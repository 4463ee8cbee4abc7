import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapicque.circuits import QuantityError
from lapicque.circuits.library.gates import Gate, Rate
from lapicque.circuits.library.hodgkin_huxley import CELLS, cell


@given(st.floats(-300.0, 300.0) | st.floats(-2e-3, 2e-3) | st.just(0.0))
def test_the_singular_rate_is_exact_everywhere(x):
    """rate x / (1 - e^-x) in fifty digits; at x = 0 it is the rate itself."""
    with mpmath.workdps(50):
        exact = mpmath.mpf(x) / -mpmath.expm1(-mpmath.mpf(x)) if x else mpmath.mpf(1)
        assert Rate("linear", 1.0, 0.0, 1.0).at(x) == pytest.approx(float(exact), rel=1e-12)


def squid_by_hand(v):
    """Hodgkin and Huxley 1952, eqs. 12, 13, 20, 21, 23, 24, in mV and 1/ms, V = -(v + 65)."""
    exp, d = mpmath.exp, -(v * 1e3 + 65)
    return {
        "n": (0.01 * (d + 10) / (exp((d + 10) / 10) - 1), 0.125 * exp(d / 80)),
        "m": (0.1 * (d + 25) / (exp((d + 25) / 10) - 1), 4 * exp(d / 18)),
        "h": (0.07 * exp(d / 20), 1 / (exp((d + 30) / 10) + 1)),
    }


def cortical_by_hand(v):
    """Traub and Miles as printed in Brette et al. 2007, appendix, benchmark 3: mV and 1/ms, V_T = -63 mV."""
    exp, d = mpmath.exp, v * 1e3 + 63
    return {
        "m": (0.32 * (13 - d) / (exp((13 - d) / 4) - 1), 0.28 * (d - 40) / (exp((d - 40) / 5) - 1)),
        "h": (0.128 * exp((17 - d) / 18), 4 / (1 + exp((40 - d) / 5))),
        "n": (0.032 * (15 - d) / (exp((15 - d) / 5) - 1), 0.5 * exp((10 - d) / 40)),
    }


@pytest.mark.parametrize(("preset", "published"), [("squid", squid_by_hand), ("cortical", cortical_by_hand)])
@pytest.mark.parametrize("v", [-0.0831, -0.0653, -0.0412, -0.0107, 0.0301])
def test_rates_are_the_published_ones(preset, published, v):
    for gate in cell(preset).gates:
        opening, closing = published(v)[gate.name]
        assert gate.opening.at(v) == pytest.approx(float(opening) * 1e3, rel=1e-9)
        assert gate.closing.at(v) == pytest.approx(float(closing) * 1e3, rel=1e-9)


def test_a_gate_outside_0_to_1_is_refused():
    gate = cell("squid").gates[0]
    assert isinstance(gate, Gate)
    for start in (-0.1, 1.2, float("nan")):
        with pytest.raises(QuantityError, match="between 0 and 1"):
            gate.elements("mem", start)
    assert set(CELLS) == {"squid", "cortical"}
