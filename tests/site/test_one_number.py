"""One number for each thing: terminal, pages, maps, exports and paper of the demo say the same.

The demo town is made once, inside a transaction that is never committed.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pypdf
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from geomatch.matching.rounds import offer_all
from geomatch.matching.selectors import request_numbers
from geomatch.network.models import Household, Network, Request, Role
from geomatch.network.scope import use_network
from geomatch.network.selectors.numbers import network_numbers
from geomatch.site.ops import demo
from pods.selectors import plan_numbers, pods_with_counts, published_plan

STAFF = ("organizer", "coordinator", "steward")
PAGES = {
    "dashboard": STAFF,
    "household_list": STAFF,
    "plan_list": STAFF,
    "plan_map": STAFF,
    "request_list": ("coordinator", "steward"),
    "volunteer_list": ("coordinator", "steward"),
    "match_map": ("coordinator", "steward"),
    "offer_list": ("coordinator", "steward"),
    "place_queue": ("organizer", "steward"),
    "street_lists": ("organizer", "steward", "pointperson"),
    "settings": STAFF,
    "numbers": (*STAFF, "pointperson", "volunteer"),
}
# Words that stand for a home or a plan somewhere else in the code, and never on a screen.
NOT_OUR_WORDS = re.compile(r"\b(doors?|households?|entry|entries)\b", re.IGNORECASE)
HOSTILE = "DROP TABLE households"  # the name of one of the demo's neighbours
SAID = re.compile(
    r"(?P<number>\d[\d,]*) (?P<label>hidden homes?|volunteers’ homes|homes?|people|neighbours|"
    r"open requests|requests|volunteers|pods|suggestions)\b"
)
SMALL = 35  # the largest pod: up to here, a number may be of one pod


def readable(page: str) -> str:
    """The text of a page as somebody reads it."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[SimpleNamespace]:
    """The demo as it is made, what the terminal said, its pages by role, its files."""
    folder = tmp_path_factory.mktemp("demo")
    lines: list[str] = []
    with django_db_blocker.unblock(), transaction.atomic():
        network = demo.make_demo(folder, lines.append)
        texts = {"terminal": "\n".join(lines), "paper": paper(folder / "street-lists.pdf")}
        texts |= pages_of(network)
        with use_network(network):
            plan = published_plan()
            made = SimpleNamespace(
                network=network,
                folder=folder,
                texts=texts,
                numbers=network_numbers({Role.STEWARD}),
                plan=plan_numbers(plan, {Role.STEWARD}),
                requests=request_numbers(),
                pods=list(pods_with_counts(plan)),
                alone_in_language=plan.report["households_alone_in_language"],
                data={
                    name: json.loads(reader("steward").get(url).content)
                    for name, url in (
                        ("pods", reverse("plan_data", args=[network.slug, plan.version])),
                        ("matches", reverse("match_data", args=[network.slug])),
                    )
                },
            )
        yield made
        transaction.set_rollback(True)


def reader(name: str) -> Client:
    client = Client()
    user = User.objects.get(username=name)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def pages_of(network) -> dict[str, str]:
    texts = {}
    for name, roles in PAGES.items():
        more = [1] if name == "plan_map" else []
        for role in roles:
            answer = reader(role).get(reverse(name, args=[network.slug, *more]), follow=True)
            assert answer.status_code == 200, (name, role)
            texts[f"{name} as {role}"] = readable(answer.content.decode())
    return texts


def paper(path: Path) -> str:
    return " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def exported(path: Path) -> dict:
    found = re.search(r'<script type="application/json" id="[^"]*-data">(.*?)</script>', path.read_text("utf-8"), re.DOTALL)  # fmt: skip  # noqa: E501
    return json.loads(found[1])


@pytest.mark.django_db
def test_nobody_has_made_the_demo_yet():
    """By its mark pytest-django makes the database that `town` works in; it runs first."""
    assert not Network.objects.exists()


def test_the_demo_has_what_numbers_go_wrong_about(town):
    """Hidden and quiet homes, requests of hidden homes, homes in no pod, volunteers' own homes."""
    assert town.numbers.apart("households") > 3
    assert town.numbers.apart("open_requests") > 3
    assert town.numbers.volunteers_homes
    assert town.plan.unplaced
    assert town.requests.waiting
    with use_network(town.network):
        assert Household.objects.filter(quiet=True, hidden=False).exists()


def test_every_large_number_is_the_one_there_is(town):
    n, plan, asked = town.numbers, town.plan, town.requests
    alone = town.alone_in_language
    printed_homes = sum(pod.printed_homes for pod in town.pods)
    right = {
        "homes": {n.households, n.located, plan.households, plan.unplaced, printed_homes, alone},
        "people": {n.people},
        "neighbours": {n.people},
        "volunteers": {n.volunteers},
        "requests": {asked.open, asked.waiting},
        "open requests": {asked.open},
        "pods": {plan.pods},
        "suggestions": {asked.suggested},
        "volunteers’ homes": {n.volunteers_homes},
    }
    found = defaultdict(set)
    for where, text in town.texts.items():
        if where.startswith("numbers") or where == "paper":
            continue  # the glossary has examples; paper counts pod by pod, and is read below
        for said in SAID.finditer(text):
            number, label = int(said["number"].replace(",", "")), said["label"]
            if label.startswith("hidden home"):
                assert where.endswith("steward"), (where, said[0])
            elif number > SMALL:
                found[label].add(number)
                assert number in right[label], (where, said[0])
    assert {label for label in right if found[label]} >= set(right) - {"volunteers"}
    assert n.households == plan.all_households
    assert n.open_requests == asked.open == asked.served + asked.waiting


@pytest.mark.parametrize(
    ("where", "phrase"),
    [
        ("terminal", "{n.located:,} of {n.households:,} homes on the map"),
        ("terminal", "{n.households:,} homes with {n.people:,} people"),
        ("terminal", "{plan.households:,} homes in {plan.pods} pods"),
        ("terminal", "{asked.served} of {asked.open} requests have somebody"),
        ("dashboard", "{n.people:,} neighbours in {n.households:,} homes"),
        ("dashboard", "{asked.served} of {asked.open} requests"),
        ("dashboard", "{plan.unplaced} homes are in no pod"),
        ("household_list", "{n.people:,} neighbours in {n.households:,} homes"),
        ("household_list", "{n.households:,} homes, {n.volunteers_homes} volunteers’ homes"),
        ("plan_list", "{n.located:,} of {n.households:,} homes on the map"),
        ("plan_map", "{plan.pods} pods, {n.households:,} homes"),
        ("plan_map", "{plan.unplaced} homes are in no pod"),
        ("request_list", "{asked.open} open requests"),
        ("match_map", "{asked.served} of {asked.open} requests have somebody"),
        ("match_map", "{asked.waiting} requests without anybody"),
        ("match_map", "Offer {asked.suggested} suggestions"),
        ("volunteer_list", "{n.volunteers} volunteers"),
        ("offer_list", "0 offers to tell, 0 asked"),
    ],
)
def test_a_page_says_it_to_everybody_who_reads_it(town, where, phrase):
    said = phrase.format(n=town.numbers, plan=town.plan, asked=town.requests)
    pages = {name: text for name, text in town.texts.items() if name.partition(" ")[0] == where}
    assert pages
    for name, text in pages.items():
        assert said in text, name


def test_hidden_homes_are_said_apart_and_to_stewards_only(town):
    apart = f"{town.numbers.apart('households')} hidden homes"
    told = {name for name, text in town.texts.items() if apart in text}
    assert told == {f"{page} as steward" for page in ("dashboard", "household_list", "plan_map")}


def test_maps_and_exported_maps_hold_the_same(town):
    with use_network(town.network):
        quiet = Request.objects.filter(state="open", person__household__quiet=True)
        off_map = quiet.exclude(person__household__hidden=True).count()
    for pods in (town.data["pods"], exported(town.folder / "pods.html")):
        assert len(pods["households"]["lon"]) == town.plan.all_households
        assert sum(pod["doors"] for pod in pods["pods"]) == town.plan.households
        assert len(pods["pods"]) == town.plan.pods
    for day in (town.data["matches"], exported(town.folder / "matches.html")):
        assert len(day["requests"]) == town.requests.open - off_map
        helped = {match["request"] for match in day["matches"]}
        assert len(day["requests"]) - len(helped) == town.requests.waiting - off_map


def test_paper_holds_what_the_page_of_lists_says(town):
    contents = re.findall(
        r"^Pod (\d+) (\d+) homes? · (\d+) people", contents_of(town), re.MULTILINE
    )
    printed = {
        str(pod.number): (str(pod.printed_homes), str(pod.printed_people)) for pod in town.pods
    }
    assert {number: (homes, people) for number, homes, people in contents} == printed
    page = town.texts["street_lists as organizer"]
    assert f"Download all {town.plan.pods} lists" in page
    assert f"{town.plan.pods} pods of Plan 1" in page


def contents_of(town) -> str:
    pages = pypdf.PdfReader(town.folder / "street-lists.pdf").pages[:4]
    return "\n".join(page.extract_text() for page in pages)


def test_no_other_word_is_used_for_a_home(town):
    for name, text in town.texts.items():
        if name.startswith("numbers"):
            continue  # says that a home is who lives behind one door
        said = re.sub(rf"{HOSTILE}|(at the|next) door", "", text)  # how to help, and how far
        assert not NOT_OUR_WORDS.findall(said), name


def test_asked_is_only_who_was_told(town):
    with transaction.atomic(), use_network(town.network):
        coordinator = User.objects.get(username="coordinator")
        offer_all(network=town.network, actor=coordinator)
        told = request_numbers()
        page = readable(
            reader("coordinator")
            .get(reverse("offer_list", args=[town.network.slug]))
            .content.decode()
        )
        transaction.set_rollback(True)
    assert told.asked == 0
    assert told.to_tell > 100
    assert f"{told.to_tell} offers to tell, 0 asked" in page
    assert "Asked" not in page


def test_the_commands_count_as_the_pages_do(town):
    said = io.StringIO()
    with transaction.atomic():
        slug = town.network.slug
        call_command("matchall", network=slug, stderr=said)
        call_command("planpods", network=slug, effort="fast", stderr=said)
        with use_network(town.network):
            asked = request_numbers()
        transaction.set_rollback(True)
    assert f"{asked.served} of {town.requests.open} requests have somebody" in said.getvalue()
    assert f", {town.numbers.households:,} homes, " in said.getvalue()
