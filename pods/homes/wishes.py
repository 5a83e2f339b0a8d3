"""Who speaks what and lives on which street, as the numbers wishes are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from geomatch.core.addresses import normalise_city, normalise_street
from geomatch.core.arrays import Bools, Ints


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
