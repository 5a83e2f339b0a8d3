"""From which internet address a request comes, as far as that can be known."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address, or "" where only a proxy's is known.

    Anybody can send `X-Forwarded-For`. Each of our own proxies adds, at its end, the address it was
    asked from: with `GEOMATCH_PROXIES=1` the last entry is true, with 2 the last but one, and
    whatever stands before it may be invented.
    """
    if settings.PROXIES:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        return _address(hops[-settings.PROXIES]) if len(hops) >= settings.PROXIES else ""
    return "" if settings.BEHIND_PROXY else _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return ""
