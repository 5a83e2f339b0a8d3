"""The whole path as its users walk it: sign in, sheet, places, pods, matches, paper."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from fixtures import hostile
from geomatch.network.models import Role
from geomatch.network.scope import use_network
from tests.browser.conftest import SIZES
from tests.browser.test_look import settle
from tests.factories import (
    PASSWORD,
    HouseholdFactory,
    MatchFactory,
    MemberFactory,
    MembershipFactory,
    PersonFactory,
    PodFactory,
    RequestFactory,
    VolunteerFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOWN = Path(__file__).resolve().parents[2] / "fixtures" / "town"
SHOTS = os.environ.get("GEOMATCH_SCREENSHOTS")  # bin/screenshots keeps them for the README


def sign_in(page, site: str, user) -> None:
    page.goto(f"{site}/")
    page.get_by_label(re.compile("name", re.IGNORECASE)).first.fill(user.username)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    page.wait_for_load_state("networkidle")


def keep(page, name: str) -> None:
    if SHOTS:
        page.wait_for_timeout(700)  # let the map settle: a picture, not an assertion
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


@pytest.fixture
def demo_ground():
    """The demo town's ground, and one user who is organizer and coordinator in it."""
    from geomatch.site.ops import demo
    from tests.factories import UserFactory

    network = demo.lay_out_town()
    user = UserFactory(username="ana")
    for role in (Role.ORGANIZER, Role.COORDINATOR):
        MemberFactory(network=network, user=user, role=role)
    return network, user


@pytest.fixture
def worker(settings):
    """A worker for background jobs, as a process of its own on the tests' database."""
    from django.db import connection

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    name = connection.settings_dict["NAME"]
    url = f"spatialite:///{name}"
    if connection.vendor == "postgresql":
        url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    process = subprocess.Popen(
        [sys.executable, "-m", "geomatch.cli", "work"],
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.terminate()
    process.wait(timeout=60)


def test_from_the_spreadsheet_to_the_street_list(
    live_server, worker, open_page, demo_ground, tmp_path
):
    network, user = demo_ground
    page = open_page()
    page.set_default_timeout(90_000)
    sign_in(page, live_server.url, user)
    assert page.url == f"{live_server.url}/{network.slug}/"
    keep(page, "empty")

    page.get_by_role("link", name="Import a spreadsheet").first.click()
    page.set_input_files("input[type=file]", str(TOWN / "network_sheet.xlsx"))
    page.get_by_role("button", name="Read this spreadsheet").click()
    page.get_by_text("Nothing is saved yet").wait_for(timeout=60_000)
    keep(page, "preview")
    page.get_by_role("button", name=re.compile(r"Import [\d,]+ neighbours")).first.click()
    page.get_by_role("heading", name=re.compile("rows? rejected")).wait_for(timeout=60_000)
    keep(page, "imported")

    page.get_by_role("button", name=re.compile(r"Place [\d,]+ addresses")).click()
    page.wait_for_url(f"**/{network.slug}/", timeout=90_000)
    page.goto(f"{live_server.url}/{network.slug}/pods/")
    page.get_by_role("button", name="Suggest pods").click()
    page.wait_for_url("**/pods/1/", timeout=120_000)
    page.locator("canvas").first.wait_for()
    keep(page, "plan")
    page.get_by_role("button", name="Publish this plan").click()
    page.get_by_text("is published").wait_for()

    page.goto(f"{live_server.url}/{network.slug}/requests/")
    page.get_by_role("button", name=re.compile(r"Match \d+ open requests")).click()
    page.wait_for_url("**/matches/", timeout=60_000)
    page.locator("canvas").first.wait_for()
    keep(page, "matches")

    page.goto(f"{live_server.url}/{network.slug}/lists/")
    keep(page, "lists")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the list of pod 1", exact=True).click()
    pdf = tmp_path / "pod.pdf"
    download.value.save_as(pdf)
    assert pdf.read_bytes().startswith(b"%PDF")
    page.goto(f"{live_server.url}/{network.slug}/")
    keep(page, "home")
    page.set_viewport_size(SIZES["phone"])
    page.goto(f"{live_server.url}/{network.slug}/pods/1/")
    page.locator("canvas").first.wait_for()
    keep(page, "phone")
    assert page.trouble == []


def test_a_large_sheet_is_read_in_the_background_and_looked_at_when_it_is_done(
    live_server, worker, open_page, axe, network, monkeypatch, tmp_path
):
    monkeypatch.setattr("geomatch.network.intake.staging.background.LARGE_BYTES", 0)
    user = MemberFactory(network=network, role=Role.ORGANIZER).user
    page = open_page()
    page.set_default_timeout(90_000)
    sign_in(page, live_server.url, user)
    sheet = tmp_path / "everybody.csv"
    sheet.write_text("Name,Address\n" + "".join(f"N{n},{n} A St\n" for n in range(3_000)))
    page.goto(f"{live_server.url}/{network.slug}/import/")
    page.set_input_files("input[type=file]", str(sheet))
    page.get_by_role("button", name="Read this spreadsheet").click()
    page.get_by_role("heading", name="Reading a spreadsheet").first.wait_for()
    assert axe(page) == []
    page.get_by_text("3,000 new. Nothing is saved yet.").wait_for()
    assert "/import/look/" in page.url
    page.get_by_role("button", name="Import 3,000 neighbours").first.click()
    page.get_by_text("3,000 new").first.wait_for()
    assert page.trouble == []


STRINGS = {name: text for name, text in hostile.STRINGS.items() if name not in {"long", "control"}}
SMUGGLED = "main svg[onload], main script:not([nonce]):not([src]):not([type='application/json'])"
PAGES = (
    "",
    "neighbours/",
    "neighbours/{household}/",
    "import/",
    "import/{sheet}/",
    "import/look/{staged}/",
    "pods/",
    "pods/{version}/",
    "requests/",
    "volunteers/",
    "matches/",
    "lists/",
    "settings/",
)
# Opened once: what is shown is seen to be harmless and, in two sizes and lights, accessible.
PAGES_OF_A_LIVING_DAY = (
    "neighbours/places/{household}/",
    "requests/{ask}/",
    "offers/",
    "volunteers/{volunteer}/",
    "volunteers/{volunteer}/hand-over/",
    "settings/matching/",
    "settings/geocoding/",
)


def hostile_sheet(network):
    """A sheet to be looked at, with every hostile string in its columns' names and its cells."""
    import csv
    import io

    from geomatch.network.intake.staging.sheets import stage_sheet

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["ID", "Name", "Address", "People", *STRINGS.values()])
    for number, text in enumerate(STRINGS.values()):
        writer.writerow([f"x{number}", text[:100], f"{text[:100]} 1", "", *STRINGS.values()])
        writer.writerow([f"y{number}", text[:100], text[:100], "lots" if number % 2 else "", ""])
    return stage_sheet(
        network=network,
        file_name=f"{STRINGS['image_error']}.csv",
        content=out.getvalue().encode(),
        actor=None,
    )


@pytest.fixture
def hostile_network(network):
    """A network in which every field that people fill holds every hostile string."""
    from django.utils import timezone

    from geomatch.matching.models import Assignment
    from geomatch.network.models import GroundFeature, SheetImport
    from geomatch.network.services.audit import record
    from pods.models import Barrier, Plan

    with use_network(network):
        pod = PodFactory(name=STRINGS["image_error"], number=1)
        Plan.objects.filter(pk=pod.plan_id).update(state="published", published_at=timezone.now())
        for text in STRINGS.values():
            home = HouseholdFactory(
                given_address=text, number="", street=text[:120], unit=text[:40], city=text[:80],
                notes=text, meeting_place=text, geocode_reason=text, matched_address=text,
            )  # fmt: skip
            person = PersonFactory(household=home, name=text, phone=text[:40], notes=text)
            MembershipFactory(pod=pod, household=home)
            volunteer = VolunteerFactory(person=PersonFactory(name=text), skills=[text[:50]])
            request = RequestFactory(person=person, skills=[text[:50]], details=text)
            MatchFactory(
                request=request, volunteer=volunteer, parts={text: 3}, score=3, distance_m=12
            )
            Barrier.objects.create(
                network=network, name=text[:120], geometry="LINESTRING(-134.6 58.21,-134.2 58.21)"
            )
            GroundFeature.objects.create(
                network=network,
                kind="street",
                name=text[:120],
                properties={"name": text, "class": text},
                geometry="SRID=4326;LINESTRING(-134.5 58.3,-134.45 58.3)",
            )
        lonely = RequestFactory(person=person)
        offered = MatchFactory(
            request=RequestFactory(person=person, details=text),
            volunteer=VolunteerFactory(person=PersonFactory(name=text, phone=text[:40])),
            state="offered",
            key="k",
            answer_by=timezone.now() + timedelta(days=1),
        )
        Assignment.objects.create(
            network=network,
            objective=1,
            upper_bound=1,
            served=0,
            unmatched={lonely.pk: {"code": "skill", "sentence": STRINGS["script_close"]}},
        )
        cells = dict.fromkeys(STRINGS.values(), STRINGS["svg_load"])
        rejected = [
            {
                "sheet": text,
                "row": 2,
                "column": text,
                "value": text,
                "message": text,
                "cells": cells,
            }
            for text in STRINGS.values()
        ]
        from geomatch.network.intake.files.rejected import press

        sheet = SheetImport.objects.create(
            network=network,
            file_name=STRINGS["image_error"],
            figures={},
            rejected_pressed=press(rejected).text,
        )
        staged = hostile_sheet(network)
        record(actor=None, verb=STRINGS["svg_load"][:40], target=STRINGS["script_close"][:60])
    network.name = STRINGS["script_close"]
    network.save()
    return {
        "household": home.pk,
        "sheet": sheet.pk,
        "staged": staged.pk,
        "version": pod.plan.version,
        "ask": offered.request_id,
        "volunteer": offered.volunteer_id,
    }


@pytest.mark.parametrize("size", ["laptop", "phone"])
def test_what_people_type_never_becomes_code(
    live_server, open_page, network, hostile_network, size
):
    user = MemberFactory(network=network, role=Role.STEWARD).user
    page = open_page(size)
    page.on("dialog", lambda dialog: page.trouble.append(f"a dialog: {dialog.message}"))
    sign_in(page, live_server.url, user)
    for path in PAGES:
        page.goto(f"{live_server.url}/{network.slug}/{path.format(**hostile_network)}")
        page.wait_for_load_state("networkidle")
        assert page.locator("img[src='x']").count() == 0, path
        assert page.locator(SMUGGLED).count() == 0, path
        assert page.trouble == [], path


def test_hostile_text_is_shown_as_it_was_typed(live_server, open_page, network, hostile_network):
    user = MemberFactory(network=network, role=Role.STEWARD).user
    page = open_page()
    sign_in(page, live_server.url, user)
    page.goto(f"{live_server.url}/{network.slug}/neighbours/")
    words = page.locator("main").inner_text()
    for name in ("template_literal", "svg_load", "sql", "emoji", "rtl_text"):
        assert STRINGS[name] in words, name


@pytest.mark.parametrize(("size", "scheme"), [("laptop", "light"), ("phone", "dark")])
def test_every_page_is_accessible(
    live_server, open_page, axe, network, hostile_network, size, scheme
):
    user = MemberFactory(network=network, role=Role.STEWARD).user
    page = open_page(size, scheme)
    sign_in(page, live_server.url, user)
    for path in PAGES:
        page.goto(f"{live_server.url}/{network.slug}/{path.format(**hostile_network)}")
        page.wait_for_load_state("networkidle")
        assert axe(page) == [], path


def test_the_pages_of_a_living_day_are_harmless_and_accessible(
    live_server, open_page, axe, network, hostile_network
):
    user = MemberFactory(network=network, role=Role.STEWARD).user
    for size, scheme in (("laptop", "light"), ("phone", "dark")):
        page = open_page(size, scheme)
        page.on("dialog", lambda dialog, page=page: page.trouble.append(dialog.message))
        sign_in(page, live_server.url, user)
        for path in PAGES_OF_A_LIVING_DAY:
            settle(page, f"{live_server.url}/{network.slug}/{path.format(**hostile_network)}")
            assert page.locator("img[src='x']").count() == 0, path
            assert page.locator(SMUGGLED).count() == 0, path
            assert page.trouble == [], path
            assert axe(page) == [], (path, size)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= SIZES[size]["width"], (path, size)


def test_a_page_works_by_keyboard_alone(live_server, open_page, network):
    user = MemberFactory(network=network, role=Role.ORGANIZER).user
    page = open_page()
    sign_in(page, live_server.url, user)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to the page"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_volunteer_answers_by_the_link_alone(live_server, open_page, axe, network):
    """The token stands behind the #: no request the browser makes has it in its address."""
    from geomatch.matching import links, offers

    with use_network(network):
        home = HouseholdFactory(number="14", street="Harbor Street")
        offer = offers.offer(
            network=network,
            request=RequestFactory(person=PersonFactory(household=home)),
            volunteer=VolunteerFactory(),
            actor=None,
        )
        token = links.token_of(offer)
    page, sent = open_page("phone", "dark"), []
    page.on("request", lambda r: sent.append(f"{r.url} {r.headers.get('referer')}"))
    page.goto(f"{live_server.url}/offer/#{token}")
    for heading, button in (
        ("can you help", "Yes, I can go"),
        ("Thank you", "It is done"),
        ("Done. Thank you", None),
    ):
        page.get_by_role("heading", name=re.compile(heading)).wait_for()
        assert axe(page) == []
        assert page.url == f"{live_server.url}/offer/"
        assert ("14 Harbor Street" in page.inner_text("main")) == (heading == "Thank you")
        if button:
            page.get_by_role("button", name=button).click()
    assert not any(token in line for line in sent)
    assert page.trouble == []


def test_a_coordinator_asks_somebody_by_keyboard(live_server, open_page, network):
    with use_network(network):
        asked = RequestFactory()
        for name in ("Ana Reyes", "Bo Lind"):
            VolunteerFactory(person=PersonFactory(name=name))
    user = MemberFactory(network=network, role=Role.COORDINATOR).user
    page = open_page()
    sign_in(page, live_server.url, user)
    page.goto(f"{live_server.url}/{network.slug}/requests/{asked.pk}/")
    page.wait_for_selector(".gm-map[data-drawn]")
    page.get_by_role("button", name="Show Bo Lind on the map").press("Enter")
    page.locator("[data-map-key][data-chosen]", has_text="Bo Lind").wait_for()
    page.get_by_role("tab", name="Could go").press("ArrowRight")
    page.get_by_text("Everybody could go.").wait_for()
    page.get_by_role("tab", name="Cannot go").press("ArrowLeft")
    page.get_by_role("button", name="Ask Bo Lind").press("Enter")
    page.get_by_label("Link to send to Bo Lind").wait_for()
    page.get_by_role("button", name=re.compile("They said yes.*Bo Lind")).press("Enter")
    page.get_by_role("button", name="It is done").press("Enter")
    page.get_by_text("The address is hidden from Bo Lind again").wait_for()
    assert page.trouble == []


def test_a_policy_is_tried_while_it_is_typed(live_server, open_page, network):
    with use_network(network):
        RequestFactory(), VolunteerFactory(person=PersonFactory(name="Ana Reyes"))
    user = MemberFactory(network=network, role=Role.COORDINATOR).user
    page = open_page()
    sign_in(page, live_server.url, user)
    page.goto(f"{live_server.url}/{network.slug}/settings/matching/")
    editor = page.get_by_label("Policy, as TOML")
    editor.fill("[weights]\nskils = 1")
    page.get_by_text("line 2, column 9").wait_for()
    page.get_by_role("button", name="Go there").click()
    assert editor.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == "1"
    editor.fill("[weights]\ndistance = 0")
    page.get_by_text("distance 0 +").wait_for()
    assert page.trouble == []
