"""Street lists: the map and the list a point person takes along on a clipboard.

>>> from datetime import date
>>> from maps.streetlists import Door, PrintOptions, StreetList, render_pdf
>>> door = Door(name="Ana Ruiz", number="412", street="Harbor Street", lon=-134.42, lat=58.30)
>>> pdf = render_pdf(StreetList("12", [door]), PrintOptions(date=date(2026, 10, 14)))
>>> pdf[:5]
b'%PDF-'

Pure Python: no Django here. Who may print which pod is for the views to decide. README.md beside
this file says how to use it.
"""

from __future__ import annotations

from maps.streetlists.files import (
    file_names,
    street_lists_from_tables,
    write_street_lists,
)
from maps.streetlists.model import Details, Door, Language, Order, Paper, PrintOptions, StreetList
from maps.streetlists.render import PrintError, render_pdf
from maps.streetlists.surroundings import Surroundings

__all__ = [
    "Details",
    "Door",
    "Language",
    "Order",
    "Paper",
    "PrintError",
    "PrintOptions",
    "StreetList",
    "Surroundings",
    "file_names",
    "render_pdf",
    "street_lists_from_tables",
    "write_street_lists",
]
