"""Plans of pods: the list of them, one on the map, and publishing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from geomatch.core.errors import InputError
from geomatch.core.phrases import counted
from geomatch.core.retelling import retold
from geomatch.network.access import ORGANIZERS, STAFF, NetworkRequest, network_view
from geomatch.network.models import Role, Run
from geomatch.network.selectors.numbers import Numbers, has_streets, network_numbers
from geomatch.site.jobs.progress import work_under_way
from geomatch.site.shell import map_data
from geomatch.site.shell.forms import PlanForm, RebalanceForm
from geomatch.site.shell.phrases import made_by, optimality, plan_name, walk
from maps.data import PodMapData
from maps.elements import map_parts, pod_map
from maps.payload import ground_payload, pod_payload
from pods.homes.phrases import unmet_wishes, why_moves
from pods.models import Plan
from pods.selectors import (
    Change,
    PlanNumbers,
    all_plans,
    changes_of,
    has_barriers,
    moved_and_joined,
    plan_numbers,
    pods_with_counts,
    shown_point_person,
    visible_memberships,
)
from pods.services import publish_plan, set_plan_aside, take_plan_up

_MEASURED = {
    "straight": gettext_lazy("in a straight line"),
    "walking": gettext_lazy("on foot, along streets"),
}


@network_view(*STAFF)
def plan_list(request: NetworkRequest) -> HttpResponse:
    """List the plans, and offer to suggest another."""
    numbers = network_numbers(request.roles)
    plans = [_plan_row(request, plan) for plan in all_plans()]
    context = {
        "lead": _ready(numbers),
        "plans": plans,
        "run": work_under_way(request.network, request.roles, Run.Kind.PLAN),
        "form": PlanForm(streets=has_streets()),
        "able": bool(request.roles & ORGANIZERS),
        "barriers": has_barriers(),
        "blocked": "",
        "next_step": None,
    }
    if not numbers.located and not plans:
        context |= _nobody_on_the_map(request)
    return render(request, "pods/plan_list.html", context)


def _nobody_on_the_map(request: NetworkRequest) -> dict[str, Any]:
    """Say why no plan can be made yet; whoever may do something about it gets the button."""
    blocked = gettext(
        "Nobody is on the map yet. Import a spreadsheet and place its addresses first."
    )
    if not request.roles & ORGANIZERS:
        return {"blocked": blocked, "next_step": None}
    url = reverse("import_upload", args=[request.network.slug])
    step = {"label": gettext("Import a spreadsheet"), "url": url, "icon": "upload"}
    return {"blocked": blocked, "next_step": step}


def _ready(numbers: Numbers) -> str:
    return counted(
        "%(located)s of %(n)s home on the map, ready to be grouped.",
        "%(located)s of %(n)s homes on the map, ready to be grouped.",
        numbers.households,
        located=numbers.located,
    )


@network_view(*STAFF)
def plan_map(request: NetworkRequest, version: int) -> HttpResponse:
    """Show one plan on the map, with its table and what needs somebody."""
    plan = get_object_or_404(all_plans(), version=version)
    slug = request.network.slug
    urls = (
        reverse("plan_data", kwargs={"network": slug, "version": version}),
        reverse("ground_data", args=[slug]),
    )
    numbers = plan_numbers(plan, request.roles)
    figure = pod_map(PodMapData([], title=plan_name(plan)), urls=urls)
    figure.config["units"] = request.network.distance_units
    context = {
        "map": map_parts(figure),
        "title": plan_name(plan),
        "lead": _lead(numbers),
        "back": {"label": gettext("Pods"), "url": reverse("plan_list", args=[slug])},
        "plan": {"state": plan.state, "figures": _figures(plan, numbers), "made": _made(plan)},
        "next_step": _next_step(request, plan),
        "others": None,
        "shelve": _shelve(request, plan),
        "problems": _problems(plan, request.roles),
        "changes": _changes(plan, request.roles),
        "rebalance": RebalanceForm() if _may_rebalance(request, plan) else None,
    }
    return render(request, "pods/plan_detail.html", context)


@network_view(*STAFF)
@gzip_page
def plan_data(request: NetworkRequest, version: int) -> JsonResponse:
    """Answer the households and pods of a plan, for the map."""
    plan = get_object_or_404(Plan, version=version)
    data = map_data.plan_map_data(request.network, plan, request.roles)
    return map_data.private_json(pod_payload(data))


@network_view(*STAFF)
@gzip_page
def ground_data(request: NetworkRequest) -> JsonResponse:
    """Answer streets, water and buildings, for every map."""
    return map_data.private_json(ground_payload(map_data.ground(request.network)), max_age=600)


@require_POST
@network_view(Role.ORGANIZER)
def plan_publish(request: NetworkRequest, version: int) -> HttpResponse:
    """Publish a draft."""
    words = gettext("%(plan)s is published. Street lists are printed from it now.")
    _change_state(request, version, publish_plan, words)
    return redirect("plan_map", network=request.network.slug, version=version)


@require_POST
@network_view(Role.ORGANIZER)
def plan_set_aside(request: NetworkRequest, version: int) -> HttpResponse:
    """Put a draft away."""
    words = gettext("%(plan)s is set aside. You find it in this list.")
    _change_state(request, version, set_plan_aside, words)
    return redirect("plan_list", network=request.network.slug)


@require_POST
@network_view(Role.ORGANIZER)
def plan_take_up(request: NetworkRequest, version: int) -> HttpResponse:
    """Make a draft again of one that was set aside."""
    _change_state(request, version, take_plan_up, gettext("%(plan)s is a draft again."))
    return redirect("plan_list", network=request.network.slug)


def _change_state(
    request: NetworkRequest, version: int, change: Callable[..., Plan], words: str
) -> None:
    """Change a plan's state, and say so, or why it cannot be done."""
    plan = get_object_or_404(Plan, version=version)
    try:
        change(network=request.network, plan=plan, actor=request.user)
        messages.success(request, words % {"plan": plan_name(plan)})
    except InputError as error:
        messages.error(request, str(error))


def _plan_row(request: NetworkRequest, plan: Plan) -> dict[str, Any]:
    numbers = plan_numbers(plan, request.roles)
    url = reverse("plan_map", kwargs={"network": request.network.slug, "version": plan.version})
    return {
        "name": plan_name(plan),
        "url": url,
        "state": plan.state,
        "pods": numbers.pods,
        "households": numbers.all_households,
        "unplaced": numbers.unplaced,
        "made": _made(plan),
    }


def _made(plan: Plan) -> str:
    return made_by(plan.created_at, plan.created_by)


def _lead(numbers: PlanNumbers) -> str:
    """Say what there is; to a steward also what no map shows."""
    pods = counted("%(n)s pod", "%(n)s pods", numbers.pods)
    homes = counted("%(n)s home", "%(n)s homes", numbers.all_households)
    said = [f"{pods}, {homes}."]
    if left := numbers.unplaced:
        said.append(counted("%(n)s home is in no pod.", "%(n)s homes are in no pod.", left))
    if hidden := numbers.hidden:
        said.append(
            counted(
                "And %(n)s hidden home, on no map.", "And %(n)s hidden homes, on no map.", hidden
            )
        )
    return " ".join(said)


def _figures(plan: Plan, numbers: PlanNumbers) -> list[dict[str, str]]:
    mean = plan.report.get("mean_distance_to_medoid_m") or 0
    across = plan.report.get("diameter_p99_m")
    widest = [{"name": gettext("Across a wide pod"), "value": f"{across:,.0f} m"}] if across else []
    return [
        {
            "name": gettext("Smallest pod"),
            "value": counted("%(n)s home", "%(n)s homes", numbers.smallest),
        },
        {
            "name": gettext("Largest pod"),
            "value": counted("%(n)s home", "%(n)s homes", numbers.largest),
        },
        {
            "name": gettext("From a home to its pod’s middle"),
            "value": f"{mean:.0f} m · {walk(mean)}",
        },
        *widest,
        {
            "name": gettext("Measured"),
            "value": str(_MEASURED[plan.report.get("distance", "straight")]),
        },
        {"name": gettext("How good"), "value": optimality(plan.report.get("gap", 0))},
    ]


def _may_rebalance(request: NetworkRequest, plan: Plan) -> bool:
    return bool(request.roles & ORGANIZERS) and plan.state == Plan.State.PUBLISHED


def _changes(plan: Plan, roles: frozenset[Role]) -> dict[str, Any] | None:
    """Say who a rebalanced plan would move, who joins, and who is left without a pod."""
    if "rebalanced_from" not in plan.report:
        return None
    changes = changes_of(plan, roles)
    moved, joined = moved_and_joined(changes)
    would_change = counted("%(n)s home would change pod", "%(n)s homes would change pod", moved)
    would_join = counted("%(n)s newcomer would join.", "%(n)s newcomers would join.", joined)
    who = f"{would_change}, {would_join}"
    if hidden := sum(change.household.hidden for change in changes):
        who += " " + counted("And %(n)s hidden home.", "And %(n)s hidden homes.", hidden)
    return {
        "before": plan.report["rebalanced_from"],
        "words": f"{who} {why_moves(plan.report)}".strip(),
        "rows": [{"address": c.household.address, "words": _change_words(c)} for c in changes],
    }


def _change_words(change: Change) -> str:
    """Say one change: "from pod 3 to pod 5, with Ana"."""
    if change.after is None:
        if not change.before:
            return gettext("in no pod")
        return gettext("from pod %(before)s to no pod") % {"before": change.before}
    pods = {"before": change.before, "after": change.after}
    said = (
        gettext("from pod %(before)s to pod %(after)s")
        if change.before
        else gettext("new, to pod %(after)s")
    )
    if change.point_person:
        with_whom = gettext("with %(name)s") % {"name": change.point_person.name}
    else:
        with_whom = gettext("with nobody yet")
    return f"{said % pods}, {with_whom}"


def _next_step(request: NetworkRequest, plan: Plan) -> dict[str, Any] | None:
    slug = request.network.slug
    if not request.roles & ORGANIZERS:
        return None
    if plan.state == Plan.State.DRAFT:
        return {
            "label": gettext("Publish this plan"),
            "url": reverse("plan_publish", kwargs={"network": slug, "version": plan.version}),
            "method": "post",
            "icon": "check",
        }
    if plan.state == Plan.State.PUBLISHED:
        url = reverse("street_lists", args=[slug])
        return {"label": gettext("Print street lists"), "url": url, "icon": "print"}
    return None


def _shelve(request: NetworkRequest, plan: Plan) -> dict[str, str] | None:
    """Offer to put a draft away, or to take one up again that never was published."""
    label, view = {
        Plan.State.DRAFT: (gettext("Set this draft aside"), "plan_set_aside"),
        Plan.State.ARCHIVED: (gettext("Take this draft up again"), "plan_take_up"),
    }.get(Plan.State(plan.state), ("", ""))
    if not view or plan.published_at is not None or not request.roles & ORGANIZERS:
        return None
    url = reverse(view, kwargs={"network": request.network.slug, "version": plan.version})
    return {"label": label, "url": url, "method": "post"}


def _homes(number: int, *, hidden: bool) -> str:
    if hidden:
        return counted("%(n)s hidden home", "%(n)s hidden homes", number)
    return counted("%(n)s home", "%(n)s homes", number)


def _problems(plan: Plan, roles: frozenset[Role]) -> list[dict[str, Any]]:
    """Say what could not be met: homes in no pod by reason, and pods that nobody looks after."""
    unplaced = visible_memberships(plan, roles).filter(pod=None)
    reasons = Counter(unplaced.values_list("household__hidden", "reason"))
    problems = [
        {"text": f"{_homes(number, hidden=hidden)}: {retold(reason)}", "choices": []}
        for (hidden, reason), number in sorted(reasons.items(), key=lambda item: -item[1])
    ]
    alone = sum(not shown_point_person(pod, roles) for pod in pods_with_counts(plan))
    if alone:
        said = counted(
            "%(n)s pod has no point person yet.", "%(n)s pods have no point person yet.", alone
        )
        problems.append({"text": said, "choices": []})
    # Who is willing shows in the point persons above, as they are today.
    open_wishes = unmet_wishes(plan.report | {"pods_without_willing": 0})
    further = [*map(retold, plan.report.get("notes", [])), *open_wishes]
    return problems + [{"text": words, "choices": []} for words in further]
