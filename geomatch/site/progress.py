"""Work that waits for somebody to start it, and work under way, as the pages show it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from geomatch.network.models import Network, Run
from geomatch.network.services.runs import OVER, UNDER_WAY, end_cut_off_runs
from geomatch.site.words import count


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
    end_cut_off_runs()
    runs = Run.objects.filter(state__in=UNDER_WAY)
    if kind is not None:
        runs = runs.filter(kind=kind)
    run = runs.first()
    return run_context(network, run) if run else None


def run_context(network: Network, run: Run) -> dict[str, Any]:
    """Fill the progress component."""
    url = reverse("run_detail", kwargs={"network": network.slug, "run": run.pk})
    return {
        "label": run.get_kind_display(),
        "done": int(run.done),
        "total": int(run.total or 0),
        "time": "" if run.total else "Getting ready",
        "poll_url": None if run.state in OVER else url,
        "note": "You can leave this page; the work goes on.",
        "state": run.state,
    }
