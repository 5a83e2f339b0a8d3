"""What every command of ours shares: in its help its own options stand before Django's."""

from __future__ import annotations

from argparse import _ArgumentGroup
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandParser, DjangoHelpFormatter

from geomatch.core.translation import gettext


class HelpFormatter(DjangoHelpFormatter):
    """Django's, which shows its own options last; lines of an example are left as written."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n" in text:
            return "".join(indent + line for line in text.splitlines(keepends=True))
        return super()._fill_text(text, width, indent)


class OurCommand(BaseCommand):
    """A command of ours."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Leave the example under the options as written."""
        return super().create_parser(
            prog_name, subcommand, **{"formatter_class": HelpFormatter, **kwargs}
        )

    def add_base_argument(self, parser: CommandParser, *args: Any, **kwargs: Any) -> None:
        """Put what all of Django's commands have behind what this one is for."""
        group = cast("CommandParser", _others(parser))  # a group takes arguments as a parser does
        super().add_base_argument(group, *args, **kwargs)


def _others(parser: CommandParser) -> _ArgumentGroup:
    title = gettext("other options")
    there = (group for group in parser._action_groups if group.title == title)
    return next(there, None) or parser.add_argument_group(title)
