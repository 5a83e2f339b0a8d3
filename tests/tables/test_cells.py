"""One cell, as text and back."""

from __future__ import annotations

import datetime
import doctest
import enum
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomatch.core.errors import ParameterError
from geomatch.tables import assembling, cells, limits, numberformats, table
from geomatch.tables.cells import (
    cell_text,
    clean,
    neutralised,
    number_text,
    restored,
    text_column,
    typed_column,
)

# The texts that matter are short and made of signs that mean something to a spreadsheet.
signs = st.text(st.sampled_from(list("'=+-@\t\r\n ＝ab1.e")), max_size=6)


@pytest.mark.parametrize("module", [assembling, cells, limits, numberformats, table])
def test_doctests(module):
    assert doctest.testmod(module).failed == 0


@given(signs | st.text())
def test_restored_undoes_neutralised(text):
    assert restored(neutralised(text)) == text


@given(signs | st.text())
def test_no_neutralised_text_starts_a_formula(text):
    written = neutralised(text)
    first = written.lstrip(" ")[:1]
    if first and first in "=+-@\t\r\n＝＋－＠":
        float(written)  # then it is a plain number, or this raises


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1 907 555 0100", "'+1 907 555 0100"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-", "'-"),
        ("-12.5", "-12.5"),
        ("+3e4", "+3e4"),
        ("-1-1", "'-1-1"),
        ("'=x", "''=x"),
        ("'tis", "'tis"),
        ("＝1", "'＝1"),
        ("a=b", "a=b"),
    ],
)
def test_what_is_neutralised(text, written):
    assert neutralised(text) == written


@given(st.floats(allow_nan=False))
def test_number_text_reads_back_exactly(value):
    assert float(number_text(value)) == value


class Colour(enum.Enum):
    GREEN = "green"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (np.float64("nan"), ""),
        (12.0, "12"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (np.int64(7), "7"),
        (np.bool_(True), "true"),
        (False, "false"),
        (10**30, "1" + "0" * 30),
        (datetime.date(2026, 12, 1), "2026-12-01"),
        (datetime.datetime(2026, 12, 1), "2026-12-01"),
        (datetime.datetime(2026, 12, 1, 9, 30), "2026-12-01T09:30:00"),
        (datetime.time(9, 30), "09:30:00"),
        (Decimal("1.50"), "1.50"),
        (("es", "tl"), "es;tl"),
        ({"tl", "es"}, "es;tl"),
        (np.array([1, 2]), "1;2"),
        ([], ""),
        ([{"a": 1}], '[{"a": 1}]'),
        ({"a": "ñ"}, '{"a": "ñ"}'),
        (Colour.GREEN, "green"),
    ],
)
def test_text_of_every_type(value, text):
    assert cell_text(value) == text


def test_what_is_no_cell_is_refused():
    with pytest.raises(ParameterError, match="a bytes cannot be written"):
        cell_text(b"x")
    with pytest.raises(ParameterError, match="a object cannot be written"):
        cell_text(object())


@given(st.text())
def test_clean_text_can_be_written_and_is_clean_already(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


@given(
    st.lists(
        st.none()
        | st.integers(-(10**16), 10**16)
        | st.floats()
        | st.booleans()
        | st.sampled_from(["", "7", "007", "1e5", "1e+16", "-0", "0.10", "true", "٣", "1_0", "²"])
    )
)
def test_typing_a_column_never_changes_a_text(values):
    kind, typed = typed_column(values)
    assert text_column(typed) == text_column(values)
    expected = {"text": str, "integer": int, "number": float, "boolean": bool}[kind]
    assert all(type(value) is expected for value in typed if value is not None)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "", "22"], "integer"),
        ([1, 2.5], "number"),
        (["99801", "01234"], "text"),
        (["true", "false"], "boolean"),
        (["true", "1"], "text"),
        (["", None], "text"),
        (["1000000000000000"], "text"),
        ([float("inf")], "text"),
    ],
)
def test_kind_of_a_column(values, kind):
    assert typed_column(values)[0] == kind
