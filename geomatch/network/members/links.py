"""Secrets of links that work once.

A token names its network, so that its row can be read behind the wall; the rest are 256 random
bits. It travels behind the `#` of an address and in the body of a POST (ADR 0023), and is kept
nowhere: the database holds its digest, which opens nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from geomatch.network.models import Network

INVITATION_LASTS = dt.timedelta(days=3)
PASSWORD_LINK_LASTS = dt.timedelta(hours=1)
LONGEST_TOKEN = 100


def make_token(network: Network) -> str:
    """Return a new secret for one link of a network."""
    return f"{network.pk}.{secrets.token_urlsafe(32)}"


def digest_of(token: str) -> str:
    """Return what is kept of a token. It is random enough to need neither salt nor delay."""
    return hashlib.sha256(token.encode()).hexdigest()


def network_of(token: str) -> Network | None:
    """Return the network a token names; None if it names none."""
    number, dot, secret = token.partition(".")
    if len(token) > LONGEST_TOKEN or not (dot and secret and number.isascii() and number.isdigit()):
        return None
    return network_numbered(int(number)) if len(number) < 18 else None


def network_numbered(number: int) -> Network | None:
    """Return the network of a number; None if there is none."""
    return Network.objects.filter(pk=number).first()
