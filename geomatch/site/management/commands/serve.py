"""`geomatch serve`."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import Any

from django.core.management.base import CommandParser
from django.db import connection

from geomatch.core.errors import SetupError
from geomatch.site.cli.base import OurCommand
from geomatch.site.cli.file_command import Refused


class Command(OurCommand):
    """Serve the site with a production server."""

    help = "Serve the site, and do its background work in a process beside it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add address, processes and who does background work."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--workers", type=int, default=int(os.environ.get("GEOMATCH_WEB_WORKERS", "1"))
        )
        parser.add_argument(
            "--no-background",
            action="store_true",
            help="background work is done elsewhere (geomatch work)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until stopped."""
        from geomatch.site.ops.new_home import first_steps, make_tables_if_new
        from geomatch.site.ops.port import refuse_taken_port
        from geomatch.site.ops.privacy import start_private
        from geomatch.site.ops.server import Server, background_worker

        try:
            refuse_taken_port(options["host"], options["port"])
        except SetupError as error:
            raise Refused(str(error)) from error
        start_private()
        make_tables_if_new()
        if steps := first_steps():
            self.stderr.write(steps, str)
        connection.close()  # the server forks, and a connection must not be shared
        beside = nullcontext() if options["no_background"] else background_worker()
        with beside:
            self.stderr.write(
                f"Geomatch is at http://{options['host']}:{options['port']}/ (Ctrl-C stops it)",
                lambda text: text,
            )
            Server(bind=f"{options['host']}:{options['port']}", workers=options["workers"]).run()
