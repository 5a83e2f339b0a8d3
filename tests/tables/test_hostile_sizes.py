"""Small files that are large inside: each is refused within 10 seconds and 256 MB.

A reader runs in a process of its own, as memory that was once taken is not given back to be
measured again.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from geomatch.tables import write_table

READ = """
import resource
import sys
from geomatch.core.errors import GeomatchError
from geomatch.tables import read_features, read_table
try:
    (read_features if sys.argv[2] == "shapes" else read_table)(sys.argv[1])
except GeomatchError as refused:
    print(refused)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
used = resource.getrusage(resource.RUSAGE_SELF)
print(int(peak.split()[1]) // 1024)
print(used.ru_utime + used.ru_stime)
"""
Make = Callable[[Path], object]
SHEET = "xl/worksheets/sheet1.xml"
COLLECTION = '{"type": "FeatureCollection", "features": ['
COLUMNS = {"id": ["1", "2"], "address": ["x", "y"], "lon": [1.0, 2.0], "lat": [3.0, 4.0]}


class Times(NamedTuple):
    """A text to be written many times over."""

    text: str
    count: int


class Numbered(NamedTuple):
    """A text to be written for each number."""

    text: str
    count: int


def spread(parts: Iterable[str | Times | Numbered]) -> Iterator[bytes]:
    """The parts as bytes, in pieces of about 100 KB."""
    for part in parts:
        if isinstance(part, Numbered):
            for start in range(0, part.count, 10_000):
                numbers = range(start, start + 10_000)
                yield "".join(map(part.text.format, numbers)).encode()
            continue
        repeated, left = part if isinstance(part, Times) else (part, 1)
        while left > 0:
            now = min(left, max(1, 100_000 // len(repeated)))
            yield (repeated * now).encode()
            left -= now


def text(*parts: str | Times | Numbered) -> Make:
    return lambda path: path.write_bytes(b"".join(spread(parts)))


def with_shared_strings(path: Path) -> None:
    """A workbook as Excel writes it: its texts in a part of their own."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_row(0, 0, list(COLUMNS))


def zipped(
    part: str, *parts: str | Times | Numbered, whole: Callable[[Path], object] | None = None
) -> Make:
    """A workbook of which one part is replaced."""

    def make(path: Path) -> None:
        original = path.with_name("whole.xlsx")
        (whole or partial(write_table, columns=COLUMNS))(original)
        with (
            zipfile.ZipFile(original) as old,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in old.namelist():
                if name != part:
                    new.writestr(name, old.read(name))
            with new.open(part, "w") as opened:
                for piece in spread(parts):
                    opened.write(piece)

    return make


def sheet(*parts: str | Times) -> Make:
    return zipped(SHEET, "<worksheet><sheetData>", *parts, "</sheetData></worksheet>")


def ods(*parts: str | Times) -> Make:
    return zipped("content.xml", '<content><table name="S">', *parts, "</table></content>")


def geopackage(statement: str) -> Make:
    def make(path: Path) -> None:
        write_table(path, COLUMNS)
        database = sqlite3.connect(path)
        database.execute(statement)
        database.commit()
        database.close()

    return make


def parquet(columns: Callable[[], dict[str, object]]) -> Make:
    return lambda path: pq.write_table(pa.table(columns()), path, compression="zstd")


def one_text(rows: int, letters: int) -> dict[str, object]:
    """A dictionary of one long text, which every row names."""
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["y" * letters])
    return {"id": [str(row) for row in range(rows)], "address": texts}


def one_cell(*texts: str) -> dict[str, object]:
    """A dictionary of which a single row names the first text."""
    return {"id": ["1"], "a": pa.DictionaryArray.from_arrays(pa.array([0], pa.int32()), texts)}


ROW = "<table-row{}><table-cell{}><p>x</p></table-cell></table-row>"
FEATURE = '{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": '
NAMES = Times("name,", 1_000_000)
REPEATED = ' number-rows-repeated="900000"', ' number-columns-repeated="900"'
HOSTILE: dict[str, tuple[Make, str]] = {
    "blank_lines.csv": (text("id,address\n", Times("\n", 100_000_000)), "2,000,000 blank rows"),
    "blank_header.csv": (text(Times("\n", 100_000_000)), "only blank rows"),
    "one_line.csv": (text('id,address\n1,"', Times("x", 100_000_000)), "line 2 has more than"),
    "commas.csv": (text("id,address\n", Times(",", 50_000_000)), "line 2 has more than"),
    "columns.csv": (text("id,", NAMES, "\n1\n"), "1,000,001 columns"),
    "rows.csv": (text("id,address\n", Numbered("{0},{0} Main St\n", 2_500_000)), "2,000,000 rows"),
    "quoted.csv": (
        text("id,address\n", Numbered('{0},"{0} Main\nSt"\n', 2_500_000)),
        "2,000,000 rows",
    ),
    "strings.xlsx": (
        zipped(
            "xl/sharedStrings.xml",
            "<sst>",
            Numbered("<si><t>{:07d}</t></si>", 5_000_000),
            "</sst>",
            whole=with_shared_strings,
        ),
        "no sheet has cells for so many",
    ),
    "attribute.xlsx": (sheet('<row a="', Times("0123456789", 1_000_000), '"/>'), "endless tag"),
    "deep.xlsx": (sheet(Times("<a>", 1_000_000)), "nests more than 100"),
    "columns.xlsx": (sheet("<row>", Times("<c><v>1</v></c>", 1_000_000)), "column ALM"),
    "deep.ods": (ods(Times("<a>", 1_000_000)), "nests more than 100"),
    "cells.ods": (ods(ROW.format("", ""), ROW.format(*REPEATED)), "30,000,000 cells"),
    "many.geojson": (text(COLLECTION, Times("{},", 20_000_000), "{}]}"), "not a Feature"),
    "beside.geojson": (text('{"x": [', Times("[],", 20_000_000), "[]]}"), "more than 6,000,000"),
    "deep_shape.geojson": (
        text(COLLECTION, FEATURE, Times("[", 900), Times("]", 900), "}}]}"),
        "not as RFC 7946",
    ),
    "blob.gpkg": (geopackage('UPDATE "table" SET geom = zeroblob(100000000)'), "too big"),
    "text.gpkg": (geopackage('UPDATE "table" SET address = hex(zeroblob(90000000))'), "too big"),
    "texts.parquet": (parquet(lambda: one_text(600, 1_000_000)), "too long (1,000,000 bytes"),
    "text.parquet": (parquet(lambda: one_cell("y" * 50_000_000)), "50.0 MB of text"),
    "dictionary.parquet": (
        parquet(lambda: one_cell(*(f"{number:050d}" for number in range(1_000_000)))),
        "54.0 MB of text",
    ),
    "longer_list.parquet": (
        parquet(lambda: {"id": ["1"], "l": [[1] * 10_000_000]}),
        "lists of 10,000,000",
    ),
    "list.parquet": (parquet(lambda: {"id": ["1"], "l": [[1] * 2_000_000]}), "too long"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_large_inside_is_refused_quickly_and_in_little_memory(tmp_path, name):
    path = tmp_path / name
    make, said = HOSTILE[name]
    make(path)
    for kind in ["rows", "shapes"] if path.suffix in (".geojson", ".gpkg") else ["rows"]:
        done = subprocess.run(
            [sys.executable, "-c", READ, str(path), kind],
            capture_output=True,
            text=True,
            check=False,
        )
        *words, megabytes, cpu_s = done.stdout.splitlines() or ["", ""]
        assert said in "\n".join(words), (kind, done.stdout, done.stderr[-500:])
        assert float(cpu_s) < 10
        assert int(megabytes) < 256
    path.unlink()
