"""Turn rows into what the maps show, dropping what the reader may not see before it is loaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from shapely import from_wkb

from geomatch.matching.engine import Choice, Policy
from geomatch.matching.models import Assignment, Match
from geomatch.matching.selectors import Candidates, current_matches
from geomatch.matching.services import network_policy
from geomatch.network.models import (
    GroundFeature,
    Household,
    Network,
    Person,
    Request,
    Role,
    Volunteer,
)
from geomatch.network.scope import current_network
from geomatch.site.shell import phrases
from maps import data as maps_data
from pods.models import Barrier, Crossing, Plan
from pods.selectors import pods_with_counts, shown_point_person, visible_memberships

Kind = GroundFeature.Kind
# A map can be saved and passed on, and the rule that stands in the way may be about somebody's
# health: which one it is, only the coordinator's table says.
NOBODY_FITS = gettext_lazy("Nobody fits yet.")
NEEDED_ELSEWHERE = gettext_lazy("Everybody who fits is needed elsewhere.")
PARTS = {
    "distance": pgettext_lazy("part of a score", "Distance"),
    "skills": pgettext_lazy("part of a score", "Skills"),
    "language": pgettext_lazy("part of a score", "Language"),
    "time": pgettext_lazy("part of a score", "Time"),
    "pod": pgettext_lazy("part of a score", "Pod"),
    "load": pgettext_lazy("part of a score", "Load"),
    "continuity": pgettext_lazy("part of a score", "Continuity"),
}
BUSY = frozenset({"needed-elsewhere", "too-many-tasks"})


@dataclass(frozen=True)
class Shape:
    """A shape with properties, as the maps take it."""

    geometry: Any
    properties: Mapping[str, object]


def private_json(payload: Any, *, max_age: int = 0) -> JsonResponse:
    """Answer JSON that no shared cache may keep."""
    response = JsonResponse(payload, safe=False)
    response["Cache-Control"] = f"private, max-age={max_age}" if max_age else "no-store"
    return response


def ground(network: Network) -> maps_data.Ground:
    """Read the network's ground: streets, water, buildings, and what nobody crosses."""
    layers: dict[str, list[Shape]] = {kind: [] for kind in Kind}
    for feature in GroundFeature.objects.iterator():
        shape = Shape(
            from_wkb(bytes(feature.geometry.wkb)), {**feature.properties, "name": feature.name}
        )
        layers[feature.kind].append(shape)
    barriers = [
        Shape(
            from_wkb(bytes(row.geometry.wkb)),
            {"name": row.name, "crossing": isinstance(row, Crossing)},
        )
        for model in (Barrier, Crossing)
        for row in model.objects.all()
    ]
    return maps_data.Ground(
        streets=layers[Kind.STREET],
        water=layers[Kind.WATER],
        landuse=layers[Kind.LAND_USE],
        buildings=layers[Kind.BUILDING],
        contours=layers[Kind.CONTOUR],
        barriers=barriers,
        boundary=[Shape(from_wkb(bytes(network.boundary.wkb)), {})],
    )


def water_only() -> maps_data.Ground:
    """Read just the water: pods' soft shapes do not cover it."""
    water = GroundFeature.objects.filter(kind=Kind.WATER)
    return maps_data.Ground(water=[Shape(from_wkb(bytes(w.geometry.wkb)), {}) for w in water])


def plan_map_data(
    network: Network,
    plan: Plan,
    roles: Collection[Role],
    *,
    ground: maps_data.Ground | None = None,
) -> maps_data.PodMapData:
    """Fill a plan's map. Hidden households are on no map, a steward's neither.

    Parameters
    ----------
    ground
        The ground for a map that stands alone; a page loads it by its own address.
    """
    households = []
    pods = list(pods_with_counts(plan))
    # A map can be saved and passed on: it names nobody hidden, to a steward neither.
    named = {pod.pk: shown_point_person(pod, roles=()) for pod in pods}
    leaders = {person.household_id for person in named.values() if person}
    for membership in visible_memberships(plan, roles).filter(household__hidden=False):
        home = membership.household
        lon, lat = _lonlat(home)
        households.append(
            maps_data.Household(
                lon=lon,
                lat=lat,
                label=home.address,
                pod=membership.pod.number if membership.pod else None,
                key=str(home.pk),
                people=home.people_count,
                building=_building(home),
                unit=home.unit,
                reason=membership.reason,
                point_person=home.pk in leaders,
                href=reverse("household_detail", args=[network.slug, home.pk]),
            )
        )
    return maps_data.PodMapData(
        households=households,
        pods=[_pod(pod, named[pod.pk]) for pod in pods],
        ground=ground or water_only(),
        title=phrases.plan_name(plan),
    )


def match_map_data(
    network: Network, roles: Collection[Role], *, ground: maps_data.Ground | None = None
) -> maps_data.MatchMapData:
    """Fill the map of requests, volunteers and the matches between them."""
    assignment = Assignment.objects.first()
    reasons = assignment.unmatched if assignment else {}
    policy = network_policy()
    requests = [
        _request(request, _neutral(reasons.get(str(request.pk))))
        for request in Request.objects.filter(
            state__in=(Request.State.OPEN, Request.State.MATCHED)
        ).select_related("person__household")
        if not _is_hidden(request.person.household)
    ]
    volunteers = [
        _volunteer(volunteer)
        for volunteer in Volunteer.objects.select_related("person__household")
        if not _is_hidden(volunteer.person.household)
    ]
    return maps_data.MatchMapData(
        requests=requests,
        volunteers=volunteers,
        matches=[
            _match(match, policy, network.distance_units)
            for match in current_matches(roles)
            if not _is_hidden(match.request.person.household)
            and not _is_hidden(match.volunteer.person.household)
        ],
        ground=ground or maps_data.Ground(),
        title=gettext("Matches"),
    )


def candidate_map_data(
    network: Network, request: Request, found: Candidates, match: Match | None
) -> maps_data.MatchMapData:
    """Fill the map of one request and who could go.

    Of a hidden household there is no map: a ring of volunteers around nothing would show where.
    """
    title = gettext("Who could go: %(what)s") % {"what": what(request.skills)}
    if _is_hidden(request.person.household):
        return maps_data.MatchMapData([], [], title=title)
    helpers = {candidate.volunteer.pk: candidate.volunteer for candidate in found.choices}
    lines = {
        candidate.volunteer.pk: maps_data.Match(
            request=str(request.pk),
            volunteer=str(candidate.volunteer.pk),
            state="candidate",
            score=candidate.choice.score,
            distance_m=_metres(candidate.choice),
        )
        for candidate in found.choices
    }
    if match is not None:
        helpers[match.volunteer_id] = match.volunteer
        lines[match.volunteer_id] = _match(match, network_policy(), network.distance_units)
    shown = [helper for helper in helpers.values() if not _is_hidden(helper.person.household)]
    return maps_data.MatchMapData(
        requests=[_request(request, "")],
        volunteers=[_volunteer(helper) for helper in shown],
        matches=[lines[helper.pk] for helper in shown],
        title=title,
    )


def _metres(choice: Choice) -> int | None:
    """How far it is: the walk where it was measured, else the straight line."""
    metres = choice.distance_m if choice.walk_m < 0 else choice.walk_m
    return None if metres < 0 else metres


def part_name(code: str) -> str:
    """Name a part of a score."""
    return str(PARTS.get(code, code))


def part_words(match: Match, policy: Policy, units: str) -> list[tuple[str, int, int, str]]:
    """List a score's parts: name, points, the most there was to win, and words where they help."""
    parts = []
    for code, points in match.parts.items():
        said = ""
        if code == "distance":
            said = phrases.away(match.distance_m, match.walk_m, units)
        parts.append((part_name(code), points, policy.weights.get(code, points), said))
    return parts


def _lonlat(home: Household | None) -> tuple[float, float]:
    if home is None or home.location is None:
        return maps_data.NAN, maps_data.NAN
    return home.location.x, home.location.y


def _building(home: Household) -> str:
    """Name the building a door belongs to: a number and a street may stand in two towns."""
    return f"{home.number} {home.street}, {home.city}" if home.number and home.street else ""


def _is_hidden(home: Household | None) -> bool:
    return home is not None and (home.hidden or home.quiet)


def _neutral(reason: Mapping[str, str] | None) -> str:
    """Say why a request has nobody, without the rule that stands in the way."""
    if reason is None:
        return ""
    return str(NEEDED_ELSEWHERE if reason["code"] in BUSY else NOBODY_FITS)


def _pod(pod: Any, leader: Person | None) -> maps_data.Pod:
    return maps_data.Pod(
        number=pod.number,
        name=pod.name,
        needs=() if leader else (gettext("Nobody looks after this pod yet."),),
        point_person=leader.name if leader else "",
        colour=pod.colour,
    )


def _request(request: Request, reason: str) -> maps_data.Request:
    lon, lat = _lonlat(request.person.household)
    details = [request.get_mode_display()]
    if request.languages:
        details.append(phrases.speaks(request.languages))
    if request.needs_vehicle:
        details.append(gettext("needs a car"))
    return maps_data.Request(
        key=str(request.pk),
        label=f"{what(request.skills)} · {request.person.name}",
        lon=lon,
        lat=lat,
        urgency=request.urgency,
        details=tuple(details),
        reason=reason,
        href=reverse("request_detail", args=[current_network().slug, request.pk]),
    )


def _volunteer(volunteer: Volunteer) -> maps_data.Volunteer:
    lon, lat = _lonlat(volunteer.person.household)
    details = [what(volunteer.skills)]
    if volunteer.person.languages:
        details.append(phrases.speaks(volunteer.person.languages))
    if volunteer.vehicle:
        details.append(gettext("drives"))
    return maps_data.Volunteer(
        key=str(volunteer.pk),
        label=volunteer.person.name,
        lon=lon,
        lat=lat,
        capacity=volunteer.capacity,
        details=tuple(detail for detail in details if detail),
        href=reverse("volunteer_detail", args=[current_network().slug, volunteer.pk]),
    )


def _match(match: Match, policy: Policy, units: str) -> maps_data.Match:
    return maps_data.Match(
        request=str(match.request_id),
        volunteer=str(match.volunteer_id),
        state=match.state,
        score=match.score,
        parts=tuple(
            maps_data.ScorePart(name, points, most, said)
            for name, points, most, said in part_words(match, policy, units)
        ),
        distance_m=match.away_m,
        pinned=match.pinned,
    )


def what(skills: Collection[str]) -> str:
    """Say kinds of help in words: `["phone-check-in"]` → `"Phone check in"`."""
    return ", ".join(skill.replace("-", " ") for skill in skills).capitalize()
