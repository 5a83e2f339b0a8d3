"""Words that every room needs: a number with its noun, and a fault as a sentence."""

from __future__ import annotations

from geomatch.core.errors import InputError

__all__ = ["count", "sentence_of"]


def count(number: int, one: str, many: str | None = None) -> str:
    """Say a number with its noun.

    >>> count(1, "home"), count(1302, "home"), count(2, "person", "people")
    ('1 home', '1,302 homes', '2 people')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def sentence_of(error: InputError) -> str:
    """Say what is wrong as a sentence of a page, whose title names the file already.

    >>> sentence_of(InputError("it has no column names; put them in row 1", file="list.csv"))
    'It has no column names; put them in row 1.'
    """
    said = str(error).removeprefix(f"{error.file}: ")
    end = "" if said[-1:] in ".?!…" or error.problems else "."
    return f"{said[:1].upper()}{said[1:]}{end}"
