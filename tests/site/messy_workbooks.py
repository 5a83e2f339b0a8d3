"""Workbooks as networks keep them: a title, blank rows, other column names, numbers as numbers."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from hypothesis import strategies as st

# Few of each, so that rows collide in every way.
NAMES = st.sampled_from(["Ana Ruiz", "Anna Ruiz", "ana ruiz ", "Bo Lind", "Cy Olsen", ""])
DOORS = st.sampled_from(
    ["12 Main St", "12 MAIN STREET", "12 Main St Apt 2", "14 Elm St", "Mile 9 Glacier Hwy", ""]
)
PHONES = st.sampled_from(["", "907-555-0101", 9075550101, "(907) 555 0102"])
IDS = st.sampled_from(["", 1, "1", 2, "A3"])
YES = st.sampled_from(["", "", "", "yes", "x", "maybe"])

# What a column holds → its name in one sheet or in another, and its cells.
NEIGHBOURS = {
    "id": (("ID", "House number id"), IDS),
    "name": (("Name", "Nombre", "Full name"), NAMES),
    "address": (("Address", "Dirección", "Street address"), DOORS),
    "phone": (("Phone", "Teléfono"), PHONES),
    "people": (("# in household", "People"), st.sampled_from(["", 2, 3.0, "2", "lots"])),
    "do_not_contact": (("Do not contact",), YES),
    "hidden": (("Hidden",), YES),
    "notes": (("Notes", "Notas"), st.sampled_from(["", "Ring twice.", "=1+1"])),
    "other": (("Anything else",), st.sampled_from(["", "x", 7])),
}
VOLUNTEERS = {
    "name": (("Name",), NAMES),
    "address": (("Address",), DOORS),
    "phone": (("Phone",), PHONES),
    "skills": (("Can help with",), st.sampled_from(["rides", "groceries; rides", ""])),
    "capacity": (("Tasks per week",), st.sampled_from(["", 2, "many"])),
}
REQUESTS = {
    "id": (("Request ID",), IDS),
    "name": (("Name",), NAMES),
    "address": (("Address",), DOORS),
    "need": (("Help needed",), st.sampled_from(["rides", "groceries", "rides"])),
    "urgency": (("How urgent",), st.sampled_from(["", "urgent", "soon"])),
}
SHEETS = {"Neighbors": NEIGHBOURS, "Volunteers": VOLUNTEERS, "Requests": REQUESTS}
NEEDED = {"name", "address", "skills", "need"}


@st.composite
def sheets(draw: st.DrawFn, columns: dict[str, Any]) -> list[list[Any]]:
    """The rows of one sheet, with whatever stands above and between them."""
    kept = [
        name for name in draw(st.permutations(list(columns))) if name in NEEDED or draw(BOOLEANS)
    ]
    names = [draw(st.sampled_from(columns[name][0])) for name in kept]
    row = st.tuples(*(columns[name][1] for name in kept)).map(list)
    rows = draw(st.lists(row | st.just([""] * len(kept)), min_size=1, max_size=5))
    above = draw(st.sampled_from([[], [], [["Our street, 2026"]], [["Spring list"], []]]))
    return [*above, names, *rows]


BOOLEANS = st.booleans()
WORKBOOKS = st.fixed_dictionaries(
    {"Neighbors": sheets(NEIGHBOURS)},
    optional={"Volunteers": sheets(VOLUNTEERS), "Requests": sheets(REQUESTS)},
)


def as_file(workbook: dict[str, list[list[Any]]]) -> bytes:
    """Write a workbook as Excel does: numbers as numbers, empty cells not at all."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, rows in workbook.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell != "":
                        sheet.write(number, column, cell)
    return out.getvalue()
