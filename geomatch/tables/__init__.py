"""Tables in files: read whatever a spreadsheet makes, say exactly what is wrong, write whole files.

files              tables and map layers, by the ending of the name
table              a table as a person typed it, and typed views of it
cells              one cell, as text and back
raw                rows of a sheet as they stand in its file
assembling         raw rows into a table, the same for every kind
endings            which ending is which kind
delimited          .csv and .tsv
encoding           in which encoding a text is
linecount          its rows, counted before it is read
workbook           .xlsx, read as a stream
workbook_writing   .xlsx, written
numberformats      dates among its numbers
opendocument       .ods, read as a stream
archive            the zip archive both are
columnar           .parquet
layers             shapes and properties, however stored
geojson            .geojson
jsonstream         JSON value by value
geopackage         .gpkg
limits             how large a file may be
whole              files that appear whole or not at all
progress           how far a reader is

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
