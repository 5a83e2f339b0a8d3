"""What a list is: who is on it, what tells versions apart, which options there are."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomatch.core.errors import ParameterError
from maps.streetlists import Door, PrintOptions

from .samples import DAY, harbor_street, pod, replace

flags = st.fixed_dictionaries({"hidden": st.booleans(), "quiet": st.booleans()})


@given(st.lists(flags, min_size=1, max_size=6))
def test_hidden_and_quiet_doors_are_not_even_in_the_list(marks):
    doors = [replace(d, **m) for d, m in zip(harbor_street(len(marks)), marks, strict=True)]
    kept = [door for door in doors if not (door.hidden or door.quiet)]
    street_list = pod(doors)
    assert list(street_list.doors) == kept
    assert street_list.people == (sum(door.people for door in kept) if kept else None)
    assert street_list.fingerprint == pod(kept).fingerprint


def test_somebody_who_said_no_has_an_address_and_nothing_else():
    said_no = replace(
        harbor_street(1)[0], do_not_contact=True, directions="Blue door", point_person=True
    )
    (door,) = pod([said_no]).doors
    assert (door.number, door.street) == ("101", "Harbor Street")
    assert (door.name, door.phone, door.languages, door.directions) == ("", "", (), "")
    assert pod([said_no]).point_person == ""


def test_a_hidden_point_person_is_not_named():
    doors = [
        replace(door, point_person=i == 0, hidden=i == 0) for i, door in enumerate(harbor_street(3))
    ]
    assert pod(doors).point_person == ""


def test_people_are_counted_only_where_everybody_said():
    doors = harbor_street(3)
    assert pod(doors).people == 6
    assert pod([*doors, Door()]).people is None


def test_the_fingerprint_changes_with_what_is_printed_and_only_then():
    doors = harbor_street(4)
    base = pod(doors).fingerprint
    assert pod(doors[::-1]).fingerprint == base
    assert pod(doors, network="Other").fingerprint == base
    for change in ({"name": "New"}, {"unit": "2"}, {"lat": 57.31}, {"do_not_contact": True}):
        assert pod([replace(doors[0], **change), *doors[1:]]).fingerprint != base
    assert pod(doors, pod="8").fingerprint != base


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("order", "random", "walk, odd-even, street"),
        ("language", "fr", "en, es, tl"),
        ("details", "all", "minimum, contact"),
        ("paper", "a5", "letter, a4"),
        ("destroy_after_days", 0, "between 1 and 366"),
        ("date", dt.date.max, "out of range"),
    ],
)
def test_wrong_options_are_refused_in_words(option, value, said):
    with pytest.raises(ParameterError, match=said):
        PrintOptions(**({"date": DAY} | {option: value}))


def test_destroy_by_is_counted_from_the_print_date():
    assert PrintOptions(date=DAY, destroy_after_days=7).destroy_by == dt.date(2026, 10, 21)
