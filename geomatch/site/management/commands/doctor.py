"""`geomatch doctor`."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

from django.core.management.base import CommandError, CommandParser

from geomatch.core.errors import GeomatchError
from geomatch.core.translation import gettext
from geomatch.site.cli.base import OurCommand


class Command(OurCommand):
    """Check the installation."""

    help = "Check what is installed, and say how to mend what is not as it should be."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `--ping`."""
        parser.add_argument("--ping", metavar="URL", help="only ask whether this page answers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the findings; exit 1 if one is bad."""
        if options["ping"]:
            self._ping(options["ping"])
            return
        from geomatch.site.ops.health import examine

        try:
            findings = list(examine())
        except GeomatchError as error:
            raise CommandError(str(error)) from error
        for finding in findings:
            mark = "✓" if finding.is_well else "✗"
            self.stdout.write(f"{mark} {finding.name}: {finding.words}")
        if not all(finding.is_well for finding in findings):
            raise CommandError(gettext("Something needs mending; see the lines marked ✗."))

    def _ping(self, url: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise CommandError(gettext("--ping takes an http:// or https:// address"))
        try:
            with urllib.request.urlopen(url, timeout=8) as answer:  # noqa: S310 - checked above
                self.stdout.write(f"✓ {url} answers {answer.status}")
        except urllib.error.URLError as error:
            raise CommandError(
                gettext("{url} does not answer: {reason}").format(url=url, reason=error.reason)
            ) from error
