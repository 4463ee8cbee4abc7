"""The derived closed forms of a membrane as functions of numbers, made from the one place where they stand."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sympy import Symbol, lambdify

from ...circuits.closed_forms.first_order import named_form

START, LEVEL, TIME = Symbol("start", real=True), Symbol("level", real=True), Symbol("t", real=True)


@cache
def time_to() -> Callable[..., Any]:
    """A function of (tau, v_inf, start, level): the time from one voltage to another, seconds."""
    form = named_form()
    return lambdify((form.tau, form.x_inf, START, LEVEL), form.time_to(START, LEVEL), "numpy")


@cache
def relaxed() -> Callable[..., Any]:
    """A function of (tau, v_inf, start, t): the voltage after a time, volts."""
    form = named_form()
    return lambdify((form.tau, form.x_inf, START, TIME), form.solution(START, TIME), "numpy")
