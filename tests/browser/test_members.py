"""A steward invites somebody, who comes in from another browser, works, is removed, and is out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from geomatch.network.models import Role
from tests.factories import PASSWORD, MemberFactory, NetworkFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("GEOMATCH_SCREENSHOTS", "")
LOOKS = [("laptop", "light"), ("laptop", "dark"), ("phone", "light"), ("phone", "dark")]


def sign_in(page, live_server, user):
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_label("Your sign-in name, or your email").fill(user.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/harbor*/")


def looked_at(page, axe, name, size, scheme):
    """Ask axe, measure that nothing sticks out, and keep a picture where they are wanted."""
    assert axe(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"members-{name}-{size}-{scheme}.png", full_page=True)


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=lambda value: value)
def test_in_by_a_link_and_out(live_server, open_page, axe, size, scheme):
    network = NetworkFactory(name="Port Halyard")
    steward = UserFactory(first_name="Juno Sloopacre")
    MemberFactory(network=network, user=steward, role=Role.STEWARD)
    other = UserFactory(first_name="Esther Birchstead")
    MemberFactory(network=network, user=other, role=Role.STEWARD)
    page, guest = open_page(size, scheme), open_page(size, scheme)
    sign_in(page, live_server, steward)
    url = f"{live_server.url}/{network.slug}/members/"

    page.goto(f"{url}invite/")
    page.get_by_label("Point person").uncheck()
    page.get_by_label("Organizer").check()
    page.get_by_label("Whom it is for").fill("Lars Cedarling")
    looked_at(page, axe, "invite", size, scheme)
    page.get_by_role("button", name="Make the invitation").press("Enter")
    page.get_by_role("heading", name="The invitation is ready").wait_for()
    link = page.get_by_label("Or give them this link").input_value()
    looked_at(page, axe, "link", size, scheme)

    asked = []
    guest.on("request", lambda request: asked.append(request.url))
    guest.goto(link)
    guest.get_by_role("heading", name="Port Halyard invites you").wait_for()
    secret = link.partition("#")[2]
    assert secret not in guest.url, "the secret stays in no address bar"
    assert not [url for url in asked if secret in url.partition("#")[0]], "nor in any request line"
    looked_at(guest, axe, "invited", size, scheme)
    guest.get_by_label("The name you sign in with").fill("lars")
    guest.get_by_label("A password").fill("ash tern 9 gale")
    guest.get_by_label("A password").press("Enter")
    guest.wait_for_url(f"**/{network.slug}/")
    assert guest.get_by_role("link", name="Neighbours").first.is_visible()
    assert guest.get_by_text("you need a second step").is_visible()
    looked_at(guest, axe, "first-page", size, scheme)

    page.goto(url)
    looked_at(page, axe, "list", size, scheme)
    page.get_by_role("link", name="Lars Cedarling").click()
    looked_at(page, axe, "member", size, scheme)
    page.get_by_role("link", name="Remove Lars Cedarling").click()
    looked_at(page, axe, "remove", size, scheme)
    page.get_by_role("button", name="Remove Lars Cedarling now").click()
    page.get_by_text("Let back in").wait_for()
    looked_at(page, axe, "removed", size, scheme)

    guest.goto(f"{live_server.url}/{network.slug}/neighbours/")
    assert guest.get_by_role("button", name="Sign in").is_visible()
    again = open_page(size, scheme)
    again.goto(link)
    again.get_by_role("heading", name="This link does not work").wait_for()
    looked_at(again, axe, "useless", size, scheme)
    page.goto(f"{live_server.url}/account/me/")
    looked_at(page, axe, "account", size, scheme)
    assert [said for said in (*page.trouble, *guest.trouble) if "404" not in said] == []
