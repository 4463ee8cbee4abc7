import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapicque.circuits import QuantityError, parse, show


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10k", 10e3), ("2.2n", 2.2e-9), ("1Meg", 1e6), ("1meg", 1e6), ("100 mV", 0.1), ("4k7", 4700.0), ("2R2", 2.2),
        ("1e-9", 1e-9), ("3.3kΩ", 3300.0), ("47µF", 47e-6), ("1 MΩ", 1e6), ("2GHz", 2e9), ("-70m", -0.07), ("5", 5.0),
        (" 10 K ", 10e3), (7, 7.0),
    ],
)  # fmt: skip
def test_values_are_read_as_people_mean_them(text, value):
    assert parse(text) == value


@pytest.mark.parametrize("text", ["10M", "1.5 M", "10MF", "-2M"])
def test_m_is_ambiguous(text):
    with pytest.raises(QuantityError, match="milli or mega"):
        parse(text, "R1")


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", float("nan"), float("inf")])
def test_values_are_finite(text):
    with pytest.raises(QuantityError, match="finite"):
        parse(text)


@pytest.mark.parametrize("text", ["", "abc", "10 parsec", "1..2", "k", None, True, [1], "10q"])
def test_what_is_no_value_is_refused(text):
    with pytest.raises(QuantityError):
        parse(text)


def test_a_decimal_comma_gets_a_hint():
    with pytest.raises(QuantityError, match=r"1\.5k"):
        parse("1,5k")


@given(st.floats(allow_nan=False, allow_infinity=False, width=64), st.sampled_from(["", "V", "Ω", "F", "Hz"]))
def test_what_is_shown_reads_back_exactly(value, unit):
    shown = show(value, unit)
    assert parse(shown) == value or (value == 0 and parse(shown) == 0)


def test_mega_is_never_written_m():
    assert show(1e6) == "1Meg"
    assert show(2.2e6, "V") == "2.2 MegV"
    assert math.isclose(parse(show(1e6)), 1e6)
