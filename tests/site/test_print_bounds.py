"""A print is bounded in time and memory, and says so on a page; a small one never waits for all."""

from __future__ import annotations

from functools import partial

import pytest
from django.urls import reverse

from geomatch.network.models import Role
from geomatch.network.scope import use_network
from geomatch.site.pages.pods import street_lists as paper
from geomatch.site.shell.turns import BusyError, Turns
from maps.streetlists import render
from maps.streetlists.typeset import typeset_apart
from tests.factories import (
    HouseholdFactory,
    MemberFactory,
    MembershipFactory,
    PlanFactory,
    PodFactory,
)


@pytest.fixture
def organizer(db, client, network):
    """An organizer of a network with a small pod, signed in."""
    with use_network(network):
        pod = PodFactory(plan=PlanFactory(state="published"))
        for _ in range(3):
            home = HouseholdFactory()
            MembershipFactory(plan=pod.plan, pod=pod, household=home)
    client.force_login(MemberFactory(network=network, role=Role.ORGANIZER).user)
    client.address = reverse("street_list_pdf", args=[network.slug, pod.number])
    return client


def test_one_who_prints_everything_keeps_no_small_list_waiting(organizer, monkeypatch):
    monkeypatch.setattr(paper, "MANY", Turns(at_once=1, waiting=0, patience_s=0))
    with paper.MANY.take():
        assert organizer.get(organizer.address).content.startswith(b"%PDF-")


def test_one_for_whom_no_turn_comes_is_told_to_try_again(organizer, monkeypatch):
    monkeypatch.setattr(paper, "FEW", Turns(at_once=1, waiting=1, patience_s=0))
    with paper.FEW.take():
        page = organizer.get(organizer.address)
    assert page.status_code == 503
    for words in ("The list could not be printed", "Nothing was lost", "Many people", "Try again"):
        assert words in page.content.decode()
    assert organizer.get(organizer.address).status_code == 200, "the next one has a turn"


@pytest.mark.parametrize("limit", [{"time_limit_s": 0}, {"memory_limit_mb": 8}])
def test_a_print_past_its_bounds_ends_on_a_page_that_says_so(organizer, monkeypatch, caplog, limit):
    monkeypatch.setattr(render, "typeset_apart", partial(typeset_apart, **limit))
    page = organizer.get(organizer.address)
    assert page.status_code == 503
    assert "Nothing was lost" in page.content.decode()
    [logged] = [line for line in caplog.messages if "not printed" in line]
    assert "Street" not in logged
    monkeypatch.undo()
    assert organizer.get(organizer.address).status_code == 200


def test_a_full_line_turns_away_at_once_and_an_error_gives_the_turn_back():
    turns = Turns(at_once=1, waiting=0, patience_s=60)
    with turns.take(), pytest.raises(BusyError), turns.take():
        pass
    with pytest.raises(ZeroDivisionError), turns.take():
        raise ZeroDivisionError
    with turns.take():
        pass
