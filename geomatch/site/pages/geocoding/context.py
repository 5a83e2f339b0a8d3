"""What the geocoding page says: who is asked, and the very lines that would leave this machine."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.urls import reverse

from geomatch.core.errors import ParameterError
from geomatch.core.phrases import count
from geomatch.geocoding.providers import BATCH, Service
from geomatch.network.access import ORGANIZERS
from geomatch.network.locating.provider import service_of
from geomatch.network.models import Network, ProviderChoice, ProviderConsent, Role, Run
from geomatch.network.selectors.numbers import network_numbers
from geomatch.network.selectors.sending import Sending, chosen_provider, lines_to_send
from geomatch.site.jobs.progress import place_step, work_under_way
from geomatch.site.shell.forms import PROVIDERS, ProviderForm
from geomatch.site.shell.phrases import when

SHOWN = 500
OFF = "Off: no address leaves this machine."


def geocoding_card(network: Network) -> dict[str, str]:
    """Fill the entry of the settings page."""
    choice = chosen_provider()
    said = (
        f"{PROVIDERS[choice.service]} may be asked, about lines you have seen." if choice else OFF
    )
    url = reverse("geocoding_settings", args=[network.slug])
    return {"label": "Addresses that are not found here", "url": url, "words": said}


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
        "back": {"label": "Settings", "url": reverse("settings", args=[slug])},
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
        return f"{OFF} They are looked up in your own list of addresses."
    who = choice.chosen_by or "the terminal"
    return (
        f"{PROVIDERS[choice.service]} may be asked, chosen by {who}. "
        "Nothing is sent before somebody has seen the lines and said so."
    )


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
        "heading": f"{count(len(found.lines), 'address', 'addresses')} would go to {service.host}",
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
        return f"Send {count(len(found.lines), 'address', 'addresses')} to {service.host}"
    if found.answered:
        return f"Use {count(found.answered, 'answer')} kept, send nothing"
    return ""


def _notes(found: Sending, *, is_steward: bool) -> list[str]:
    """Say what stays here, and why. How many homes are hidden is for stewards."""
    notes = [
        "Number, street, town, state and ZIP code are sent; names, flats and notes are not.",
        "Hidden homes, quiet ones, and people who asked not to be contacted are never sent"
        + (f" ({found.held_back:,} now)." if is_steward else "."),
    ]
    if found.answered:
        was = "home was" if found.answered == 1 else "homes were"
        notes.append(f"{found.answered:,} {was} answered before: that line is not sent again.")
    if found.boxes:
        notes.append(
            f"{count(found.boxes, 'home')} without a street, such as a post office box: "
            "nothing to send."
        )
    return notes


def _time(lines: int, service: Service) -> str:
    """Say how long the service's own pace takes."""
    seconds = ceil(lines / (BATCH if service.geocode_batch else 1)) * service.every_s
    if seconds < 1:
        return ""
    if seconds < 90:
        return f"About {count(round(seconds), 'second')}, at the pace it allows."
    if seconds < 5400:
        return f"About {count(round(seconds / 60), 'minute')}, at the pace it allows."
    return f"About {count(round(seconds / 3600), 'hour')}, at the pace it allows."


def _consents() -> list[dict[str, str]]:
    given = ProviderConsent.objects.select_related("given_by")[:10]
    return [
        {
            "words": f"{count(len(one.digests), 'address', 'addresses')} to {one.host}",
            "who": f"{one.given_by or 'The terminal'}, {when(one.given_at)}",
        }
        for one in given
        if one.digests  # none: answers that were kept were used, and nothing went
    ]
