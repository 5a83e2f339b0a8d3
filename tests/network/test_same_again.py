"""Rows that say little are still the same rows the next time."""

from __future__ import annotations

import pytest

from geomatch.network.models import Person
from tests.network.sheets_of import look, table, take
from tests.network.test_comparing import statuses

LITTLE = {
    "a door without a name": {"Neighbors": table(Address=["12 Main St"], Name=[""])},
    "one name with an address and without": {
        "Volunteers": table(
            Name=["Ana Ruiz", "Ana Ruiz"], Address=["", "12 Main St"], Skills=["rides", "rides"]
        )
    },
}


@pytest.mark.parametrize("what", LITTLE)
def test_a_second_time_nobody_is_added(inside, what):
    take(inside, **LITTLE[what])
    people = Person.objects.count()
    assert set(statuses(look(inside, **LITTLE[what]))) == {"same"}
    take(inside, **LITTLE[what])
    assert Person.objects.count() == people


def test_a_door_without_a_name_is_nobody_elses(inside):
    take(inside, Neighbors=table(Address=["12 Main St"], Name=["Ana Ruiz"]))
    assert statuses(look(inside, **LITTLE["a door without a name"])) == ["new"]
