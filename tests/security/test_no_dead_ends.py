"""No page shows anybody a link or a button that answers 403."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urldefrag, urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse

from geomatch.network.models import Role
from tests.factories import MemberFactory
from tests.security.test_permissions import signed_in, things  # noqa: F401 - a fixture

GOES = {"href", "action", "formaction", "hx-get", "hx-post"}
MOST_PAGES = 60


class Ways(HTMLParser):
    """Collects where a page's links, forms and buttons go."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.all: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in GOES and value and value.startswith("/"):
                self.all.add(value)
                if tag == "a" and name == "href":
                    self.links.add(urldefrag(value)[0])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_nobody_is_shown_a_way_that_is_closed_to_them(request, network, role, filled):
    if filled:
        request.getfixturevalue("things")
    client = signed_in(MemberFactory(network=network, role=role).user)
    waiting, seen = [reverse("dashboard", args=[network.slug])], set()
    while waiting and len(seen) < MOST_PAGES:
        url = waiting.pop(0)
        seen.add(url)
        page = client.get(url, follow=True)
        assert page.status_code != 403, url
        if not page.get("Content-Type", "").startswith("text/html"):
            continue
        ways = Ways(page.content.decode())
        closed = [way for way in ways.all if not is_open(way, role)]
        assert not closed, f"{url} shows a {role} {closed}"
        here = (link for link in sorted(ways.links) if link.startswith(f"/{network.slug}/"))
        waiting += [link for link in here if link not in seen and link not in waiting]


def is_open(way: str, role: Role) -> bool:
    try:
        view = resolve(urlsplit(way).path).func
    except Resolver404:
        return True  # a file, and no page of ours
    allowed = getattr(view, "permission", "public")
    return isinstance(allowed, str) or role in allowed
