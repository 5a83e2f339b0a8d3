"""What hidden, quiet and rejected rows must not give away: names, counts, reasons, cells."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from geomatch.matching.models import Assignment
from geomatch.network.intake.files.rejected import press
from geomatch.network.intake.services import import_sheet
from geomatch.network.models import Role, SheetImport
from geomatch.network.scope import use_network
from geomatch.site.pages.pods.street_lists import lists_of
from pods.models import Plan
from tests.factories import (
    HouseholdFactory,
    MatchFactory,
    MemberFactory,
    MembershipFactory,
    PersonFactory,
    RequestFactory,
    VolunteerFactory,
)
from tests.network.sheets_of import table, take
from tests.security.test_permissions import signed_in


def reader(network, role: Role):
    return signed_in(MemberFactory(network=network, role=role).user)


def page(network, role: Role, name: str, **arguments) -> str:
    url = reverse(name, kwargs={"network": network.slug, **arguments})
    return reader(network, role).get(url).content.decode()


def hidden_person(**fields):
    return PersonFactory(household=HouseholdFactory(hidden=True), **fields)


@pytest.mark.parametrize("state", ["hidden", "quiet"])
class TestPointPersonHiddenAfterPublishing:
    NAME = "Wilhelmina Secret"

    @pytest.fixture
    def pod(self, network, state):
        with use_network(network):
            pod = MembershipFactory().pod
            Plan.objects.filter(pk=pod.plan_id).update(
                state="published", published_at="2026-01-01T00:00Z"
            )
            home = HouseholdFactory(**{state: True})
            pod.point_person = PersonFactory(household=home, name=self.NAME)
            pod.save()
        return pod

    def test_is_not_named_on_the_page_of_street_lists(self, network, pod):
        assert self.NAME not in page(network, Role.ORGANIZER, "street_lists")
        assert self.NAME in page(network, Role.STEWARD, "street_lists")

    @pytest.mark.parametrize("role", [Role.ORGANIZER, Role.COORDINATOR, Role.STEWARD])
    def test_is_on_no_map(self, network, pod, role):
        assert self.NAME not in page(network, role, "plan_data", version=pod.plan.version)

    def test_leaves_the_pod_as_one_that_nobody_looks_after(self, network, pod):
        version = pod.plan.version
        assert "1 pod has no point person" in page(
            network, Role.ORGANIZER, "plan_map", version=version
        )
        assert "Nobody looks after" in page(network, Role.ORGANIZER, "plan_data", version=version)

    def test_is_on_no_printed_list(self, network, pod):
        with use_network(network):
            (printed,) = lists_of(network, pod.plan, [pod])
        assert printed.point_person == ""


class TestRejectedRows:
    """Rejected rows hold whatever the sheet held, a hidden home's address among it."""

    def rejected(self, network, *answers: str, header="Private address (y/n)", by=None):
        rows = [
            {
                "sheet": "Neighbors",
                "row": number,
                "column": "# in household",
                "value": f"lots{number}",
                "message": "not a number",
                "cells": {
                    "Address": f"{number} Secret Cove",
                    header: answer,
                    "Immunocompromised": "yesflag",
                },
            }
            for number, answer in enumerate(answers, start=2)
        ]
        with use_network(network):
            return SheetImport.objects.create(
                file_name="x.csv",
                figures={"households": {"rejected": len(rows)}},
                rejected_pressed=press(rows).text,
                imported_by=by,
            ).pk

    @pytest.mark.parametrize("answer", ["yes", "X", "yes please", "no, wait, yes"])
    @pytest.mark.parametrize("header", ["hidden", "Private address (y/n)", " Confidential? "])
    def test_of_hidden_homes_are_kept_from_other_organizers(self, network, answer, header):
        sheet = self.rejected(network, answer, "no", "", header=header)
        said = page(network, Role.ORGANIZER, "import_result", sheet=sheet)
        assert "lots2" not in said
        assert "lots3" in said
        assert "lots4" in said
        assert "1 row is of hidden homes and kept for stewards" in said
        file = page(network, Role.ORGANIZER, "import_rejected", sheet=sheet)
        assert "2 Secret Cove" not in file
        assert "3 Secret Cove" in file

    def test_are_all_there_for_stewards_and_for_whoever_dropped_the_sheet(self, network):
        importer = MemberFactory(network=network, role=Role.ORGANIZER).user
        sheet = self.rejected(network, "yes", by=importer)
        url = reverse("import_rejected", kwargs={"network": network.slug, "sheet": sheet})
        assert b"2 Secret Cove" in signed_in(importer).get(url).content
        assert "2 Secret Cove" in page(network, Role.STEWARD, "import_rejected", sheet=sheet)
        assert "kept for stewards" not in page(network, Role.STEWARD, "import_result", sheet=sheet)

    def test_that_are_all_for_stewards_do_not_read_as_all_taken(self, network):
        sheet = self.rejected(network, "yes")
        said = page(network, Role.ORGANIZER, "import_result", sheet=sheet)
        assert "Every row was taken" not in said

    def test_show_the_wrong_cell_on_the_page_and_no_other(self, network):
        sheet = self.rejected(network, "no")
        url = reverse("import_result", kwargs={"network": network.slug, "sheet": sheet})
        answer = reader(network, Role.ORGANIZER).get(url)
        assert b"lots2" in answer.content
        assert b"yesflag" not in answer.content
        (row,) = answer.context["rejected"]
        assert set(row) == {"sheet", "row", "faults"}
        assert [set(fault) for fault in row["faults"]] == [{"column", "value", "message"}]


IMPORTED = {
    "Neighbors": table(
        **{
            "ID": ["1", "2", "3", "4"],
            "Name": ["Ana Ruiz", "Bo Lind", "Cy Hidden", "Di Wrong"],
            "Address": ["12 Main St", "14 Main St", "77 Secret Cove", "79 Secret Cove"],
            "# in household": ["3", "2", "1", "lots"],
            "Private address": ["no", "no", "yes", "yes"],
        }
    ),
    "Volunteers": table(
        **{
            "Neighbor ID": ["3", "9"],
            "Name": ["Cy Hidden", "Ed"],
            "Can help with": ["rides"] * 2,
        },
    ),
}


class TestFiguresOfImports:
    """What is of hidden homes is in no figure of whom it is kept from: neither list nor page."""

    def said(self, client, network) -> tuple[str, list[tuple[int, int]]]:
        page = client.get(reverse("import_upload", args=[network.slug]))
        (listed,) = page.context["earlier"]
        result = client.get(listed["url"])
        kinds = [(kind["new"], kind["rejected"]) for kind in result.context["kinds"]]
        return listed["words"], kinds

    def test_each_reader_counts_what_they_may_see(self, network):
        importer = MemberFactory(network=network, role=Role.ORGANIZER).user
        import_sheet(network=network, sheets=IMPORTED, file_name="n.xlsx", actor=importer)
        all_of_it = ("4 new, 2 rejected", [(3, 1), (1, 1)])
        assert self.said(signed_in(importer), network) == all_of_it, "they dropped it"
        assert self.said(reader(network, Role.STEWARD), network) == all_of_it
        others = ("2 new, 1 rejected", [(2, 0), (0, 1)])
        assert self.said(reader(network, Role.ORGANIZER), network) == others

    def test_rows_that_meant_a_hidden_home_are_not_even_the_importers(self, network):
        importer = MemberFactory(network=network, role=Role.ORGANIZER).user
        with use_network(network):
            home = HouseholdFactory(ref="1", given_address="12 Main St", hidden=True)
            PersonFactory(household=home, name="Ana Ruiz")
            sheet = table(Name=["Ana Ruiz", "Bo"], Address=["12 Main St", "1 Elm St"])
            result = take(network, Neighbors=sheet, sees_hidden=False)
            result.sheet_import.imported_by = importer
            result.sheet_import.save()
        assert self.said(signed_in(importer), network) == ("1 new", [(1, 0)])


class TestCounts:
    """One hidden home with a request and a volunteer, beside three requests in the open."""

    @pytest.fixture
    def town(self, network):
        with use_network(network):
            open_requests = [RequestFactory() for _ in range(3)]
            secret = RequestFactory(person=hidden_person(name="Sec Ret"))
            helper = VolunteerFactory(person=hidden_person(name="Hid Den"))
            MatchFactory(request=secret)
            MatchFactory(request=open_requests[0], volunteer=helper)
            MatchFactory(request=open_requests[1])
            nobody = {"code": "skill", "sentence": "no volunteer qualifies"}
            Assignment.objects.create(
                objective=1,
                upper_bound=1,
                served=3,
                report={"requests": 4},
                unmatched={secret.pk: nobody, open_requests[2].pk: nobody},
            )
        return network

    BOTH = pytest.mark.parametrize("role", [Role.COORDINATOR, Role.STEWARD])

    @BOTH
    def test_of_open_requests(self, town, role):
        assert "Match 3 open requests" in page(town, role, "match_map")
        said = page(town, role, "request_list")
        assert "3 open requests" in said
        assert "Match 3 open requests" in said
        assert ("and 1 hidden open request" in said) == (role == Role.STEWARD)

    @BOTH
    def test_of_requests_that_have_somebody(self, town, role):
        said = page(town, role, "match_map")
        assert "1 of 3 requests have somebody" in said
        assert "2 requests without anybody" in said
        assert ("1 request of hidden homes, on no map" in said) == (role == Role.STEWARD)

    def test_of_a_request_that_a_hidden_volunteer_takes(self, town):
        unseen = "A volunteer of a hidden home is found"
        assert unseen in page(town, Role.STEWARD, "match_map")
        assert unseen not in page(town, Role.COORDINATOR, "match_map")

    @BOTH
    def test_of_the_first_page(self, town, role):
        answer = reader(town, role).get(reverse("dashboard", args=[town.slug]))
        tiles = {tile["name"]: tile["number"] for tile in answer.context["tiles"]}
        assert tiles["volunteers"] == 2
        stops = {stop["name"]: stop["words"] for stop in answer.context["stops"]}
        assert stops["Matches"] == "1 of 3 requests"
        needs = [need["text"] for need in answer.context["needs"]]
        assert "2 requests have nobody yet" in needs

    @pytest.mark.parametrize("name", ["match_map", "request_list", "match_data"])
    def test_nobody_hidden_is_on_a_coordinators_page(self, town, name):
        said = page(town, Role.COORDINATOR, name)
        assert "Hid Den" not in said
        assert "Sec Ret" not in said

    @pytest.mark.parametrize(("role", "seen"), [(Role.COORDINATOR, 1), (Role.STEWARD, 3)])
    def test_a_match_with_a_hidden_end_is_for_stewards(self, town, role, seen):
        answer = reader(town, role).get(reverse("match_map", args=[town.slug]))
        assert len(answer.context["matches"]) == seen
        assert ("Hid Den" in page(town, role, "request_list")) == (role == Role.STEWARD)

    def test_matches_of_hidden_homes_are_on_no_map(self, town):
        for role in (Role.COORDINATOR, Role.STEWARD):
            assert len(json.loads(page(town, role, "match_data"))["matches"]) == 1


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("exposed-and-immunocompromised", "Nobody fits yet."),
        ("needed-elsewhere", "Everybody who fits is needed elsewhere."),
        ("too-many-tasks", "Everybody who fits is needed elsewhere."),
    ],
)
def test_a_map_does_not_say_which_rule_stands_in_the_way(network, code, shown):
    with use_network(network):
        request = RequestFactory()
        sentence = "no volunteer qualifies: 2 of 2 are immunocompromised"
        Assignment.objects.create(
            objective=0,
            upper_bound=0,
            served=0,
            unmatched={request.pk: {"code": code, "sentence": sentence}},
        )
    said = page(network, Role.COORDINATOR, "match_data")
    assert shown in said
    assert "immunocompromised" not in said
    assert sentence in page(network, Role.COORDINATOR, "match_map")
