"""Work that waits for somebody to start it, and work under way, as the pages show it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from geomatch.core.phrases import counted
from geomatch.network.models import Network, Role, Run
from geomatch.network.selectors.numbers import Numbers
from geomatch.network.services.runs import OVER, UNDER_WAY, end_cut_off_runs, is_silent
from geomatch.network.services.signs import sign_of
from geomatch.site.jobs.tasks import JOBS
from geomatch.site.shell.phrases import and_hidden, time_left

# Before so much is done, and so long was spent, a guess at the rest would only be a guess.
LEAST_SHARE, LEAST_S = 0.02, 2.0


def place_step(network: Network, numbers: Numbers) -> dict[str, str]:
    """Fill the button that looks up the addresses nobody has looked up yet."""
    said = counted("Place %(n)s address", "Place %(n)s addresses", numbers.unlooked)
    said = and_hidden(
        said,
        numbers.apart("unlooked"),
        "%(n)s hidden address",
        "%(n)s hidden addresses",
    )
    return {
        "label": said,
        "url": reverse("start_locating", args=[network.slug]),
        "method": "post",
        "icon": "pin",
    }


def fix_step(network: Network, numbers: Numbers) -> dict[str, str]:
    """Fill the button that goes to the addresses somebody should look at."""
    said = counted("Fix %(n)s location", "Fix %(n)s locations", numbers.doubtful)
    said = and_hidden(
        said,
        numbers.apart("doubtful"),
        "%(n)s hidden location",
        "%(n)s hidden locations",
    )
    return {
        "label": said,
        "url": reverse("place_queue", args=[network.slug]),
        "icon": "pin",
    }


def work_under_way(
    network: Network, roles: Collection[Role], kind: Run.Kind | None = None
) -> dict[str, Any] | None:
    """Fill the component for the newest work that is not over, or return None."""
    return next(iter(all_work_under_way(network, roles, kind)), None)


def all_work_under_way(
    network: Network, roles: Collection[Role], kind: Run.Kind | None = None
) -> list[dict[str, Any]]:
    """Fill the component for every work that is not over, the newest first."""
    end_cut_off_runs()
    runs = Run.objects.filter(state__in=UNDER_WAY)
    if kind is not None:
        runs = runs.filter(kind=kind)
    return [run_context(network, roles, run) for run in runs]


def run_context(network: Network, roles: Collection[Role], run: Run) -> dict[str, Any]:
    """Fill the progress component as a reader with these roles may see it."""
    if sign := sign_of(run):  # newer than the row, which a long transaction hides
        run.done, run.total, run.step, run.seen_at = sign.done, sign.total, sign.step, sign.at
    arguments = {"network": network.slug, "run": run.pk}
    url = reverse("run_detail", kwargs=arguments)
    is_over = run.state in OVER
    can_stop = not (is_over or run.cancel_asked)
    return {
        "pk": run.pk,
        "label": run.get_kind_display(),
        **_measure(run, roles),
        "time": "" if is_over else _time(run),
        "poll_url": None if is_over else url,
        "page_url": url,
        "cancel_url": reverse("run_cancel", kwargs=arguments) if can_stop else "",
        "note": "" if is_over else gettext("You can leave this page; the work goes on."),
        "state": run.state,
    }


def _measure(run: Run, roles: Collection[Role]) -> dict[str, Any]:
    """Say how much is done: things where they are counted, else the share of the whole.

    Our own look-up goes through hidden homes too: how many there are is for stewards.
    """
    counts_addresses = JOBS[Run.Kind(run.kind)].counts_addresses
    if run.kind == Run.Kind.GEOCODE and "consent" not in run.options and Role.STEWARD not in roles:
        counts_addresses = False
    if not run.total:
        return {"done": 0, "total": 0, "count": ""}
    if run.step:
        return {"done": run.done, "total": run.total, "count": run.step}
    if not counts_addresses:
        share = run.done / run.total
        return {"done": share, "total": 1, "count": f"{min(share, 1):.0%}"}
    words = counted(
        "%(done)s of %(n)s address",
        "%(done)s of %(n)s addresses",
        int(run.total),
        done=int(run.done),
    )
    return {"done": run.done, "total": run.total, "count": words}


def _time(run: Run) -> str:
    """Say how long the work will take, as far as its pace up to now can tell."""
    if run.cancel_asked:
        return gettext("Stopping")
    if is_silent(run):
        return gettext("Interrupted; it goes on by itself")
    if run.state == Run.State.WAITING:
        if run.attempts:
            return gettext("Interrupted; it goes on by itself")
        return gettext("Waiting for its turn")
    if run.total and run.paced_at:
        spent = (timezone.now() - run.paced_at).total_seconds()
        share = (run.done - run.paced_from) / max(run.total - run.paced_from, 1e-9)
        if share >= LEAST_SHARE and spent >= LEAST_S:
            return time_left(spent * (1 - share) / share)
    return gettext("Getting ready") if not run.done else ""
