"""The look in a real browser: accessible, of one piece, nothing that spills, nothing that breaks.

Each page is shown with an invented context (`look_pages`) through the site's own middleware, so
under the real content security policy, and without a database.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.browser.look_pages import pages

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.browser.look_urls")]

NAMES = tuple(pages())
ERRORS = ("400", "403", "403_csrf", "404", "429", "500")
ENTRANCE = ("account/login/", "account/password/reset/", "account/password/reset/done/")
ADDRESSES = (
    *(f"look/{name}/" for name in NAMES),
    "look/style/",
    *(f"look/error/{code}/" for code in ERRORS),
    *ENTRANCE,
)
SHOTS = os.environ.get("GEOMATCH_SHOTS")  # a folder: keep a picture of each page
# Words of programmers, and shouting. (LOOK.md)
UNKIND = re.compile(r"\b(cluster|instance|null|none type|undefined|submit|invalid)\b|!(?!\w)", re.I)


def settle(page, url: str) -> None:
    page.goto(url, wait_until="load")
    page.evaluate("() => document.fonts.ready")
    if page.locator(".gm-map").count():
        page.wait_for_selector(".gm-map[data-drawn]")


@pytest.mark.parametrize(("size", "scheme"), [("laptop", "light"), ("phone", "dark")])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_accessible_and_fits(look_server, open_page, axe, address, size, scheme):
    page = open_page(size, scheme)
    settle(page, f"{look_server}/{address}")
    if SHOTS:
        name = re.sub(r"\W+", "-", address).strip("-")
        page.screenshot(path=Path(SHOTS) / f"{name}-{size}-{scheme}.png")
    assert axe(page) == []
    assert page.trouble == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    # The data of a sample may shout ("asap!!"); our own words do not.
    words = page.evaluate(
        "() => { document.querySelectorAll('q, .gm-map').forEach(e => e.remove());"
        " return document.body.innerText; }"
    )
    assert not UNKIND.search(words), UNKIND.search(words)
    assert page.locator("h1").count() == (2 if address == "look/style/" else 1)


@pytest.mark.parametrize(("size", "scheme"), [("laptop", "dark"), ("phone", "light")])
def test_the_style_page_holds_in_the_other_light(look_server, open_page, axe, size, scheme):
    page = open_page(size, scheme)
    settle(page, f"{look_server}/look/style/")
    assert axe(page) == []
    assert page.trouble == []


def test_light_or_dark_is_kept_and_drawn_by_the_server(look_server, open_page):
    page = open_page(scheme="light")
    settle(page, f"{look_server}/look/dashboard/")
    paper = lambda: page.evaluate("getComputedStyle(document.documentElement).backgroundColor")  # noqa: E731
    light = paper()
    heard = page.evaluate_handle(
        "() => { const heard = []; document.addEventListener('geomatch:theme',"
        " e => heard.push(e.detail.theme)); return heard; }"
    )
    switch = page.locator(".rail-foot [data-theme-next]")
    switch.click()  # auto -> light
    switch.click()  # light -> dark
    assert heard.json_value() == ["light", "dark"]
    assert paper() != light
    answer = page.request.get(f"{look_server}/look/dashboard/").text()
    assert '<html lang="en" data-theme="dark">' in answer
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert "dark" in switch.inner_text()
    switch.click()
    assert page.locator("html").get_attribute("data-theme") is None


def test_tokens_reach_a_script_as_plain_colours(look_server, open_page):
    page = open_page(scheme="dark")
    settle(page, f"{look_server}/look/style/")
    read = "n => getComputedStyle(document.documentElement).getPropertyValue(n)"
    assert page.evaluate(read, "--water") == "rgb(20, 43, 53)"
    assert page.evaluate(read, "--pod-1") == "rgb(0, 114, 178)"


def test_keys(look_server, open_page):
    page = open_page()
    settle(page, f"{look_server}/look/households/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search-q"
    page.keyboard.type("/?")  # in a field they are letters
    assert page.locator("#search-q").input_value() == "/?"
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("dialog#keys").is_hidden()


def test_the_first_tab_offers_to_skip_the_rail(look_server, open_page):
    page = open_page()
    settle(page, f"{look_server}/look/plan/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    assert page.locator(".skip-link").first.bounding_box()["width"] > 50
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel"


def test_sorting_and_searching_keep_names_out_of_addresses(look_server, open_page):
    page = open_page()
    settle(page, f"{look_server}/look/households/")
    sent = []
    page.on("request", lambda r: sent.append((r.method, r.url, r.post_data or "")))
    page.locator("#search-q").fill("Ana Reyes")
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    with page.expect_response(lambda r: r.request.method == "POST"):
        page.get_by_role("button", name="People").click()
    with page.expect_response(lambda r: "page=2" in (r.request.post_data or "")):
        page.get_by_role("button", name="Later").click()
    posts = [(url, body) for method, url, body in sent if method == "POST"]
    assert posts
    assert all("Ana" not in url and "?" not in url for _, url, _ in sent)
    assert any("sort=people" in body and "q=Ana" in body for _, body in posts)
    assert "Ana" not in page.url
    assert "?" not in page.url


def test_a_file_is_dropped_or_chosen(look_server, open_page):
    page = open_page()
    settle(page, f"{look_server}/look/import/")
    page.locator("#drop-file").set_input_files(
        {"name": "neighbors.csv", "mimeType": "text/csv", "buffer": b"Name,Address\n" * 1000}
    )
    assert page.locator("[data-drop-says]").inner_text() == "neighbors.csv, 13 KB"
    page.evaluate(
        """() => {
          const files = new DataTransfer();
          files.items.add(new File(["x".repeat(2400000)], "dropped.xlsx"));
          const zone = document.querySelector("[data-drop]");
          zone.dispatchEvent(new DragEvent("dragover", {dataTransfer: files, cancelable: true}));
          zone.dispatchEvent(new DragEvent("drop", {dataTransfer: files, cancelable: true}));
        }"""
    )
    assert page.locator("[data-drop-says]").inner_text() == "dropped.xlsx, 2.4 MB"
    assert not page.locator(".drop.over").count()


def test_messages_close_and_offer_the_way_back(look_server, open_page):
    page = open_page()
    settle(page, f"{look_server}/look/style/")
    toasts = page.locator(".toasts:not([data-offline]) .toast")
    assert toasts.count() == 3
    assert page.get_by_role("button", name="Undo").is_visible()
    toasts.last.get_by_role("button", name="Close this message").click()
    assert toasts.count() == 2
    page.context.set_offline(True)
    page.wait_for_function("() => !document.querySelector('[data-offline]').hidden")
    assert page.locator("[data-offline]").is_visible()


def test_tabs_are_walked_with_arrows(look_server, open_page):
    page = open_page()
    settle(page, f"{look_server}/look/style/")
    page.locator("#tab-a").focus()
    assert page.locator("#tab-panel-b").is_hidden()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-b"
    assert page.locator("#tab-panel-b").is_visible()
    assert page.locator("#tab-panel-a").is_hidden()


def test_a_phone_has_a_bar_and_stacked_rows_that_are_still_a_table(look_server, open_page):
    page = open_page("phone")
    settle(page, f"{look_server}/look/households/")
    bar = page.locator(".rail").bounding_box()
    assert bar["y"] + bar["height"] == pytest.approx(844, abs=1)
    page.locator(".rail-more > details > summary").click()
    assert page.get_by_role("link", name="Volunteers").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("link", name="Volunteers").is_hidden()
    assert page.get_by_role("row").count() == 15
    assert page.get_by_role("cell").count() == 14 * 4
    small = page.evaluate(
        """() => [...document.querySelectorAll('.button, .rail-link')].filter(e => e.offsetParent)
             .map(e => e.getBoundingClientRect()).filter(b => b.height < 36).length"""
    )
    assert small == 0


def test_a_map_page_gives_the_map_what_is_left(look_server, open_page):
    for size in ("laptop", "phone"):
        page = open_page(size)
        settle(page, f"{look_server}/look/plan/")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        stage = page.locator(".gm-stage").bounding_box()
        assert stage["height"] > 300
        assert page.locator("header.page-header").bounding_box()["height"] < 150


@pytest.mark.parametrize("name", ["plan", "matches", "place"])
def test_on_a_phone_the_sheet_scrolls_and_nothing_inside_it_does(look_server, open_page, name):
    page = open_page("phone")
    settle(page, f"{look_server}/look/{name}/")
    assert (
        page.evaluate(
            "() => [...document.querySelectorAll('.panel-own, .panel-own *')]"
            ".filter(e => e.scrollHeight > e.clientHeight + 1)"
            ".filter(e => ['auto', 'scroll', 'hidden'].includes(getComputedStyle(e).overflowY))"
            ".filter(e => getComputedStyle(e).position !== 'absolute')"  # for screen readers
            ".map(e => e.className)"
        )
        == []
    )


def test_without_a_script_nothing_is_lost(look_server, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{look_server}/look/households/")
    assert page.get_by_role("button", name="Search").is_visible()
    assert page.locator("tbody tr").count() == 14
    page.goto(f"{look_server}/look/style/")
    assert page.locator("#tab-panel-b").is_visible()  # both parts of the tabs
    assert page.locator("[data-theme-next]").first.is_hidden()


def test_on_paper_there_is_no_rail_and_no_fill(look_server, open_page):
    page = open_page(scheme="dark")
    settle(page, f"{look_server}/look/requests/")
    page.emulate_media(media="print")
    assert page.locator(".rail").is_hidden()
    look = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    assert page.locator("html").evaluate(look) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    assert page.locator(".badge").first.evaluate(look)[0] == "rgba(0, 0, 0, 0)"
    assert page.locator("thead").evaluate("e => getComputedStyle(e).position") == "static"


@pytest.mark.django_db(transaction=True)
def test_the_pages_of_ones_own_account(live_server, open_page, axe, django_user_model):
    """Signing in through the form, then every page about password and second step."""
    django_user_model.objects.create_user("ana", "ana@example.org", "four quiet paper boats")
    page = open_page()
    settle(page, f"{live_server.url}/account/login/")
    page.get_by_label("Your sign-in name").fill("ana")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("alert").is_visible()
    assert axe(page) == []
    page.get_by_label("Password").fill("four quiet paper boats")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_server.url}/")
    for place in ("2fa/", "2fa/totp/activate/", "password/change/", "logout/", "reauthenticate/"):
        settle(page, f"{live_server.url}/account/{place}")
        assert page.locator("h1").count() == 1, place
        assert page.locator("link[href*='tokens.css']").count() == 1, place
        assert axe(page) == [], place
    assert page.trouble == []
