"""What the first page says: numbers, how far the path is, the next step, what needs somebody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from geomatch.core.phrases import counted
from geomatch.matching.links import standing, token_of
from geomatch.matching.models import Assignment, Match
from geomatch.matching.selectors import RequestNumbers, request_numbers, whereabouts
from geomatch.network.access import COORDINATORS, ORGANIZERS
from geomatch.network.models import AuditEvent, Network, Role
from geomatch.network.selectors.numbers import Numbers, network_numbers
from geomatch.network.selectors.signups import waiting_signups
from geomatch.site.jobs.progress import all_work_under_way, place_step
from geomatch.site.pages.home.lately import done
from geomatch.site.shell.map_data import what
from geomatch.site.shell.phrases import match_label, neighbours_in_homes, optimality, when
from pods.models import Plan
from pods.selectors import PlanNumbers, plan_numbers, published_plan


def dashboard_context(network: Network, roles: Collection[Role]) -> dict[str, Any]:
    """Fill the first page of a network."""
    here = _Here.from_network(network, roles)
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


def own_tasks(user: User) -> dict[str, Any]:
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


def _own_offers(user: User) -> list[dict[str, str]]:
    asked = Match.objects.filter(
        volunteer__person__user=user, state=Match.State.OFFERED, answer_by__isnull=False
    ).select_related("request__person__household")
    return [
        {"what": what(match.request.skills), "token": token_of(match)}
        for match in asked
        if standing(match, timezone.now()) == "asked"
    ]


@dataclass(frozen=True)
class _Here:
    """The state of a network, read once.

    A draft counts for nothing beside a published plan: lists are printed from that one.
    """

    network: Network
    roles: frozenset[Role]
    numbers: Numbers
    plan: Plan | None
    published: Plan | None
    plan_numbers: PlanNumbers | None
    assignment: Assignment | None
    requests: RequestNumbers
    waiting_signups: int

    @classmethod
    def from_network(cls, network: Network, roles: Collection[Role]) -> _Here:
        plan, published = Plan.objects.exclude(state=Plan.State.ARCHIVED).first(), published_plan()
        in_use = published or plan
        lets_in = bool(ORGANIZERS & frozenset(roles))
        return cls(
            network=network,
            roles=frozenset(roles),
            numbers=network_numbers(roles),
            plan=plan,
            published=published,
            plan_numbers=plan_numbers(in_use, roles) if in_use else None,
            assignment=Assignment.objects.first(),
            requests=request_numbers(),
            waiting_signups=waiting_signups(roles).count() if lets_in else 0,
        )

    @property
    def plan_in_use(self) -> Plan | None:
        return self.published or self.plan

    def url(self, view: str, **arguments: Any) -> str:
        return reverse(view, kwargs={"network": self.network.slug, **arguments})

    def lead(self) -> str:
        numbers = self.numbers
        words = neighbours_in_homes(numbers)
        if numbers.doubtful:
            need = counted(
                "%(n)s address needs you.", "%(n)s addresses need you.", numbers.doubtful
            )
            words += f" {need}"
        return words

    def next_step(self) -> dict[str, str] | None:
        """Say the one thing to do now, as far as the reader's roles reach."""
        numbers = self.numbers
        if self.roles & ORGANIZERS:
            if not numbers.known("households"):
                return _step(gettext("Import a spreadsheet"), self.url("import_upload"), "upload")
            if numbers.known("unlooked"):
                return place_step(self.network, numbers)
            if self.plan is None:
                return _step(gettext("Suggest pods"), self.url("plan_list"), "pods")
            if self.plan.state == Plan.State.DRAFT:
                url = self.url("plan_map", version=self.plan.version)
                label = gettext("Look at plan %(number)s") % {"number": self.plan.version}
                return _step(label, url, "map")
        if self.roles & COORDINATORS and numbers.known("open_requests"):
            if self.assignment is None:
                label = match_label(numbers.open_requests)
                return _step(label, self.url("start_matching"), "hand", method="post")
            return _step(gettext("See the matches"), self.url("match_map"), "map")
        if self.plan is not None and self.roles & ORGANIZERS:
            return _step(gettext("Print street lists"), self.url("street_lists"), "print")
        return None

    def stops(self) -> list[dict[str, str]]:
        numbers, plan = self.numbers, self.plan_numbers
        homes = counted("%(n)s home", "%(n)s homes", numbers.households)
        are_there, not_yet = numbers.known("households") > 0, gettext("not yet")
        stops = [
            _stop(gettext("Import"), are_there, homes, self.url("household_list")),
            _stop(
                gettext("Locate"),
                are_there and not numbers.known("unlooked"),
                counted("%(n)s home on the map", "%(n)s homes on the map", numbers.located),
                self.url("place_queue" if self.roles & ORGANIZERS else "household_list"),
                look=numbers.doubtful > 0,
            ),
            _stop(
                gettext("Pods"),
                self.published is not None,
                counted("%(n)s pod", "%(n)s pods", plan.pods) if plan else not_yet,
                self.url("plan_list"),
                look=self.plan is not None and self.plan.state == Plan.State.DRAFT,
            ),
            _stop(
                gettext("Matches"),
                self.assignment is not None,
                self._matches_words() if self.assignment else not_yet,
                self.url("match_map") if self.roles & COORDINATORS else "",
            ),
            _stop(
                gettext("Lists"),
                self.published is not None,
                gettext("ready to print") if self.published else not_yet,
                self.url("street_lists") if self.roles & ORGANIZERS else "",
            ),
        ]
        for stop in stops:
            if stop["state"] == "later":
                stop["state"] = "here"
                break
        return stops

    def _matches_words(self) -> str:
        return counted(
            "%(served)s of %(n)s request",
            "%(served)s of %(n)s requests",
            self.requests.open,
            served=self.requests.served,
        )

    def tiles(self) -> list[dict[str, Any]]:
        numbers, plan = self.numbers, self.plan_in_use
        located = numbers.located / numbers.households if numbers.households else 0
        tiles = [
            _tile(
                numbers.households,
                gettext("homes"),
                gettext("%(n)s people") % {"n": f"{numbers.people:,}"},
                self.url("household_list"),
            ),
            _tile(
                f"{located:.0%}",
                gettext("on the map"),
                gettext("%(n)s need a look") % {"n": f"{numbers.doubtful:,}"},
                "",
            ),
        ]
        if plan and self.plan_numbers:
            words = optimality(plan.report.get("gap", 0))
            url = self.url("plan_map", version=plan.version)
            tiles.append(_tile(self.plan_numbers.pods, gettext("pods"), words, url))
        if self.roles & COORDINATORS:
            urgent = gettext("%(n)s urgent") % {"n": numbers.urgent_requests}
            tiles += [
                _tile(
                    numbers.open_requests,
                    gettext("open requests"),
                    urgent,
                    self.url("request_list"),
                ),
                _tile(numbers.volunteers, gettext("volunteers"), "", self.url("volunteer_list")),
            ]
        return tiles

    def needs(self) -> list[dict[str, str]]:
        needs = []
        if self.waiting_signups:
            text = counted(
                "%(n)s person has signed up by the form",
                "%(n)s people have signed up by the form",
                self.waiting_signups,
            )
            needs.append(_need(text, self.url("signup_list")))
        if self.numbers.doubtful and self.roles & ORGANIZERS:
            text = counted(
                "%(n)s address is known only roughly, or not at all",
                "%(n)s addresses are known only roughly, or not at all",
                self.numbers.doubtful,
            )
            needs.append(_need(text, self.url("place_queue")))
        if (plan := self.plan_in_use) and self.plan_numbers and self.plan_numbers.unplaced:
            url = self.url("plan_map", version=plan.version)
            left = self.plan_numbers.unplaced
            text = counted("%(n)s home is in no pod", "%(n)s homes are in no pod", left)
            needs.append(_need(text, url))
        if self.assignment and self.requests.waiting and self.roles & COORDINATORS:
            waiting = self.requests.waiting
            text = counted(
                "%(n)s request has nobody yet", "%(n)s requests have nobody yet", waiting
            )
            needs.append(_need(text, self.url("match_map")))
        if self.requests.to_tell and self.roles & COORDINATORS:
            text = counted(
                "%(n)s offer waits to be told to a volunteer",
                "%(n)s offers wait to be told to a volunteer",
                self.requests.to_tell,
            )
            needs.append(_need(text, self.url("offer_list")))
        return needs

    def lately(self) -> list[dict[str, str]]:
        events = AuditEvent.objects.select_related("actor")
        if Role.STEWARD not in self.roles:  # who comes and goes is a steward's
            events = events.exclude(target__startswith="member ")
            events = events.exclude(target__startswith="invitation ")
            events = events.exclude(verb="tied a user to")
        return [
            {
                "words": done(event),
                "when": when(event.at),
            }
            for event in events[:6]
        ]


def _step(label: str, url: str, icon: str, method: str = "get") -> dict[str, str]:
    return {"label": label, "url": url, "icon": icon, "method": method}


def _stop(name: str, done: bool, words: str, url: str, *, look: bool = False) -> dict[str, str]:
    state = "look" if look else "done" if done else "later"
    return {"name": name, "state": state, "words": words, "url": url}


def _tile(number: Any, name: str, note: str, url: str) -> dict[str, Any]:
    return {"number": number, "name": name, "note": note, "url": url, "state": ""}


def _need(text: str, url: str) -> dict[str, str]:
    return {"text": text, "url": url, "action": gettext("Look at them")}
