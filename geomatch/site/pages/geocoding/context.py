"""What the geocoding page says: who is asked, and the very lines that would leave this machine."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from geomatch.core.errors import ParameterError
from geomatch.core.phrases import counted
from geomatch.geocoding.providers import BATCH, Service
from geomatch.network.access import ORGANIZERS
from geomatch.network.locating.provider import service_of
from geomatch.network.models import Network, ProviderChoice, ProviderConsent, Role, Run
from geomatch.network.selectors.numbers import network_numbers
from geomatch.network.selectors.sending import Sending, chosen_provider, lines_to_send
from geomatch.site.jobs.progress import place_step, work_under_way
from geomatch.site.shell.forms import PROVIDERS, ProviderForm
from geomatch.site.shell.phrases import by_whom

SHOWN = 500
OFF = gettext_noop("Off: no address leaves this machine.")


def geocoding_card(network: Network) -> dict[str, str]:
    """Fill the entry of the settings page."""
    choice = chosen_provider()
    said = gettext(OFF)
    if choice:
        said = gettext("%(service)s may be asked, about lines you have seen.") % {
            "service": PROVIDERS[choice.service]
        }
    url = reverse("geocoding_settings", args=[network.slug])
    return {"label": gettext("Addresses that are not found here"), "url": url, "words": said}


def geocoding_context(
    network: Network, roles: frozenset[Role], form: ProviderForm | None = None
) -> dict[str, Any]:
    """Fill the page.

    Parameters
    ----------
    form
        What was chosen and refused; None to show what is chosen.
    """
    slug = network.slug
    choice = chosen_provider()
    numbers = network_numbers(roles)
    unlooked = numbers.known("unlooked")
    is_steward = Role.STEWARD in roles
    if form is None and is_steward:
        chosen = {"service": choice.service, "url": choice.url} if choice else {"service": "none"}
        form = ProviderForm(initial=chosen)
    return {
        "lead": _lead(choice),
        "back": {"label": gettext("Settings"), "url": reverse("settings", args=[slug])},
        "next_step": place_step(network, numbers) if unlooked and roles & ORGANIZERS else None,
        "unlooked": unlooked,
        "form": form,
        "choose_url": reverse("geocoding_choose", args=[slug]),
        "run": work_under_way(network, roles, Run.Kind.GEOCODE),
        "sending": _sending(network, choice, is_steward=is_steward) if choice else None,
        "consents": _consents(),
    }


def _lead(choice: ProviderChoice | None) -> str:
    if choice is None:
        where = gettext("They are looked up in your own list of addresses.")
        return f"{gettext(OFF)} {where}"
    return gettext(
        "%(service)s may be asked, chosen by %(who)s. "
        "Nothing is sent before somebody has seen the lines and said so."
    ) % {
        "service": PROVIDERS[choice.service],
        "who": choice.chosen_by or gettext("the terminal"),
    }


def _sending(network: Network, choice: ProviderChoice, *, is_steward: bool) -> dict[str, Any]:
    try:
        service = service_of(choice)
    except ParameterError as error:
        return {"trouble": str(error)}
    found = lines_to_send(network, service)
    slug = network.slug
    return {
        "host": service.host,
        "terms": service.terms,
        "heading": counted(
            "%(n)s address would go to %(host)s",
            "%(n)s addresses would go to %(host)s",
            len(found.lines),
            host=service.host,
        ),
        "button": _button(found, service),
        "time": _time(len(found.lines), service),
        "lines": found.lines[:SHOWN],
        "count": len(found.lines),
        "fingerprint": found.fingerprint,
        "notes": _notes(found, is_steward=is_steward),
        "send_url": reverse("geocoding_send", args=[slug]),
        "lines_url": reverse("geocoding_lines", args=[slug]),
    }


def _button(found: Sending, service: Service) -> str:
    if found.lines:
        return counted(
            "Send %(n)s address to %(host)s",
            "Send %(n)s addresses to %(host)s",
            len(found.lines),
            host=service.host,
        )
    if found.answered:
        return counted(
            "Use %(n)s answer kept, send nothing",
            "Use %(n)s answers kept, send nothing",
            found.answered,
        )
    return ""


def _notes(found: Sending, *, is_steward: bool) -> list[str]:
    """Say what stays here, and why. How many homes are hidden is for stewards."""
    notes = [
        gettext(
            "Number, street, town, state and ZIP code are sent; names, flats and notes are not."
        ),
        _never_sent(found.held_back if is_steward else None),
    ]
    if found.answered:
        notes.append(
            counted(
                "%(n)s home was answered before: that line is not sent again.",
                "%(n)s homes were answered before: that line is not sent again.",
                found.answered,
            )
        )
    if found.boxes:
        notes.append(
            counted(
                "%(n)s home without a street, such as a post office box: nothing to send.",
                "%(n)s homes without a street, such as a post office box: nothing to send.",
                found.boxes,
            )
        )
    return notes


def _never_sent(held_back: int | None) -> str:
    if held_back is None:
        return gettext(
            "Hidden homes, quiet ones, and people who asked not to be contacted are never sent."
        )
    return gettext(
        "Hidden homes, quiet ones, and people who asked not to be contacted are never sent "
        "(%(n)s now)."
    ) % {"n": f"{held_back:,}"}


def _time(lines: int, service: Service) -> str:
    """Say how long the service's own pace takes."""
    seconds = ceil(lines / (BATCH if service.geocode_batch else 1)) * service.every_s
    if seconds < 1:
        return ""
    if seconds < 90:
        return counted(
            "About %(n)s second, at the pace it allows.",
            "About %(n)s seconds, at the pace it allows.",
            round(seconds),
        )
    if seconds < 5400:
        return counted(
            "About %(n)s minute, at the pace it allows.",
            "About %(n)s minutes, at the pace it allows.",
            round(seconds / 60),
        )
    return counted(
        "About %(n)s hour, at the pace it allows.",
        "About %(n)s hours, at the pace it allows.",
        round(seconds / 3600),
    )


def _consents() -> list[dict[str, str]]:
    given = ProviderConsent.objects.select_related("given_by")[:10]
    return [
        {
            "words": counted(
                "%(n)s address to %(host)s",
                "%(n)s addresses to %(host)s",
                len(one.digests),
                host=one.host,
            ),
            "who": by_whom(one.given_at, one.given_by),
        }
        for one in given
        if one.digests  # none: answers that were kept were used, and nothing went
    ]
