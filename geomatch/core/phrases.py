"""Words that every room needs: a number with its noun, and a fault as a sentence."""

from __future__ import annotations

from geomatch.core.errors import InputError
from geomatch.core.translation import ngettext

__all__ = ["count", "counted", "sentence_of"]


def count(number: int, one: str, many: str | None = None) -> str:
    """Say a number with its noun.

    >>> count(1, "home"), count(1302, "home"), count(2, "person", "people")
    ('1 home', '1,302 homes', '2 people')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def counted(one: str, many: str, number: int, **values: object) -> str:
    """Say a sentence that goes by a number, in the reader's language.

    Parameters
    ----------
    one, many
        Both English forms, marked by standing here; `%(n)s` is the number.
    values
        What else stands in the sentence; whole numbers are written as `%(n)s` is.

    >>> counted("%(n)s home", "%(n)s homes", 1), counted("%(n)s home", "%(n)s homes", 1302)
    ('1 home', '1,302 homes')
    """
    filled = {"n": number, **values}
    said = {key: f"{value:,}" if isinstance(value, int) else value for key, value in filled.items()}
    return ngettext(one, many, number) % said


def sentence_of(error: InputError) -> str:
    """Say what is wrong as a sentence of a page, whose title names the file already.

    >>> sentence_of(InputError("it has no column names; put them in row 1", file="list.csv"))
    'It has no column names; put them in row 1.'
    """
    said = str(error).removeprefix(f"{error.file}: ")
    end = "" if said[-1:] in ".?!…" or error.problems else "."
    return f"{said[:1].upper()}{said[1:]}{end}"
