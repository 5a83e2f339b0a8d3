"""A request and who could take it, in the words and rows its page shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from geomatch.core.phrases import counted
from geomatch.matching import links, rounds
from geomatch.matching.engine import Choice, Policy
from geomatch.matching.engine.inputs.words import parse_slots, slot_words
from geomatch.matching.insertion import Insertion
from geomatch.matching.models import Match
from geomatch.matching.selectors import Candidate, Candidates
from geomatch.network.models import Network, Request, Volunteer
from geomatch.network.scope import current_network
from geomatch.site.shell import phrases
from geomatch.site.shell.map_data import part_name, what
from pods.selectors import published_pod_of_households

MANY_SLOTS = 4


def pass_on_overdue(network: Network) -> None:
    """Pass on what nobody answered in time, when somebody looks; a page writes nothing else."""
    overdue = Match.objects.filter(state=Match.State.OFFERED, answer_by__lt=timezone.now())
    if overdue.exists():
        rounds.pass_on(network=network, actor=None, pod_of=published_pod_of_households())


def link_of(request: HttpRequest, match: Match) -> str:
    """Return the address a volunteer answers at; what identifies it stands behind the `#`."""
    return f"{request.build_absolute_uri(reverse('offer_answer'))}#{links.token_of(match)}"


def times(availability: list[str]) -> str:
    """Say the parts of the week somebody named."""
    if not availability:
        return gettext("any time")
    named = slot_words(parse_slots(availability))
    said = ", ".join(named[:MANY_SLOTS])
    if len(named) <= MANY_SLOTS:
        return said
    return gettext("%(times)s and %(n)s more") % {"times": said, "n": len(named) - MANY_SLOTS}


def pair_words(request: Request, helper: Volunteer, choice: Choice, units: str) -> list[str]:
    """Say what speaks for a pair: “0.6 km”, “speaks Spanish”, “drives”."""
    said = []
    if request.mode == "remote":
        said.append(gettext("by phone"))
    elif choice.distance_m >= 0:
        on_foot = None if choice.walk_m < 0 else choice.walk_m
        said.append(phrases.away(choice.distance_m, on_foot, units))
    asked = request.languages or request.person.languages
    if shared := [code for code in asked if code in helper.person.languages]:
        said.append(phrases.speaks(shared))
    if helper.vehicle:
        said.append(gettext("drives"))
    if choice.parts["pod"]:
        said.append(gettext("same pod"))
    if choice.parts["continuity"]:
        said.append(gettext("has helped before"))
    return said


def tasks_words(tasks: int, capacity: int) -> str:
    """Say how busy somebody is."""
    return counted(
        "%(tasks)s of %(n)s task this week",
        "%(tasks)s of %(n)s tasks this week",
        capacity,
        tasks=tasks,
    )


def candidate_row(candidate: Candidate, request: Request, policy: Policy, units: str) -> Any:
    """Fill one card of somebody who could go."""
    helper, choice = candidate.volunteer, candidate.choice
    said = pair_words(request, helper, choice, units)
    said.append(tasks_words(candidate.tasks, helper.capacity))
    return {
        "key": helper.pk,
        "name": helper.person.name,
        "words": " · ".join(said),
        "score": choice.score,
        "parts": [
            {"name": part_name(name), "value": points, "most": policy.weights.get(name, points)}
            for name, points in choice.parts.items()
        ],
        "state": "" if candidate.state == Match.State.PROPOSED else candidate.state,
        "live": candidate.state in (Match.State.OFFERED, Match.State.ACCEPTED),
    }


def excluded_rows(found: Candidates) -> list[dict[str, Any]]:
    """Fill the tab of those who cannot go: which rules stand in the way, and what would help."""
    return [
        {
            "name": helper.person.name,
            "reasons": [block.sentence for block in exclusion.blocks],
            "change": exclusion.change,
        }
        for helper, exclusion in found.excluded
    ]


def facts(request: Request) -> list[dict[str, str]]:
    """List what a coordinator must know of a request."""
    spoken = request.languages or request.person.languages
    rows = [
        (gettext("How"), _mode(request)),
        (gettext("When"), times(request.availability)),
        (gettext("Speaks"), phrases.languages(spoken) or gettext("not known")),
        (gettext("Since"), phrases.when(request.created_at)),
        (gettext("Phone"), request.person.phone),
        (gettext("Details"), request.details or ""),
    ]
    return [{"name": name, "value": value} for name, value in rows if value]


def _mode(request: Request) -> str:
    mode = request.get_mode_display()
    if request.needs_vehicle:
        return gettext("%(how)s, with a car") % {"how": mode}
    return str(mode)


def lead(request: Request) -> str:
    """Say in one line what is asked for."""
    said = [request.get_urgency_display(), request.get_mode_display()]
    spoken = request.languages or request.person.languages
    if spoken:
        said.append(phrases.speaks(spoken))
    line = " · ".join(said)
    return line[:1].upper() + line[1:]


def until(moment: dt.datetime) -> str:
    """Say a moment as a person would: “Tuesday 24 November, 4:12 pm”."""
    return phrases.weekday_and_time(moment)


def offer_row(http: HttpRequest, match: Match, units: str) -> dict[str, Any]:
    """Fill one match of a request that is on its way."""
    slug = current_network().slug
    return {
        "pk": match.pk,
        "state": match.state,
        "pinned": match.pinned,
        "who": match.volunteer.person.name,
        "who_url": reverse("volunteer_detail", args=[slug, match.volunteer_id]),
        "phone": match.volunteer.person.phone,
        "away": phrases.away(match.distance_m, match.walk_m, units),
        "what": what(match.request.skills),
        "for_whom": match.request.person.name,
        "request_url": reverse("request_detail", args=[slug, match.request_id]),
        "volunteer": match.volunteer_id,
        "ask_url": reverse("request_ask", args=[slug, match.request_id]),
        "answer_url": reverse("match_answer", args=[slug, match.pk]),
        "link": link_of(http, match) if match.key and match.state in ANSWERABLE else "",
        "until": until(match.answer_by) if match.answer_by else "",
    }


ANSWERABLE = (Match.State.OFFERED, Match.State.ACCEPTED)


def insertion_row(found: Insertion | None, request: Request) -> dict[str, Any] | None:
    """Say where a request that came later fits best, and what would move for it."""
    if found is None or found.volunteer is None:
        return None
    return {
        "who": found.volunteer.person.name,
        "moves": [
            {
                "what": f"{what(move.request.skills)} · {move.request.person.name}",
                "before": move.before.person.name if move.before else gettext("nobody"),
                "after": move.after.person.name if move.after else gettext("nobody"),
            }
            for move in found.moves
        ],
        "proven": found.proven,
        "url": reverse("request_take", args=[current_network().slug, request.pk]),
    }
