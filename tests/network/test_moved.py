"""Who moves in one sheet is still known in another one that has the address before."""

from __future__ import annotations

import pytest

from geomatch.network.intake.services import take_back
from geomatch.network.models import Household, Person, Request, Volunteer
from tests.network.sheets_of import everything, look, table, take
from tests.network.test_comparing import known, statuses

MOVES = {
    "Neighbors": table(ID=["1"], Name=["Ana Ruiz"], Address=["14 Elm St"], Phone=["907-555-0101"])
}
BEFORE = {"Name": ["Ana Ruiz"], "Address": ["12 Main St"]}
HELP = {
    "as written": BEFORE,
    "in another spelling": {"Name": ["ANA RUIZ"], "Address": ["12 MAIN STREET"]},
    "with the phone": {**BEFORE, "Phone": ["(907) 555 0101"]},
    "with the new address": {"Name": ["Ana Ruiz"], "Address": ["14 Elm Street"]},
}


@pytest.fixture
def ana(inside):
    return known("Ana Ruiz", "12 Main St", "907-555-0101", ref="1")


@pytest.mark.parametrize("who", HELP)
@pytest.mark.parametrize("in_one_file", [True, False])
def test_a_row_about_help_is_theirs(inside, ana, who, in_one_file):
    helps = {
        "Volunteers": table(**HELP[who], Skills=["rides"]),
        "Requests": table(**HELP[who], Need=["groceries"]),
    }
    for sheets in [MOVES | helps] if in_one_file else [MOVES, helps]:
        take(inside, **sheets)
    assert [person.household.given_address for person in Person.objects.all()] == ["14 Elm St"]
    assert Volunteer.objects.get().person.household == ana
    assert Request.objects.get().person.household == ana
    assert set(statuses(look(inside, **MOVES, **helps))) == {"same"}


def test_somebody_of_the_same_name_behind_the_old_door_comes_first(inside, ana):
    take(inside, **MOVES)
    heir = known("Ana Ruiz", "12 Main St")
    take(inside, Volunteers=table(**BEFORE, Skills=["rides"]))
    assert Volunteer.objects.get().person.household == heir


def test_another_name_behind_the_old_door_is_somebody_new(inside, ana):
    sheet = table(Name=["Bo Lind"], Address=["12 Main St"], Skills=["rides"])
    take(inside, **MOVES, Volunteers=sheet)
    assert Volunteer.objects.get().person.name == "Bo Lind"
    assert Household.objects.count() == 2


def test_two_requests_of_whoever_moved_stay_two(inside, ana):
    sheet = {name: cells * 2 for name, cells in BEFORE.items()}
    asked = table(**sheet, Need=["rides", "groceries"])
    take(inside, **MOVES, Requests=asked)
    assert [request.person.household for request in Request.objects.all()] == [ana, ana]


def test_a_neighbour_whose_row_has_the_old_door_and_no_id_is_somebody_else(inside, ana):
    take(inside, **MOVES)
    assert statuses(look(inside, Neighbors=table(**BEFORE))) == ["new"]


def test_taken_back_the_address_before_is_forgotten(inside, ana):
    before = everything()
    volunteers = table(**BEFORE, Skills=["rides"])
    done = take(inside, **MOVES, Volunteers=volunteers).sheet_import
    take_back(network=inside, sheet_import=done, actor=None)
    assert everything() == before


def test_the_preview_says_the_move_once(inside, ana):
    from geomatch.site.pages.imports.phrases import change_words

    (row,) = look(inside, **MOVES).outcomes
    assert [change["name"] for change in change_words(row.changes)] == ["Address"]
