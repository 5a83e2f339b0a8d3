"""What a table of households says of wishes: who drives, who speaks what, on which street."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomatch.core.addresses import normalise_city, normalise_street
from geomatch.tables import Table

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def table_wishes(table: Table) -> dict[str, Any]:
    """Return the arguments of `PodClustering.fit` that wishes need.

    A column that is absent or empty throughout says nothing, and its wish costs nothing.

    Parameters
    ----------
    table
        Optional columns `willing, drives` (yes or no), `languages` (list cells), `street` (and
        `city`, which tells streets of one name apart).

    Raises
    ------
    RowError
        When a cell is neither yes nor no.
    """
    wishes: dict[str, Any] = {
        name: table.booleans(name) for name in ("willing", "drives") if any(table.texts(name))
    }
    if any(table.texts("languages")):
        wishes["languages"] = spoken(table.lists("languages"))
    if any(table.texts("street")):
        wishes["street_of"] = street_numbers(table.texts("street"), table.texts("city"))
    return wishes


def spoken(languages: Sequence[Iterable[str]]) -> Bools:
    """(n, L) who speaks what; nobody's guess fills an empty row: unknown is not English.

    >>> spoken([("en", "Es"), (), ("es",)]).astype(int).tolist()
    [[1, 1], [0, 0], [0, 1]]
    """
    column: dict[str, int] = {}
    pairs = [
        (row, column.setdefault(name.strip().casefold(), len(column)))
        for row, names in enumerate(languages)
        for name in names
        if name.strip()
    ]
    matrix = np.zeros((len(languages), len(column)), dtype=bool)
    if pairs:
        matrix[tuple(np.array(pairs).T)] = True
    return matrix


def street_numbers(streets: Sequence[str], cities: Sequence[str]) -> Ints:
    """(n,) number of each street, however it is spelled; -1 for none.

    >>> street_numbers(["Main St", "MAIN STREET", "", "Elm Rd"], ["", "", "", ""]).tolist()
    [0, 0, -1, 1]
    """
    known: dict[tuple[str, str], int] = {}
    numbers = np.full(len(streets), -1)
    for row, (street, city) in enumerate(zip(streets, cities, strict=True)):
        if name := str(normalise_street(street)):
            numbers[row] = known.setdefault((name, normalise_city(city)), len(known))
    return numbers
