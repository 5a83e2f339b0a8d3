"""The reference pages say what there is: every command, every option, every word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from geomatch.site.pages.home import glossary

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
PAGE = (REFERENCE / "commands.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### `geomatch (\w+)(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
OURS = sorted(name for name, app in get_commands().items() if app == "geomatch.site")
# What Django's own commands have, and what the page says once for all of ours.
DJANGOS = {
    *("--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback"),
    *("--no-color", "--force-color", "--skip-checks"),
}
SHARED = {"--report", "--seed"}
SCRIPTS = {"--no-serve", "--all"}


def options_of(command: str) -> set[str]:
    parser = load_command_class("geomatch.site", command).create_parser("geomatch", command)
    return {
        option
        for action in parser._actions
        for option in action.option_strings
        if option.startswith("--")
    } - DJANGOS


def positionals_of(command: str) -> list[str]:
    parser = load_command_class("geomatch.site", command).create_parser("geomatch", command)
    return [action.dest for action in parser._actions if not action.option_strings]


def options_named(section: str) -> set[str]:
    return set(re.findall(r"^\| `(--[a-z-]+)", section, re.MULTILINE))


def test_every_command_has_its_section_and_no_other_has():
    assert sorted(SECTIONS) == OURS


@pytest.mark.parametrize("command", OURS)
def test_every_option_is_in_its_commands_table_and_no_other(command):
    assert options_named(SECTIONS[command]) == options_of(command) - SHARED


@pytest.mark.parametrize("command", OURS)
def test_the_heading_names_the_files_in_their_order(command):
    heading = SECTIONS[command].partition("`")[0]
    assert heading.split() == positionals_of(command)


def test_no_option_is_named_that_no_command_has():
    named = set(re.findall(r"--[a-z][a-z-]+", PAGE))
    there = set().union(*(options_of(command) for command in OURS)) | DJANGOS | SCRIPTS
    assert named <= there


def test_all_commands_of_the_page_share_what_it_says_they_share():
    without = {name for name in OURS if not options_of(name) >= SHARED}
    said = re.search(r"((?:`\w+`(?:, | and )?)+) have neither", PAGE)
    assert said
    assert without == set(re.findall(r"`(\w+)`", said[1]))


def test_the_glossary_is_printed_as_the_page_shows_it():
    printed = (REFERENCE / "glossary.md").read_text("utf-8")
    assert printed == glossary.as_markdown(), "python -m geomatch.site.pages.home.glossary > docs/…"


def test_no_word_of_the_glossary_is_explained_twice():
    names = [term.name for section in glossary.SECTIONS for term in section.terms]
    assert len(set(names)) == len(names)
