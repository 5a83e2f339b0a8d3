"""What a cell means, which column is which, and what is rejected and why."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomatch.core.errors import ColumnError
from geomatch.network.intake.sheets import values
from geomatch.network.intake.sheets.columns import FIELDS, Kind, plain, recognise
from geomatch.network.intake.sheets.rows import flag_list, read_rows, yes_or_day
from tests.network.sheets_of import table


class TestValues:
    @pytest.mark.parametrize("text", ["yes", " Y ", "TRUE", "x", "1", "1.0", "Sí", "Yes!"])
    def test_yes(self, text):
        assert values.yes_no(text) is True

    @pytest.mark.parametrize("text", ["", "no", "N", "0", "0.0", "-", "No."])
    def test_no(self, text):
        assert values.yes_no(text) is False

    @pytest.mark.parametrize("text", ["maybe", "2", "yes and no"])
    def test_neither(self, text):
        with pytest.raises(ValueError, match="neither yes nor no"):
            values.yes_no(text)

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("2026-12-01", dt.date(2026, 12, 1)),
            ("12/1/2026", dt.date(2026, 12, 1)),
            ("12/1/26", dt.date(2026, 12, 1)),
            ("Dec 1, 2026", dt.date(2026, 12, 1)),
            ("1 December 2026", dt.date(2026, 12, 1)),
            ("", None),
        ],
    )
    def test_days(self, text, day):
        assert values.day(text) == day

    @given(st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2068, 12, 31)))
    def test_every_way_of_writing_a_day_means_the_same(self, day):
        for form in ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%d %B %Y", "%b %d, %Y"):
            assert values.day(day.strftime(form)) == day

    def test_no_day(self):
        with pytest.raises(ValueError, match="2026-12-01"):
            values.day("soon")

    def test_languages_are_codes_and_unknown_is_not_english(self):
        assert values.languages("Spanish & English") == ["es", "en"]
        assert values.languages("") == []
        assert values.languages("unknown") == []
        with pytest.raises(ValueError, match="Klingon"):
            values.languages("Klingon")

    @pytest.mark.parametrize(
        ("text", "codes"),
        [
            ("Mon am", ["mon-am"]),
            ("Mon am, Tue pm", ["mon-am", "tue-pm"]),
            ("Saturdays", ["sat-am", "sat-pm", "sat-eve"]),
            ("weekends eve", ["sat-eve", "sun-eve"]),
            ("mornings", [f"{d}-am" for d in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]),
            ("", []),
            ("any time", []),
        ],
    )
    def test_times(self, text, codes):
        assert values.availability(text) == codes

    def test_a_time_nobody_understands(self):
        with pytest.raises(ValueError, match="someday"):
            values.availability("someday maybe")

    def test_distances(self):
        assert values.kilometres("5", default=10) == 5
        assert values.kilometres("3 mi", default=10) == pytest.approx(4.828, abs=0.001)
        assert values.kilometres("", default=10) == 10
        with pytest.raises(ValueError, match="not a distance"):
            values.kilometres("far", default=10)

    @pytest.mark.parametrize("text", ["2.5", "0", "41", "many", "nan", "inf", "1e400"])
    def test_whole_numbers_keep_to_their_limits(self, text):
        with pytest.raises(ValueError, match="whole number"):
            values.whole(text, default=1, least=1, most=40)

    @given(st.text(max_size=40))
    def test_any_text_is_read_or_rejected_in_words(self, text):
        for parse in (
            values.yes_no,
            values.day,
            values.languages,
            values.skills,
            values.urgency,
            values.mode,
            values.modes,
            values.availability,
            yes_or_day,
            flag_list,
        ):
            try:
                parse(text)
            except ValueError as error:
                reason = str(error)
            else:
                continue
            assert len(reason.split()) > 3

    def test_flags_with_and_without_an_end(self):
        assert flag_list("exposed until 12/1/2026; immunocompromised") == [
            ("exposed", dt.date(2026, 12, 1)),
            ("immunocompromised", None),
        ]
        assert flag_list("exposed@2026-12-01") == [("exposed", dt.date(2026, 12, 1))]
        assert flag_list("") == []


class TestColumns:
    @pytest.mark.parametrize("kind", Kind)
    def test_every_synonym_is_told_apart(self, kind):
        words = [plain(word) for synonyms in FIELDS[kind].values() for word in synonyms]
        assert len(words) == len(set(words)), "one word must not mean two fields"

    @pytest.mark.parametrize("kind", Kind)
    def test_synonyms_are_written_plainly(self, kind):
        for synonyms in FIELDS[kind].values():
            assert [plain(word) for word in synonyms] == list(synonyms)

    def test_headers_as_people_write_them(self):
        found = recognise(["NAME", "Street address ", "# in Household", "Zip", "Shoe size"])
        assert found.kind == Kind.HOUSEHOLDS
        assert found.columns == {
            "name": "NAME",
            "address": "Street address ",
            "people": "# in Household",
            "postcode": "Zip",
        }
        assert found.unknown == ("Shoe size",)

    def test_the_sheets_name_decides_what_it_holds(self):
        assert recognise(["Name", "Address"], sheet="Volunteers 2026").kind == Kind.VOLUNTEERS

    def test_columns_decide_where_the_name_does_not(self):
        assert recognise(["Name", "Address", "Skills", "Capacity"]).kind == Kind.VOLUNTEERS
        assert recognise(["Name", "Need", "Urgency"]).kind == Kind.REQUESTS

    def test_a_missing_column_is_named(self):
        with pytest.raises(ColumnError, match="“address” or “street”"):
            recognise(["Name", "Phone"], file="x.csv")

    def test_two_columns_for_one_field(self):
        with pytest.raises(ColumnError, match="both “Phone” and “Cell”"):
            recognise(["Name", "Address", "Phone", "Cell"])


class TestRows:
    def test_good_rows_are_taken_and_bad_ones_say_where(self):
        sheet = read_rows(
            table(
                ID=["1", "2", "2"],
                Name=["Ana", "Bo", "Cy"],
                Address=["12 Main St", "14 Main St", "16 Main St"],
                People=["3", "many", "1"],
            )
        )
        assert [row.ref for row in sheet.rows] == ["1", "2"]
        assert sheet.rows[0].people == 3
        (problem,) = sheet.problems
        assert (problem.row, problem.column, problem.value) == (3, "People", "many")

    def test_a_repeated_id_is_rejected(self):
        sheet = read_rows(
            table(ID=["7", "7"], Name=["Ana", "Bo"], Address=["12 Main St", "14 Main St"])
        )
        assert len(sheet.rows) == 1
        assert "row 2 has this id too" in sheet.problems[0].message

    def test_a_row_with_nobody_and_nowhere(self):
        sheet = read_rows(table(Name=[""], Address=[""], Phone=["555-0100"]))
        assert list(sheet.rows) == []
        assert "neither a name nor an address" in sheet.problems[0].message

    @pytest.mark.parametrize(
        ("lon", "lat", "words"),
        [
            ("-134.4", "", "fill in both"),
            ("abc", "58", "not a number"),
            ("nan", "58", "not a number"),
            ("58.3", "-134.4", "swapped"),
        ],
    )
    def test_coordinates_nobody_can_mean(self, lon, lat, words):
        sheet = read_rows(table(Name=["Ana"], Address=["12 Main St"], Lon=[lon], Lat=[lat]))
        assert words in sheet.problems[0].message

    def test_flags_come_from_a_list_or_from_columns_of_their_own(self):
        sheet = read_rows(
            table(
                Name=["Ana", "Bo"],
                Address=["12 Main St", "14 Main St"],
                Immunocompromised=["yes", ""],
                **{"Exposed until": ["", "2026-12-01"]},
            )
        )
        assert sheet.rows[0].person.flags == (("immunocompromised", None),)
        assert sheet.rows[1].person.flags == (("exposed", dt.date(2026, 12, 1)),)
