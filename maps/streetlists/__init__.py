"""Street lists: the map and the list a point person takes along on a clipboard.

model          what a list is made of
files          from tables to lists, from lists to PDFs
planning       where the doors are, and in which order somebody comes to them
order          the order of the list
tour           a short walk past every stop
walking        how far it is on foot, along which streets
addresses      addresses as a person at the kerb reads them
document       a list as plain data; every word is chosen here
rows           headings and doors
words          every word that is not data, in each language
letters        which letters our fonts can print
sketch         the map
frame          its piece of ground, from metres to millimetres
surroundings   streets, water and buildings around the doors
ink            its lines as SVG
badges         numbers at doors
labels         names along streets and on water
render         to PDF
typeset        by typst, here or in a process of its own

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
