"""Answers of a service kept in a file, so that a run that was cut off goes on where it stopped."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from geomatch.core.errors import TableError
from geomatch.core.translation import gettext
from geomatch.geocoding.results import QUALITIES, Candidate, Geocode

__all__ = ["AnswerFile", "read_answer", "write_answer"]

_OPENING = b'{"lon": '
"""How every answer begins, so that no other file is taken for one that was cut off."""


class AnswerFile(MutableMapping[str, Geocode]):
    """Answers by address, one line of JSON each, written as they come.

    The file holds addresses: keep it as safe as the table they came from.

    Parameters
    ----------
    path : Path
        File to read if it exists, and to add to. A last line that was cut off is dropped.

    Raises
    ------
    TableError
        If the file is something else, or cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answers: dict[str, Geocode] = {}
        try:
            # Split at LF only: what a service answers may hold every other line break there is.
            lines = path.read_bytes().removesuffix(b"\n").split(b"\n") if path.exists() else []
        except OSError as error:
            raise TableError(gettext("the answers kept cannot be read"), file=str(path)) from error
        for number, line in enumerate(filter(None, lines), 1):
            try:
                asked, answer = read_answer(line.decode())
            except (ValueError, KeyError, TypeError) as error:
                if number == len(lines) and line.startswith(_OPENING[: len(line)]):
                    self._rewrite()
                    break
                raise TableError(
                    gettext("line {number} is no answer; name another file").format(number=number),
                    file=str(path),
                ) from error
            self._answers[asked] = answer

    def _rewrite(self) -> None:
        text = "".join(write_answer(asked, answer) for asked, answer in self._answers.items())
        draft = self._path.with_name(f".{self._path.name}.draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self._path)

    def __getitem__(self, asked: str) -> Geocode:
        return self._answers[asked]

    def __setitem__(self, asked: str, answer: Geocode) -> None:
        self._answers[asked] = answer
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(write_answer(asked, answer))
        except OSError as error:
            raise TableError(
                gettext("the answers cannot be kept there"), file=str(self._path)
            ) from error

    def __delitem__(self, asked: str) -> None:
        del self._answers[asked]
        self._rewrite()

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


def write_answer(asked: str, answer: Geocode) -> str:
    """Write one answer as a line of JSON."""
    kept = answer._asdict() | {"asked": asked}
    if not answer.is_placed:
        kept |= {"lon": None, "lat": None}
    return json.dumps(kept, ensure_ascii=False) + "\n"


def read_answer(line: str) -> tuple[str, Geocode]:
    """Read what was asked and answered; `write_answer` turned around."""
    kept = json.loads(line)
    asked = str(kept.pop("asked"))
    kept["candidates"] = tuple(Candidate(*candidate) for candidate in kept["candidates"])
    kept["lon"] = math.nan if kept["lon"] is None else float(kept["lon"])
    kept["lat"] = math.nan if kept["lat"] is None else float(kept["lat"])
    if kept["quality"] not in QUALITIES:
        raise ValueError(kept["quality"])
    return asked, Geocode(**kept)
