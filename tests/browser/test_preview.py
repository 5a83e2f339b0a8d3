"""The pages of an import in a browser: what fits on a phone, what a script keeps up to date."""

from __future__ import annotations

import pytest

from tests.browser.test_look import settle

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.browser.look_urls")]


def test_each_tab_of_a_preview_stays_on_one_line_of_a_phone(look_server, open_page):
    page = open_page("phone")
    settle(page, f"{look_server}/look/import-preview/")
    strip = page.get_by_role("tablist").bounding_box()
    tabs = [tab.bounding_box() for tab in page.get_by_role("tab").all()]
    assert len(tabs) == 4
    one_line = """tab => {
      const range = document.createRange();
      range.selectNodeContents(tab);
      return new Set([...range.getClientRects()].map(line => line.top)).size === 1;
    }"""
    assert all(tab.evaluate(one_line) for tab in page.get_by_role("tab").all())
    assert tabs[-1]["x"] + tabs[-1]["width"] <= strip["x"] + strip["width"], "none is cut off"


def test_more_than_fits_scrolls_within_the_strip(look_server, open_page):
    page = open_page("phone")
    settle(page, f"{look_server}/look/import-preview/")
    page.locator("#tab-new").evaluate("e => { e.textContent = 'New · 1,234,567,890' }")
    page.locator("#tab-rejected").scroll_into_view_if_needed()
    last = page.locator("#tab-rejected").bounding_box()
    assert last["x"] + last["width"] <= page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_the_way_to_open_the_form_is_the_one_button_of_an_empty_inbox(look_server, open_page):
    page = open_page()
    settle(page, f"{look_server}/look/signups-empty/")
    (button,) = page.locator("main a.button").all()
    assert button.inner_text() == "Open the form"
    assert page.locator("main a[href='#open']").count() == 1
    box, heading = button.bounding_box(), page.get_by_role("heading", level=2).bounding_box()
    middles = [b["x"] + b["width"] / 2 for b in (box, heading)]
    assert middles[0] == pytest.approx(middles[1], abs=2)


def test_the_buttons_say_what_they_would_import_as_one_chooses(look_server, open_page):
    page = open_page()
    settle(page, f"{look_server}/look/import-preview/")
    labels = page.locator("button:has([data-says-taken])")

    def label() -> set[str]:
        return {button.inner_text() for button in labels.all()}

    assert (labels.count(), label()) == (2, {"Import 243 neighbours"})
    page.get_by_label("Somebody new").check()
    assert label() == {"Import 244 neighbours"}
    page.get_by_label("Leave this row out").check()
    assert label() == {"Import 243 neighbours"}
    page.locator("#tab-changed").click()
    page.get_by_label("Keep what is here").check()
    assert label() == {"Import 242 neighbours"}
    assert page.trouble == []


def test_nothing_chosen_is_nothing_to_press(look_server, open_page):
    page = open_page()
    settle(page, f"{look_server}/look/import-preview/")
    kinds = '{"households": [1, "neighbour", "neighbours"], "requests": [0, "request", "requests"]}'
    page.locator("form[data-taken]").evaluate(
        "(form, kinds) => { form.dataset.taken = kinds }", kinds
    )
    button = page.locator("button:has([data-says-taken])").first
    page.locator("#tab-changed").click()
    page.get_by_label("Keep what is here").check()
    assert (button.inner_text(), button.is_disabled()) == ("Nothing is chosen to import", True)
    page.get_by_label("Keep what is here").uncheck()
    assert (button.inner_text(), button.is_disabled()) == ("Import 1 neighbour", False)


def test_without_a_script_choices_are_kept_by_a_button(look_server, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{look_server}/look/import-preview/")
    assert page.get_by_role("button", name="Keep my choices for later").is_visible()
    scripted = open_page()
    settle(scripted, f"{look_server}/look/import-preview/")
    assert scripted.get_by_role("button", name="Keep my choices for later").count() == 0
