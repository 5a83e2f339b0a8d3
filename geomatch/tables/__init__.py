"""Tables in files: read whatever a spreadsheet makes, say exactly what is wrong, write whole files.

>>> from geomatch.tables import read_table, write_table
>>> table = read_table("households.csv", needed=("id", "lon", "lat"))  # doctest: +SKIP
>>> write_table("pods.csv", table.merged({"pod": pods}))  # doctest: +SKIP
"""

from __future__ import annotations

from geomatch.tables.endings import READ_ENDINGS, TABLE_ENDINGS, check_can_be_written
from geomatch.tables.files import (
    read_features,
    read_rows,
    read_sheets,
    read_table,
    sheet_names,
    write_table,
)
from geomatch.tables.layers import Feature
from geomatch.tables.limits import DEFAULT_LIMITS, Limits
from geomatch.tables.table import Table
from geomatch.tables.whole import whole_file

__all__ = [
    "DEFAULT_LIMITS",
    "READ_ENDINGS",
    "TABLE_ENDINGS",
    "Feature",
    "Limits",
    "Table",
    "check_can_be_written",
    "read_features",
    "read_rows",
    "read_sheets",
    "read_table",
    "sheet_names",
    "whole_file",
    "write_table",
]
