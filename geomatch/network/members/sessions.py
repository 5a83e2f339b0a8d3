"""Where somebody is signed in.

Sessions are read one by one: they hold their user inside. A network has some hundred of them,
and a table beside them would have to be kept true. No internet address is remembered.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

BEGAN, DEVICE = "began_at", "device"
# Looked for in this order: every browser also claims to be others.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone|iPad", "an iPhone or iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class SignIn:
    """One place where somebody is signed in.

    Attributes
    ----------
    name
        What a page may call it; the session's own key is a secret.
    began_at
        When they signed in; None if that was before it was remembered.
    """

    name: str
    key: str
    device: str
    began_at: dt.datetime | None


def remember_device(*, request: HttpRequest, **_: Any) -> None:
    """Note in a new session when and with what it began; receives `user_logged_in`."""
    request.session[BEGAN] = timezone.now().isoformat()
    request.session[DEVICE] = device_of(request.META.get("HTTP_USER_AGENT", ""))


def device_of(user_agent: str) -> str:
    """Say what somebody signed in with.

    >>> device_of("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0")
    'Firefox on Android'
    >>> device_of("curl/8")
    ''
    """
    browser = next((name for sign, name in BROWSERS if re.search(sign, user_agent)), "")
    system = next((name for sign, name in SYSTEMS if re.search(sign, user_agent)), "")
    return f"{browser} on {system}" if browser and system else browser or system


def sign_ins(user: User) -> list[SignIn]:
    """Return where somebody is signed in, the newest first."""
    found = [
        SignIn(
            name=hashlib.sha256(session.session_key.encode()).hexdigest()[:16],
            key=session.session_key,
            device=inside.get(DEVICE, ""),
            began_at=dt.datetime.fromisoformat(inside[BEGAN]) if BEGAN in inside else None,
        )
        for session, inside in _sessions(user)
    ]
    oldest = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda sign_in: sign_in.began_at or oldest, reverse=True)


def end_sign_ins(user: User, *, keep: str = "", only: str = "") -> int:
    """Sign somebody out and return of how many places.

    Parameters
    ----------
    keep
        Key of a session that goes on.
    only
        Name of the one that ends; all of them, if empty.
    """
    ended = [
        sign_in.key
        for sign_in in sign_ins(user)
        if sign_in.key != keep and only in ("", sign_in.name)
    ]
    Session.objects.filter(session_key__in=ended).delete()
    return len(ended)


def _sessions(user: User) -> Iterator[tuple[Session, dict[str, Any]]]:
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        inside = session.get_decoded()
        if inside.get(SESSION_KEY) == str(user.pk):
            yield session, inside
