"""The maps in a real browser: nothing runs, nobody is asked, and hands and keys both work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from maps.data import Catalogue, Household, PodMapData
from maps.elements import map_parts, match_map, pod_map
from maps.payload import ground_payload, match_payload, pod_payload
from tests.browser.map_pages import (
    COUNT_ASKING,
    PIXEL,
    POKE,
    WATCH,
    Site,
    many_pods,
    running,
    small_town,
)
from tests.maps import hostile

pytestmark = pytest.mark.browser

MAKERS = {"pods": (pod_map, hostile.pods), "matches": (match_map, hostile.matches)}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made = Site()
    for kind, (draw, data) in MAKERS.items():
        made.pages[f"{kind}-inline"] = map_parts(draw(data()))
        made.pages[f"{kind}-by-url"] = map_parts(
            draw(data(), urls=(f"/{kind}.json", "/ground.json"))
        )
        # A notebook shows what _repr_html_ gives; here its page is a bare one.
        made.html[f"/{kind}-notebook/"] = (
            '<!doctype html><link rel="icon" href="data:,"><title>Notebook</title>'
            + draw(data())._repr_html_()
        )
    made.json["/pods.json"] = pod_payload(hostile.pods())
    made.json["/matches.json"] = match_payload(hostile.matches())
    made.json["/ground.json"] = ground_payload(hostile.ground(hostile.TEXTS[3]))
    made.pages["town"] = map_parts(pod_map(small_town()))
    made.pages["many-pods"] = map_parts(pod_map(many_pods()))
    with running(made):
        yield made


@pytest.fixture
def page(open_page: Any) -> Any:
    made = open_page(reduced_motion="reduce")
    made.context.add_init_script(WATCH)
    return made


def drawn(page: Any, url: str) -> Any:
    """Open a map and wait for it; returns the frame it is in."""
    page.goto(url)
    frame = page.frames[-1]
    frame.wait_for_selector(".gm-map[data-drawn]")
    return frame


def state(frame: Any, expression: str) -> Any:
    """Ask the map's own object (`f`) something."""
    return frame.evaluate(
        f"() => {{ const f = Object.values(GeomatchMaps.frames)[0]; return {expression}; }}"
    )


def texts(frame: Any, selector: str) -> list[str]:
    return frame.eval_on_selector_all(selector, "nodes => nodes.map((n) => n.textContent)")


def popup(page: Any, text: str) -> None:
    """Wait for the card that says so."""
    page.locator(".gm-popup", has_text=text).wait_for(timeout=5_000)


# --- hostile strings ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("place", ["inline", "by-url", "notebook", "file"])
def test_no_string_runs_anywhere(
    site: Site, page: Any, tmp_path: Path, place: str, kind: str
) -> None:
    if place == "file":
        draw, data = MAKERS[kind]
        draw(data()).save(str(tmp_path / "map.html"))
        page.context.set_offline(True)
        frame = drawn(page, (tmp_path / "map.html").as_uri())
    else:
        frame = drawn(page, f"{site.url}/{kind}-{place}/")
    shown = " ".join(texts(frame, ".gm-list tbody tr"))
    for text in hostile.TEXTS:
        assert text in shown
    frame.evaluate(POKE, [hostile.TEXTS, kind])
    assert page.trouble == []
    assert site.reports == []
    assert (
        frame.evaluate(
            "document.querySelectorAll('.gm-map img, .gm-map iframe, .gm-map script').length"
        )
        == 0
    )
    assert not [
        href
        for href in frame.eval_on_selector_all("a[href]", "a => a.map(x => x.getAttribute('href'))")
        if href != "#close"
    ]


SPANISH = Catalogue(
    "es",
    {
        "Key and layers": "Leyenda </script><script>pwned(9)</script>",
        "%(n)s pod": ["%(n)s grupo", "%(n)s grupos"],
        "%(n)s home": ["%(n)s hogar", "%(n)s hogares"],
        "%(first)s. Nothing needs you.": "%(first)s. Nada le espera.",
        "Find a street, pod or neighbour": "Buscar calle, grupo o vecino",
    },
)


@pytest.mark.parametrize("place", ["page", "file"])
def test_a_map_speaks_the_language_of_its_catalogue(
    site: Site, page: Any, tmp_path: Path, place: str
) -> None:
    town = pod_map(small_town(), catalogue=SPANISH)
    site.pages["spanish"] = map_parts(town)
    town.save(str(tmp_path / "map.html"))
    address = f"{site.url}/spanish/" if place == "page" else (tmp_path / "map.html").as_uri()
    frame = drawn(page, address)
    (sentence,) = texts(frame, ".gm-sentence")
    assert re.match(r"\d+ grupos, \d+ hogares", sentence)
    assert texts(frame, ".gm-legend summary") == [SPANISH.words["Key and layers"]]
    placeholder = frame.get_attribute(".gm-search-input", "placeholder")
    assert placeholder == "Buscar calle, grupo o vecino"
    assert "All" in texts(frame, ".gm-chip")[0]  # not in the catalogue
    assert page.trouble == []


def test_an_exported_file_asks_for_nothing(page: Any, tmp_path: Path) -> None:
    pod_map(small_town()).save(str(tmp_path / "map.html"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    drawn(page, (tmp_path / "map.html").as_uri())
    page.wait_for_timeout(300)
    assert [url for url in asked if not url.startswith("data:")] == [
        (tmp_path / "map.html").as_uri()
    ]
    assert page.evaluate("document.fonts.check('700 13px \"Atkinson Hyperlegible\"')")


# --- hands ----------------------------------------------------------------------------------


def test_a_row_opens_its_pod_on_the_map_and_a_pod_on_the_map_opens_its_row(
    site: Site, page: Any
) -> None:
    drawn(page, f"{site.url}/town/")
    assert texts(page, ".gm-sentence") == [
        "4 pods, 28 homes; 1 pod needs you, 1 home is in no pod."
    ]
    page.locator(".gm-row-button").nth(1).click()
    popup(page, "Pod 2")
    assert "Harbor Street" in page.inner_text(".gm-list table")
    page.locator(".gm-back").click()
    assert not page.locator(".gm-popup").is_visible()
    # The number of pod 3, where the map itself says it stands.
    page.wait_for_timeout(400)
    placed = "f.view.numbers.placed.find((q) => f.view.model.pods[q.i].number === 3)"
    spot = state(page, f"{PIXEL}(f.map.layerPointToContainerPoint({placed}))")
    page.mouse.click(*spot)
    popup(page, "Nobody drives here")
    assert page.inner_text(".gm-detail h2").startswith("3")


@pytest.mark.parametrize("size", ["laptop", "phone"])
def test_a_pods_number_stands_whole_on_one_line(site: Site, open_page: Any, size: str) -> None:
    page = open_page(size=size, reduced_motion="reduce")
    frame = drawn(page, f"{site.url}/many-pods/")
    boxes = frame.evaluate("""() => [...document.querySelectorAll(".gm-table .gm-number")].map(
      (badge) => {
        const [box, cell] = [badge, badge.closest("td, th")].map((e) => e.getBoundingClientRect());
        return [box.height, cell.left <= box.left && box.right <= cell.right];
      })""")
    assert len(boxes) == 120
    assert {height for height, _ in boxes} == {boxes[0][0]}, "a number is broken over two lines"
    assert all(inside for _, inside in boxes), "a number is cut at the edge of its cell"


def test_a_home_and_its_row_are_marked_together(site: Site, page: Any) -> None:
    drawn(page, f"{site.url}/town/")
    page.evaluate(
        "() => document.addEventListener('geomatch:choose', (e) => { window.chosen = e.detail; })"
    )
    page.locator(".gm-row-button").first.click()
    page.locator(".gm-row-button").nth(3).click()
    assert page.locator("tr[aria-current=true]").inner_text().startswith("103 Harbor Street")
    popup(page, "103 Harbor Street")
    assert page.evaluate("window.chosen") == {"kind": "household", "key": "1-3"}


def test_a_building_is_one_badge_that_lists_its_doors(site: Site, page: Any) -> None:
    drawn(page, f"{site.url}/town/")
    state(page, "(f.map.setView([58.3006, -134.4118], 17, {animate: false}), 0)")
    page.wait_for_timeout(300)
    box = page.locator(".gm-canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    popup(page, "3 homes")
    assert texts(page, ".gm-doors li") == ["Unit 1", "Unit 2", "Unit 3"]


def test_filters_say_how_many_and_show_only_those(site: Site, page: Any) -> None:
    drawn(page, f"{site.url}/town/")
    page.get_by_role("button", name="Needs you 1").click()
    assert texts(page, ".gm-list tbody th") == ["Pod 3"]
    assert texts(page, ".gm-sentence")[0].startswith("1 of 4 pods shown")
    page.get_by_role("button", name="In no pod 1").click()
    assert "Too few neighbours here" in page.inner_text(".gm-list")
    assert page.get_by_role("button", name="In no pod 1").get_attribute("aria-pressed") == "true"


def test_search_finds_streets_pods_and_neighbours_by_keyboard(site: Site, page: Any) -> None:
    drawn(page, f"{site.url}/town/")
    page.keyboard.press("/")
    page.keyboard.type("harbor")
    assert page.locator(".gm-option-kind").first.inner_text() == "Street"
    page.keyboard.press("Escape")
    page.keyboard.type("203 harb")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    selected = page.locator(".gm-option[aria-selected=true]")
    assert selected.get_attribute("id") == page.locator(".gm-search-input").get_attribute(
        "aria-activedescendant"
    )
    page.keyboard.press("Enter")
    popup(page, "203 Harbor Street")
    page.keyboard.press("/")
    page.keyboard.type("zzz")
    assert texts(page, ".gm-found li") == ["Nothing found"]


# --- keys, and those who do not see ---------------------------------------------------------


def test_arrows_go_from_pod_to_pod_and_then_from_home_to_home(site: Site, page: Any) -> None:
    drawn(page, f"{site.url}/town/")
    page.locator(".gm-canvas").focus()
    page.keyboard.press("ArrowRight")  # the one nearest the middle first
    first = state(page, "f.view.model.pods[f.view.model.current.pod].number")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert state(page, "f.view.model.pods[f.view.model.current.pod].number") == 1
    page.keyboard.press("ArrowRight")
    assert state(page, "f.view.model.pods[f.view.model.current.pod].number") == 2
    assert page.locator(".gm-stage > [role=status]").inner_text().startswith("Pod 2.")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert state(page, "f.view.model.current.home") is not None
    before = state(page, "f.view.model.label(f.view.model.current.home)")
    page.keyboard.press("ArrowRight")
    after = state(page, "f.view.model.label(f.view.model.current.home)")
    assert before != after
    popup(page, after)
    page.keyboard.press("Escape")
    assert state(page, "f.view.model.current.home") is None
    page.keyboard.press("Escape")
    assert state(page, "f.view.model.current") is None
    assert first in (1, 2, 3, 4)


def test_the_table_is_one_tab_stop_with_arrows_inside(site: Site, page: Any) -> None:
    drawn(page, f"{site.url}/town/")
    assert (
        page.eval_on_selector_all(".gm-row-button", "b => b.filter((x) => x.tabIndex === 0).length")
        == 1
    )
    page.locator(".gm-row-button").first.focus()
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.textContent") == "Pod 4"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.inner_text(".gm-detail h2").startswith("3")


@pytest.mark.parametrize(("size", "scheme"), [("laptop", "light"), ("phone", "dark")])
@pytest.mark.parametrize("name", ["town", "matches-inline", "pods-inline"])
def test_maps_are_accessible(
    site: Site, open_page: Any, axe: Any, name: str, size: str, scheme: str
) -> None:
    page = open_page(size, scheme)
    drawn(page, f"{site.url}/{name}/")
    assert axe(page) == []
    page.locator(".gm-row-button").first.click()
    page.locator(".gm-legend summary").click()
    page.wait_for_timeout(400)
    assert axe(page) == []


# --- light, dark, paper, motion, place, trouble ---------------------------------------------


def colour_at(page: Any, path: Path, lat: float, lon: float) -> tuple[int, ...]:
    """Colour of the map at a place, from a picture of the page."""
    x, y = state(page, f"{PIXEL}(f.map.latLngToContainerPoint([{lat}, {lon}]))")
    page.screenshot(path=path)
    with Image.open(path) as picture:
        return picture.convert("RGB").getpixel((round(x), round(y)))


def rgb(page: Any, token: str) -> tuple[int, ...]:
    value = page.evaluate(
        f"getComputedStyle(document.documentElement).getPropertyValue('--{token}')"
    )
    return tuple(int(x) for x in value.removeprefix("rgb(").removesuffix(")").split(","))


def test_the_map_follows_light_and_dark_at_once(site: Site, page: Any, tmp_path: Path) -> None:
    drawn(page, f"{site.url}/town/")
    state(page, "(f.map.setView([58.2985, -134.41], 15, {animate: false}), 0)")
    seen = []
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        page.wait_for_timeout(200)
        seen.append(colour_at(page, tmp_path / "x.png", 58.2975, -134.405))
        assert seen[-1] == rgb(page, "water")
    assert seen[0] != seen[1]


def test_paper_gets_the_map_and_the_table_in_light(site: Site, open_page: Any) -> None:
    page = open_page("laptop", "dark")
    drawn(page, f"{site.url}/town/")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.emulate_media(media="print")
    assert not page.locator(".gm-tools").is_visible()
    assert not page.locator(".gm-search").is_visible()
    assert page.locator(".gm-table").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme ?? ''") == ""


def test_reduced_motion_is_respected(site: Site, open_page: Any) -> None:
    page = open_page(reduced_motion="reduce")
    drawn(page, f"{site.url}/town/")
    assert state(page, "[f.map.options.zoomAnimation, f.map.options.inertia]") == [False, False]


def test_the_device_is_asked_where_it_is_only_on_a_click(site: Site, open_page: Any) -> None:
    page = open_page(
        geolocation={"latitude": 58.3, "longitude": -134.41}, permissions=["geolocation"]
    )
    page.add_init_script(COUNT_ASKING)
    drawn(page, f"{site.url}/town/")
    page.wait_for_timeout(200)
    assert page.evaluate("window.asked") == 0
    page.get_by_role("button", name="Show where I am").click()
    page.wait_for_function(
        "() => document.querySelector('.gm-stage > [role=status]').textContent === 'You are here'"
    )
    assert page.evaluate("window.asked") == 1
    assert page.trouble == []


def test_data_that_do_not_come_are_said_and_can_be_asked_again(site: Site, page: Any) -> None:
    site.failing.add("/pods.json")
    page.goto(f"{site.url}/pods-by-url/")
    page.wait_for_selector(".gm-failed")
    assert "Nothing was lost" in page.inner_text(".gm-notice")
    site.failing.clear()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector(".gm-map[data-drawn]")
    assert len(texts(page, ".gm-list tbody tr")) == len(hostile.TEXTS)


def test_a_phone_raises_the_list_by_its_handle(site: Site, open_page: Any) -> None:
    page = open_page("phone")
    drawn(page, f"{site.url}/town/")
    before = page.locator(".gm-panel").bounding_box()["height"]
    handle = page.get_by_role("button", name="Show the list")
    handle.click()
    assert page.locator(".gm-panel").bounding_box()["height"] > before * 1.5
    assert page.get_by_role("button", name="Show more map").get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_thirteen_thousand_households_are_drawn_and_found(page: Any, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    seats = rng.normal(0, 0.03, (500, 2)) + np.array([-134.4, 58.3])
    homes = [
        Household(*(seats[i % 500] + rng.normal(0, 0.0006, 2)), f"{i} Street", i % 500 + 1)
        for i in range(13_000)
    ]
    pod_map(PodMapData(homes, title="Many")).save(str(tmp_path / "many.html"))
    drawn(page, (tmp_path / "many.html").as_uri())
    assert texts(page, ".gm-sentence") == ["500 pods, 13,000 homes. Nothing needs you."]
    lon, lat = homes[7_001].lon, homes[7_001].lat
    page.locator(".gm-search-input").fill("7001 street")
    page.locator(".gm-search-input").press("Enter")
    page.wait_for_timeout(600)
    colour = state(page, "f.colours['pod-' + f.view.model.pods[f.view.model.pod[7001]].colour]")
    wanted = tuple(int(x) for x in colour.removeprefix("rgb(").removesuffix(")").split(","))
    assert colour_at(page, tmp_path / "x.png", lat, lon) == wanted
