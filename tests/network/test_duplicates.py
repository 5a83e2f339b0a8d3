"""One neighbour written down twice: found, merged field by field, and two again."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from django.apps import apps
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomatch.core.errors import InputError
from geomatch.matching.models import Match, NeverPair
from geomatch.network.duplicates.finding import declare_two, possible_duplicates
from geomatch.network.duplicates.merging import FIELDS, merge_people, undo_merge
from geomatch.network.intake.services import import_sheet
from geomatch.network.models import (
    AuditEvent,
    Household,
    Merge,
    Person,
    RiskFlag,
    Role,
    Volunteer,
)
from geomatch.network.scope import NetworkScoped, use_network
from pods.models import Membership
from tests.factories import (
    HouseholdFactory,
    MatchFactory,
    MembershipFactory,
    NetworkFactory,
    PersonFactory,
    RequestFactory,
    RiskFlagFactory,
    UserFactory,
    VolunteerFactory,
)
from tests.network.sheets_of import table

STEWARD = {Role.STEWARD}
ORGANIZER = {Role.ORGANIZER}


@pytest.fixture
def inside(network):
    with use_network(network):
        yield network


def somebody(name: str, address: str, phone: str = "", **home: object) -> Person:
    return PersonFactory(
        name=name, phone=phone, household=HouseholdFactory(given_address=address, **home)
    )


def found(roles=ORGANIZER) -> list[tuple[str, str]]:
    return [(one.name, other.name) for _, _, (one, other), _, _ in possible_duplicates(roles)]


def everything() -> dict[str, list[dict]]:
    """Every row of the network that was entered, apart from its history."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in apps.get_models()
        if issubclass(model, NetworkScoped) and model not in (Merge, AuditEvent)
    }


class TestFinding:
    def test_one_name_spelled_twice_at_one_door_is_a_pair(self, inside):
        somebody("Ana Ruiz", "12 Main St")
        somebody("Anna Ruiz", "12 MAIN STREET")
        (pair,) = possible_duplicates(ORGANIZER)
        assert tuple(who.name for who in pair.who) == ("Ana Ruiz", "Anna Ruiz")
        assert pair.score > 80
        assert "same address" in pair.reasons

    def test_who_moved_is_known_by_name_and_phone(self, inside):
        somebody("Ana Ruiz", "12 Main St", "907 555 0101")
        somebody("Ana Ruiz", "8 Gold Creek Rd", "(907) 555-0101")
        assert len(found()) == 1

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (("Ana Ruiz", "12 Main St", "555-0101"), ("Bo Lind", "3 Ferry Way", "555-0101")),
            (("Ana Ruiz", "12 Main St", "555-0101"), ("Bo Lind", "12 Main St", "555-0101")),
            (("Ana Ruiz", "12 Main St", ""), ("Ana Ruiz", "40 Ferry Way", "")),
            (("Ana Ruiz", "Main St", ""), ("Anna Ruiz", "Main St", "")),
            (("Ana Ruiz", "12 Main St Apt 1", ""), ("Anna Ruiz", "12 Main St Apt 2", "")),
        ],
        ids=["phone", "phone and door", "name", "no number", "two flats"],
    )
    def test_what_two_neighbours_may_share_makes_no_pair(self, inside, one, other):
        somebody(*one)
        somebody(*other)
        assert found() == []

    def test_each_pair_is_found_once_and_among_three_there_are_three(self, inside):
        for _ in range(3):
            somebody("Ana Ruiz", "12 Main St", "907 555 0101")
        pairs = possible_duplicates(ORGANIZER)
        assert len({(pair.one, pair.other) for pair in pairs}) == len(pairs) == 3
        assert all(pair.one < pair.other for pair in pairs)

    def test_a_hidden_home_is_in_no_pair_but_a_stewards(self, inside):
        somebody("Ana Ruiz", "12 Main St")
        somebody("Ana Ruiz", "12 Main St", hidden=True)
        assert found() == []
        assert len(found(STEWARD)) == 1

    def test_a_pair_that_was_looked_at_is_not_asked_about_again(self, inside):
        one, other = somebody("Ana Ruiz", "12 Main St"), somebody("Ana Ruiz", "12 Main St")
        declare_two(other, one)
        declare_two(one, other)
        assert found() == []

    def test_another_networks_people_are_nobodys_duplicates(self, inside):
        somebody("Ana Ruiz", "12 Main St")
        with use_network(NetworkFactory()):
            somebody("Ana Ruiz", "12 Main St")
        assert found() == []


@pytest.fixture
def two(inside):
    """Two records with all that can hang on a person and on a door."""
    kept = somebody("Ana Ruiz", "12 Main St", "555-0101", people_count=2)
    other = somebody("Anna Ruiz", "12 Main Street", "", do_not_contact=True, people_count=3)
    Person.objects.filter(pk=other.pk).update(notes="Rings twice.", languages=["es"], drives=True)
    RiskFlagFactory(person=kept, code="exposed", until=dt.date(2026, 12, 1))
    RiskFlagFactory(person=other, code="exposed", until=dt.date(2026, 12, 24))
    RiskFlagFactory(person=other, code="immunocompromised")
    VolunteerFactory(person=kept, skills=["groceries"])
    helps = VolunteerFactory(person=other, skills=["rides"], vehicle=True)
    ask = RequestFactory(person=other)
    MatchFactory(request=ask)
    MatchFactory(volunteer=helps)
    NeverPair.objects.create(network=inside, volunteer=VolunteerFactory(), person=other)
    mine = MembershipFactory(household=kept.household)
    Membership.objects.create(
        network=inside, plan=mine.plan, pod=mine.pod, household=other.household
    )
    MembershipFactory(household=other.household)
    mine.pod.point_person, mine.pod.medoid = other, other.household
    mine.pod.save()
    kept.refresh_from_db()
    other.refresh_from_db()
    return kept, other


class TestMerging:
    def test_all_that_hangs_on_either_hangs_on_the_one_that_stays(self, inside, two):
        kept, other = two
        before = Match.objects.count()
        merge_people(
            network=inside, kept=kept, other=other, chosen={"name": "other"}, actor=UserFactory()
        )
        person = Person.objects.get(pk=kept.pk)
        assert not Person.objects.filter(pk=other.pk).exists()
        assert (person.name, person.phone, person.drives) == ("Anna Ruiz", "555-0101", True)
        flags = {flag.code: flag.until for flag in RiskFlag.objects.filter(person=person)}
        assert flags == {"exposed": dt.date(2026, 12, 24), "immunocompromised": None}
        assert set(person.volunteer.skills) == {"groceries", "rides"}
        assert person.volunteer.vehicle
        assert person.requests.count() == 1
        assert Match.objects.count() == before
        assert person.never_pairs.count() == 1
        home = person.household
        assert home.do_not_contact
        assert home.people_count == 3
        assert Household.objects.filter(given_address="12 Main Street").count() == 0
        assert home.memberships.count() == 2  # one pod in each of the two plans
        pod = home.memberships.order_by("pk").first().pod
        assert (pod.point_person_id, pod.medoid_id) == (person.pk, home.pk)

    def test_a_door_that_somebody_else_lives_behind_stays(self, inside, two):
        kept, other = two
        housemate = PersonFactory(household=other.household)
        merge_people(network=inside, kept=kept, other=other, chosen={}, actor=None)
        assert Person.objects.get(pk=housemate.pk).household == other.household
        # Whose wish it was, nobody can say: it holds for both.
        assert Person.objects.get(pk=kept.pk).household.do_not_contact

    def test_who_is_matched_to_the_other_must_be_two(self, inside):
        ask = RequestFactory(person=somebody("Ana Ruiz", "12 Main St"))
        helps = VolunteerFactory(person=somebody("Anna Ruiz", "12 Main St"))
        MatchFactory(request=ask, volunteer=helps)
        with pytest.raises(InputError, match="matched to each other"):
            merge_people(network=inside, kept=ask.person, other=helps.person, chosen={}, actor=None)
        assert Person.objects.filter(pk=helps.person_id).exists()

    def test_two_sign_ins_must_be_two(self, inside, two):
        for person in two:
            Person.objects.filter(pk=person.pk).update(user=UserFactory())
        with pytest.raises(InputError, match="sign-in of their own"):
            merge_people(network=inside, kept=two[0], other=two[1], chosen={}, actor=None)

    def test_a_sheet_that_still_has_both_does_not_bring_the_other_back(self, inside, two):
        kept, other = two
        gone = other.household.ref
        sheet = {
            "Id": [kept.household.ref, gone],
            "Name": ["Ana Ruiz", "Anna Ruiz"],
            "Address": ["12 Main St", "12 Main Street"],
        }
        merge = merge_people(network=inside, kept=kept, other=other, chosen={}, actor=None)
        people = Person.objects.count()
        taken = import_sheet(
            network=inside, sheets={"Neighbors": table(**sheet)}, file_name="n.csv", actor=None
        )
        assert Person.objects.count() == people
        assert [row["row"] for row in taken.rejected] == [3]
        assert f"“{kept.household.ref}”" in taken.rejected[0]["message"]
        undo_merge(network=inside, merge=merge, actor=None)
        taken = import_sheet(
            network=inside, sheets={"Neighbors": table(**sheet)}, file_name="n.csv", actor=None
        )
        assert taken.rejected == []

    def test_history_names_nobody(self, inside, two):
        merge_people(network=inside, kept=two[0], other=two[1], chosen={}, actor=None)
        (event,) = AuditEvent.objects.all()
        assert "Ana" not in f"{event.verb}{event.target}{event.figures}"
        assert event.target == ""  # the first page shows it to all staff, of hidden homes too


def flag_of(person: Person, code: str) -> QuerySet[RiskFlag]:
    """One flag of somebody; codes are sealed, and the database cannot look for them."""
    flags = RiskFlag.objects.filter(person=person)
    return flags.filter(pk__in=[flag.pk for flag in flags if flag.code == code])


class TestUndoing:
    @settings(
        max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.fixed_dictionaries({name: st.sampled_from(may) for name, may in FIELDS.items()}))
    def test_everything_is_as_it_was(self, inside, two, chosen):
        before = everything()
        merge = merge_people(network=inside, kept=two[0], other=two[1], chosen=chosen, actor=None)
        assert everything() != before
        assert undo_merge(network=inside, merge=merge, actor=None) == []
        after = everything()
        assert after == before
        assert [len(rows) for rows in after.values()] == [len(rows) for rows in before.values()]

    def test_what_people_changed_since_stays_and_is_said(self, inside, two):
        kept, other = two
        merge = merge_people(
            network=inside, kept=kept, other=other, chosen={"name": "other"}, actor=None
        )
        Person.objects.filter(pk=kept.pk).update(name="Ana Maria Ruiz")
        stays = undo_merge(network=inside, merge=merge, actor=None)
        assert stays == ["A person: name was changed since"]
        assert Person.objects.get(pk=kept.pk).name == "Ana Maria Ruiz"
        assert Person.objects.get(pk=other.pk).name == "Anna Ruiz"

    def test_what_protects_the_door_since_holds_for_both_again(self, inside):
        kept, other = somebody("Ana", "12 Main St", quiet=True), somebody("Anna", "12 Main St")
        merge = merge_people(network=inside, kept=kept, other=other, chosen={}, actor=None)
        Household.objects.update(hidden=True)
        undo_merge(network=inside, merge=merge, actor=None)
        states = Household.objects.order_by("pk").values_list("hidden", "quiet", "do_not_contact")
        assert list(states) == [(True, True, False), (True, False, False)]

    def test_what_protects_a_neighbour_since_holds_for_both_again(self, inside, two):
        kept, other = two
        merge = merge_people(network=inside, kept=kept, other=other, chosen={}, actor=None)
        RiskFlagFactory(person=kept, code="oxygen")
        flag_of(kept, "exposed").update(until=dt.date(2027, 1, 5))
        undo_merge(network=inside, merge=merge, actor=None)
        flags = {
            person: dict(RiskFlag.objects.filter(person=person).values_list("code", "until"))
            for person in two
        }
        since = {"oxygen": None, "exposed": dt.date(2027, 1, 5)}
        assert flags == {kept: since, other: since | {"immunocompromised": None}}

    def test_a_flag_that_was_lowered_since_stays_so(self, inside, two):
        kept, other = two
        merge = merge_people(network=inside, kept=kept, other=other, chosen={}, actor=None)
        flag_of(kept, "immunocompromised").delete()
        stays = undo_merge(network=inside, merge=merge, actor=None)
        assert stays == ["A risk flag was removed since"]
        codes = RiskFlag.objects.filter(person__in=two).values_list("person", "code")
        assert set(codes) == {(kept.pk, "exposed"), (other.pk, "exposed")}

    def test_twice_is_refused(self, inside, two):
        merge = merge_people(network=inside, kept=two[0], other=two[1], chosen={}, actor=None)
        undo_merge(network=inside, merge=merge, actor=None)
        with pytest.raises(InputError, match="two again already"):
            undo_merge(network=inside, merge=merge, actor=None)

    def test_a_chain_of_merges_is_undone_last_first(self, inside):
        people = [somebody("Ana Ruiz", f"12 Main St #{n}") for n in range(3)]
        before = everything()
        merges = [
            merge_people(network=inside, kept=kept, other=other, chosen={}, actor=None)
            for other, kept in pairwise(people)
        ]
        assert Person.objects.count() == 1
        assert Volunteer.objects.count() == 0
        for merge in reversed(merges):
            assert undo_merge(network=inside, merge=merge, actor=None) == []
        assert everything() == before
