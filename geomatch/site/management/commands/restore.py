"""`geomatch restore FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from geomatch.core.translation import gettext
from geomatch.site.cli.file_command import FileCommand


class Command(FileCommand):
    """Fill an empty installation from a backup."""

    help = "Fill an empty installation from a backup."
    example = "geomatch restore geomatch-2026-11-22.zip"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Do it, and say how many rows it was."""
        from geomatch.site.ops.backup import restore_backup

        rows = restore_backup(options["file"])
        self.say(gettext("Restored: {number:,} rows.").format(number=sum(rows.values())))
        return {"rows": rows}
