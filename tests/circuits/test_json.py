"""A circuit in JSON is read to the letter, or refused by name: nothing else comes of any text."""

import copy
import json

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapicque.circuits import (
    PWL,
    B,
    C,
    Circuit,
    CurrentProbe,
    LapicqueError,
    Mosfet,
    Noise,
    Probe,
    PulseTrain,
    R,
    S,
    SpikeProbe,
    SpikeTrain,
    V,
)  # fmt: skip
from lapicque.circuits.elements import TYPES
from lapicque.circuits.serialize import _READERS
from lapicque.circuits.stimuli import TYPES as STIMULI

GOOD = Circuit(
    "한글 µ",
    (
        V("V1", "in", "0", PulseTrain(0, 1, 0, 1e-3, 3e-3, 4)), R("R1", "in", "a", 1e3), C("C1", "a", "0", 1e-9, 0.5),
        V("V2", "x", "0", PWL((0, 1e-3), (0, 2))), V("V3", "y", "0", SpikeTrain((1e-3, 2e-3), 1e-6)),
        V("V4", "z", "0", Noise(1, 1e-2, 1e-3)), S("S1", "a", "0", "in", "0", 0.5, 0.1, closed=True),
        B("B1", "a", "0", "g*max(0, v - w)", {"v": "in", "w": "x"}, {"g": 1e-6}), Mosfet("M1", "a", "in", "0"),
        Probe("p", "a", low=0, high=2, why="range"), CurrentProbe("i", "V1"), SpikeProbe("s", "a", level=0.5),
    ),
    {"v_th": 1},
)  # fmt: skip
BODY = json.loads(GOOD.to_json())


def test_every_field_of_every_element_and_stimulus_can_be_read():
    for kind in (*TYPES.values(), *STIMULI.values()):
        assert {str(a.type) for a in attrs.fields(kind)} <= _READERS.keys()


def test_it_reads_back_as_text_and_as_bytes():
    text = GOOD.to_json()
    for given_as in (text, "\ufeff" + text, text.encode(), b"\xef\xbb\xbf" + text.encode(), json.dumps(BODY)):
        assert Circuit.from_json(given_as) == GOOD


def changed(path, value):
    body = copy.deepcopy(BODY)
    place = body
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(body)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (["elements", 6, "closed"], "no", "closed of element 'S1' is \"no\".*true or false"),
        (["elements", 6, "closed"], 1, "true or false"), (["schema"], True, "schema is true"),
        (["schema"], 3, "update"),
        (["schema"], "1", "whole number"), (["title"], None, "title is null"), (["spec"], [], "spec is"),
        (["elements"], {}, "a list"), (["elements"], None, "a list"), (["elements", 0], 3, "element 1 is 3"),
        (["elements", 1, "value"], None, "value of element 'R1' is null"), (["elements", 1, "value"], True, "a number"),
        (["elements", 1, "value"], [1], "a number"), (["elements", 1, "value"], "1k;", "not a value"),
        (["elements", 1, "plus"], 0, "text in quotes"), (["elements", 1, "plus"], ..., "has no 'plus'"),
        (["elements", 1, "valu"], 3, "no field of element 'R1'.*'valu'.*'value'"),
        (["elements", 1, "type"], ["R"], "element type"),
        (["elements", 1, "type"], ..., "element type"), (["elements", 1, "name"], {}, "name of element 2"),
        (["elements", 0, "stimulus"], 5, "stimulus of element 'V1'"),
        (["elements", 0, "stimulus"], {}, "stimulus type"),
        (["elements", 0, "stimulus", "count"], 2.5, "whole number"),
        (["elements", 0, "stimulus", "count"], 10**9, "from 1 to 1,000,000"),
        (["elements", 3, "stimulus", "times"], 5, "a list"),
        (["elements", 3, "stimulus", "times"], [0, None], "an entry of times"),
        (["elements", 7, "inputs"], [["v"]], "a pair"), (["elements", 7, "inputs"], "v", "a list"),
        (["elements", 7, "law"], "eｖal(v)", "look-alike"),
        (["extra"], 1, "'extra'"), (["elements"], ..., "'elements'"),
        (["spec", "v_th"], [], "'v_th' of spec"), (["title"], "\ud800", "whole characters"),
        (["elements", 8, "polarity"], 3, "text in quotes"), (["elements", 9, "low"], "a", "not a value"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(path, value, words):
    with pytest.raises(LapicqueError, match=words):
        Circuit.from_json(changed(path, value))


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "[" * 100_000, '{"a":' * 100_000, "{", "nan", '{"schema": 1, "schema": 1}', "1" * 10_000,
     '{"schema": 1, "title": "", "elements": [], "spec": {"a": NaN}}', b"\xff\xfe{\x00}\x00", b"\x80", "'", "\0",
     '{"schema": 1, "title": "", "elements": [], "spec": {"a": 1e999}}', GOOD.to_json().encode("utf-16"),
     '{"schema": 1, "title": "", "elements": [], "spec": {"a": 1, "a": 2}}', '{"schema": 1e400}'],
)  # fmt: skip
def test_what_is_no_circuit_is_refused(text):
    with pytest.raises(LapicqueError) as refused:
        Circuit.from_json(text)
    assert len(str(refused.value)) < 400


def paths(value, here=()):
    yield here
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths(inner, (*here, key))


values = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([10**400, 1e308, -0.0, 5e-324, 1e15]),
    st.text(max_size=5),
    st.sampled_from(["1k", "no", "R", "0", "a", "in", "V1", "10M", "v", "exp(w)"]), st.lists(st.integers(), max_size=2),
    st.just(...), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), st.just({"type": "Sine"}),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([p for p in paths(BODY) if p]), values)
def test_any_change_is_read_to_an_equal_circuit_or_refused(path, value):
    text = changed(path, value)
    try:
        read = Circuit.from_json(text)
    except LapicqueError:
        return
    assert Circuit.from_json(read.to_json()) == read


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_cut_or_spoilt_text_is_refused_or_read(data):
    text = GOOD.to_json()
    at = data.draw(st.integers(0, len(text) - 1))
    spoilt = (
        text[:at]
        + data.draw(st.sampled_from(["", '"', "{", "}", "[", ",", "0", "e9", "null", "\\u0000"]))
        + text[at + 1 :]
    )
    try:
        read = Circuit.from_json(spoilt)
    except LapicqueError:
        return
    assert Circuit.from_json(read.to_json()) == read
