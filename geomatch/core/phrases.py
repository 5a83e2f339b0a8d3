"""Words that every room needs: a number with its noun, and a fault as a sentence."""

from __future__ import annotations

from geomatch.core.errors import InputError
from geomatch.core.translation import pgettext

__all__ = ["count", "month_name", "sentence_of"]


def count(number: int, one: str, many: str | None = None) -> str:
    """Say a number with its noun.

    >>> count(1, "home"), count(1302, "home"), count(2, "person", "people")
    ('1 home', '1,302 homes', '2 people')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def month_name(month: int) -> str:
    """Name a month, from 1.

    >>> month_name(10)
    'October'
    """
    return (
        pgettext("month", "January"),
        pgettext("month", "February"),
        pgettext("month", "March"),
        pgettext("month", "April"),
        pgettext("month", "May"),
        pgettext("month", "June"),
        pgettext("month", "July"),
        pgettext("month", "August"),
        pgettext("month", "September"),
        pgettext("month", "October"),
        pgettext("month", "November"),
        pgettext("month", "December"),
    )[month - 1]


def sentence_of(error: InputError) -> str:
    """Say what is wrong as a sentence of a page, whose title names the file already.

    >>> sentence_of(InputError("it has no column names; put them in row 1", file="list.csv"))
    'It has no column names; put them in row 1.'
    """
    said = str(error).removeprefix(f"{error.file}: ")
    end = "" if said[-1:] in ".?!…" or error.problems else "."
    return f"{said[:1].upper()}{said[1:]}{end}"
