"""The network's matching policy: edited, tried on a real request, and every version kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from geomatch.core.errors import PolicyError
from geomatch.matching.engine import Policy
from geomatch.matching.engine.inputs.policy import default_policy_text
from geomatch.matching.models import Policy as StoredPolicy
from geomatch.matching.policies import plain_lines, policy_text, save_policy
from geomatch.matching.selectors import Candidates, candidates
from geomatch.matching.services import network_policy
from geomatch.matching.streets import lacks_streets
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.models import Request, Role
from geomatch.site.shell.map_data import part_name, what
from geomatch.site.shell.phrases import NO_STREETS, made_by
from pods.selectors import published_pod_of_households

BEST = 5
EXAMPLES = 30
EVERYBODY = 10_000
LONGEST_VERSION = 9  # digits: what a column of whole numbers holds


def _only_looks(request: HttpRequest) -> bool:
    return request.POST.get("do") != "save"


@network_view(Role.COORDINATOR, reads=_only_looks)
def policy_edit(request: NetworkRequest) -> HttpResponse:
    """Edit the policy beside an example that changes with it; save it as a new version."""
    text, faults = _asked_text(request), []
    policy = None
    try:
        policy = Policy.from_toml(text, name="the policy")
        if request.POST.get("do") == "save":
            return _saved(request, text)
    except PolicyError as error:
        faults = _faults(error)
    stored = list(StoredPolicy.objects.select_related("created_by"))
    context = {
        "lead": gettext("Which rules keep people apart, and what makes a good match."),
        "back": {
            "label": gettext("Settings"),
            "url": reverse("settings", args=[request.network.slug]),
        },
        "text": text,
        "faults": faults,
        "versions": [_version(version) for version in stored],
        "default": default_policy_text(),
        "no_streets": gettext(NO_STREETS) if policy and lacks_streets(policy) else "",
        **_example(request, policy),
    }
    return render(request, "matching/policy_edit.html", context)


def _asked_text(request: NetworkRequest) -> str:
    """Return what is to stand in the editor: what was typed, or a version that was asked for."""
    do = request.POST.get("do", "")
    if do == "default":
        return default_policy_text()
    asked = do.removeprefix("version ")
    if asked.isdecimal() and len(asked) < LONGEST_VERSION:
        stored = StoredPolicy.objects.filter(version=int(asked)).first()
        return stored.toml if stored else policy_text()
    typed = request.POST.get("toml")
    return policy_text() if typed is None else plain_lines(typed)


def _saved(request: NetworkRequest, text: str) -> HttpResponse:
    version = save_policy(network=request.network, toml=text, actor=request.user)
    if version is None:
        messages.info(request, gettext("Nothing has changed."))
    else:
        said = gettext("Policy %(number)s holds from the next match on.")
        messages.success(request, said % {"number": version.version})
    return redirect("policy_edit", network=request.network.slug)


def _faults(error: PolicyError) -> list[dict[str, Any]]:
    if not error.problems:
        return [{"line": 1, "column": 1, "text": error.message}]
    return [
        {
            "line": problem.row or 1,
            "column": getattr(problem, "character", 1),
            "text": str(problem),
        }
        for problem in error.problems
    ]


def _version(version: StoredPolicy) -> dict[str, Any]:
    return {
        "number": version.version,
        "made": made_by(version.created_at, version.created_by),
    }


def _example(request: NetworkRequest, policy: Policy | None) -> dict[str, Any]:
    """Score a real request under the edited policy and under the one in force."""
    open_ = Request.objects.filter(state=Request.State.OPEN).select_related("person__household")
    if Role.STEWARD not in request.roles:
        open_ = open_.exclude(person__household__hidden=True)
    choices = list(open_[:EXAMPLES])
    wanted = request.POST.get("example", "")
    example = next((row for row in choices if str(row.pk) == wanted), None)
    example = example or next(iter(choices), None)
    return {
        "examples": [
            {"value": row.pk, "label": f"{what(row.skills)} · {row.person.name}"} for row in choices
        ],
        "example": example.pk if example else None,
        "result": _compared(request, example, policy) if example and policy else None,
    }


def _compared(request: NetworkRequest, example: Request, policy: Policy) -> dict[str, Any]:
    new = _ranked(request, example, policy, BEST)
    now = _ranked(request, example, network_policy(), EVERYBODY)
    before = {c.volunteer.pk: (rank, c.choice.score) for rank, c in enumerate(now.choices, 1)}
    return {
        "able": new.n_feasible,
        "able_now": now.n_feasible,
        "rows": [
            {
                "name": c.volunteer.person.name,
                "score": c.choice.score,
                "parts": " + ".join(
                    f"{part_name(name).lower()} {n:,}" for name, n in c.choice.parts.items()
                ),
                "before": before.get(c.volunteer.pk),
            }
            for c in new.choices
        ],
    }


def _ranked(request: NetworkRequest, example: Request, policy: Policy, top: int) -> Candidates:
    return candidates(
        example,
        roles=request.roles,
        pod_of=published_pod_of_households(),
        today=timezone.localdate(),
        top=top,
        policy=policy,
    )
