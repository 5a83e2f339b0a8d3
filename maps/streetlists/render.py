"""Street lists to PDF: what the sheets hold goes to typst as one JSON text."""

from __future__ import annotations

import json
from collections.abc import Sequence

from geomatch.core.errors import GeomatchError, ParameterError, SetupError
from geomatch.core.translation import gettext
from maps.streetlists.document import document_data, list_data
from maps.streetlists.model import PrintOptions, StreetList
from maps.streetlists.surroundings import Surroundings
from maps.streetlists.typeset import typeset, typeset_apart

__all__ = ["PrintError", "render_data", "render_pdf"]


class PrintError(GeomatchError):
    """A sheet could not be set: a fault of ours, never of the data."""


def render_pdf(
    street_lists: StreetList | Sequence[StreetList],
    options: PrintOptions,
    surroundings: Surroundings | None = None,
    *,
    contents: bool = False,
    apart: bool = False,
) -> bytes:
    """Print one street list, or several into one file.

    Parameters
    ----------
    street_lists : StreetList or sequence of StreetList
        With several, each begins on a front side, so that printing on both sides never puts two
        pods on one sheet.
    options : PrintOptions
        Order, type size, language, details, paper and date.
    surroundings : Surroundings, optional
        Streets, water and buildings to draw and walk along.
    contents : bool
        Begin with a page that says where each pod is.
    apart : bool
        Set the sheets in a new process, bounded in time and memory. A server must: typst may not
        run in a process that forks later, and its memory only grows. For many files one after the
        other it is slower, by a tenth of a second each.

    Returns
    -------
    bytes
        A tagged PDF (PDF/UA-1). The same for the same arguments, byte for byte.

    Raises
    ------
    ParameterError
        If there is nothing to print: no list, or a list without a door that may be printed.
    PrintError
        If the sheets cannot be set. Apart from this process its message quotes no address.
    SetupError
        If typst is not installed.
    """
    lists = [street_lists] if isinstance(street_lists, StreetList) else list(street_lists)
    if not lists or not all(item.doors for item in lists):
        raise ParameterError(
            gettext(
                "a street list without a home cannot be printed; leave out pods whose "
                "homes are all hidden or quiet"
            )
        )
    drawn = [list_data(item, options, surroundings) for item in lists]
    return render_data(document_data(drawn, options, contents=contents), options, apart=apart)


def render_data(data: dict[str, object], options: PrintOptions, *, apart: bool = False) -> bytes:
    """Set the sheets from what `document_data` returned."""
    text = json.dumps(data, ensure_ascii=False)
    if apart:
        try:
            return typeset_apart(text, options.date)
        except OSError as error:
            raise PrintError(f"the street lists could not be set: {error}") from error
    try:
        from typst import TypstError
    except ImportError as error:
        raise SetupError(gettext("typst is missing; run `pip install typst`")) from error
    try:
        return typeset(text, options.date)
    except TypstError as error:
        raise PrintError(f"the street lists could not be set: {error.message}") from error
