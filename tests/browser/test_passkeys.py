"""A passkey as the second step: made with the device's own lock, asked for at signing in."""

from __future__ import annotations

import importlib

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.urls import clear_url_caches
from django.urls.converters import REGISTERED_CONVERTERS

from geomatch.network.models import Role
from tests.factories import PASSWORD, MemberFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESSES = ("allauth.mfa.urls", "allauth.urls", "geomatch.urls")


def read_addresses_anew():
    for name in ADDRESSES:
        module = importlib.import_module(name)
        REGISTERED_CONVERTERS.pop("network", None)  # ours is named anew
        importlib.reload(module)
    clear_url_caches()


@pytest.fixture
def with_passkeys(settings):
    """A site that offers passkeys; browsers take localhost for safe, as they take https."""
    before = list(django_settings.MFA_SUPPORTED_TYPES)
    settings.MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    read_addresses_anew()
    yield
    settings.MFA_SUPPORTED_TYPES = before
    read_addresses_anew()


def with_screen_lock(page):
    """Give the browser a device lock that says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page, site, user):
    page.goto(f"{site}/account/login/")
    page.get_by_label("Your sign-in name, or your email").fill(user.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_is_made_and_asked_for(with_passkeys, live_server, open_page, axe):
    site = live_server.url.replace("127.0.0.1", "localhost")
    member = MemberFactory(role=Role.STEWARD)
    page = open_page()
    with_screen_lock(page)
    sign_in(page, site, member.user)
    page.wait_for_url("**/harbor*/")

    page.goto(f"{site}/account/2fa/")
    assert axe(page) == []
    page.get_by_role("link", name="Make a passkey here").click()
    if page.get_by_role("heading", name="Is it you?").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Make the passkey").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url(lambda url: "webauthn/add" not in url)
    assert Authenticator.objects.filter(user=member.user, type="webauthn").count() == 1
    page.goto(f"{site}/account/2fa/webauthn/")
    assert axe(page) == []
    page.goto(f"{site}/{member.network.slug}/")
    assert page.get_by_text("you need a second step").count() == 0

    page.context.clear_cookies()
    sign_in(page, site, member.user)
    page.get_by_role("heading", name="The second step").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url("**/harbor*/")
    assert page.trouble == []
