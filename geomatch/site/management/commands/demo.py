"""`geomatch demo`."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser

from geomatch.core.errors import GeomatchError
from geomatch.core.translation import gettext
from geomatch.site.cli.base import OurCommand


class Command(OurCommand):
    """Make the demo town and serve it."""

    help = (
        "Make a fictional town from its raw spreadsheet (import, geocode, pods, matches, maps, "
        "street lists), then serve the site on this machine. It lies in a folder of its own, "
        "var/port-halyard beside the code, unless GEOMATCH_HOME names another."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what to do at the end."""
        parser.add_argument("--no-serve", action="store_true", help="stop before serving")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing, say where it is, serve."""
        from geomatch import warm
        from geomatch.site.ops import demo
        from geomatch.site.ops.port import refuse_taken_port
        from geomatch.site.ops.privacy import start_private

        if set(settings.ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]"}:
            raise CommandError(
                gettext(
                    "The demo's sign-ins are public knowledge, so it runs on this "
                    "machine only. Unset GEOMATCH_HOSTS."
                )
            )
        folder = settings.HOME / "demo"
        start_private()
        try:
            if not options["no_serve"]:  # before the town is made, which takes a while
                refuse_taken_port("127.0.0.1", options["port"])
            call_command("migrate", verbosity=0)
            network = demo.demo_network()
            if network is None:
                with warm.beside() as planner_is_ready:
                    network = demo.make_demo(folder, self._say, planner_is_ready)
            else:
                self._say(f"The demo town is here already; its files are in {folder}")
        except GeomatchError as error:
            raise CommandError(str(error)) from error
        self._say(f"\n{network.name}: sign in as one of these, with “{demo.PASSWORD}”")
        self._say("  " + ", ".join(demo.SIGN_INS))
        self._say_where_it_lies()
        if options["no_serve"]:
            self._say("Look at it with: bin/demo")
            return
        self.stdout.flush()
        _become_server(options["port"])

    def _say_where_it_lies(self) -> None:
        from geomatch.cli import DEMO_HOME
        from geomatch.site.ops.new_home import BEGIN

        self._say(f"\nAll of it lies in {settings.HOME}; for another command on it:")
        self._say("  . .venv/bin/activate")
        self._say(f"  GEOMATCH_HOME={settings.HOME} geomatch doctor")
        apart = DEMO_HOME == settings.HOME
        self._say(
            "Networks of your own lie apart, in var/, and `geomatch serve` shows those only."
            if apart
            else "GEOMATCH_HOME names that folder; name another one for networks of your own."
        )
        self._say(f"Begin one with:\n  {BEGIN}\n")

    def _say(self, words: str) -> None:
        self.stdout.write(words)


def _become_server(port: int) -> None:
    """Go on as `geomatch serve`, in a new program.

    Making the town leaves threads of solvers behind, and a server forks: none of them would live in
    its child, which then waits for them for ever. A new program starts with none, and small.
    """
    words = ("-m", "geomatch.cli", "serve", "--port", str(port))
    os.execv(sys.executable, [sys.executable, *words])  # noqa: S606 - our own program
