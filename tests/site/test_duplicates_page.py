"""The duplicates pages as an organizer uses them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from geomatch.network.models import Household, Merge, Person
from geomatch.network.scope import use_network
from tests.factories import HouseholdFactory, MemberFactory, PersonFactory

URL = "duplicate_list"


@pytest.fixture
def twins(network):
    with use_network(network):
        return [
            PersonFactory(
                name=name, phone=phone, household=HouseholdFactory(given_address="12 Main St")
            )
            for name, phone in (("Ana Ruiz", ""), ("Anna Ruiz", "555-0101"))
        ]


@pytest.fixture
def organizer(client, network):
    client.force_login(
        MemberFactory(network=network, role="organizer").user,
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def address(network, name: str, *arguments: int) -> str:
    return reverse(name, args=[network.slug, *arguments])


def test_two_become_one_as_chosen_and_two_again(organizer, network, twins):
    page = organizer.get(address(network, URL)).content.decode()
    pair = address(network, "duplicate_pair", *(person.pk for person in twins))
    assert "1 pair looks like one neighbour" in page
    assert f'href="{pair}"' in page
    assert "12 Main St" not in pair
    form = organizer.get(pair).content.decode()
    # What is empty on one side is taken from the other, unless somebody says otherwise.
    assert 'name="phone" value="other" checked' in form
    answer = organizer.post(pair, {"answer": "one", "name": "other", "phone": "other"}, follow=True)
    with use_network(network):
        (person,) = Person.objects.all()
        merge = Merge.objects.get()
    assert (person.name, person.phone) == ("Anna Ruiz", "555-0101")
    assert "They are one now" in answer.content.decode()
    undone = organizer.post(address(network, "duplicate_undo", merge.pk), follow=True)
    assert "They are two again" in undone.content.decode()
    with use_network(network):
        assert Person.objects.count() == 2
    assert organizer.post(address(network, "duplicate_undo", merge.pk)).status_code == 404


def test_they_are_two_is_remembered(organizer, network, twins):
    pair = address(network, "duplicate_pair", *(person.pk for person in twins))
    page = organizer.post(pair, {"answer": "two"}, follow=True).content.decode()
    assert "Nobody stands here twice" in page


def test_many_pairs_come_in_pages(organizer, network):
    with use_network(network):
        for _ in range(8):  # 28 pairs
            home = HouseholdFactory(given_address="12 Main St")
            PersonFactory(name="Ana Ruiz", phone="", household=home)
    url = address(network, URL)
    assert "1 to 25 of 28 pairs" in organizer.get(url).content.decode()
    second = organizer.get(url, {"page": 2}).content.decode()
    assert "26 to 28 of 28 pairs" in second
    assert second.count(">Compare<") == 1 + 3  # the column's head, and three pairs


def test_nobody_is_made_one_with_themselves(organizer, network, twins):
    key = twins[0].pk
    organizer.post(address(network, "duplicate_pair", key, key), {"answer": "one"})
    with use_network(network):
        assert Person.objects.count() == 2


def test_a_hidden_twin_does_not_exist_for_an_organizer(organizer, network, twins):
    with use_network(network):
        home = twins[1].household
        home.hidden = True
        home.save()
    pair = address(network, "duplicate_pair", *(person.pk for person in twins))
    assert organizer.get(pair).status_code == organizer.post(pair).status_code == 404
    assert "Nobody stands here twice" in organizer.get(address(network, URL)).content.decode()


def test_a_merge_of_a_home_that_was_hidden_since_is_a_stewards(organizer, network, twins):
    pair = address(network, "duplicate_pair", *(person.pk for person in twins))
    organizer.post(pair, {"answer": "one"})
    with use_network(network):
        merge = Merge.objects.get()
        Household.objects.update(hidden=True)
    assert "Ana Ruiz" not in organizer.get(address(network, URL)).content.decode()
    assert organizer.post(address(network, "duplicate_undo", merge.pk)).status_code == 404


def test_what_a_stranger_wrote_is_shown_as_text(organizer, network, twins):
    with use_network(network):
        Person.objects.filter(pk=twins[1].pk).update(notes="<img src=x onerror=alert(1)>")
    pair = address(network, "duplicate_pair", *(person.pk for person in twins))
    page = organizer.get(pair).content.decode()
    assert "&lt;img src=x" in page
    assert "<img src=x" not in page
