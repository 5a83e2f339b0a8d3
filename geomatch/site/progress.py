"""Work that waits for somebody to start it, and work under way, as the pages show it."""

from __future__ import annotations

from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils import timezone

from geomatch.network.models import Network, Run
from geomatch.network.services.runs import OVER, UNDER_WAY, end_cut_off_runs, is_silent
from geomatch.site.tasks import JOBS
from geomatch.site.words import count, time_left

# Before so much is done, and so long was spent, a guess at the rest would only be a guess.
LEAST_SHARE, LEAST_S = 0.02, 2.0


def place_step(network: Network, addresses: int) -> dict[str, str]:
    """Fill the button that looks up the addresses nobody has looked up yet."""
    return {
        "label": f"Place {count(addresses, 'address', 'addresses')}",
        "url": reverse("start_locating", args=[network.slug]),
        "method": "post",
        "icon": "pin",
    }


def fix_step(network: Network, addresses: int) -> dict[str, str]:
    """Fill the button that goes to the addresses somebody should look at."""
    return {
        "label": f"Fix {count(addresses, 'location')}",
        "url": reverse("place_queue", args=[network.slug]),
        "icon": "pin",
    }


def work_under_way(network: Network, kind: Run.Kind | None = None) -> dict[str, Any] | None:
    """Fill the component for the newest work that is not over, or return None."""
    return next(iter(all_work_under_way(network, kind)), None)


def all_work_under_way(network: Network, kind: Run.Kind | None = None) -> list[dict[str, Any]]:
    """Fill the component for every work that is not over, the newest first."""
    end_cut_off_runs()
    runs = Run.objects.filter(state__in=UNDER_WAY)
    if kind is not None:
        runs = runs.filter(kind=kind)
    return [run_context(network, run) for run in runs]


def run_context(network: Network, run: Run) -> dict[str, Any]:
    """Fill the progress component."""
    arguments = {"network": network.slug, "run": run.pk}
    url = reverse("run_detail", kwargs=arguments)
    is_over = run.state in OVER
    can_stop = not (is_over or run.cancel_asked)
    return {
        "pk": run.pk,
        "label": run.get_kind_display(),
        "done": run.done,
        "total": run.total or 0,
        "count": _done_of_total(run),
        "time": "" if is_over else _time(run),
        "poll_url": None if is_over else url,
        "page_url": url,
        "cancel_url": reverse("run_cancel", kwargs=arguments) if can_stop else "",
        "note": "" if is_over else "You can leave this page; the work goes on.",
        "state": run.state,
    }


def _done_of_total(run: Run) -> str:
    """Say how much is done: things where they are counted, else the share of the whole."""
    if not run.total:
        return ""
    noun = JOBS[Run.Kind(run.kind)].noun
    if noun is None:
        return f"{min(run.done / run.total, 1):.0%}"
    return f"{intcomma(int(run.done))} of {count(int(run.total), *noun)}"


def _time(run: Run) -> str:
    """Say how long the work will take, as far as its pace up to now can tell."""
    if run.cancel_asked:
        return "Stopping"
    if is_silent(run):
        return "Interrupted; it goes on by itself"
    if run.state == Run.State.WAITING:
        return "Waiting for its turn" if not run.attempts else "Interrupted; it goes on by itself"
    if run.total and run.paced_at:
        spent = (timezone.now() - run.paced_at).total_seconds()
        share = (run.done - run.paced_from) / max(run.total - run.paced_from, 1e-9)
        if share >= LEAST_SHARE and spent >= LEAST_S:
            return time_left(spent * (1 - share) / share)
    return "Getting ready" if not run.done else ""
