"""All exercises of the course by lesson and name; their words stand in the lessons' text."""

from __future__ import annotations

from math import ceil, exp, log, pi

from .kinds import Choose, Code, Equation, Exercise, Number, Rate, given

R_MEM, C_MEM = given("1Meg 470k 2.2Meg", "Ω"), given("10n 22n 4.7n", "F")
DIVIDER = {"V": given("5 9 12", "V"), "R1": given("30k 10k 12k", "Ω"), "R2": given("20k 10k 33k", "Ω")}
RC = {"R": given("100k 47k 220k", "Ω"), "C": given("100n 10n 22n", "F")}

CATALOG: dict[int, dict[str, Exercise]] = {
    1: {
        "what_travels": Choose(),
        "no_leak": Number("", lambda w: float(ceil(1 / w - 1e-9)), {"w": given("0.3 0.4 0.26")}, 1e-9),
        "leak": Number("", lambda T, t: exp(-t / T), {"T": given("20m 10m 30m", "s"), "t": given("20m 15m 30m", "s")}),
        "reset": Choose(),
    },
    2: {
        "capacitance": Number("F", lambda a: a * 1e-6, {"a": given("1.26e-5 7.07e-6 2.83e-5")}),
        "nernst": Number(
            "V", lambda o, i: -26.7e-3 * log(o / i), {"o": given("110 120 145"), "i": given("10 7 12")}, 0.02
        ),
        "upstroke": Choose(),
        "refractory": Choose(),
    },
    3: {
        "ohm": Number("V", lambda i, R: R * i, {"i": given("2u 5u 300n", "A"), "R": R_MEM}),
        "divider": Number("V", lambda V, R1, R2: V * R2 / (R1 + R2), DIVIDER),
        "thevenin": Number("Ω", lambda V, R1, R2: R1 * R2 / (R1 + R2), DIVIDER),
        "kcl": Equation("divider", "v_out"),
        "ramp": Number("s", lambda i, C: C * 1.0 / i, {"i": given("1u 2u 500n", "A"), "C": given("100n 47n 10n", "F")}),
    },
    4: {
        "tau": Number("s", lambda R, C: R * C, RC),
        "kcl": Equation("rc", "dv_out"),
        "half": Number("s", lambda R, C: R * C * log(2), RC),
        "cutoff": Number("Hz", lambda R, C: 1 / (2 * pi * R * C), RC),
    },
    5: {
        "rheobase": Number("A", lambda R: 1.0 / R, {"R": R_MEM}),
        "interval": Number(
            "s",
            lambda R, C, i: R * C * log(i * R / (i * R - 1)),
            {"R": given("1Meg 2.2Meg", "Ω"), "C": C_MEM, "i": given("2u 3u 1.5u", "A")},
        ),
        "membrane_equation": Equation("membrane", "dv_mem"),
        "forty": Rate(given("40 25 60", "Hz"), {"r": "1Meg", "c": "10n", "v_th": 1.0, "t_ref": "2m"}),
        "code": Code("lif"),
    },
    6: {
        "jump": Number("V", lambda q, C: q / C, {"q": given("0.1p 0.2p 50f", "C"), "C": given("100p 50p 220p", "F")}),
        "peak": Number("s", lambda T: T, {"T": given("10m 20m 5m", "s")}),
        "millman": Number("V", lambda V: V / 2, {"V": given("1 3 5", "V")}),
        "shunt": Choose(),
    },
    7: {
        "side": Choose(),
        "trace": Number("", lambda T, t: exp(-t / T), {"T": given("20m 10m 40m", "s"), "t": given("20m 30m 10m", "s")}),
        "change": Number(
            "", lambda A, d: A * exp(-d / 20e-3), {"A": given("0.005 0.01 0.02"), "d": given("10m 20m 30m", "s")}
        ),
        "three_factor": Choose(),
    },
    8: {
        "capacitor": Number("F", lambda T, R: T / R, {"T": given("20m 10m 30m", "s"), "R": R_MEM}),
        "charge": Number(
            "C", lambda w, R: 1.0 * w / R, {"w": given("100u 50u 20u", "s"), "R": given("500k 1Meg 220k", "Ω")}
        ),
        "meaning": Number("", lambda d: 1 / d, {"d": given("1m 100u 10m", "s")}),
        "cut_where": Choose(),
    },
    9: {
        "series": Number("Ω", lambda a, b: b, {"a": given("33.3k", "Ω"), "b": given("33k", "Ω")}, 1e-9),
        "probe": Number("Ω", lambda P, R: P * R / (P + R), {"P": given("10Meg 1Meg", "Ω"), "R": R_MEM}),
        "shift": Number("%", lambda p: p, {"p": given("5 3 8")}),
        "divider": Number(
            "Ω",
            lambda V, R2, u: R2 * (V / u - 1),
            {"V": given("5 9 12", "V"), "R2": given("10k 4.7k 22k", "Ω"), "u": given("1 2 1.5", "V")},
        ),
    },
}
"""Answers are one-line textbook formulas on purpose: they check the learner, tests check them against the library."""
