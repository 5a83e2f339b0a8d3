"""The `geomatch` command: Django's command line with the settings preset.

The file commands (`FILE_COMMANDS`) need no database, so they run under settings that load none:
`--help` answers at once, and an analyst needs nothing set up.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from geomatch.contents import contents
from geomatch.core.translation import first_spoken, speaking

DEMO_HOME = Path(__file__).resolve().parent.parent / "var" / "port-halyard"
"""Where the demo lives unless GEOMATCH_HOME says so: apart from networks of real people."""

FILE_COMMANDS = frozenset({"geocode", "pods", "match", "checkmatch", "streetlists"})


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command, as `manage.py` would.

    Parameters
    ----------
    argv
        Program name, command and its options; `sys.argv` by default.
    """
    argv = list(sys.argv if argv is None else argv)
    if argv[1:] in ([], ["help"], ["--help"], ["-h"]):
        with speaking(_language_of_terminal()):
            sys.stdout.write(contents() + "\n")
        return
    if argv[1:] == ["help", "--all"]:
        argv = [argv[0], "help"]  # Django's own list
    elif argv[1:2] == ["help"] and argv[2:3] and not argv[2].startswith("-"):
        argv = [argv[0], argv[2], "--help"]
    if argv[1:2] == ["demo"]:
        os.environ.setdefault("GEOMATCH_HOME", str(DEMO_HOME))
    needs_no_database = len(argv) > 1 and argv[1] in FILE_COMMANDS
    os.environ.setdefault(
        "DJANGO_SETTINGS_MODULE",
        "geomatch.filesettings" if needs_no_database else "geomatch.settings",
    )
    from django.core.management import execute_from_command_line

    with speaking(_language_of_terminal()):
        execute_from_command_line(argv)


def _language_of_terminal() -> str:
    named = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return first_spoken([next(filter(None, named), "")]) or "en"


if __name__ == "__main__":
    main()
