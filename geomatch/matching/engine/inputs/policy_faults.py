"""What is wrong with a policy's text: each fault at its line and column, all of them at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from geomatch.core.errors import PolicyError, Problem
from geomatch.core.translation import gettext
from geomatch.matching.engine.inputs.toml_positions import places

__all__ = ["Faults", "Note", "PolicyProblem", "parsed"]

Note = Callable[[Sequence[str | int], object, str], None]
"""Notes a fault: the path of keys to a value, the value (None: not shown), what is wrong."""

_LARGEST_TEXT = 100_000


@dataclass(frozen=True)
class PolicyProblem(Problem):
    """One thing wrong at a line and column of a policy.

    Attributes
    ----------
    row
        The line, counted from 1.
    character
        The character in that line, counted from 1.
    """

    character: int = 1

    def __str__(self) -> str:
        where = gettext("line {line}, column {column}").format(line=self.row, column=self.character)
        if self.value is not None:
            where += ", " + gettext("value “{value}”").format(value=self.value)
        return f"{where}: {self.message}"


def parsed(text: str, name: str) -> dict[str, Any]:
    """Parse a policy's TOML.

    Raises
    ------
    PolicyError
        If it is too long, nested too deeply, or no TOML; then with line and column.
    """
    if len(text) > _LARGEST_TEXT:
        raise PolicyError(
            gettext(
                "the policy has {number:,} characters; at most {largest_text:,} are read"
            ).format(number=len(text), largest_text=_LARGEST_TEXT),
            file=name,
        )
    try:
        return tomllib.loads(text)
    except RecursionError:
        message = gettext("the policy is nested too deeply; no value needs more than one list")
    except ValueError as fault:  # TOMLDecodeError, or an integer of thousands of digits
        where = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)", str(fault))
        lines = text.split("\n")
        line, column = len(lines), len(lines[-1]) + 1
        if where and where[1]:
            line, column = int(where[1]), int(where[2])
        said = re.sub(r"\s*\(at .*\)$", "", str(fault))
        problem = PolicyProblem(
            gettext("{error}; this is not TOML").format(error=said), row=line, character=column
        )
        raise PolicyError(
            gettext("the policy cannot be read"), file=name, problems=(problem,)
        ) from None
    raise PolicyError(message, file=name)


class Faults:
    """Faults of one policy, noted as they are met and refused together."""

    def __init__(self, text: str) -> None:
        self._places = places(text)
        self._problems: list[PolicyProblem] = []

    def note(self, path: Sequence[str | int], value: object, message: str) -> None:
        """Note a fault at the place of a value, or of the statement that holds it."""
        known = tuple(path)
        while known and known not in self._places:
            known = known[:-1]  # a value inside an inline table: the statement that holds it
        line, column = self._places.get(known, (1, 1))
        shown = None if value is None else _as_toml(value)
        self._problems.append(PolicyProblem(message, row=line, value=shown, character=column))

    def refuse(self, file: str) -> None:
        """Raise what was noted, in the order of the lines, if anything was."""
        if self._problems:
            ordered = sorted(self._problems, key=lambda p: (p.row or 0, p.character))
            raise PolicyError(
                gettext("the policy cannot be used"), file=file, problems=tuple(ordered)
            )


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
