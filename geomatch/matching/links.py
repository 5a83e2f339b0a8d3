"""The link an offer is answered by: signed, so that nobody can guess one, and stored nowhere.

A link names its network, its match and the match's current key. It says nothing to whoever has no
key of this installation, and a new key makes it useless. The token travels behind the `#` of the
address and in the body of a POST: never in a request line, a log or a referrer.
"""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.utils.crypto import constant_time_compare

from geomatch.matching.models import Match
from geomatch.matching.offers import State, is_late
from geomatch.network.models import Network
from geomatch.network.scope import current_network

SALT = "geomatch.matching.links"
LONGEST_TOKEN = 300
# Whoever said yes finds the address by the same link, until it is done and no longer than this.
ADDRESS_LASTS = dt.timedelta(days=14)


def token_of(match: Match) -> str:
    """Return what follows the `#` in an offer's link."""
    return signing.dumps([match.network_id, match.pk, match.key], salt=SALT)


def network_of(token: str) -> Network | None:
    """Return the network a link leads to; None if nobody here made it."""
    named = _read(token)
    return Network.objects.filter(pk=named[0]).first() if named else None


def match_of(token: str) -> Match | None:
    """Return the match a link is about, read in the current network; None if it is useless."""
    named = _read(token)
    if named is None or named[0] != current_network().pk:
        return None
    match = (
        Match.objects.select_related("request__person__household", "volunteer__person__household")
        .filter(pk=named[1])
        .first()
    )
    if match is None or not match.key or not constant_time_compare(match.key, named[2]):
        return None
    return match


def standing(match: Match, now: dt.datetime) -> str:
    """Say how an offer stands for the volunteer.

    Returns
    -------
    `"asked"`, `"late"`, `"accepted"`, `"declined"`, `"done"`, or `"over"`: called off, somebody
    else went, or the household is not to be disturbed any more.
    """
    home = match.request.person.household
    if home is not None and home.quiet:
        return "over"
    if match.state == State.OFFERED:
        return "late" if is_late(match, now) else "asked"
    if match.state == State.ACCEPTED:
        said = match.answered_at or match.updated_at
        return "accepted" if now - said < ADDRESS_LASTS else "over"
    return {State.DECLINED: "declined", State.DONE: "done", State.EXPIRED: "late"}.get(
        State(match.state), "over"
    )


def _read(token: str) -> tuple[int, int, str] | None:
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        network, match, key = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return network, match, key
