"""Match everything that is open, and keep what people have already agreed."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from geomatch.matching.engine import PARTS, Policy, Requests, Volunteers, solve
from geomatch.matching.engine import Assignment as Solution
from geomatch.matching.models import Assignment, Match, NeverPair
from geomatch.matching.models import Policy as StoredPolicy
from geomatch.network.models import Household, Network, Person, Request, Volunteer
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record

RECENT = dt.timedelta(days=28)
# Matches that somebody is already acting on take a volunteer's time.
UNDER_WAY = (Match.State.ACCEPTED,)
KEPT = (Match.State.OFFERED,)


def network_policy() -> Policy:
    """Return the newest policy of the current network, or the default."""
    stored = StoredPolicy.objects.first()
    if stored is None:
        return Policy.default()
    return Policy.from_toml(stored.toml, name=f"policy {stored.version}")


def match_all(
    *,
    network: Network,
    actor: AbstractBaseUser | None,
    pod_of: Mapping[int, str] | None = None,
    today: dt.date | None = None,
    progress: Callable[[float, float], None] | None = None,
) -> Assignment:
    """Propose the best assignment of every open request.

    Pinned matches and offers not yet answered are kept; other proposals are replaced. Nothing
    that somebody accepted is touched.

    Parameters
    ----------
    pod_of
        Household id → pod, for the “same pod” part of the score.
    today
        Decides which risk flags hold; the network's own day by default.

    Raises
    ------
    geomatch.core.errors.InputError
        If the policy or a pinned match cannot be used.
    """
    today = today or timezone.localdate()
    with use_network(network):
        day = _Day(pod_of or {}, today)
    solution = solve(
        day.volunteers(),
        day.requests(),
        day.policy,
        never=day.never,
        pinned=day.pinned,
        today=today,
    )
    if progress:
        progress(1, 1)
    with use_network(network):
        return _save(network, actor, day, solution)


# The engine tells rows apart by their ids, so ids of different tables must differ too.
def _volunteer_id(pk: int) -> str:
    return f"volunteer {pk}"


def _request_id(pk: int) -> str:
    return f"request {pk}"


def _person_id(pk: int) -> str:
    return f"person {pk}"


class _Day:
    """Everything the engine must know, read from the database once."""

    def __init__(self, pod_of: Mapping[int, str], today: dt.date) -> None:
        self._pod_of = pod_of
        self.policy = network_policy()
        self.helpers = list(Volunteer.objects.select_related("person__household"))
        self.open = list(
            Request.objects.filter(state=Request.State.OPEN).select_related("person__household")
        )
        self._flags = _flags_by_person()
        self._in_household = _people_by_household()
        self._busy = Counter(
            Match.objects.filter(state__in=UNDER_WAY).values_list("volunteer_id", flat=True)
        )
        done = Match.objects.filter(state=Match.State.DONE)
        self._recent = Counter(
            done.filter(updated_at__date__gt=today - RECENT).values_list("volunteer_id", flat=True)
        )
        self._helped: dict[int, set[str]] = defaultdict(set)
        for volunteer, person in done.values_list("volunteer_id", "request__person_id"):
            self._helped[volunteer].add(_person_id(person))
        self.never = [
            (_volunteer_id(volunteer), _person_id(person))
            for volunteer, person in NeverPair.objects.values_list("volunteer_id", "person_id")
        ]
        self.kept = self._kept()

    def _kept(self) -> dict[int, int]:
        """Request → volunteer of every match that the solver must leave alone."""
        kept = Match.objects.filter(state__in=KEPT) | Match.objects.filter(
            state=Match.State.PROPOSED, pinned=True
        )
        open_requests = {request.pk for request in self.open}
        first: dict[int, int] = {}
        for request, volunteer in kept.order_by("id").values_list("request_id", "volunteer_id"):
            if request in open_requests:
                first.setdefault(request, volunteer)
        return first

    @property
    def pinned(self) -> list[tuple[str, str]]:
        return [(_request_id(r), _volunteer_id(v)) for r, v in self.kept.items()]

    def volunteers(self) -> Volunteers:
        people = [v.person for v in self.helpers]
        return Volunteers.build(
            [_volunteer_id(v.pk) for v in self.helpers],
            _lonlat(people),
            person=[_person_id(p.pk) for p in people],
            skills=[v.skills for v in self.helpers],
            languages=[p.languages for p in people],
            flags=[self._flags.get(p.pk, ()) for p in people],
            capacity=[max(0, v.capacity - self._busy[v.pk]) for v in self.helpers],
            max_km=[v.max_km for v in self.helpers],
            vehicle=[v.vehicle for v in self.helpers],
            modes=[v.modes for v in self.helpers],
            availability=[v.availability for v in self.helpers],
            resting_until=[v.resting_until for v in self.helpers],
            pod=self._pods(people),
            recent_tasks=[self._recent[v.pk] for v in self.helpers],
            helped=[sorted(self._helped[v.pk]) for v in self.helpers],
            withheld=[_withheld(p.household) for p in people],
        )

    def requests(self) -> Requests:
        people = [r.person for r in self.open]
        return Requests.build(
            [_request_id(r.pk) for r in self.open],
            _lonlat(people),
            person=[_person_id(p.pk) for p in people],
            skills=[r.skills for r in self.open],
            languages=[r.languages or r.person.languages for r in self.open],
            flags=[self._household_flags(p) for p in people],
            urgency=[r.urgency for r in self.open],
            mode=[r.mode for r in self.open],
            needs_vehicle=[r.needs_vehicle for r in self.open],
            availability=[r.availability for r in self.open],
            pod=self._pods(people),
            withheld=[_withheld(p.household) for p in people],
        )

    def _household_flags(self, person: Person) -> Sequence[str]:
        """Risk in a home is shared: the flags of everybody behind the same door count."""
        together = self._in_household.get(person.household_id, [person.pk])
        return [flag for member in together for flag in self._flags.get(member, ())]

    def _pods(self, people: Sequence[Person]) -> list[str]:
        return [self._pod_of.get(person.household_id or 0, "") for person in people]


def _flags_by_person() -> dict[int, list[str]]:
    from geomatch.network.models import RiskFlag

    flags: dict[int, list[str]] = defaultdict(list)
    for flag in RiskFlag.objects.all():
        flags[flag.person_id].append(flag.as_cell())
    return flags


def _people_by_household() -> dict[int | None, list[int]]:
    people: dict[int | None, list[int]] = defaultdict(list)
    known = Person.objects.exclude(household=None).values_list("household_id", "pk")
    for household, person in known:
        people[household].append(person)
    return people


def _lonlat(people: Sequence[Person]) -> np.ndarray:
    """(n, 2) degrees, NaN where somebody's place is not known."""
    points = [p.household.location if p.household else None for p in people]
    return np.array(
        [(point.x, point.y) if point else (np.nan, np.nan) for point in points], dtype=float
    ).reshape(-1, 2)


def _withheld(household: Household | None) -> str:
    """Why nobody may be sent here, or from here, by the solver; the strongest word first."""
    if household is None:
        return ""
    for word in ("quiet", "do_not_contact", "hidden"):
        if getattr(household, word):
            return word
    return ""


def _save(
    network: Network, actor: AbstractBaseUser | None, day: _Day, solution: Solution
) -> Assignment:
    unmatched = {
        day.open[i].pk: {"code": reason.code, "sentence": reason.sentence}
        for i, reason in enumerate(solution.reasons)
        if reason is not None
    }
    assignment = Assignment.objects.create(
        network=network,
        objective=solution.objective,
        upper_bound=solution.upper_bound,
        served=solution.served,
        unmatched=unmatched,
        report={
            "requests": len(day.open),
            "volunteers": len(day.helpers),
            "served": solution.served,
            "pairs": solution.n_pairs,
            "gap": solution.gap if day.open else 0.0,
        },
        created_by=actor,
    )
    _replace_proposals(network, day, solution, assignment)
    record(actor=actor, verb="matched requests", **assignment.report)
    return assignment


def _replace_proposals(
    network: Network, day: _Day, solution: Solution, assignment: Assignment
) -> None:
    Match.objects.filter(state=Match.State.PROPOSED, pinned=False).delete()
    Match.objects.bulk_create(
        Match(
            network=network,
            request=day.open[i],
            volunteer=day.helpers[j],
            assignment=assignment,
            **_figures(solution, i),
        )
        for i, j in enumerate(solution.volunteer)
        if j >= 0 and day.open[i].pk not in day.kept
    )
    kept = Match.objects.filter(request_id__in=day.kept, state__in=(*KEPT, Match.State.PROPOSED))
    position = {request.pk: i for i, request in enumerate(day.open)}
    for match in kept:
        i = position[match.request_id]
        if match.volunteer_id != day.kept[match.request_id]:
            continue  # asked of a second volunteer too: the solver scored the first
        for name, value in _figures(solution, i).items():
            setattr(match, name, value)
        match.save()


def _figures(solution: Solution, i: int) -> dict[str, Any]:
    metres = int(solution.distance_m[i])
    return {
        "score": int(solution.score[i]),
        "parts": {part: int(points) for part, points in zip(PARTS, solution.parts[i], strict=True)},
        "distance_m": None if metres < 0 else metres,
    }
