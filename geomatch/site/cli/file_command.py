"""What every file command shares: options, words, a progress bar, a report and honest exits.

A command subclasses `FileCommand`, names an `example`, adds its own options and does its work::

    class Command(FileCommand):
        help = "Group households into pods of neighbours."
        example = "geomatch pods households.csv --out pods.csv"

        def add_arguments(self, parser):
            super().add_arguments(parser)
            parser.add_argument("households", type=Path)

        def work(self, options):
            with self.progress("Planning", total=100) as bar:
                bar.advance(10)
            self.say("96 pods from 1,294 households.")
            return {"pods": 96}

Exit codes: 0 done, 1 the input was refused, 2 wrong usage (Django's parser). Words for people go
to stderr; data go to files.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.core.management.base import CommandError, CommandParser

from geomatch.core.errors import GeomatchError, Problem
from geomatch.core.retelling import retold
from geomatch.core.translation import gettext
from geomatch.site.cli.base import OurCommand


class Bar(Protocol):
    """A progress bar, or the silence that replaces it where nobody watches."""

    def advance(self, steps: float = 1) -> None:
        """Move on by some steps of the total."""

    def to(self, done: float, total: float | None = None) -> None:
        """Jump to an absolute position, and set the total once it is known."""


class _Silence:
    def advance(self, steps: float = 1) -> None:
        pass

    def to(self, done: float, total: float | None = None) -> None:
        pass


class _RichBar:
    def __init__(self, progress: Any, task: Any) -> None:
        self._progress, self._task = progress, task

    def advance(self, steps: float = 1) -> None:
        self._progress.advance(self._task, steps)

    def to(self, done: float, total: float | None = None) -> None:
        self._progress.update(self._task, completed=done, total=total)


class Refused(CommandError):  # noqa: N818 - its name is what people read
    """What was handed in cannot be taken. Django prints the class's name before the message."""


class FileCommand(OurCommand):
    """A command that reads files and writes files, and needs no database."""

    example = ""
    writes: tuple[str, ...] = ("out", "report")
    """Options that name files to be written; none may be a file that is read."""
    passes_through = ""
    """The argument whose table comes out again with all its columns: `--out` may replace it."""
    requires_system_checks = ()
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Show the example under the options."""
        return super().create_parser(
            prog_name,
            subcommand,
            epilog="{}\n  {}".format(gettext("Example:"), self.example),
            **kwargs,
        )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options that every file command has."""
        parser.add_argument(
            "--report", type=Path, metavar="FILE.json", help="write the figures of this run"
        )
        parser.add_argument(
            "--seed", type=int, default=0, help="same seed, same input: same output (default 0)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run `work`, write its report, and turn refusals into one message and exit code 1."""
        self._refuse_to_lose(options)
        try:
            report = self.work(options)
            if options.get("report"):
                write_report(options["report"], report)
        except GeomatchError as error:
            raise Refused(retold(str(error))) from error

    def _refuse_to_lose(self, options: dict[str, Any]) -> None:
        """Stop before a slip of the hand writes one file over another that is read."""
        files = {name: file for name, file in options.items() if isinstance(file, Path)}
        for written in self.writes:
            for other, file in files.items():
                in_place = written == "out" and other == self.passes_through
                if written not in files or other == written or in_place:
                    continue
                if file.resolve() == files[written].resolve():
                    raise CommandError(
                        gettext(
                            "--{option} would be written over {file}, which “{option_2}” "
                            "names as well; name another file"
                        ).format(option=_option(written), file=file, option_2=_option(other)),
                        returncode=2,
                    )

    def work(self, options: dict[str, Any]) -> Mapping[str, Any]:
        """Do the work and return the figures for `--report`."""
        raise NotImplementedError  # each command's own

    def say(self, words: str) -> None:
        """Say something to the person at the terminal."""
        self.stderr.write(words, str)

    def say_left_out(self, problems: Sequence[Problem]) -> None:
        """Name the first rows of a gazetteer whose points cannot be right."""
        for problem in problems[:10]:
            self.say(gettext("Gazetteer, {problem}").format(problem=problem))
        if len(problems) > 10:
            said = gettext("… and {number:,} more rows of the gazetteer.")
            self.say(said.format(number=len(problems) - 10))

    @contextmanager
    def progress(self, label: str, total: float | None = None) -> Iterator[Bar]:
        """Show a progress bar on stderr while the block runs; none when it is no terminal."""
        if not sys.stderr.isatty():
            yield _Silence()
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            yield _RichBar(bars, bars.add_task(label, total=total))


def _option(name: str) -> str:
    return name.replace("_", "-")


@contextmanager
def hushed_libraries() -> Iterator[None]:
    """Keep what compiled libraries print to stdout from people while the block runs.

    HiGHS has a line left in from its own debugging, which no option of SciPy's turns off.
    """
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        yield
    finally:
        ctypes.CDLL(None).fflush(None)  # what C has buffered goes nowhere as well
        os.dup2(kept, 1)
        os.close(kept)


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write the figures as JSON, whole or not at all."""
    from geomatch.tables import whole_file

    text = json.dumps(report, indent=2, ensure_ascii=False, sort_keys=True, default=str) + "\n"
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")
