"""Start long work, and show how far it is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from geomatch.core.phrases import counted
from geomatch.network.access import ORGANIZERS, STAFF, NetworkRequest, network_view
from geomatch.network.intake.staging.sheets import staged_for
from geomatch.network.models import Role, Run, StagedSheet
from geomatch.network.scope import use_network
from geomatch.network.selectors.numbers import has_streets, network_numbers
from geomatch.network.services.runs import OVER, cancel_run, end_cut_off_runs
from geomatch.site.jobs.progress import run_context
from geomatch.site.jobs.tasks import JOBS, start
from geomatch.site.shell.forms import PlanForm, RebalanceForm
from pods.models import Plan


@require_POST
@network_view(Role.ORGANIZER)
def start_locating(request: NetworkRequest) -> HttpResponse:
    """Look up the addresses that nobody has looked up yet."""
    run = start(network=request.network, kind=Run.Kind.GEOCODE, actor=request.user)
    return redirect("run_detail", network=request.network.slug, run=run.pk)


@require_POST
@network_view(Role.ORGANIZER)
def start_planning(request: NetworkRequest) -> HttpResponse:
    """Draft a plan of pods."""
    return _start_plan(request, PlanForm(request.POST, streets=has_streets()))


@require_POST
@network_view(Role.ORGANIZER)
def start_rebalancing(request: NetworkRequest) -> HttpResponse:
    """Draft a plan that goes on from the published one."""
    return _start_plan(request, RebalanceForm(request.POST))


def _start_plan(request: NetworkRequest, form: Form) -> HttpResponse:
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0])
        return redirect("plan_list", network=request.network.slug)
    run = start(
        network=request.network, kind=Run.Kind.PLAN, actor=request.user, options=form.cleaned_data
    )
    return redirect("run_detail", network=request.network.slug, run=run.pk)


@require_POST
@network_view(Role.COORDINATOR)
def start_matching(request: NetworkRequest) -> HttpResponse:
    """Propose volunteers for every open request."""
    run = start(network=request.network, kind=Run.Kind.MATCH, actor=request.user)
    return redirect("run_detail", network=request.network.slug, run=run.pk)


@network_view(*STAFF)
def run_detail(request: NetworkRequest, run: int) -> HttpResponse:
    """Show work while it runs; when it is done, go to what came of it."""
    end_cut_off_runs()
    work = get_object_or_404(Run, pk=run)
    if work.kind == Run.Kind.READ and not request.htmx and (url := _preview_of(request, work)):
        return redirect(url)
    if work.state == Run.State.DONE and not request.htmx:
        if work.kind == Run.Kind.GEOCODE:  # its way leads back to where it was begun
            messages.success(request, _looked_up(request))
        return redirect(_outcome(request, work)["url"])
    context = run_context(request.network, request.roles, work)
    if request.htmx:
        answer = render(request, "components/progress.html", {"run": context})
        if work.state in OVER:
            answer["HX-Refresh"] = "true"
        return answer
    return render(request, "site/run.html", _page(request, work, context))


@require_POST
@network_view(*STAFF, enter=False)  # a transaction would wait for the one that is to be stopped
def run_cancel(request: NetworkRequest, run: int) -> HttpResponse:
    """Call work off: now where it waits, else at its next step."""
    with use_network(request.network, reading=True):
        work = get_object_or_404(Run, pk=run)
    cancel_run(network=request.network, run=work, actor=request.user)
    return redirect("run_detail", network=request.network.slug, run=work.pk)


def _page(request: NetworkRequest, run: Run, context: dict[str, Any]) -> dict[str, Any]:
    outcome = _outcome(request, run)
    kept = JOBS[Run.Kind(run.kind)].kept
    trouble = {"title": gettext("This did not work"), "kept": kept, "todo": run.message}
    called_off = {"text": outcome["kept"] or kept, "next": outcome}
    return {
        "title": run.get_kind_display(),
        "lead": "",
        "back": {
            "label": gettext("Home"),
            "url": reverse("dashboard", args=[request.network.slug]),
        },
        "run": context,
        "trouble": trouble if run.state == Run.State.FAILED else None,
        "called_off": called_off if run.state == Run.State.CANCELLED else None,
        "next_step": _preview(request, run) if run.state == Run.State.FAILED else None,
    }


def _preview_of(request: NetworkRequest, run: Run) -> str:
    """Say where a sheet that was read is looked at, or why it could not be; by whom may."""
    staged = _sheet_of(request, run)
    if staged is None:
        return ""
    if run.state == Run.State.DONE or (run.state == Run.State.FAILED and staged.trouble):
        return reverse("import_preview", args=[request.network.slug, staged.pk])
    return ""


def _sheet_of(request: NetworkRequest, run: Run) -> StagedSheet | None:
    """Return the spreadsheet that a run is about, if it is there and the reader may see it."""
    if not request.roles & ORGANIZERS:
        return None
    sheets = staged_for(request.user, request.roles).defer("choices_json")
    return sheets.filter(pk=run.options.get("staged")).first()


def _preview(request: NetworkRequest, run: Run) -> dict[str, str] | None:
    """Offer the preview again where work on a spreadsheet did not come to its end."""
    staged = _sheet_of(request, run)
    if staged is None:
        return None
    arguments = {"network": request.network.slug, "staged": staged.pk}
    url = reverse("import_preview", kwargs=arguments)
    if run.kind == Run.Kind.READ:
        return {"label": gettext("Look at it again"), "url": url}
    return {"label": gettext("Look at the preview again"), "url": url}


def _looked_up(request: NetworkRequest) -> str:
    """Say what is left to do of the addresses, as far as the reader may know of them."""
    numbers = network_numbers(request.roles)
    if not numbers.known("doubtful"):
        return gettext("The addresses were looked up. All are on the map.")
    return counted(
        "The addresses were looked up. %(n)s address needs you.",
        "The addresses were looked up. %(n)s addresses need you.",
        numbers.doubtful,
    )


def _outcome(request: NetworkRequest, run: Run) -> dict[str, str]:
    """Say where to see what came of work, and what was kept of it besides what there was."""
    slug = request.network.slug
    if run.kind == Run.Kind.PLAN:
        plan = Plan.objects.filter(pk=run.report.get("plan")).first()
        if plan:
            return {
                "label": gettext("Look at plan %(number)s") % {"number": plan.version},
                "url": reverse("plan_map", kwargs={"network": slug, "version": plan.version}),
                "kept": gettext("The best plan found so far is kept as a draft: plan %(number)s.")
                % {"number": plan.version},
            }
        return {
            "label": gettext("See the plans"),
            "url": reverse("plan_list", args=[slug]),
            "kept": "",
        }
    if run.kind in (Run.Kind.IMPORT, Run.Kind.READ):
        return _import_outcome(request, run)
    if run.kind == Run.Kind.MATCH:
        return {
            "label": gettext("See the matches"),
            "url": reverse("match_map", args=[slug]),
            "kept": "",
        }
    return {"label": gettext("Home"), "url": reverse("dashboard", args=[slug]), "kept": ""}


def _import_outcome(request: NetworkRequest, run: Run) -> dict[str, str]:
    slug = request.network.slug
    if "sheet" in run.report:
        url = reverse("import_result", kwargs={"network": slug, "sheet": run.report["sheet"]})
        return {
            "label": gettext("See what was imported"),
            "url": url,
            "kept": gettext("It was imported already."),
        }
    back = {"label": gettext("Import"), "url": reverse("import_upload", args=[slug])}
    if not request.roles & ORGANIZERS:
        back = {"label": gettext("Home"), "url": reverse("dashboard", args=[slug])}
    return (_preview(request, run) or back) | {"kept": ""}
