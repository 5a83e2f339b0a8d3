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
