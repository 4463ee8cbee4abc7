"""Neuron models as JSON: exact there and back, and a sentence for all else."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapicque.circuits.errors import LapicqueError
from lapicque.circuits.neurons import (
    Adaptation,
    Covariance,
    ExponentialLeak,
    FlowTable,
    Leak,
    MovingThreshold,
    NeuronModel,
    Origin,
    Validity,
)

SIZE = st.floats(1e-15, 1e3)
FLOWS = st.one_of(
    st.builds(Leak, SIZE, st.floats(-1, 1)),
    st.builds(ExponentialLeak, SIZE, st.floats(-1, 1), SIZE, st.floats(-1, 1)),
    st.builds(FlowTable, st.just((-0.1, -0.05, 0.0, 1 / 3)), st.tuples(*[st.floats(-1, 1)] * 4)),
)
FULL = NeuronModel(
    281e-12, ExponentialLeak(30e-9, -70.6e-3, 2e-3, -50.4e-3), 0.0, -70.6e-3, 2e-3, 1e-3, Adaptation(4e-9, 8e-11, 0.1),
    covariance=Covariance(("c", "g"), [[1e-24, 1e-22], [1e-22, 1e-18]], "mismatch"),
    validity=Validity((0.0, 1e-9), 27.0, "typical"), errors=[("rate", 0.01, ""), ("time", np.nan, "s")],
    origin=Origin("<script>\x1b[31m", "I1", "v(mem)", "spike", "fitted", "0.1"),
)  # fmt: skip


@given(
    FLOWS, SIZE, st.floats(-1, 1), st.floats(2, 3), SIZE, st.none() | st.builds(Adaptation, SIZE, SIZE, SIZE),
    st.none() | st.builds(MovingThreshold, SIZE, SIZE), st.sampled_from("AV"),
)  # fmt: skip
def test_there_and_back_is_the_same(flow, c, low, high, t_ref, slow, threshold, unit):
    model = NeuronModel(c, flow, high, low, t_ref, t_ref / 3, slow, threshold, unit)
    assert NeuronModel.from_json(model.to_json()) == model
    assert NeuronModel.from_json(model.to_json().encode()) == model


def test_what_is_known_of_a_model_comes_back_too():
    again = NeuronModel.from_json(FULL.to_json())
    assert again.covariance == FULL.covariance
    assert (again.validity, again.origin) == (FULL.validity, FULL.origin)
    assert again.errors[0] == FULL.errors[0]
    assert np.isnan(again.errors[1][1])
    assert str(again) == str(FULL)


def test_a_model_shows_itself_without_obeying():
    assert "AdEx" in str(FULL)
    assert "281 pF  ± 1 pF" in str(FULL)
    assert "\x1b" not in str(FULL) + FULL._repr_html_()
    assert "<script>" not in FULL._repr_html_()


def _hostile():
    good = json.loads(FULL.to_json())
    for key in ("c", "flow", "v_spike", "v_reset", "schema"):
        yield key, {k: v for k, v in good.items() if k != key}
    for key in good:
        for wrong in ({"x": 1}, [[]], "\ud800", True, 1e400, -7, [1, 2, 3]):
            yield key, {**good, key: wrong}
    yield "more", {**good, "more": 1}
    for key in ("flow", "adaptation", "covariance", "validity", "origin"):
        yield key, {**good, key: {**good[key], "odd": 1}}
        for inner in good[key]:
            yield key, {**good, key: {**good[key], inner: {"x": []}}}
    yield "schema", {**good, "schema": 99}


def test_what_is_no_model_is_refused_in_a_sentence():
    """Some of the wrong values are right somewhere (-7 volts); all else is an error of ours."""
    said = []
    for _, body in _hostile():
        try:
            NeuronModel.from_json(json.dumps(body))
        except LapicqueError as error:
            said.append(str(error))
    assert len(said) > 100
    assert min(map(len, said)) > 20
    for text in ("", "[]", "7", '{"c": 1, "c": 2}', b"\xff", "[" * 100_000, '{"c": NaN}'):
        with pytest.raises(LapicqueError, match="neuron model"):
            NeuronModel.from_json(text)
