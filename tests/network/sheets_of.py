"""Small sheets for the tests of imports, and the whole of a network to compare."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from geomatch.network.intake.compare.compare import compare
from geomatch.network.intake.linkage.draft import MODELS
from geomatch.network.intake.linkage.outcomes import Comparison
from geomatch.network.intake.services import ImportResult, apply_sheets
from geomatch.network.intake.sheets.file import understand
from geomatch.network.models import Network
from geomatch.tables import Table


def table(**columns: list[str]) -> Table:
    rows = len(next(iter(columns.values())))
    return Table(
        names=list(columns),
        columns={name: list(cells) for name, cells in columns.items()},
        row_numbers=np.arange(2, rows + 2),
        file="sheet.csv",
    )


def look(network: Network, *, choices=None, sees_hidden: bool = True, **sheets) -> Comparison:
    return compare(
        network=network,
        sheets=understand(sheets, "sheet.xlsx"),
        choices=choices,
        sees_hidden=sees_hidden,
    )


def take(network: Network, **sheets: Any) -> ImportResult:
    options = {
        name: sheets.pop(name)
        for name in ("choices", "sees_hidden", "looked_at", "strict")
        if name in sheets
    }
    return apply_sheets(
        network=network,
        sheets=sheets,
        understood=understand(sheets, "sheet.xlsx"),
        file_name="sheet.xlsx",
        actor=None,
        **options,
    )


def everything() -> dict[str, list[dict[str, Any]]]:
    """All that an import could touch in the network that was entered."""
    return {
        model.__name__: [
            {
                name: value.coords if hasattr(value, "coords") else value
                for name, value in row.items()
            }
            for row in model.objects.order_by("pk").values()
        ]
        for model in MODELS
    }


# Few names, doors and phones, so that rows collide in every way.
NAMES = st.sampled_from(["Ana Ruiz", "Anna Ruiz", "Bo Lind", "ANA RUIZ ", "Cy", ""])
DOORS = st.sampled_from(["12 Main St", "12 MAIN STREET", "14 Main St", "12 Main St, Apt 2", ""])
PHONES = st.sampled_from(["", "907-555-0101", "(907) 555 0101", "907-555-0102"])
IDS = st.sampled_from(["", "", "1", "2", "3"])
YES = st.sampled_from(["", "", "yes"])


def _rows(**cells: st.SearchStrategy[str]) -> st.SearchStrategy[Table]:
    row = st.fixed_dictionaries({name.replace("_", " "): cell for name, cell in cells.items()})
    return st.lists(row, min_size=1, max_size=5).map(
        lambda rows: table(**{name: [row[name] for row in rows] for name in rows[0]})
    )


NEIGHBORS = _rows(
    ID=IDS,
    Name=NAMES,
    Address=DOORS,
    Phone=PHONES,
    People=st.sampled_from(["", "2", "3"]),
    Drives=YES,
    Hidden=YES,
    Do_not_contact=YES,
    Notes=st.sampled_from(["", "Ring twice."]),
    Exposed=st.sampled_from(["", "2026-12-01", "2026-12-09"]),
    Lon=st.sampled_from(["-134.4", "-134.4", ""]),
    Lat=st.sampled_from(["58.3", "58.35", "10", ""]),
)
VOLUNTEERS = _rows(
    ID=IDS,
    Name=NAMES,
    Address=DOORS,
    Skills=st.sampled_from(["rides", "groceries", "rides; tutoring"]),
    Capacity=st.sampled_from(["", "4"]),
)
REQUESTS = _rows(
    ID=IDS,
    Name=NAMES,
    Address=DOORS,
    Need=st.sampled_from(["rides", "groceries"]),
    Urgency=st.sampled_from(["", "urgent"]),
    Notes=st.sampled_from(["", "on the porch"]),
)
FILES = st.fixed_dictionaries(
    {"Neighbors": NEIGHBORS},
    optional={"Neighbors 2": NEIGHBORS, "Volunteers": VOLUNTEERS, "Requests": REQUESTS},
)
