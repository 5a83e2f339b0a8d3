"""One home of the location queue, as its page shows it: what is known, and where it may be."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from geomatch.core.addresses import parse_address
from geomatch.core.phrases import counted
from geomatch.geocoding.suggestions import MOST, Suggestion
from geomatch.network.locating.pins import as_seen
from geomatch.network.locating.provider import service_of
from geomatch.network.models import PRECISE, Doubt, GazetteerEntry, Household, Network, Role
from geomatch.network.selectors.candidates import candidates_of, typed_point
from geomatch.network.selectors.doubtful import latest_placements, location_queue, remaining
from geomatch.network.selectors.households import address_of, states_of, visible_households
from geomatch.network.selectors.sending import chosen_provider, provider_candidates
from geomatch.site.shell import phrases
from geomatch.site.shell.phrases import by_whom
from maps.data import PlaceMapData, Spot
from maps.elements import map_parts, place_map

UNDOABLE = 8
SHOWN_NEXT = 12
NEAR_DEG = 0.006  # some 600 m north and south: what one sees of a street at this size
MOST_DOORS = 400
MOST_HOMES = 500

PAGE_KEYS = [
    {"key": "j", "does": gettext_lazy("Skip to the next home")},
    {"key": "k", "does": gettext_lazy("Go back to the home before")},
    {"key": gettext_lazy("1 to 9"), "does": gettext_lazy("Choose the place with this number")},
    {"key": "← ↑ → ↓", "does": gettext_lazy("Move the pin by 2 metres, with Shift by 20")},
    {"key": "Esc", "does": gettext_lazy("Put the pin back, before it is placed")},
    {"key": "Enter", "does": gettext_lazy("Place the home where the pin is")},
    {"key": "u", "does": gettext_lazy("Undo the last placement")},
]


class Queue(NamedTuple):
    """The queue's order, and where in it one home is."""

    ids: list[int]
    at: int | None

    @classmethod
    def around(cls, roles: Collection[Role], household: int | None) -> Queue:
        """Read the queue as a reader may know of it."""
        ids = list(location_queue(visible_households(roles)).values_list("pk", flat=True))
        return cls(ids, ids.index(household) if household in ids else None)

    def step(self, by: int) -> int | None:
        """Return the home after (1) or before (-1), around the end; None if there is no other."""
        others = [pk for i, pk in enumerate(self.ids) if i != self.at]
        if not others:
            return None
        if self.at is None:
            return self.ids[0 if by > 0 else -1]
        return self.ids[(self.at + by) % len(self.ids)]


def lead(roles: Collection[Role]) -> str:
    """Say how many remain."""
    left = remaining(visible_households(()))
    said = counted(
        "%(n)s address needs you, the worst first.",
        "%(n)s addresses need you, the worst first.",
        left.doubtful,
    )
    if not left.doubtful:
        said = gettext("No address needs you.")
    if Role.STEWARD in roles:
        apart = remaining(visible_households(roles).filter(hidden=True))
        if hidden := apart.doubtful + apart.between:
            wait = counted(
                "%(n)s hidden home waits here too.", "%(n)s hidden homes wait here too.", hidden
            )
            said += f" {wait}"
    if left.between:
        between = counted(
            "%(n)s more lies between two homes and can wait.",
            "%(n)s more lie between two homes and can wait.",
            left.between,
        )
        said += f" {between}"
    return said


def place_context(
    network: Network, roles: frozenset[Role], home: Household, typed: str
) -> dict[str, Any]:
    """Fill the page of one home.

    Parameters
    ----------
    typed
        An address or a point that somebody typed to look for; empty for the home's own address.
    """
    queue = Queue.around(roles, home.pk)
    point = typed_point(typed)
    found = [] if point else _found(network, home, typed)
    pin = point or (home.location.coords if home.location else None)
    slug = network.slug
    drawn = place_map(
        PlaceMapData(
            title=_title(home),
            pin=Spot(*home.location.coords) if home.location else None,
            candidates=[Spot(one.lon, one.lat, one.address) for one in found],
            doors=_doors_near(pin or _first(found)),
            around=[] if pin or found else _known_homes(),
        ),
        ground_url=reverse("ground_data", args=[slug]),
    )
    drawn.config["units"] = network.distance_units
    return {
        "map": map_parts(drawn),
        "lead": lead(roles),
        "back": {"label": gettext("Neighbours"), "url": reverse("household_list", args=[slug])},
        "position": _position(queue),
        "next_url": _url(slug, queue.step(1)),
        "previous_url": _url(slug, queue.step(-1)),
        "home": _home(home, slug),
        "candidates": [_candidate(one) for one in found],
        "typed": typed,
        "found_nothing": bool(typed) and not point and not found,
        "point": _written(pin) if pin else "",
        "seen": as_seen(home),
        "put_url": reverse("place_put", args=[slug, home.pk]),
        "placed": _placed(roles, home, slug),
        "upcoming": _upcoming(queue, roles, slug),
        "page_keys": PAGE_KEYS,
    }


def _title(home: Household) -> str:
    if not home.address:
        return gettext("Where is this home?")
    return gettext("Where is %(address)s?") % {"address": home.address}


def _found(network: Network, home: Household, typed: str) -> list[Suggestion]:
    """List what our own gazetteer knows, then what a service offered when it was asked."""
    found = candidates_of(typed or address_of(home, network))
    choice = None if typed else chosen_provider()
    if choice is not None:
        found += provider_candidates(network, home, service_of(choice))
    return found[:MOST]


def _home(home: Household, slug: str) -> dict[str, Any]:
    read = parse_address(home.given_address)
    return {
        "who": ", ".join(person.name for person in home.people.all()),
        "written": home.given_address,
        "url": reverse("household_detail", args=[slug, home.pk]),
        "quality": home.quality,
        "sure": phrases.sureness(home.geocode_score) if home.location else "",
        "reason": capfirst(home.geocode_reason.replace("the gazetteer", "your list of addresses")),
        "states": states_of(home),
        # Where help should come must be said by a person: the address names no place.
        "asks_for_place": read.is_mail_only or not home.given_address,
        "box": read.box,
        "moved": home.doubt == Doubt.MOVED,
        "meeting_place": home.meeting_place,
        "hidden": home.hidden,
    }


def _candidate(one: Suggestion) -> dict[str, Any]:
    return {
        "value": f"{_written((one.lon, one.lat))} {one.address}",
        "address": one.address,
        "quality": one.quality,
        "sure": phrases.sureness(one.score),
        "why": one.why,
    }


def _position(queue: Queue) -> str:
    if queue.at is None:
        return gettext("Not in the queue")
    position = {"place": f"{queue.at + 1:,}", "all": f"{len(queue.ids):,}"}
    return gettext("%(place)s of %(all)s") % position


def _url(slug: str, household: int | None) -> str:
    return reverse("place_household", args=[slug, household]) if household else ""


def _written(lonlat: tuple[float, float]) -> str:
    return f"{lonlat[1]:.6f}, {lonlat[0]:.6f}"


def _first(found: list[Suggestion]) -> tuple[float, float] | None:
    return (found[0].lon, found[0].lat) if found else None


def _doors_near(lonlat: tuple[float, float] | None) -> list[Spot]:
    """Read the house numbers around a point: "12 is here, so 14 is there"."""
    if lonlat is None:
        return []
    lon, lat = lonlat
    rows = GazetteerEntry.objects.filter(
        lat__range=(lat - NEAR_DEG, lat + NEAR_DEG),
        lon__range=(lon - 2 * NEAR_DEG, lon + 2 * NEAR_DEG),
    )
    doors = rows.values_list("lon", "lat", "number")[:MOST_DOORS]
    return [Spot(*door) for door in dict.fromkeys(doors)]


def _known_homes() -> list[tuple[float, float]]:
    """Read where the town is, for the map of a home that nobody knows the place of."""
    homes = Household.objects.filter(hidden=False, quality__in=PRECISE, doubt="")
    points = homes.values_list("location", flat=True)[:MOST_HOMES]
    return [point.coords for point in points if point]


def _placed(roles: Collection[Role], home: Household, slug: str) -> list[dict[str, Any]]:
    """List what was placed lately, by anybody, and can be undone."""
    return [
        {
            "address": placement.household.address
            or gettext("Home %(number)s") % {"number": placement.household.ref},
            "url": reverse("place_household", args=[slug, placement.household_id]),
            "words": by_whom(placement.placed_at, placement.placed_by),
            "undo_url": reverse("placement_undo", args=[slug, placement.pk]),
        }
        for placement in latest_placements(visible_households(roles), UNDOABLE, of=home)
    ]


def _upcoming(queue: Queue, roles: Collection[Role], slug: str) -> list[dict[str, Any]]:
    start = 0 if queue.at is None else queue.at + 1
    ids = queue.ids[start : start + SHOWN_NEXT]
    homes = visible_households(roles).in_bulk(ids)
    return [
        {
            "address": homes[pk].address or gettext("No address"),
            "url": reverse("place_household", args=[slug, pk]),
            "quality": homes[pk].quality,
        }
        for pk in ids
        if pk in homes
    ]
