"""What a sheet would change is said before it is changed: who is known, who is unclear, and why."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from geomatch.network.intake.compare.comparer import A_HOUSEHOLD, LEAVE_OUT, NEWCOMER
from geomatch.network.intake.linkage import known as known_people
from geomatch.network.intake.linkage.outcomes import Status, row_key
from geomatch.network.intake.linkage.records import read_records
from geomatch.network.intake.services import StalePreviewError
from geomatch.network.models import Household, Merge, Person, Request, RiskFlag, Volunteer
from geomatch.network.scope import use_network
from tests.factories import (
    HouseholdFactory,
    NetworkFactory,
    PersonFactory,
    RequestFactory,
    RiskFlagFactory,
    VolunteerFactory,
)
from tests.network.sheets_of import FILES, everything, look, table, take

ANA = {"Name": ["Ana Ruiz"], "Address": ["12 Main St"]}
EVERY_KIND = {
    "Neighbors": table(**ANA, Exposed=["2026-12-01"]),
    "Volunteers": table(**ANA, Skills=["rides"]),
    "Requests": table(**ANA, Need=["rides"]),
}


def statuses(comparison) -> list[str]:
    return [outcome.status.value for outcome in comparison.outcomes]


def known(name: str, address: str, phone: str = "", **fields) -> Household:
    home = HouseholdFactory(given_address=address, **fields)
    PersonFactory(household=home, name=name, phone=phone)
    return home


def test_looking_changes_nothing(inside):
    take(inside, Neighbors=table(**ANA))
    before = everything()
    look(inside, Neighbors=table(Name=["Ana Ruiz", "Bo"], Address=["99 Fir St", "1 Elm St"]))
    assert everything() == before


def test_a_change_is_said_field_by_field(inside):
    known("Ana Ruiz", "12 Main St", "555-0101", ref="1")
    seen = look(
        inside,
        Neighbors=table(ID=["1"], Name=["Ana Ruiz"], Address=["14 Main St"], Phone=["555-0202"]),
    )
    (row,) = seen.of(Status.CHANGED)
    said = {(change.model, change.field): (change.old, change.new) for change in row.changes}
    assert said["Household", "given_address"] == ("12 Main St", "14 Main St")
    assert said["Person", "phone"] == ("555-0101", "555-0202")
    assert row.known_by == "by its id"


def test_one_number_spelled_twice_is_no_change(inside):
    sheets = {
        "Neighbors": table(ID=["1"], **ANA, Phone=["(907) 555-0101"]),
        "Volunteers": table(**{"Neighbor ID": ["1"]}, Name=["Ana Ruiz"], Phone=["907.555.0101"]),
        "Requests": table(
            **{"Neighbor ID": ["1"], "Help needed": ["meals"]}, Name=["Ana Ruiz"], Phone=["5550101"]
        ),
    }
    take(inside, **sheets)
    assert set(statuses(look(inside, **sheets))) == {"same"}
    assert Person.objects.get().phone == "(907) 555-0101"


@pytest.mark.parametrize("said", ["(907) 555-0101", "907-555-0199", "call the office"])
def test_an_area_code_that_was_missing_is_news_and_so_is_another_number(inside, said):
    known("Ana Ruiz", "12 Main St", "555-0101")
    take(inside, Neighbors=table(**ANA, Phone=[said]))
    assert Person.objects.get().phone == said


def test_when_a_row_was_written_is_said_where_the_sheet_says_it(inside):
    home = known("Ana Ruiz", "12 Main St", ref="1")
    cells = {"ID": ["1"], "Name": ["Ana Ruiz"], "Address": ["14 Main St"]}
    (row,) = look(inside, Neighbors=table(**cells)).outcomes
    assert (row.written_on, row.changed_here_at) == (None, home.updated_at)
    (row,) = look(inside, Neighbors=table(**cells, Timestamp=["4/3/2020 14:03:22"])).outcomes
    assert row.written_on.isoformat() == "2020-04-03"
    (row,) = look(inside, Neighbors=table(**cells, Timestamp=["last week"])).outcomes
    assert row.written_on is None, "no row is refused for it"


class TestWhoIsMeant:
    @pytest.mark.parametrize(
        ("name", "address", "phone", "status", "score"),
        [
            ("ana ruiz", "12 MAIN STREET", "", "changed", None),
            ("Anna Ruiz", "12 Main Street", "", "unclear", 87),
            ("Anna Ruiz", "12 Main Street", "1 907 555 0101", "changed", None),
            ("Ana Ruiz", "99 Fir St", "907.555.0101", "unclear", 70),
            ("Ana Ruiz", "99 Fir St", "", "new", None),
            ("Ana Ruiz", "12 Main St Apt 4", "", "unclear", 75),
            ("Bo Lind", "12 Main St", "907-555-0101", "new", None),
            ("Ana Ruiz", "12 Main St, Anchorage", "", "new", None),
        ],
    )
    def test_is_told_by_name_address_and_phone(self, inside, name, address, phone, status, score):
        city = ", Port Ellery" if "Anchorage" in address else ""
        known("Ana Ruiz", f"12 Main St{city}", "907-555-0101", ref="1")
        seen = look(inside, Neighbors=table(Name=[name], Address=[address], Phone=[phone]))
        (row,) = seen.outcomes
        assert row.status == status, row
        assert [candidate.score for candidate in row.candidates] == ([score] if score else [])

    def test_a_shared_phone_warns_and_merges_nobody(self, inside):
        known("Ana Ruiz", "12 Main St", "907-555-0101")
        result = take(
            inside, Neighbors=table(Name=["Bo"], Address=["12 Main St"], Phone=["9075550101"])
        )
        assert result.figures["households"]["new"] == 1
        assert Person.objects.values("household").distinct().count() == 2
        seen = look(
            inside, Neighbors=table(Name=["Cy"], Address=["1 A St"], Phone=["907 555 0101"])
        )
        assert "same phone as Ana Ruiz" in seen.outcomes[0].warnings[0]

    def test_one_point_for_a_whole_street_is_nobodys_address(self, inside):
        known("Ana Ruiz", "Fir Street", quality="street")
        (row,) = look(inside, Neighbors=table(Name=["Anna Ruiz"], Address=["Fir St"])).outcomes
        assert row.status is Status.NEW

    def test_two_of_like_names_in_one_sheet_are_two(self, inside):
        known("Ana Ruiz", "12 Main St")
        sheet = table(Name=["Anna Ruiz", "Ana Ruiz"], Address=["12 Main St"] * 2)
        assert statuses(look(inside, Neighbors=sheet)) == ["new", "same"]

    def test_an_id_that_is_of_another_name_and_address_is_unclear(self, inside):
        known("Bo Lind", "99 Fir St", ref="1")
        sheet = {"Neighbors": table(ID=["1"], **ANA)}
        (row,) = look(inside, **sheet).outcomes
        assert row.status is Status.UNCLEAR
        assert row.candidates[0].reasons[0] == "the same id"
        take(inside, **sheet, choices={row.key: NEWCOMER})
        assert Household.objects.get(ref="1").given_address == "99 Fir St"
        assert statuses(look(inside, **sheet)) == ["same"]

    def test_renumbered_neighbours_are_not_written_down_twice(self, inside):
        known("Ana Ruiz", "12 Main St", ref="1")
        (row,) = look(inside, Neighbors=table(ID=["77"], **ANA)).outcomes
        assert row.status is Status.UNCLEAR
        assert row.candidates[0].score == 90
        assert row.candidates[0].reasons[-1] == "another id", "or nobody knew why it asks"

    def test_a_volunteer_of_the_same_name_and_phone_is_the_same_person(self, inside):
        home = known("Ana Ruiz", "12 Main St", "907-555-0101")
        sheet = table(
            Name=["Ana Ruiz"], Address=["12 Mian St"], Phone=["907 555 0101"], Skills=["rides"]
        )
        take(inside, Volunteers=sheet)
        assert Volunteer.objects.get().person.household == home
        home.refresh_from_db()
        assert home.given_address == "12 Main St", "a volunteer's row moves nobody"

    def test_a_volunteer_may_be_unclear_too(self, inside):
        known("Ana Ruiz", "12 Main St")
        sheet = table(Name=["Anna Ruiz"], Address=["12 Main St"], Skills=["rides"])
        assert statuses(look(inside, Volunteers=sheet)) == ["unclear"]


class TestChoices:
    @pytest.fixture
    def unclear(self, inside):
        self.home = known("Ana Ruiz", "12 Main St", "555-0101", ref="1")
        self.sheet = {"Neighbors": table(Name=["Anna Ruiz"], Address=["12 Main St"])}
        self.key = row_key("Neighbors", 2)
        return inside

    def test_without_one_the_row_is_handed_back_with_those_it_may_mean(self, unclear):
        (row,) = take(unclear, **self.sheet).rejected
        assert "home “1” (similar name, same address" in row["message"]
        assert row["cells"]["Name"] == "Anna Ruiz"
        assert Person.objects.get().name == "Ana Ruiz"

    def test_a_household_is_taken_and_the_name_respelled(self, unclear):
        take(unclear, **self.sheet, choices={self.key: f"{A_HOUSEHOLD}1"})
        assert Person.objects.get().name == "Anna Ruiz"

    def test_somebody_new(self, unclear):
        take(unclear, **self.sheet, choices={self.key: NEWCOMER})
        assert Household.objects.count() == 2

    def test_left_out(self, unclear):
        before = everything()
        result = take(unclear, **self.sheet, choices={self.key: LEAVE_OUT})
        assert result.rejected == []
        assert result.not_taken == {("Neighbors", 2)}
        assert everything() == before

    def test_of_a_household_that_was_never_offered_asks_again(self, unclear):
        far = known("Somebody Else", "1 Far Rd")
        seen = look(unclear, **self.sheet, choices={self.key: f"{A_HOUSEHOLD}{far.ref}"})
        assert statuses(seen) == ["unclear"]


class TestHiddenHomes:
    """Whoever may not know of a hidden home learns nothing of it, and overwrites nothing."""

    SECRET = "77 Secret Cove"

    @pytest.fixture
    def hidden(self, inside):
        return known("Ana Ruiz", self.SECRET, "907-555-0101", ref="1", hidden=True)

    @pytest.mark.parametrize(
        "cells",
        [
            {"ID": ["1"], "Name": ["Ana Ruiz"], "Address": ["12 Main St"]},
            {"ID": ["1"], "Name": ["Bo Lind"], "Address": ["12 Main St"]},
            {"Name": ["Anna Ruiz"], "Address": ["77 Secret Cove"]},
            {"Name": ["Ana Ruiz"], "Address": ["9 Elm St"], "Phone": ["9075550101"]},
        ],
    )
    def test_rows_about_them_are_for_stewards(self, inside, hidden, cells):
        before = everything()
        result = take(inside, Neighbors=table(**cells), sees_hidden=False)
        assert [row["message"] for row in result.rejected] == [
            "this is of a hidden home; a steward can import it"
        ]
        assert everything() == before
        seen = look(inside, Neighbors=table(**cells), sees_hidden=False)
        assert self.SECRET not in str([(o.changes, o.candidates) for o in seen.outcomes])

    @pytest.mark.parametrize(
        ("sheet", "column"), [("Neighbors", "ID"), ("Volunteers", "ID"), ("Requests", "Request ID")]
    )
    def test_an_id_of_theirs_is_not_said_to_be_taken(self, inside, hidden, sheet, column):
        person = hidden.people.get()
        VolunteerFactory(person=person, ref="gone")
        RequestFactory(person=person, ref="gone")
        Merge.objects.create(kept=person, gone_ref="gone")
        rows = {column: ["gone"], "Name": ["Bo Lind"], "Address": ["9 Elm St"]}
        more = {"Volunteers": {"Can help with": ["rides"]}, "Requests": {"Need": ["rides"]}}
        seen = {sheet: table(**rows, **more.get(sheet, {}))}
        (row,) = take(inside, **seen, sees_hidden=False).rejected
        assert row["message"] == "this is of a hidden home; a steward can import it"
        (row,) = take(inside, **seen).rejected
        assert "hidden" not in row["message"]

    def test_a_shared_phone_does_not_give_them_away(self, inside, hidden):
        sheet = table(Name=["Bo"], Address=["9 Elm St"], Phone=["907-555-0101"])
        assert look(inside, Neighbors=sheet, sees_hidden=False).outcomes[0].warnings == ()
        assert look(inside, Neighbors=sheet, sees_hidden=True).outcomes[0].warnings != ()

    def test_what_is_kept_of_an_unclear_row_is_for_stewards(self, inside, hidden):
        sheet = table(Name=["Anna Ruiz"], Address=["77 Secret Cove"])
        (row,) = take(inside, Neighbors=sheet).rejected
        assert row["for_stewards"]
        assert "home “1”" in row["message"]

    def test_a_steward_imports_them(self, inside, hidden):
        take(inside, Neighbors=table(ID=["1"], Name=["Ana Ruiz"], Address=["12 Main St"]))
        hidden.refresh_from_db()
        assert (hidden.given_address, hidden.hidden) == ("12 Main St", True)


class TestAStalePreview:
    def test_is_refused_and_saves_nothing(self, inside):
        home = known("Ana Ruiz", "12 Main St", ref="1")
        sheet = {"Neighbors": table(ID=["1"], Name=["Ana Ruiz"], Address=["14 Main St"])}
        looked_at = look(inside, **sheet).fingerprint()
        Household.objects.filter(pk=home.pk).update(given_address="13 Main St")
        with pytest.raises(StalePreviewError, match="Look at the preview again"):
            take(inside, **sheet, looked_at=looked_at)
        home.refresh_from_db()
        assert home.given_address == "13 Main St"

    def test_is_not_stale_for_what_it_does_not_show(self, inside):
        known("Ana Ruiz", "12 Main St", ref="1")
        other = known("Bo Lind", "99 Fir St", ref="2")
        sheet = {"Neighbors": table(ID=["1"], Name=["Ana Ruiz"], Address=["14 Main St"])}
        looked_at = look(inside, **sheet).fingerprint()
        Household.objects.filter(pk=other.pk).update(given_address="98 Fir St")
        choice = {row_key("Neighbors", 2): LEAVE_OUT}
        assert take(inside, **sheet, looked_at=looked_at, choices=choice).figures == {
            "households": {"new": 0, "changed": 0, "same": 0, "rejected": 0}
        }
        assert take(inside, **sheet, looked_at=looked_at).figures["households"]["changed"] == 1


class TestWhileOthersWrite:
    """A preview holds no lock: between two of its reads anybody may come, or go."""

    @pytest.fixture
    def between(self, monkeypatch):
        """Do something right before one table is read."""

        def between(model, work):
            def reading(rows, *arguments, **named):
                if rows.model is model:
                    work()
                return read_records(rows, *arguments, **named)

            monkeypatch.setattr(known_people, "read_records", reading)

        return between

    @pytest.mark.parametrize("model", [Household, Person, RiskFlag, Volunteer, Request])
    def test_whoever_comes_is_known_the_next_time(self, inside, between, model):
        def come():
            person = known("Bo Lind", "99 Fir St").people.get()
            RiskFlagFactory(person=person)
            VolunteerFactory(person=person)
            RequestFactory(person=person)

        between(model, come)
        assert statuses(look(inside, **EVERY_KIND)) == ["new"] * 3

    @pytest.mark.parametrize("model", [Household, RiskFlag, Volunteer, Request])
    def test_whoever_goes_is_passed_over(self, inside, between, model):
        take(inside, **EVERY_KIND)
        known("Bo Lind", "99 Fir St")
        between(model, lambda: Household.objects.filter(given_address="99 Fir St").delete())
        assert statuses(look(inside, **EVERY_KIND)) == ["same"] * 3


@pytest.mark.django_db
@settings(max_examples=30, deadline=None)
@given(first=FILES, second=FILES)
def test_whatever_the_sheets_say(first, second):
    """A preview tells the truth, a second time changes nothing, and a refusal is for ever."""
    with use_network(NetworkFactory()) as network:
        take(network, **first)
        refused = dict(Household.objects.values_list("pk", "do_not_contact"))
        hidden = dict(Household.objects.values_list("pk", "hidden"))
        seen = look(network, **second)
        taken = take(network, **second, looked_at=seen.fingerprint())
        assert taken.figures == seen.figures()
        for home in Household.objects.all():
            assert home.do_not_contact >= refused.get(home.pk, False)
            assert home.hidden >= hidden.get(home.pk, False)
            assert home.people.count() >= 1
        once = everything()
        again = take(network, **second)
        twice = everything()
        if all(not figures["changed"] for figures in again.figures.values()):
            assert _without_new(twice, once) == once


def _without_new(now, before):
    return {
        model: [row for row in rows if row["id"] in {old["id"] for old in before[model]}]
        for model, rows in now.items()
    }
