"""What `geomatch` says of itself, as a newcomer asks it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.core.management import load_command_class

from geomatch import cli
from geomatch.contents import groups
from tests.site.test_reference import OURS

LISTED = {name: line for commands in groups().values() for name, line in commands.items()}


def said(capsys, *words: str) -> str:
    with suppress(SystemExit):  # as argparse ends a --help
        cli.main(["geomatch", *words])
    return capsys.readouterr().out


@pytest.mark.parametrize("words", [(), ("help",), ("--help",), ("-h",)])
def test_every_command_of_ours_is_listed_with_a_line_and_none_of_djangos(capsys, words):
    lines = said(capsys, *words).splitlines()
    assert sorted(LISTED) == OURS
    for name, line in LISTED.items():
        assert any(shown.split(maxsplit=1) == [name, line] for shown in lines)
    assert not any(shown.split()[:1] in (["migrate"], ["dbshell"]) for shown in lines)
    assert "geomatch help --all" in lines[-1]
    assert max(map(len, lines)) <= 110


def test_all_lists_djangos_too(capsys):
    assert "dbshell" in said(capsys, "help", "--all")


def test_help_of_a_command_is_its_help(capsys):
    assert said(capsys, "help", "pods") == said(capsys, "pods", "--help")


@pytest.mark.parametrize("command", OURS)
def test_own_options_stand_before_djangos(command):
    parser = load_command_class("geomatch.site", command).create_parser("geomatch", command)
    shown = parser.format_help()
    others = shown.index("other options:")
    assert shown.index("--traceback", shown.index("options:")) > others
    for action in parser._actions:
        own = action.dest not in DJANGOS and action.option_strings
        if own:
            assert shown.index(f"  {action.option_strings[0]}", shown.index("options:")) < others


DJANGOS = {
    *("version", "verbosity", "settings", "pythonpath", "traceback"),
    *("no_color", "force_color"),
}
