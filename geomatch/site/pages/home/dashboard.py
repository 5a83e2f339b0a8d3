"""What the first page says: numbers, how far the path is, the next step, what needs somebody."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from django.utils import timezone

from geomatch.core.phrases import count
from geomatch.matching.links import standing, token_of
from geomatch.matching.models import Assignment, Match
from geomatch.matching.selectors import request_numbers, whereabouts
from geomatch.network.access import COORDINATORS, ORGANIZERS
from geomatch.network.models import AuditEvent, Network, Role
from geomatch.network.selectors.numbers import Numbers, network_numbers
from geomatch.network.selectors.signups import waiting_signups
from geomatch.site.jobs.progress import all_work_under_way, place_step
from geomatch.site.shell.map_data import what
from geomatch.site.shell.phrases import and_hidden, optimality, when
from pods.models import Plan
from pods.selectors import plan_numbers, published_plan


def dashboard_context(network: Network, roles: Collection[Role]) -> dict[str, Any]:
    """Fill the first page of a network."""
    here = _Here(network, roles)
    return {
        "lead": here.lead(),
        "empty": not (here.numbers.known("households") or here.waiting_signups),
        "next_step": here.next_step(),
        "stops": here.stops(),
        "work": all_work_under_way(network, roles),
        "tiles": here.tiles(),
        "needs": here.needs(),
        "lately": here.lately(),
    }


def own_tasks(user: AbstractBaseUser) -> dict[str, Any]:
    """Fill the page of somebody who only volunteers: what they are asked, what they said yes to.

    The address shows here because they accepted; before, and after it is done, it does not.
    """
    matches = Match.objects.filter(
        volunteer__person__user=user, state=Match.State.ACCEPTED
    ).select_related("request__person__household")
    tasks = []
    for match in matches:
        place = whereabouts(match)
        if place is not None:
            tasks.append(
                {
                    "what": what(match.request.skills),
                    "who": place["who"],
                    "where": place["where"],
                    "mode": match.request.get_mode_display(),
                }
            )
    return {"tasks": tasks, "offers": _own_offers(user)}


def _own_offers(user: AbstractBaseUser) -> list[dict[str, str]]:
    asked = Match.objects.filter(
        volunteer__person__user=user, state=Match.State.OFFERED, answer_by__isnull=False
    ).select_related("request__person__household")
    return [
        {"what": what(match.request.skills), "token": token_of(match)}
        for match in asked
        if standing(match, timezone.now()) == "asked"
    ]


class _Here:
    """The state of a network, read once."""

    def __init__(self, network: Network, roles: Collection[Role]) -> None:
        self.network, self.roles = network, frozenset(roles)
        self.numbers: Numbers = network_numbers(roles)
        self.plan = Plan.objects.exclude(state=Plan.State.ARCHIVED).first()
        # A draft counts for nothing beside a published plan: lists are printed from that one.
        self.published = published_plan()
        self.plan_in_use = self.published or self.plan
        self.assignment = Assignment.objects.first()
        self.requests = request_numbers()
        in_use = self.plan_in_use
        self.plan_numbers = plan_numbers(in_use, roles) if in_use else None
        self.waiting_signups = 0
        if self.roles & ORGANIZERS:
            self.waiting_signups = waiting_signups(roles).count()

    def url(self, view: str, **arguments: Any) -> str:
        return reverse(view, kwargs={"network": self.network.slug, **arguments})

    def lead(self) -> str:
        numbers = self.numbers
        homes = and_hidden(count(numbers.households, "home"), numbers.apart("households"))
        words = f"{count(numbers.people, 'neighbour')} in {homes}."
        if numbers.doubtful:
            words += f" {count(numbers.doubtful, 'address needs', 'addresses need')} you."
        return words

    def next_step(self) -> dict[str, str] | None:
        """Say the one thing to do now, as far as the reader's roles reach."""
        numbers = self.numbers
        if self.roles & ORGANIZERS:
            if not numbers.known("households"):
                return _step("Import a spreadsheet", self.url("import_upload"), "upload")
            if numbers.known("unlooked"):
                return place_step(self.network, numbers)
            if self.plan is None:
                return _step("Suggest pods", self.url("plan_list"), "pods")
            if self.plan.state == Plan.State.DRAFT:
                url = self.url("plan_map", version=self.plan.version)
                return _step(f"Look at plan {self.plan.version}", url, "map")
        if self.roles & COORDINATORS and numbers.known("open_requests"):
            if self.assignment is None:
                label = f"Match {count(numbers.open_requests, 'open request')}"
                return _step(label, self.url("start_matching"), "hand", method="post")
            return _step("See the matches", self.url("match_map"), "map")
        if self.plan is not None and self.roles & ORGANIZERS:
            return _step("Print street lists", self.url("street_lists"), "print")
        return None

    def stops(self) -> list[dict[str, str]]:
        numbers, plan = self.numbers, self.plan_numbers
        homes, are_there = count(numbers.households, "home"), numbers.known("households") > 0
        stops = [
            _stop("Import", are_there, homes, self.url("household_list")),
            _stop(
                "Locate",
                are_there and not numbers.known("unlooked"),
                f"{count(numbers.located, 'home')} on the map",
                self.url("place_queue" if self.roles & ORGANIZERS else "household_list"),
                look=numbers.doubtful > 0,
            ),
            _stop(
                "Pods",
                self.published is not None,
                count(plan.pods, "pod") if plan else "not yet",
                self.url("plan_list"),
                look=self.plan is not None and self.plan.state == Plan.State.DRAFT,
            ),
            _stop(
                "Matches",
                self.assignment is not None,
                self._matches_words() if self.assignment else "not yet",
                self.url("match_map") if self.roles & COORDINATORS else "",
            ),
            _stop(
                "Lists",
                self.published is not None,
                "ready to print" if self.published else "not yet",
                self.url("street_lists") if self.roles & ORGANIZERS else "",
            ),
        ]
        for stop in stops:
            if stop["state"] == "later":
                stop["state"] = "here"
                break
        return stops

    def _matches_words(self) -> str:
        return f"{self.requests.served:,} of {count(self.requests.open, 'request')}"

    def tiles(self) -> list[dict[str, Any]]:
        numbers, plan = self.numbers, self.plan_in_use
        located = numbers.located / numbers.households if numbers.households else 0
        tiles = [
            _tile(
                numbers.households,
                "homes",
                f"{numbers.people:,} people",
                self.url("household_list"),
            ),
            _tile(f"{located:.0%}", "on the map", f"{numbers.doubtful:,} need a look", ""),
        ]
        if plan and self.plan_numbers:
            words = optimality(plan.report.get("gap", 0))
            url = self.url("plan_map", version=plan.version)
            tiles.append(_tile(self.plan_numbers.pods, "pods", words, url))
        if self.roles & COORDINATORS:
            urgent = f"{numbers.urgent_requests} urgent"
            tiles += [
                _tile(numbers.open_requests, "open requests", urgent, self.url("request_list")),
                _tile(numbers.volunteers, "volunteers", "", self.url("volunteer_list")),
            ]
        return tiles

    def needs(self) -> list[dict[str, str]]:
        needs = []
        if self.waiting_signups:
            people = count(self.waiting_signups, "person has", "people have")
            text = f"{people} signed up by the form"
            needs.append(_need(text, self.url("signup_list")))
        if self.numbers.doubtful and self.roles & ORGANIZERS:
            doubtful = count(self.numbers.doubtful, "address is", "addresses are")
            needs.append(
                _need(f"{doubtful} known only roughly, or not at all", self.url("place_queue"))
            )
        if (plan := self.plan_in_use) and self.plan_numbers and self.plan_numbers.unplaced:
            url = self.url("plan_map", version=plan.version)
            left = count(self.plan_numbers.unplaced, "home is", "homes are")
            needs.append(_need(f"{left} in no pod", url))
        if self.assignment and self.requests.waiting and self.roles & COORDINATORS:
            waiting = count(self.requests.waiting, "request has", "requests have")
            needs.append(_need(f"{waiting} nobody yet", self.url("match_map")))
        if self.requests.to_tell and self.roles & COORDINATORS:
            words = count(self.requests.to_tell, "offer waits", "offers wait")
            needs.append(_need(f"{words} to be told to a volunteer", self.url("offer_list")))
        return needs

    def lately(self) -> list[dict[str, str]]:
        events = AuditEvent.objects.select_related("actor")
        if Role.STEWARD not in self.roles:  # who comes and goes is a steward's
            events = events.exclude(target__startswith="member ")
            events = events.exclude(target__startswith="invitation ")
            events = events.exclude(verb="tied a user to")
        return [
            {
                "words": f"{event.actor or 'The terminal'} {_done(event)}",
                "when": when(event.at),
            }
            for event in events[:6]
        ]


# Whom or what an event was done to, as the database counts them: no number anybody knows.
_KEYS = re.compile(r"(?!plan )[a-z]+ \d+")


def _done(event: AuditEvent) -> str:
    """Say what was done, without the database's own numbers (plans are known by theirs)."""
    if not _KEYS.fullmatch(event.target):
        return str(event)
    return f"{event.verb} somebody" if event.verb.endswith(" to") else event.verb


def _step(label: str, url: str, icon: str, method: str = "get") -> dict[str, str]:
    return {"label": label, "url": url, "icon": icon, "method": method}


def _stop(name: str, done: bool, words: str, url: str, *, look: bool = False) -> dict[str, str]:
    state = "look" if look else "done" if done else "later"
    return {"name": name, "state": state, "words": words, "url": url}


def _tile(number: Any, name: str, note: str, url: str) -> dict[str, Any]:
    return {"number": number, "name": name, "note": note, "url": url, "state": ""}


def _need(text: str, url: str) -> dict[str, str]:
    return {"text": text, "url": url, "action": "Look at them"}
