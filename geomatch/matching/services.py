"""Match everything that is open, and keep what people have already agreed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from geomatch.core.errors import CancelledError, InputError
from geomatch.core.translation import gettext
from geomatch.matching.day import OPEN_OFFERS, Day, network_policy, open_requests
from geomatch.matching.engine import PARTS
from geomatch.matching.engine import Assignment as Solution
from geomatch.matching.engine.solver.solve import pinned_positions
from geomatch.matching.engines import Engine, PinnedDay, solve_here
from geomatch.matching.models import Assignment, Match
from geomatch.matching.offers import LIVE, lock
from geomatch.network.models import Network, Volunteer
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record
from geomatch.network.services.runs import untold
from geomatch.network.speaking import spoken

__all__ = ["match_all", "match_networks", "network_policy"]


def match_all(
    *,
    network: Network,
    actor: User | None,
    pod_of: Mapping[int, str] | None = None,
    today: dt.date | None = None,
    progress: Callable[[float, float], object] | None = None,
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
    progress
        Called with how much is done of how much; where it answers False, nothing is changed.

    Raises
    ------
    geomatch.core.errors.InputError
        If the policy or a pinned match cannot be used.
    geomatch.core.errors.CancelledError
        If `progress` said to stop.
    """
    ready = _ready(network, pod_of or {}, today)
    with spoken("en"):  # reasons are kept, and said again to each reader in their language
        (solution,) = solve_here([ready.pinned_day], untold)
    with use_network(network):
        if progress and progress(1, 1) is False:
            raise CancelledError(gettext("called off; the matches are as they were"))
        return _save(network, actor, ready.day, solution)


def match_networks(
    *,
    pods: Mapping[Network, Mapping[int, str]],
    actor: User | None,
    today: dt.date | None = None,
    engine: Engine = solve_here,
    progress: Callable[[float, float], None] | None = None,
) -> dict[Network, Assignment | InputError]:
    """Do for many networks what `match_all` does for one; see there.

    Every network is read and saved in its own scope; the engine sees days without names. A network
    that cannot be matched keeps no other from it.

    Parameters
    ----------
    pods
        The networks, each with its `pod_of`.
    engine
        Solves the days of all networks: here, or on a cluster.

    Returns
    -------
    What was found for each network, or why its policy or a pinned match cannot be used.
    """
    answers: dict[Network, Assignment | InputError] = {}
    ready = []
    for network, pod_of in pods.items():
        try:
            ready.append(_ready(network, pod_of, today))
        except InputError as error:
            answers[network] = error
    with spoken("en"):
        solutions = engine([one.pinned_day for one in ready], progress or untold)
    for one, solution in zip(ready, solutions, strict=True):
        with use_network(one.network):
            answers[one.network] = _save(one.network, actor, one.day, solution)
    return answers


@dataclass(frozen=True)
class _Ready:
    """A network's day, read and checked."""

    network: Network
    day: Day
    pinned_day: PinnedDay


def _ready(network: Network, pod_of: Mapping[int, str], today: dt.date | None) -> _Ready:
    with use_network(network):
        day = Day.from_network(pod_of, today or timezone.localdate())
        day.ask_nobody_twice()
        problem = day.with_offers_that_hold()
    return _Ready(network, day, (problem, pinned_positions(problem, day.pinned)))


def _save(network: Network, actor: User | None, day: Day, solution: Solution) -> Assignment:
    unmatched = {
        day.open[i].pk: {"code": reason.code, "sentence": reason.sentence}
        for i, reason in enumerate(solution.reasons)
        if reason is not None
    }
    assignment = Assignment(
        network=network,
        objective=solution.objective,
        upper_bound=solution.upper_bound,
        served=solution.served,
        prices={
            str(helper.pk): int(price)
            for helper, price in zip(day.helpers, solution.prices, strict=True)
            if price
        },
        report={
            "requests": len(day.open),
            "volunteers": len(day.helpers),
            "served": solution.served,
            "pairs": solution.n_pairs,
            "gap": solution.gap if day.open else 0.0,
            "distance": "straight" if solution.problem.on_foot is None else "walking",
        },
        created_by=actor,
    )
    assignment.unmatched = unmatched
    assignment.save()
    _replace_proposals(network, day, solution, assignment)
    record(actor=actor, verb="matched requests", **assignment.report)
    return assignment


def _replace_proposals(
    network: Network, day: Day, solution: Solution, assignment: Assignment
) -> None:
    """Suggest what was found, where nobody acted while it was being found."""
    lock(request.pk for request in day.open)
    Match.objects.filter(state=Match.State.PROPOSED, pinned=False).delete()
    live = Match.objects.filter(state__in=LIVE).values_list("request_id", flat=True)
    free = set(open_requests().exclude(pk__in=live).values_list("pk", flat=True))
    # Meanwhile two volunteers may have become one, or an import was taken back.
    still_here = set(Volunteer.objects.values_list("pk", flat=True))
    Match.objects.bulk_create(
        Match(
            network=network,
            request=day.open[i],
            volunteer=day.helpers[j],
            assignment=assignment,
            **_figures(solution, i),
        )
        for i, j in enumerate(solution.volunteer)
        if j >= 0
        and day.open[i].pk in free
        and day.open[i].pk not in day.kept
        and day.helpers[j].pk in still_here
    )
    kept = Match.objects.filter(
        request_id__in=day.kept, state__in=(*OPEN_OFFERS, Match.State.PROPOSED)
    )
    position = {request.pk: i for i, request in enumerate(day.open)}
    for match in kept:
        i = position[match.request_id]
        if match.volunteer_id != day.kept[match.request_id]:
            continue  # asked of a second volunteer too: the solver scored the first
        for name, value in _figures(solution, i).items():
            setattr(match, name, value)
        match.save()


def _figures(solution: Solution, i: int) -> dict[str, Any]:
    metres, walk = int(solution.distance_m[i]), int(solution.walk_m[i])
    return {
        "score": int(solution.score[i]),
        "parts": {part: int(points) for part, points in zip(PARTS, solution.parts[i], strict=True)},
        "distance_m": None if metres < 0 else metres,
        "walk_m": None if walk < 0 else walk,
    }
