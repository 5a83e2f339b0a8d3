"""Where each key of a TOML text stands: `tomllib` reads values but forgets their places.

The text must already have been accepted by `tomllib`; this only follows its statements, skipping
strings, comments and brackets, to note the line and column of every header, key and value.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Place", "places"]

_KEY_PART = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*""")


class Place(NamedTuple):
    """Line and column, both counted from 1."""

    line: int
    column: int


def places(text: str) -> dict[tuple[str | int, ...], Place]:
    """Map the path of each table and value to its place.

    Parameters
    ----------
    text
        Valid TOML.

    Returns
    -------
    dict
        `("weights", "distance")` gives the place of that value, `("weights",)` of its header,
        `("rule", 1, "modes")` of a value in the second `[[rule]]`. Values inside inline tables
        and arrays are found at the statement that holds them.
    """
    text = text.replace("\r\n", "\n")
    found: dict[tuple[str | int, ...], Place] = {}
    counts: dict[tuple[str, ...], int] = {}
    prefix: tuple[str | int, ...] = ()
    at = 0
    while (at := _skip_blank(text, at)) < len(text):
        start = at
        if text[at] == "[":
            is_array = text.startswith("[[", at)
            names, at = _dotted_key(text, at + (2 if is_array else 1))
            at = text.index("]", at) + (2 if is_array else 1)
            if is_array:
                counts[names] = counts.get(names, -1) + 1
                found.setdefault(names, _place(text, start))
            prefix = _numbered(names, counts)
            found.setdefault(prefix, _place(text, start))
        else:
            names, at = _dotted_key(text, at)
            at = _skip_spaces(text, at + 1)  # past the “=”
            found.setdefault((*prefix, *names), _place(text, at))
            at = _skip_value(text, at)
    return found


def _place(text: str, at: int) -> Place:
    return Place(text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1)


def _numbered(names: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> tuple[str | int, ...]:
    """Insert the running number after every name that is an array of tables."""
    path: list[str | int] = []
    for end, name in enumerate(names, start=1):
        path.append(name)
        if names[:end] in counts:
            path.append(counts[names[:end]])
    return tuple(path)


def _skip_spaces(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at


def _skip_comment(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _skip_blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\n#":
        at = _skip_comment(text, at) if text[at] == "#" else at + 1
    return at


def _dotted_key(text: str, at: int) -> tuple[tuple[str, ...], int]:
    names: list[str] = []
    while part := _KEY_PART.match(text, at):
        names.append(part[1][1:-1] if part[1][0] in "\"'" else part[1])
        at = part.end()
        if text[at] != ".":
            break
        at += 1
    return tuple(names), at


def _skip_value(text: str, at: int) -> int:
    """Go to the end of the statement: the first line break outside strings and brackets."""
    depth = 0
    while at < len(text):
        mark = text[at]
        if mark in "\"'":
            at = _skip_string(text, at)
            continue
        if mark == "#":
            at = _skip_comment(text, at)
            continue
        if mark == "\n" and depth == 0:
            return at
        depth += (mark in "[{") - (mark in "]}")
        at += 1
    return at


def _skip_string(text: str, at: int) -> int:
    quote = text[at]
    fence = quote * 3 if text.startswith(quote * 3, at) else quote
    at += len(fence)
    while not text.startswith(fence, at):
        at += 2 if text[at] == "\\" and quote == '"' else 1
    at += len(fence)
    while len(fence) == 3 and at < len(text) and text[at] == quote:  # “""""” may end with quotes
        at += 1
    return at
