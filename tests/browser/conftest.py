"""One Chromium for all browser tests, and the pages they open.

Playwright's synchronous API keeps an event loop in this thread, so Django must be told that its
ordinary database calls beside it are meant.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("GEOMATCH_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
SIZES = {"laptop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
AXE = Path(__file__).parent / "vendor" / "axe.min.js"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser, or a skip that says what is missing."""
    api = pytest.importorskip("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser: {CHROMIUM} is absent (set GEOMATCH_CHROMIUM)")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def look_server() -> Iterator[str]:
    """The site in a thread, without a database: for pages that must not need one."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={}, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Make pages; `page.trouble` collects whatever the console complains of, other hosts too."""
    contexts = []

    def make(size: str = "laptop", scheme: str = "light", **options: Any) -> Any:
        context = chromium.new_context(
            viewport=SIZES[size], color_scheme=scheme, has_touch=size == "phone", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.trouble = []
        page.on("console", lambda m: _note(page, m.type in ("error", "warning"), m.text))
        page.on("pageerror", lambda error: _note(page, True, str(error)))
        page.on("request", lambda r: _note(page, _is_foreign(r.url), f"asked for {r.url}"))
        return page

    yield make
    for context in contexts:
        context.close()


def _note(page: Any, bad: bool, words: str) -> None:
    if bad:
        page.trouble.append(words)


def _is_foreign(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname not in (
        "localhost",
        "127.0.0.1",
    )


@pytest.fixture
def axe() -> Callable[[Any], list[str]]:
    """Ask axe-core about a page; each violation as one line."""

    def violations(page: Any) -> list[str]:
        # Evaluated by the test's own channel: a <script> would be refused by the page's policy.
        page.evaluate(AXE.read_text("utf-8"))
        return page.evaluate(
            """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
                 .flatMap(rule => rule.nodes.map(
                   n => `${rule.id}: ${n.target} ${n.failureSummary}`))"""
        )

    return violations
