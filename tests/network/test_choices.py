"""What somebody chose for a row is done to that row, and lets in no other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geomatch.network.intake.compare.comparer import A_HOUSEHOLD, LEAVE_OUT, NEWCOMER
from geomatch.network.intake.linkage.outcomes import Comparison, Status
from geomatch.network.intake.services import ImportResult
from geomatch.network.models import Household, Person, Request
from geomatch.network.scope import use_network
from tests.factories import NetworkFactory
from tests.network.sheets_of import FILES, everything, look, table, take

TAKEN = (Status.NEW, Status.CHANGED, Status.SAME)
PHONE = "907-555-0101"
ANA = {"Name": ["Ana Ruiz"], "Address": ["12 Main St"], "Phone": [PHONE]}
ANA_TWICE = {name: cells * 2 for name, cells in ANA.items()} | {"Phone": ["907-555-9999"] * 2}
KEPT = ("Household", "Person", "RiskFlag")
# Two rows that may both mean Ana, who has moved.
EITHER_IS_ANA = {
    "Name": ["Anna Ruiz", "Anna Ruiz"],
    "Address": ["40 Elm St", "77 Fir St"],
    "Phone": [PHONE, PHONE],
}
ANY_CHOICE = st.sampled_from(
    ["", LEAVE_OUT, NEWCOMER, f"{A_HOUSEHOLD}1", f"{A_HOUSEHOLD}2", "offered"]
)


def agree(network, sheets: dict[str, Any], choices: dict[str, str]) -> ImportResult:
    """Take what a preview shows, and what was chosen at it."""
    looked_at = look(network, **sheets).fingerprint()
    return take(network, **sheets, choices=choices, looked_at=looked_at)


def chosen_from(seen: Comparison, said: list[str]) -> dict[str, str]:
    """Say one thing after the other of the rows of a preview, over and over."""
    choices = {}
    for number, row in enumerate(seen.outcomes):
        choice = said[number % len(said)]
        if choice == "offered":
            choice = f"{A_HOUSEHOLD}{row.candidates[0].ref}" if row.candidates else ""
        choices[row.key] = choice
    return choices


class TestWhatIsRejectedStaysSo:
    def test_where_the_row_it_repeats_is_left_out(self, inside):
        take(inside, Neighbors=table(ID=["1"], **ANA))
        sheets = {"Neighbors": table(**ANA_TWICE)}
        kept, repeated = look(inside, **sheets).outcomes
        assert (kept.status, repeated.status) == (Status.CHANGED, Status.REJECTED)
        before = everything()
        result = agree(inside, sheets, {kept.key: LEAVE_OUT})
        assert everything() == before
        assert [row["message"] for row in result.rejected] == [repeated.problems[0].message]

    def test_where_a_volunteer_is_written_twice(self, inside):
        take(inside, Volunteers=table(**ANA, Skills=["rides"]))
        sheets = {"Volunteers": table(**ANA_TWICE, Skills=["rides"] * 2)}
        kept = look(inside, **sheets).outcomes[0]
        before = everything()
        agree(inside, sheets, {kept.key: LEAVE_OUT})
        assert everything() == before

    def test_where_another_row_is_chosen_for_whom_it_may_mean(self, inside):
        take(inside, Neighbors=table(ID=["1"], **ANA))
        sheets = {"Neighbors": table(**EITHER_IS_ANA)}
        one, other = look(inside, **sheets).outcomes
        result = agree(inside, sheets, {one.key: f"{A_HOUSEHOLD}1", other.key: ""})
        assert list(Person.objects.values_list("name", "household__given_address")) == [
            ("Anna Ruiz", "40 Elm St")
        ]
        (row,) = result.rejected
        assert (row["row"], "unclear" in row["message"]) == (other.row, True)
        assert result.figures["households"] == {"new": 0, "changed": 1, "same": 0, "rejected": 1}


class TestWhomAnotherRowTakes:
    def test_leaves_a_row_open_that_was_theirs_before_somebody_chose(self, inside):
        take(inside, Neighbors=table(ID=["1"], **ANA))
        sheets = {
            "Neighbors": table(
                Name=["Anna Ruiz"] * 2, Address=["40 Elm St", "12 Main St"], Phone=[PHONE] * 2
            )
        }
        chosen, sure = look(inside, **sheets).outcomes
        assert (chosen.status, sure.status) == (Status.UNCLEAR, Status.CHANGED)
        result = agree(inside, sheets, {chosen.key: f"{A_HOUSEHOLD}1"})
        assert Person.objects.get().household.given_address == "40 Elm St"
        (row,) = result.rejected
        assert (row["row"], "chosen for row 2" in row["message"]) == (sure.row, True)

    def test_is_named_where_somebody_much_alike_is_added(self, inside):
        take(inside, Neighbors=table(ID=["1"], **ANA))
        names = {"Name": ["Anna Ruiz", "Ana Ruiz"], "Address": ["12 Main St"] * 2}
        new, _ = look(inside, Neighbors=table(**names, Phone=[PHONE, ""])).outcomes
        assert new.status is Status.NEW
        assert new.warnings == ("is much like Ana Ruiz of another row; they stay two",)
        Household.objects.update(hidden=True)
        secret = look(inside, Neighbors=table(**names), sees_hidden=False).outcomes[0]
        assert secret.warnings == (), "a hidden home is named to stewards only"


class TestToKeepWhatIsHere:
    """The other sheets of a workbook keep their own rows, and leave whom one meant as they are."""

    NEW_PHONE = "907-555-0777"

    @pytest.mark.parametrize(
        ("sheet", "cells"),
        [
            ("Volunteers", {"Skills": ["rides"], "Immunocompromised": ["yes"]}),
            ("Requests", {"Need": ["meals"], "Languages": ["Spanish"]}),
            ("More neighbors", {"# in household": ["5"], "Drives": ["yes"]}),
        ],
    )
    def test_holds_in_every_sheet(self, inside, sheet, cells):
        take(inside, Neighbors=table(ID=["1"], **ANA))
        before = everything()
        said = ANA | {"Phone": [self.NEW_PHONE]}
        sheets = {"Neighbors": table(**said), sheet: table(**said, **cells)}
        first = look(inside, **sheets).outcomes[0]
        assert first.status is Status.CHANGED
        agree(inside, sheets, {first.key: LEAVE_OUT})
        after = everything()
        assert [after[kept] for kept in KEPT] == [before[kept] for kept in KEPT]
        of_its_own = {"Volunteers": "Volunteer", "Requests": "Request"}.get(sheet)
        assert of_its_own is None or len(after[of_its_own]) == 1

    def test_frees_nobody_for_another_row(self, inside):
        take(inside, Neighbors=table(ID=["1"], **ANA))
        rows = {"Name": ["Anna Ruiz", "Annah Ruiz"], "Address": ["12 Main St"] * 2}
        sheets = {"Neighbors": table(**rows, Phone=[PHONE] * 2)}
        kept, other = look(inside, **sheets).outcomes
        assert (kept.status, other.status) == (Status.CHANGED, Status.NEW)
        agree(inside, sheets, {kept.key: LEAVE_OUT})
        names = Person.objects.order_by("pk").values_list("name", flat=True)
        assert list(names) == ["Ana Ruiz", "Annah Ruiz"]

    def test_two_requests_of_one_person_stay_two(self, inside):
        take(inside, Neighbors=table(ID=["1"], **ANA))
        asked = {name: cells * 2 for name, cells in ANA.items()} | {"Need": ["meals", "rides"]}
        sheets = {"Requests": table(**asked)}
        one, _ = look(inside, **sheets).outcomes
        agree(inside, sheets, {one.key: LEAVE_OUT})
        assert (Person.objects.count(), Request.objects.get().skills) == (1, ["rides"])


@pytest.mark.parametrize("skills", [{}, {"Skills": ["rides", "rides"]}])
def test_nobody_is_added_for_a_second_row_that_was_chosen_to_be_the_same(inside, skills):
    take(inside, Neighbors=table(ID=["1"], **ANA))
    name = "Volunteers" if skills else "Neighbors"
    # By name and phone alone a volunteer would be known; so these have none.
    cells = EITHER_IS_ANA | ({"Phone": ["", ""], "Address": ["12 Main St"] * 2} if skills else {})
    sheets = {name: table(**cells, **skills)}
    seen = look(inside, **sheets)
    assert seen.count(Status.UNCLEAR) == 2
    result = agree(inside, sheets, {row.key: f"{A_HOUSEHOLD}1" for row in seen.outcomes})
    assert (Household.objects.count(), Person.objects.count()) == (1, 1)
    assert "taken once" in result.rejected[0]["message"]


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(first=FILES, second=FILES, said=st.lists(ANY_CHOICE, min_size=1, max_size=6))
@example(
    first={"Neighbors": table(ID=["1"], **ANA)},
    second={"Neighbors": table(**ANA_TWICE)},
    said=[LEAVE_OUT, ""],
)
@example(
    first={"Neighbors": table(ID=["1"], **ANA)},
    second={"Neighbors": table(**EITHER_IS_ANA)},
    said=["offered", ""],
)
def test_taken_is_what_was_offered_or_chosen(first, second, said):
    """Whatever is chosen: figures, the rejected rows and those not imported agree."""
    with use_network(NetworkFactory()) as network:
        take(network, **first)
        seen = look(network, **second)
        choices = chosen_from(seen, said)
        result = agree(network, second, choices)
        rows = {(row.sheet, row.row): row for row in seen.outcomes}
        chosen = {at for at, row in rows.items() if choices[row.key] not in ("", LEAVE_OUT)}
        left_out = {at for at, row in rows.items() if choices[row.key] == LEAVE_OUT}
        offered = {(row.sheet, row.row) for row in seen.of(*TAKEN)}
        taken = set(rows) - result.not_imported
        assert taken <= (offered | chosen) - left_out
        back = {(row["sheet"], row["row"]) for row in result.rejected}
        assert back.isdisjoint(taken)
        counted = [figures.copy() for figures in result.figures.values()]
        assert sum(figures.pop("rejected") for figures in counted) == len(back)
        assert sum(sum(figures.values()) for figures in counted) == len(taken)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None)
@given(first=FILES, second=FILES)
@example(first={"Neighbors": table(ID=["1"], **ANA)}, second={"Neighbors": table(**ANA_TWICE)})
def test_where_everything_offered_is_left_out_nothing_is_written(first, second):
    with use_network(NetworkFactory()) as network:
        take(network, **first)
        before = everything()
        offered = look(network, **second).of(*TAKEN)
        result = agree(network, second, {row.key: LEAVE_OUT for row in offered})
        assert everything() == before
        assert not any(figures["changed"] for figures in result.figures.values())
