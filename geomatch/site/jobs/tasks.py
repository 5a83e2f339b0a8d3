"""Background work: each task enters its network and calls the service a command would call.

A new kind of work is a row of `Run.Kind`, a function here, and its row in `JOBS`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django_tasks import task

from geomatch.matching.services import match_all
from geomatch.network.intake.staging.apply import apply_staged
from geomatch.network.intake.staging.background import read_in_background
from geomatch.network.locating.look_up import locate_households
from geomatch.network.locating.provider import ask_provider
from geomatch.network.models import Network, ProviderConsent, Run, SheetImport
from geomatch.network.scope import lock_network, use_network
from geomatch.network.services.performing import Told, Work, perform
from geomatch.network.services.runs import (
    UNDER_WAY,
    Progress,
    create_run,
    end_cut_off_runs,
    is_forgotten,
)
from geomatch.site.pages.imports.preview_context import summed_up
from pods.selectors import published_pod_of_households
from pods.services import rebalance_plan, suggest_plan


def start(
    *,
    network: Network,
    kind: Run.Kind,
    actor: AbstractBaseUser,
    options: Mapping[str, Any] | None = None,
    apart: Collection[str] = (),
) -> Run:
    """Want some work done, and return the row that shows how far it is.

    Work of the same kind that waits or runs already is not begun twice: its row is returned. Where
    nobody came for it, it is queued once more; whoever comes second finds it taken.

    Parameters
    ----------
    apart
        Options that make work of one kind two: to read one sheet, and to read another.
    """
    said = dict(options or {})
    with use_network(network):
        # Two who press the button at once: the second one finds the first one's row.
        lock_network()
        end_cut_off_runs()
        alike = [
            run
            for run in Run.objects.filter(kind=kind, state__in=UNDER_WAY)
            if all(run.options.get(name) == said.get(name) for name in apart)
        ]
        same = alike[0] if alike else None
        if same is not None and not is_forgotten(same):
            return same
        run = same or create_run(network=network, kind=kind, actor=actor, options=said)
    carry_out.enqueue(network.pk, run.pk)
    return run


@task()
def carry_out(network_id: int, run_id: int) -> None:
    """Do the work of one run."""
    network = Network.objects.get(pk=network_id)
    with use_network(network):
        run = Run.objects.select_related("started_by").get(pk=run_id)
    perform(network=network, run=run, work=JOBS[Run.Kind(run.kind)].work)


def _locate(run: Run, progress: Progress) -> dict[str, Any]:
    # What was placed before a run was cut off is not asked for again, but still counts.
    before = run.done

    def told(done: float, total: float) -> bool:
        return progress(before + done, before + total)

    if "consent" in run.options:
        return _ask(run, told)
    return locate_households(
        network=run.network, actor=run.started_by, progress=told, **run.options
    )


def _ask(run: Run, progress: Progress) -> dict[str, Any]:
    with use_network(run.network):
        consent = ProviderConsent.objects.get(pk=run.options["consent"])
    return ask_provider(
        network=run.network, consent=consent, actor=run.started_by, progress=progress
    )


def _plan(run: Run, progress: Progress) -> dict[str, Any]:
    draw = rebalance_plan if "max_moves" in run.options else suggest_plan
    plan = draw(network=run.network, actor=run.started_by, progress=progress, **run.options)
    return {"plan": plan.pk, **plan.report}


def _match(run: Run, progress: Progress) -> dict[str, Any]:
    with use_network(run.network):
        pod_of = published_pod_of_households()
    assignment = match_all(
        network=run.network,
        actor=run.started_by,
        pod_of=pod_of,
        progress=progress,
        **run.options,
    )
    return {"assignment": assignment.pk, **assignment.report}


def _import(run: Run, progress: Told) -> dict[str, Any]:
    if "sheet" in run.report:  # its worker was killed between the import and saying so
        return run.report
    report: dict[str, Any] = {}

    def remember(taken: SheetImport) -> None:
        report.update(sheet=taken.pk, figures=taken.figures)
        Run.objects.filter(pk=run.pk).update(report=report)

    apply_staged(
        network=run.network,
        actor=run.started_by,
        progress=progress,
        on_taken=remember,
        **run.options,
    )
    return report


def _read(run: Run, progress: Told) -> dict[str, Any]:
    return read_in_background(
        network=run.network, summed_up=summed_up, progress=progress, **run.options
    )


class Job(NamedTuple):
    """How one kind of work is done and spoken of.

    Attributes
    ----------
    work
        Does it.
    counts_addresses
        Whether addresses are counted; of other work only a share of the whole is known.
    kept
        What is kept where it was called off or did not work.
    """

    work: Work
    counts_addresses: bool
    kept: str | Promise


WAITS = gettext_lazy("Nothing was imported. The spreadsheet waits where you left it.")
JOBS = {
    Run.Kind.GEOCODE: Job(
        _locate, True, gettext_lazy("The addresses that were placed before stay placed.")
    ),
    Run.Kind.PLAN: Job(_plan, False, gettext_lazy("Your plans are as they were.")),
    Run.Kind.MATCH: Job(_match, False, gettext_lazy("Your matches are as they were.")),
    Run.Kind.IMPORT: Job(_import, False, WAITS),
    Run.Kind.READ: Job(_read, False, WAITS),
}
