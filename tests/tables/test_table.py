"""Typed views of a table, and the errors that list every bad row."""

from __future__ import annotations

import numpy as np
import pytest

from geomatch.core.errors import ColumnError, ParameterError, RowError
from geomatch.tables import Table


def table(**columns):
    return Table.from_columns(columns, file="homes.csv")


def problems(error):
    return [(problem.row, problem.column, problem.value) for problem in error.value.problems]


def test_columns_are_found_in_any_case():
    homes = Table.from_columns({" First  Name ": ["Ana"]}, file="homes.csv")
    assert homes.texts("first name") == ["Ana"]
    assert "FIRST NAME" in homes
    assert homes.name_of("first name") == " First  Name "
    assert "last name" not in homes
    assert 3 not in homes


def test_missing_column_names_the_nearest():
    with pytest.raises(ColumnError) as error:
        table(identity=["1"], latitude=["2"]).name_of("lat")
    assert str(error.value) == (
        "homes.csv: a column “lat” is needed; the nearest name is “latitude”; rename it if that is "
        "meant. There are: identity, latitude"
    )


def test_missing_column_like_no_other_lists_what_there_is():
    with pytest.raises(ColumnError, match=r"“pod” is needed; add it\. There are: xyz$"):
        table(xyz=["1"]).name_of("pod")
    many = {f"c{i}": ["1"] for i in range(30)}
    with pytest.raises(ColumnError, match="There are: 30 others"):
        table(**many).name_of("pod")


def test_texts_with_a_default():
    assert table(a=["x", None]).texts("a", default="-") == ["x", "-"]
    assert table(a=["x"]).texts("b", default="-") == ["-"]


def test_texts_are_a_copy():
    homes = table(a=["x"])
    homes.texts("a").append("y")
    assert homes.texts("a") == ["x"]


def test_numbers():
    values = table(a=["1", "-2.5e3", "", "+.5", "5."]).numbers("a")
    assert values.dtype == np.float64
    assert np.array_equal(values, [1, -2500, np.nan, 0.5, 5], equal_nan=True)
    assert np.isnan(table(a=["1"]).numbers("b")).all()
    assert table(a=[""]).numbers("a", default=3)[0] == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12 m", "without words, spaces or signs"),
        ("58,30", "a point instead of the comma"),
        ("NaN", "leave the cell empty"),
        ("-inf", "leave the cell empty"),
        ("1e999", "at most 5"),
        ("1_000", "must be a number"),
        ("１２", "must be a number"),
        ("0x10", "must be a number"),
        ("7", "at most 5"),
    ],
)
def test_what_is_no_number(text, said):
    with pytest.raises(RowError) as error:
        table(a=["1", text, "2", text]).numbers("A", maximum=5)
    assert problems(error) == [(3, "a", text), (5, "a", text)]
    assert said in error.value.problems[0].message
    assert error.value.file == "homes.csv"


def test_range_in_words():
    for bounds, said in [
        ({"minimum": 1, "maximum": 5}, "between 1 and 5"),
        ({"minimum": 10}, "at least 10"),
    ]:
        with pytest.raises(RowError, match=said):
            table(a=["7" if "maximum" not in bounds else "9"]).numbers("a", **bounds)


def test_integers():
    values = table(a=["1", "2.0", ""]).integers("a", default=9)
    assert values.dtype == np.int64
    assert values.tolist() == [1, 2, 9]
    assert table(a=["1"]).integers("b", default=4).tolist() == [4]
    with pytest.raises(RowError, match="must be a whole number"):
        table(a=["1.5"]).integers("a")
    with pytest.raises(RowError, match="at least 0"):
        table(a=["-1"]).integers("a", minimum=0)
    with pytest.raises(RowError):
        table(a=["1e30"]).integers("a")


def test_booleans():
    words = ["true", "FALSE", "Yes", "no", "1", "0", ""]
    assert table(a=words).booleans("a").tolist() == [True, False, True, False, True, False, False]
    assert table(a=[""]).booleans("b").tolist() == [False]
    assert table(a=["x", "Sí", "y", "-"]).booleans("a").tolist() == [True, True, True, False]
    with pytest.raises(RowError, match="must be true or false") as error:
        table(a=["yes", "maybe"]).booleans("a")
    assert problems(error) == [(3, "a", "maybe")]


def test_lists():
    homes = table(a=["en; es;;tl ", "", ";"])
    assert homes.lists("a") == [("en", "es", "tl"), (), ()]
    assert homes.lists("b") == [(), (), ()]


def test_ids_refuse_blank_and_twice():
    assert table(id=["a", "b"]).ids() == ["a", "b"]
    with pytest.raises(RowError) as error:
        table(id=["a", "", "b", "a", "a"]).ids()
    assert problems(error) == [(3, "id", None), (5, "id", "a"), (6, "id", "a")]
    assert error.value.problems[1].message == "the same id as in row 2; every row needs its own"
    assert str(error.value).startswith("homes.csv: 3 rows cannot be used\n  row 3, column “id”: ")
    with pytest.raises(ColumnError):
        table(name=["a"]).ids()


def test_points():
    points = table(lon=["-134.4", ""], lat=["58.3", ""]).points()
    assert np.array_equal(points, [[-134.4, 58.3], [np.nan, np.nan]], equal_nan=True)
    assert np.isnan(table(a=["x"]).points()).all()


def test_points_say_everything_that_is_wrong():
    with pytest.raises(RowError) as error:
        table(
            lon=["-134", "x", "181", "-134", "1"], lat=["91", "58", "58", "-134.4", "nan"]
        ).points()
    assert problems(error) == [
        (2, "lat", "91"),
        (3, "lon", "x"),
        (4, "lon", "181"),
        (5, "lat", "-134.4"),
        (6, "lat", "nan"),
    ]
    assert "longitude and latitude swapped?" in error.value.problems[3].message
    assert error.value.message == "5 rows cannot be used"


def test_half_a_point_is_refused():
    with pytest.raises(RowError) as error:
        table(lon=["-134", ""], lat=["", "58"]).points()
    assert problems(error) == [(2, "lat", None), (3, "lon", None)]
    assert "fill both or neither" in error.value.problems[0].message


def test_points_under_other_names():
    homes = table(x=["1"], y=["2"])
    assert homes.points(lon="x", lat="y").tolist() == [[1.0, 2.0]]


def test_merged_keeps_order_and_spelling():
    homes = Table.from_columns({"ID": ["1"], "Pod": ["7"], "note": ["n"]})
    merged = homes.merged({"pod": [3], "reason": [""]})
    assert merged == {"ID": ["1"], "Pod": [3], "note": ["n"], "reason": [""]}
    assert list(merged) == ["ID", "Pod", "note", "reason"]


def test_columns_of_different_length_are_refused():
    with pytest.raises(ParameterError, match=r"different lengths: \[1, 2\]"):
        table(a=["1"], b=["1", "2"])


def test_long_values_are_shortened_and_many_problems_counted():
    with pytest.raises(RowError) as error:
        table(a=["x" * 1000] * 25).numbers("a")
    assert "… and 15 more" in str(error.value)
    assert len(str(error.value)) < 2500
    assert len(error.value.problems) == 25
