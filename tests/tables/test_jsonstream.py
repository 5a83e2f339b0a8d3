"""JSON read value by value says the same as Python's own decoder, wherever a chunk ends."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomatch.tables import jsonstream
from geomatch.tables.jsonstream import JsonStream, TooLongError

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def stream(text, monkeypatch, chunk):
    monkeypatch.setattr(jsonstream, "_CHUNK", chunk)
    return JsonStream(io.StringIO(text, newline=""))


@given(document=st.dictionaries(st.text(), VALUES), indent=st.sampled_from([None, 1]))
@pytest.mark.parametrize("chunk", [1, 2, 7, 1 << 16])
def test_an_object_is_read_name_by_name(document, indent, chunk):
    with pytest.MonkeyPatch.context() as monkeypatch:
        read = stream(f" {json.dumps(document, indent=indent)}\n", monkeypatch, chunk)
        assert {name: read.value() for name in read.members()} == document
        assert read.peek() == ""


@given(values=st.lists(VALUES))
@pytest.mark.parametrize("chunk", [1, 5, 1 << 16])
def test_an_array_is_read_value_by_value(values, chunk):
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert list(stream(json.dumps(values), monkeypatch, chunk).items()) == values


def test_values_one_after_another(monkeypatch):
    read = stream('{"a": 1}\n{"b": 2}\n1.5e+3', monkeypatch, 1)
    assert [read.value() for _ in range(3)] == [{"a": 1}, {"b": 2}, 1500.0]


@pytest.mark.parametrize("chunk", [1, 4, 1 << 16])
@pytest.mark.parametrize(
    "text", ["[1,\n2,\nx]", "[1,\n 2 3]", '[1,\n\n"abc', "[1,\n2", "[1,\r\n{]", "[", "", "[,]"]
)
def test_a_fault_is_placed_in_the_whole_file(monkeypatch, text, chunk):
    with pytest.raises(json.JSONDecodeError) as expected:
        json.loads(text)
    with pytest.raises(json.JSONDecodeError) as found:
        list(stream(text, monkeypatch, chunk).items())
    assert found.value.lineno == expected.value.lineno


def test_a_value_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(jsonstream, "_LONGEST_VALUE", 1000)
    with pytest.raises(TooLongError, match="more than 1,000 letters"):
        stream('["' + "x" * 100_000, monkeypatch, 64).value()
    assert stream('"' + "x" * 900 + '"', monkeypatch, 64).value() == "x" * 900
