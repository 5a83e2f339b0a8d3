"""Street lists to PDF: typst sets the sheets, this hands it data and fonts."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from geomatch.core.errors import GeomatchError, ParameterError, SetupError
from maps.streetlists.document import document_data, list_data
from maps.streetlists.letters import FONTS, REPLACEMENT
from maps.streetlists.model import PrintOptions, StreetList
from maps.streetlists.surroundings import Surroundings

if TYPE_CHECKING:
    from typst import Compiler

__all__ = ["PrintError", "render_data", "render_pdf"]

NO_GLYPH = "could not be displayed"
UNSURE = re.compile(r"[^\x20-\x7e\u00a0-\u017f\u2013\u2014\u2018-\u201d\u2026\ufffd]")
"""All but the letters that the main font surely has."""
TEMPLATES = Path(__file__).resolve().parent / "templates"


class PrintError(GeomatchError):
    """A sheet could not be set: a fault of ours, never of the data."""


def render_pdf(
    street_lists: StreetList | Sequence[StreetList],
    options: PrintOptions,
    surroundings: Surroundings | None = None,
    *,
    contents: bool = False,
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

    Returns
    -------
    bytes
        A tagged PDF (PDF/UA-1). The same for the same arguments, byte for byte.

    Raises
    ------
    ParameterError
        If there is nothing to print: no list, or a list without a door that may be printed.
    SetupError
        If typst is not installed.
    """
    lists = [street_lists] if isinstance(street_lists, StreetList) else list(street_lists)
    if not lists or not all(item.doors for item in lists):
        raise ParameterError(
            "a street list without a home cannot be printed; leave out pods whose homes are all "
            "hidden or quiet"
        )
    data = [list_data(item, options, surroundings) for item in lists]
    return render_data(document_data(data, options, contents=contents), options)


def render_data(data: dict[str, object], options: PrintOptions) -> bytes:
    """Set the sheets from what `document_data` returned.

    Text of people reaches typst as JSON and is set as strings: it is never part of a program.
    """
    from typst import TypstError

    text = json.dumps(data, ensure_ascii=False)
    try:
        return _compiled(text, options)
    except TypstError as error:
        if NO_GLYPH not in error.message:
            raise PrintError(f"the street lists could not be set: {error.message}") from error
    # `printable` lets nothing through that we know to fail. Should a letter fail all the same, a
    # list with a hole in one name is worth more to somebody at a door than no list.
    return _compiled(UNSURE.sub(REPLACEMENT, text), options)


def _compiled(text: str, options: PrintOptions) -> bytes:
    pdf = _compiler().compile(
        format="pdf",
        sys_inputs={"data": text},
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(options.date, time(12), tzinfo=UTC),
    )
    assert isinstance(pdf, bytes)
    return pdf


@lru_cache(maxsize=1)
def _compiler() -> Compiler:
    try:
        from typst import Compiler, Fonts
    except ImportError as error:
        raise SetupError("typst is missing; run `pip install typst`") from error
    fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return Compiler(
        input=str(TEMPLATES / "streetlists.typ"),
        root=str(TEMPLATES),
        font_paths=fonts,
        ignore_system_fonts=True,
    )
