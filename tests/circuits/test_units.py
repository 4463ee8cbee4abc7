import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapicque.circuits import C, QuantityError, R, Sine, V, parse, show


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10k", 10e3), ("2.2n", 2.2e-9), ("1Meg", 1e6), ("1meg", 1e6), ("100 mV", 0.1), ("4k7", 4700.0), ("2R2", 2.2),
        ("1e-9", 1e-9), ("3.3kΩ", 3300.0), ("47µF", 47e-6), ("1 MΩ", 1e6), ("2GHz", 2e9), ("-70m", -0.07), ("5", 5.0),
        (" 10 K ", 10e3), (7, 7.0), ("10MEG", 1e7), ("22R", 22.0), ("4R7", 4.7), ("10 kOhm", 1e4), ("1e3", 1e3),
        ("2.2uF", 2.2e-6), ("1F", 1.0), ("1f", 1e-15), ("1fF", 1e-15), ("1um", 1e-6), ("1 m", 1e-3), ("1n5", 1.5e-9),
        ("10\u00a0kΩ", 1e4), ("10 MHz", 1e7), ("1.5e3k", 1.5e6), ("5 mA/V", 5e-3), (".5", 0.5),
        ("5.", 5.0), ("+3", 3.0),
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


@pytest.mark.parametrize(
    "text",
    ["", "abc", "10 parsec", "1..2", "k", None, True, [1], "10q", "R1=1k;C1=2", "5 = 6", "1k#c", "1_000", "0x10",
     "1 e3", "1k k", "2R2V", "5%", "10 min", "1kΩΩ", "１０k", "−5", "1e", "M", "1j", "1+1", "(1)", "1;2", "1k\x00",
     "9" * 101, b"5", 10**400, 1j, "1e400", "1e-400", "٣", "²", "1\n2", {"a": 1}, object()],
)  # fmt: skip
def test_what_is_no_value_is_refused(text):
    with pytest.raises(QuantityError):
        parse(text)


def test_a_decimal_comma_gets_a_hint():
    with pytest.raises(QuantityError, match=r"1\.5k"):
        parse("1,5k")


@given(st.floats(-1e100, 1e100), st.sampled_from(["", "V", "Ω", "F", "Hz"]))
def test_what_is_shown_reads_back_exactly(value, unit):
    shown = show(value, unit)
    assert parse(shown) == value or (value == 0 and parse(shown) == 0)


def test_mega_is_never_written_m():
    assert show(1e6) == "1Meg"
    assert show(2.2e6, "V") == "2.2 MegV"
    assert math.isclose(parse(show(1e6)), 1e6)


def test_refusals_of_values_say_what_to_write():
    for text, unit, words in [
        ("10nF", "Ω", "given in Ω, not in F"), ("1F", "s", "SPICE reads femto"), ("5V", "", "without a unit"),
        ("１０k", None, "'10k'"), ("−5m", None, "'-5m'"), ("10M", None, "10Meg"),
        ("10Mq", None, "'Mq' is no unit"), ("1,5k", None, "1.5k"),
    ]:  # fmt: skip
        with pytest.raises(QuantityError, match=words):
            parse(text, "R1", unit)


@given(st.floats(1e-18, 1e15), st.sampled_from(["", "V", "Ω", "F", "Hz", "A/V²", "1/V", "s"]))
def test_what_is_shown_with_its_unit_reads_back(value, unit):
    shown = show(value, unit)
    assert parse(shown, unit=unit) == pytest.approx(value, rel=1e-15)


NUMBER = r"[+-]?([0-9]{1,6}\.?[0-9]{0,4})(e-?[0-9])?"


@given(
    st.from_regex(NUMBER + r"( ?(Meg|[afpnukGT])?(V|A|F|H|Ω|Hz|s)?)?", fullmatch=True),
    st.sampled_from([*"=;#_,()%$&*/\\'\"!?@ ", "０", "\n5", "\x00", "e+", "--", ".."]),
    st.data(),
)
def test_nothing_is_read_with_a_stray_character(text, stray, data):
    value = parse(text)
    at = data.draw(st.integers(1, len(text)))
    spoilt = text[:at] + stray + text[at:]
    if stray == " " or (spoilt.strip() != spoilt and spoilt.strip() == text):
        return
    try:
        found = parse(spoilt)
    except QuantityError:
        return
    assert stray in ("e+",), (spoilt, found, value)  # 5 -> 5e+5 is a number


@pytest.mark.parametrize(("make", "said"), [
    (lambda: R("R1", "a", "0", 1e-320), "1e-100 or more"),
    (lambda: C("C1", "a", "0", 1e300), r"go up to 1e\+100"),
    (lambda: V("V1", "a", "0", Sine(0, 1e300, 1e3)), r"go up to 1e\+100"),
    (lambda: V("V1", "a", "0", -1e308), r"go up to 1e\+100"),
])  # fmt: skip
def test_values_whose_products_are_no_numbers_are_refused(make, said):
    with pytest.raises(QuantityError, match=said):
        make()


@pytest.mark.parametrize(
    ("text", "value"), [("1u", 1e-6), ("1µ", 1e-6), ("1μ", 1e-6), ("2.5µF", 2.5e-6), ("3μs", 3e-6)]
)
def test_micro_is_one_letter_in_three_ways(text, value):
    """u, the micro sign U+00B5, and the Greek letter U+03BC, which look alike."""
    assert parse(text, "x", text[-1] if text[-1] in "Fs" else None) == pytest.approx(value, rel=1e-15)
