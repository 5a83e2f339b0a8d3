"""Placing a home in a real browser: by dragging, by tapping, and by the keyboard alone."""

from __future__ import annotations

import pytest

from geomatch.core.geodesy import haversine_m
from geomatch.network.models import GazetteerEntry, Household, Role
from geomatch.network.scope import use_network
from tests.factories import HouseholdFactory, MemberFactory
from tests.security.test_permissions import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = (-134.42, 58.3)


@pytest.fixture
def town(network):
    """Two homes on a street's middle; the first one's door is known under another spelling."""
    with use_network(network):
        GazetteerEntry.objects.create(number="12", street="Spruce Lane", lon=-134.4, lat=58.3)
        return [
            HouseholdFactory(
                given_address=line, number="", street=street, quality="street", lonlat=HERE
            )
            for street, line in (("A", "12 Sprcue Lane"), ("B", "Somewhere in town"))
        ]


@pytest.fixture
def queue(live_server, open_page, network):
    client = signed_in(MemberFactory(network=network, role=Role.ORGANIZER).user)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}

    def make(size="laptop"):
        page = open_page(size)
        page.context.add_cookies([{**session, "url": live_server.url}])
        page.goto(f"{live_server.url}/{network.slug}/neighbours/places/")
        page.wait_for_selector(".gm-map[data-drawn]")
        return page

    return make


def fresh(network, home: Household) -> Household:
    with use_network(network):
        return Household.objects.get(pk=home.pk)


def placed(page, at: str) -> None:
    page.get_by_text("is placed by hand").first.wait_for()
    page.wait_for_selector(".gm-map[data-drawn]")
    page.get_by_role("heading", name=at).wait_for()


def moved_m(home: Household) -> float:
    return float(haversine_m([home.location.coords], HERE)[0])


def test_the_pin_is_dragged_and_undone_after_a_reload(queue, network, town):
    page = queue()
    box = page.locator(".gm-pin").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=6)
    page.mouse.up()
    page.get_by_role("button", name="Place it here").click()
    placed(page, "Somewhere in town")
    home = fresh(network, town[0])
    assert home.quality == "hand_placed"
    assert home.location.x > HERE[0] + 1e-5
    assert home.location.y < HERE[1] - 1e-5
    page.reload()
    page.get_by_role("button", name="Undo placing").click()
    page.get_by_text("back where it was").wait_for()
    home = fresh(network, town[0])
    assert (home.quality, home.location.coords) == ("street", pytest.approx(HERE))
    assert page.trouble == []


def test_everything_is_done_by_keyboard_alone(queue, network, town):
    page = queue()
    press = page.keyboard.press
    press("j")
    page.get_by_role("heading", name="Somewhere in town").wait_for()
    press("k")
    page.get_by_role("heading", name="12 Sprcue Lane").wait_for()
    page.wait_for_selector(".gm-map[data-drawn]")
    field = page.get_by_label("Pin: latitude, longitude")
    before = field.input_value()
    press("Shift+ArrowLeft")
    assert field.input_value() != before
    press("Escape")
    assert field.input_value() == before
    for key in ("ArrowUp", "ArrowUp", "Shift+ArrowRight"):  # 4 m north, 20 m east
        press(key)
    page.get_by_role("status").filter(has_text="20 metres").wait_for(state="attached")
    press("Enter")
    placed(page, "Somewhere in town")
    home = fresh(network, town[0])
    assert home.location.x > HERE[0]
    assert home.location.y > HERE[1]
    assert moved_m(home) == pytest.approx((4**2 + 20**2) ** 0.5, rel=0.02)
    press("u")
    page.get_by_text("back where it was").wait_for()
    page.wait_for_selector(".gm-map[data-drawn]")
    press("1")  # the first candidate
    placed(page, "Somewhere in town")
    home = fresh(network, town[0])
    assert home.location.coords == pytest.approx((-134.4, 58.3))
    assert home.matched_address == "12 Spruce Lane"
    page.wait_for_selector(".gm-map[data-drawn]")
    field.fill("58.305, -134.43")
    field.press("Tab")
    assert field.input_value() == "58.305000, -134.430000"  # the pin has followed
    page.get_by_label("Look for another address").fill("j1")  # in a field they are letters
    assert page.get_by_role("heading", name="Somewhere in town").is_visible()
    page.locator("h1").click()
    press("?")
    assert "Move the pin by 2 metres" in page.locator("dialog#keys").inner_text()
    press("j")  # behind a dialog nothing moves
    assert page.get_by_role("heading", name="Somewhere in town").count() == 1
    assert page.trouble == []


def test_a_tap_on_a_phone_puts_the_pin_there(queue, network, town):
    page = queue("phone")
    box = page.locator(".gm-canvas").bounding_box()
    page.touchscreen.tap(box["x"] + 120, box["y"] + 220)
    page.get_by_role("button", name="Place it here").click()
    placed(page, "Somewhere in town")
    assert 5 < moved_m(fresh(network, town[0])) < 3000
    assert page.trouble == []


def test_words_for_a_meeting_place_outlive_another_look(queue, network, town):
    with use_network(network):
        Household.objects.filter(pk=town[0].pk).update(given_address="PO Box 9")
    page = queue()
    page.get_by_label("Where help should come").fill("The blue boat, second float")
    page.get_by_label("Look for another address").fill("12 Spruce Lane")
    page.get_by_role("button", name="Look", exact=True).click()
    page.get_by_role("heading", name="Found for").wait_for()
    words = page.get_by_label("Where help should come")
    assert words.input_value() == "The blue boat, second float"
    words.fill("The blue boat, first float")
    page.get_by_role("button", name="place it at 12 Spruce Lane").first.click()
    placed(page, "Somewhere in town")
    assert fresh(network, town[0]).meeting_place == "The blue boat, first float"
    assert page.trouble == []


def test_without_streets_the_pin_still_moves_and_they_can_be_asked_for_again(queue, network, town):
    page = queue()
    page.route("**/ground.json", lambda route: route.fulfill(status=500, body="no"))
    page.reload()
    page.get_by_text("Streets and water could not be loaded").wait_for()
    field = page.get_by_label("Pin: latitude, longitude")
    before = field.input_value()
    page.keyboard.press("ArrowUp")
    assert field.input_value() != before
    page.unroute("**/ground.json")
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Streets and water could not be loaded").wait_for(state="detached")
    assert field.input_value() != before, "what was done is kept"
    assert page.evaluate("Object.values(GeomatchMaps.frames)[0].ground.boundary.length") > 0


def test_on_a_phone_all_of_a_point_is_in_sight(queue, network, town):
    page = queue("phone")
    fits = "field => field.scrollWidth <= field.clientWidth"
    assert page.get_by_label("Pin: latitude, longitude").evaluate(fits)
