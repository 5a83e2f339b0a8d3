"""`geomatch work`."""

from __future__ import annotations

import logging
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser
from django.utils.crypto import get_random_string

from geomatch.site.cli.base import OurCommand

DAYS_KEPT = 14


class Command(OurCommand):
    """Do the background work that pages ask for."""

    help = (
        "Do background work: imports, looking addresses up, planning, matching. `geomatch serve` "
        "starts one of these by itself; on a server it is a service of its own, as many as there "
        "are cores to spare. Ctrl-C or SIGTERM: the work in hand waits for the next worker."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add how to run."""
        parser.add_argument("--once", action="store_true", help="leave when nothing waits any more")
        parser.add_argument(
            "--beside", type=int, metavar="PID", help="leave when this parent process is gone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until stopped."""
        from geomatch.site.jobs.worker import SiteWorker
        from geomatch.site.ops.privacy import start_private

        start_private()
        # What the tasks say of themselves would be no news to anybody; errors are kept in rows.
        logging.getLogger("django_tasks").setLevel(logging.ERROR)
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
        call_command("prune_db_task_results", min_age_days=DAYS_KEPT, verbosity=0)
        worker = SiteWorker(
            beside=options["beside"],
            queue_names=["*"],
            interval=1,
            batch=options["once"],
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        worker.configure_signals()
        worker.run()
