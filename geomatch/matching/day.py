"""One day of the current network, read once and laid out as the engine takes it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geomatch.core.errors import ParameterError
from geomatch.matching.engine import (
    PARTS,
    Choice,
    MatchProblem,
    Policy,
    Requests,
    Volunteers,
    prepare,
)
from geomatch.matching.engine.solver.solve import pinned_positions
from geomatch.matching.models import Match, NeverPair
from geomatch.matching.models import Policy as StoredPolicy
from geomatch.matching.streets import network_streets
from geomatch.network.models import Household, Person, Request, RiskFlag, Volunteer
from geomatch.network.scope import current_network

RECENT = dt.timedelta(days=28)
OPEN_OFFERS = (Match.State.OFFERED,)
# Whoever said yes is acting on it; whoever was asked may say yes any minute.
AGREED = (Match.State.ACCEPTED,)
AGREED_OR_ASKED = (Match.State.ACCEPTED, Match.State.OFFERED)


def network_policy() -> Policy:
    """Return the newest policy of the current network, or the default."""
    stored = StoredPolicy.objects.first()
    if stored is None:
        return Policy.default()
    return Policy.from_toml(stored.toml, name=f"policy {stored.version}")


# The engine tells rows apart by their ids, so ids of different tables must differ too.
def volunteer_id(pk: int) -> str:
    """Name a volunteer for the engine."""
    return f"volunteer {pk}"


def request_id(pk: int) -> str:
    """Name a request for the engine."""
    return f"request {pk}"


def _person_id(pk: int) -> str:
    return f"person {pk}"


@dataclass
class Day:
    """Everything the engine must know of one day; `from_network` reads it from the database.

    Attributes
    ----------
    pod_of
        Household id → pod, for the “same pod” part of the score.
    today
        Decides which risk flags hold.
    policy
        Rules and weights.
    open, helpers
        The requests and volunteers, in the order of the engine's arrays.
    busy
        Volunteer id → how many other tasks they have.
    recent
        Volunteer id → how many tasks they did lately.
    helped
        Volunteer id → the persons they have helped before, by the engine's names.
    never
        Pairs that must not meet, by the engine's names.
    kept
        Request → volunteer of every match that the solver must leave alone.
    flags
        Person id → risk flags.
    in_household
        Household id → person ids.
    hidden_too
        Whether hidden households may be chosen: only a steward does that, pair by pair.
    """

    pod_of: Mapping[int, str]
    today: dt.date
    policy: Policy
    open: list[Request]
    helpers: list[Volunteer]
    busy: Counter[int]
    recent: Counter[int]
    helped: Mapping[int, set[str]]
    never: list[tuple[str, str]]
    kept: dict[int, int]
    flags: Mapping[int, list[str]]
    in_household: Mapping[int | None, list[int]]
    hidden_too: bool = False

    @classmethod
    def from_network(
        cls,
        pod_of: Mapping[int, str],
        today: dt.date,
        *,
        requests: Iterable[Request] | None = None,
        helpers: Iterable[Volunteer] | None = None,
        busy: Collection[str] = AGREED,
        policy: Policy | None = None,
        hidden_too: bool = False,
    ) -> Day:
        """Read a day of the current network, once.

        Parameters
        ----------
        pod_of, today, hidden_too
            As the attributes.
        requests, helpers
            Whom to look at; every open request and every volunteer by default.
        busy
            States of matches that use up a volunteer's time.
        policy
            The network's own by default.
        """
        policy = policy or network_policy()
        helpers = list(all_helpers() if helpers is None else helpers)
        requests = list(open_requests() if requests is None else requests)
        flags, in_household = _flags_by_person(), _people_by_household()
        mine = {request.pk for request in requests}
        taken = Match.objects.filter(state__in=busy).values_list("volunteer_id", "request_id")
        done = Match.objects.filter(state=Match.State.DONE)
        lately = done.filter(updated_at__date__gt=today - RECENT)
        helped: dict[int, set[str]] = defaultdict(set)
        for volunteer, person in done.values_list("volunteer_id", "request__person_id"):
            helped[volunteer].add(_person_id(person))
        return cls(
            pod_of=pod_of,
            today=today,
            policy=policy,
            open=requests,
            helpers=helpers,
            # what this day gives out itself is not counted against it
            busy=Counter(volunteer for volunteer, request in taken if request not in mine),
            recent=Counter(lately.values_list("volunteer_id", flat=True)),
            helped=helped,
            never=[
                (volunteer_id(volunteer), _person_id(person))
                for volunteer, person in NeverPair.objects.values_list("volunteer_id", "person_id")
            ],
            kept=_kept(mine),
            flags=flags,
            in_household=in_household,
            hidden_too=hidden_too,
        )

    def problem(self) -> MatchProblem:
        """Lay the day out."""
        return prepare(
            self.volunteers(),
            self.requests(),
            self.policy,
            never=self.never,
            today=self.today,
            units=current_network().distance_units,
            streets=network_streets(self.policy),
        )

    def ask_nobody_twice(self) -> None:
        """Keep requests from whoever said no to them, or nothing: once is enough to be asked.

        It is held against nobody: every other request may still be theirs, and a coordinator may
        ask again.
        """
        before = Match.objects.filter(
            state__in=(Match.State.DECLINED, Match.State.EXPIRED),
            request__state=Request.State.OPEN,
        )
        kept = set(self.kept.items())
        self.never += [
            (volunteer_id(volunteer), request_id(request))
            for request, volunteer in before.values_list("request_id", "volunteer_id")
            if (request, volunteer) not in kept
        ]

    def with_offers_that_hold(self) -> MatchProblem:
        """Lay the day out without requests whose open offer the rules would not allow today.

        Somebody who was asked twice and said yes once has no more room; the second question is
        still theirs to answer, and is no reason to refuse everybody else's match.
        """
        problem = self.problem()
        try:
            pinned_positions(problem, self.pinned)
        except ParameterError as error:
            doubtful = {list(self.kept)[fault.row or 0] for fault in error.problems}
            offers = Match.objects.filter(request__in=doubtful, state__in=OPEN_OFFERS)
            asked = set(offers.values_list("request_id", flat=True))
            self.open = [request for request in self.open if request.pk not in asked]
            self.kept = {r: v for r, v in self.kept.items() if r not in asked}
            return self.problem()
        return problem

    @property
    def pinned(self) -> list[tuple[str, str]]:
        return [(request_id(r), volunteer_id(v)) for r, v in self.kept.items()]

    def volunteers(self) -> Volunteers:
        people = [v.person for v in self.helpers]
        return Volunteers.build(
            [volunteer_id(v.pk) for v in self.helpers],
            _lonlat(people),
            person=[_person_id(p.pk) for p in people],
            skills=[v.skills for v in self.helpers],
            languages=[p.languages for p in people],
            flags=[self.flags.get(p.pk, ()) for p in people],
            capacity=[max(0, v.capacity - self.busy[v.pk]) for v in self.helpers],
            max_km=[v.max_km for v in self.helpers],
            vehicle=[v.vehicle for v in self.helpers],
            modes=[v.modes for v in self.helpers],
            availability=[v.availability for v in self.helpers],
            resting_until=[v.resting_until for v in self.helpers],
            pod=self._pods(people),
            recent_tasks=[self.recent[v.pk] for v in self.helpers],
            helped=[sorted(self.helped.get(v.pk, ())) for v in self.helpers],
            withheld=[self._withheld(p.household) for p in people],
        )

    def requests(self) -> Requests:
        people = [r.person for r in self.open]
        return Requests.build(
            [request_id(r.pk) for r in self.open],
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
            withheld=[self._withheld(p.household) for p in people],
        )

    def _household_flags(self, person: Person) -> Sequence[str]:
        """Risk in a home is shared: the flags of everybody behind the same door count."""
        together = self.in_household.get(person.household_id, [person.pk])
        return [flag for member in together for flag in self.flags.get(member, ())]

    def _withheld(self, household: Household | None) -> str:
        """Why nobody may be sent here, or from here, by the solver; the strongest word first."""
        if household is None:
            return ""
        said = {
            "quiet": household.quiet,
            "do_not_contact": household.do_not_contact,
            "hidden": household.hidden and not self.hidden_too,
        }
        return next((word for word, holds in said.items() if holds), "")

    def _pods(self, people: Sequence[Person]) -> list[str]:
        return [self.pod_of.get(person.household_id or 0, "") for person in people]


def _kept(here: Collection[int]) -> dict[int, int]:
    kept = Match.objects.filter(state__in=OPEN_OFFERS) | Match.objects.filter(
        state=Match.State.PROPOSED, pinned=True
    )
    first: dict[int, int] = {}
    for request, volunteer in kept.order_by("id").values_list("request_id", "volunteer_id"):
        if request in here:
            first.setdefault(request, volunteer)
    return first


def _flags_by_person() -> dict[int, list[str]]:
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


def open_requests() -> Any:
    """Read every open request with its door."""
    return Request.objects.filter(state=Request.State.OPEN).select_related("person__household")


def all_helpers() -> Any:
    """Read every volunteer with their door."""
    return Volunteer.objects.select_related("person__household")


def figures(choice: Choice) -> dict[str, Any]:
    """Return what a match remembers of an explained pair."""
    return {
        "score": choice.score,
        "parts": {part: int(choice.parts[part]) for part in PARTS},
        "distance_m": None if choice.distance_m < 0 else choice.distance_m,
        "walk_m": None if choice.walk_m < 0 else choice.walk_m,
    }
