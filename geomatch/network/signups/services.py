"""Take sign-ups from strangers, and let them in by the way every spreadsheet goes.

Nothing here tells a stranger what is known: what is dropped looks, to them, like what is kept.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from geomatch.core.errors import GeomatchError
from geomatch.core.spelling import comparable
from geomatch.network.models import Network, SignUp, StagedSheet
from geomatch.network.scope import lock_network, use_network
from geomatch.network.services.audit import record
from geomatch.network.signups.let_in import keep_for_take_back
from geomatch.tables import Table

if TYPE_CHECKING:
    from geomatch.network.intake.services import ImportResult

# A library or a food bank is one address for many: an hour of people at a table, not of a program.
MOST_FROM_AN_ADDRESS, ADDRESS_SPAN = 20, dt.timedelta(hours=1)
MOST_IN_A_NETWORK, NETWORK_SPAN = 300, dt.timedelta(days=1)
REPEATED_SPAN = dt.timedelta(days=7)
# Two neighbours may write the same few words; three do not write the same long ones.
LONG_WORDS, MOST_SAYING_THE_SAME = 40, 2
MOST_SAID = 1000  # characters of what is wrong with one
NUMBER = "Sign-up"  # the column that leads from a row back to its sign-up
KEPT_ASIDE = dt.timedelta(days=30)

WITH_NEEDS = (SignUp.Wants.NEEDS, SignUp.Wants.BOTH)
WITH_OFFERS = (SignUp.Wants.OFFERS, SignUp.Wants.BOTH)


class TooManyError(GeomatchError):
    """More sign-ups came than people send."""


def receive_signup(
    *, network: Network, answers: Mapping[str, Any], language: str, client_address: str
) -> SignUp | None:
    """Keep what somebody sent, sealed, until the network decides.

    Parameters
    ----------
    answers
        What was written, by field of the form: `wants`, `name`, `phone`, `email`, `address`,
        `unit`, `city`, `hidden`, `languages`, `needs`, `offers`, `vehicle`, `details`.
    client_address
        Internet address it came from; empty where it cannot be known.

    Returns
    -------
    SignUp or None
        None for what was sent before: the sender must not see the difference.

    Raises
    ------
    TooManyError
        If this address, or everybody together, sent too many lately.
    """
    now = timezone.now()
    sender = _digest("sender", network, _neighbourhood(client_address)) if client_address else ""
    content = _digest("content", network, json.dumps(answers, sort_keys=True).casefold())
    words = comparable(answers["details"])
    said = _digest("said", network, words) if len(words) >= LONG_WORDS else ""
    with use_network(network):
        # Many at once are counted one after the other.
        lock_network()
        _forget_old(now)
        lately = SignUp.objects.filter(created_at__gt=now - NETWORK_SPAN)
        from_here = lately.filter(sender=sender, created_at__gt=now - ADDRESS_SPAN)
        if lately.count() >= MOST_IN_A_NETWORK:
            raise TooManyError("many people are writing just now")
        if sender and from_here.count() >= MOST_FROM_AN_ADDRESS:
            raise TooManyError("many people are writing from this connection just now")
        again = SignUp.objects.filter(created_at__gt=now - REPEATED_SPAN)
        is_repeated = again.filter(content=content).exists()
        if is_repeated or (said and again.filter(said=said).count() >= MOST_SAYING_THE_SAME):
            return None
        return SignUp.objects.create(
            network=network,
            wants=answers["wants"],
            hidden=answers["hidden"],
            language=language,
            answers_json=json.dumps(dict(answers), ensure_ascii=False),
            sender=sender,
            content=content,
            said=said,
        )


def settle_signups(
    *,
    staged: StagedSheet,
    sheets: Mapping[str, Table],
    result: ImportResult,
    actor: AbstractBaseUser | None,
) -> None:
    """After an import, take those it took out of the inbox; the others wait on, and say why.

    Only what was taken with all its rows is let in: of a sheet that was left out, and where the
    column that leads back is gone, everybody waits on. What turned out to be of a hidden home is
    for stewards from now on. Part of the import's own transaction, in the current network.
    """
    signups = list(SignUp.objects.filter(staged=staged))
    if not signups:
        return
    is_in: dict[str, bool] = {}
    for name, table in sheets.items():
        for cell, row in zip(table.texts(NUMBER), table.row_numbers, strict=True):
            is_in[cell] = is_in.get(cell, True) and (name, int(row)) not in result.not_imported
    reasons: dict[str, list[str]] = defaultdict(list)
    for fault in result.rejected:
        reasons[fault["cells"].get(NUMBER)].append(_said_of(fault))
    secret = {row["cells"].get(NUMBER) for row in result.rejected if row.get("for_stewards")}
    taken = [signup for signup in signups if is_in.get(str(signup.pk), False)]
    for signup in signups:
        if signup not in taken:
            signup.hidden |= str(signup.pk) in secret
            # What is wrong with an address is wrong in each sheet that has it, and said once.
            signup.trouble = "\n".join(dict.fromkeys(reasons[str(signup.pk)]))[:MOST_SAID]
            signup.staged = None
            signup.save(update_fields=["hidden", "trouble", "staged"])
    keep_for_take_back(result.sheet_import, taken)
    SignUp.objects.filter(pk__in=[signup.pk for signup in taken]).delete()
    record(actor=actor, verb="let in", target=f"{len(taken)} from the sign-up form")


def _said_of(fault: Mapping[str, Any]) -> str:
    """Say a fault by the field it is in; rows are nothing that whoever reads sign-ups knows."""
    reason = re.sub(r"\bin row \d+", "in another one", fault["message"])
    return f"{fault['column']}: {reason}" if fault["column"] else reason


def set_aside(*, network: Network, signups: Iterable[SignUp], actor: AbstractBaseUser) -> int:
    """Put sign-ups away; they can be taken back until they are forgotten."""
    return _decide(network, signups, actor, SignUp.State.SET_ASIDE, "set aside")


def take_back(*, network: Network, signups: Iterable[SignUp], actor: AbstractBaseUser) -> int:
    """Let sign-ups that were set aside wait again."""
    return _decide(network, signups, actor, SignUp.State.WAITING, "took back")


def forget(*, network: Network, signups: Iterable[SignUp], actor: AbstractBaseUser) -> int:
    """Delete sign-ups at once, as whoever sent one may ask, and the previews that hold them."""
    with use_network(network):
        chosen = SignUp.objects.filter(pk__in=[signup.pk for signup in signups])
        discard_previews_of(chosen)
        deleted, _ = chosen.delete()
        record(actor=actor, verb="deleted", target=f"{deleted} from the sign-up form")
    return deleted


def discard_previews_of(signups: QuerySet[SignUp]) -> None:
    """Forget the sheets that some sign-ups were led to; whoever else is in one waits on."""
    held = StagedSheet.objects.filter(pk__in=signups.exclude(staged=None).values("staged"))
    keys = list(held.select_for_update().values_list("pk", flat=True))  # waits for one that imports
    StagedSheet.objects.filter(pk__in=keys).delete()


def _decide(
    network: Network,
    signups: Iterable[SignUp],
    actor: AbstractBaseUser,
    state: SignUp.State,
    verb: str,
) -> int:
    at = timezone.now() if state == SignUp.State.SET_ASIDE else None
    with use_network(network):
        chosen = SignUp.objects.filter(pk__in=[signup.pk for signup in signups])
        changed = chosen.exclude(state=state).update(state=state, decided_at=at)
        record(actor=actor, verb=verb, target=f"{changed} from the sign-up form")
    return changed


def open_signups(
    *, network: Network, is_open: bool, contact: str, actor: AbstractBaseUser
) -> Network:
    """Switch the public form on or off, and say whom to ask about what was sent."""
    with use_network(network):
        network.signup_open, network.signup_contact = is_open, contact
        network.save(update_fields=["signup_open", "signup_contact"])
        record(actor=actor, verb="opened" if is_open else "closed", target="the sign-up form")
    return network


def signups_as_sheets(signups: Iterable[SignUp], network: Network) -> dict[str, Table]:
    """Write sign-ups as the sheets of a spreadsheet, for the importer.

    A column that the importer leaves alone leads from a row back to its sign-up. Besides, a sheet
    holds only what the form asks for: what it does not ask stays as it is. Somebody who only helps
    is no neighbour to look after, but for one thing: only the neighbours' sheet says “hidden”.
    """
    signups = list(signups)
    rows = {signup.pk: _Row(signup, network) for signup in signups}
    sheets = {
        "Neighbours": [s.pk for s in signups if s.wants in WITH_NEEDS or s.hidden],
        "Volunteers": [s.pk for s in signups if s.wants in WITH_OFFERS],
        "Requests": [s.pk for s in signups if s.wants in WITH_NEEDS],
    }
    return {
        name: Table(
            names=list(_COLUMNS[name]),
            columns={
                column: [cell(rows[pk]) for pk in numbers]
                for column, cell in _COLUMNS[name].items()
            },
            row_numbers=np.arange(2, len(numbers) + 2),
            file="the sign-up form",
        )
        for name, numbers in sheets.items()
        if numbers
    }


class _Row:
    """The cells that one sign-up fills."""

    def __init__(self, signup: SignUp, network: Network) -> None:
        self.signup, self.answers = signup, signup.answers
        city = self.answers["city"]
        # Nobody writes their own town into a sheet of the town.
        self.city = "" if comparable(city) == comparable(network.town) else city

    def text(self, name: str) -> str:
        return str(self.answers[name])

    def choices(self, name: str) -> str:
        return "; ".join(self.answers[name])

    def yes(self, name: str) -> str:
        return "yes" if self.answers[name] else ""


_WHO = {
    "Name": lambda row: row.text("name"),
    "Phone": lambda row: row.text("phone"),
    "Email": lambda row: row.text("email"),
    "Languages": lambda row: row.choices("languages"),
    "Address": lambda row: row.text("address"),
    "Unit": lambda row: row.text("unit"),
    "Town": lambda row: row.city,
    NUMBER: lambda row: str(row.signup.pk),
}
_COLUMNS = {
    "Neighbours": _WHO | {"Private address": lambda row: row.yes("hidden")},
    "Volunteers": _WHO
    | {
        "Can help with": lambda row: row.choices("offers"),
        "Car": lambda row: row.yes("vehicle"),
        "Notes": lambda row: row.text("details") if row.signup.wants == SignUp.Wants.OFFERS else "",
    },
    "Requests": _WHO
    | {
        "Need": lambda row: row.choices("needs"),
        "Details": lambda row: row.text("details"),
        "Asked on": lambda row: f"{timezone.localtime(row.signup.created_at):%Y-%m-%d}",
    },
}


def _forget_old(now: dt.datetime) -> None:
    """Delete what was set aside long ago, as the form promises."""
    SignUp.objects.filter(state=SignUp.State.SET_ASIDE, decided_at__lt=now - KEPT_ASIDE).delete()


def forget_old_signups(*, network: Network) -> None:
    """Delete what was set aside more than 30 days ago."""
    with use_network(network):
        _forget_old(timezone.now())


def _neighbourhood(address: str) -> str:
    """Reduce an internet address to what one household has: all of IPv4, the /64 of IPv6."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(parsed)


def _digest(purpose: str, network: Network, *parts: str) -> str:
    text = "\x1f".join((str(network.pk), *parts))
    return salted_hmac(f"geomatch.signup.{purpose}", text, algorithm="sha256").hexdigest()[:32]
