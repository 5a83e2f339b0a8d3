"""How much memory a sheet takes for each row: what a large one needs is known beforehand."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from geomatch.network.intake.compare import compare as comparing
from geomatch.network.intake.sheets.file import understand
from geomatch.network.scope import use_network
from geomatch.tables import Table
from tests.factories import NetworkFactory
from tests.network.sheets_of import look, table, take

FEW, MANY, EVERY = 200, 800, 50  # rows, and how many of them are written at a time
MOST = 1_850  # bytes for a row and the neighbour it means, beside the sheet's own text
MOST_READ = 200  # of rows that are only read


def sheet(rows: int) -> Table:
    """Neighbours who have nothing in common, so that nothing of them can be kept once."""
    return table(
        ID=[f"H{number}" for number in range(rows)],
        Name=[f"Ana Family{number}" for number in range(rows)],
        Address=[f"{number} Fir Street" for number in range(rows)],
        Phone=[f"907-555-{number:04d}" for number in range(rows)],
        Email=[f"n{number}@example.org" for number in range(rows)],
    )


def held(work: Callable[..., Any], *given: Any, **named: Any) -> tuple[int, int]:
    """Bytes that a piece of work held at once, and those that its answer holds."""
    gc.collect()
    tracemalloc.start()
    try:
        answer = work(*given, **named)
        gc.collect()
        now, peak = tracemalloc.get_traced_memory()
        del answer
        return peak, now
    finally:
        tracemalloc.stop()


@pytest.mark.django_db
@pytest.mark.parametrize(("work", "is_known"), [(look, False), (take, False), (look, True)])
def test_memory_grows_by_a_bounded_amount_with_each_row(work, is_known, monkeypatch):
    monkeypatch.setattr(comparing, "EVERY", EVERY)
    peaks = []
    for rows in (FEW, MANY):
        neighbours = sheet(rows)
        with use_network(NetworkFactory()) as network:
            if is_known:
                take(network, Neighbors=neighbours)
            peaks.append(held(work, network, Neighbors=neighbours)[0])
    assert (peaks[1] - peaks[0]) / (MANY - FEW) < MOST


def test_typed_rows_are_read_again_and_not_kept():
    few, many = (held(understand, {"Neighbors": sheet(rows)}, "s.csv")[1] for rows in (FEW, MANY))
    assert (many - few) / (MANY - FEW) < MOST_READ
