"""Count what an import says of hidden homes: not everybody who sees its figures may know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from geomatch.network.intake.linkage.outcomes import Comparison
from geomatch.network.intake.sheets.columns import FIELDS, Kind, plain
from geomatch.network.intake.sheets.values import yes_no

HIDDEN_COLUMNS = frozenset(plain(name) for name in FIELDS[Kind.HOUSEHOLDS]["hidden"])
FROM_IMPORTER, FROM_OTHERS = "importer", "others"
Figures = dict[str, dict[str, int]]


def hidden_figures(
    compared: Comparison, rejected_faults: Iterable[Mapping[str, Any]]
) -> dict[str, Figures]:
    """Count by kind what is kept from whoever imports, and from others who are no stewards.

    Whoever drops a sheet has what it says already, but not which rows meant a hidden home.
    """
    rows = {(fault["sheet"], fault["row"]): fault for fault in rejected_faults}
    secret = [fault for fault in rows.values() if fault.get("for_stewards")]
    hidden = [fault for fault in rows.values() if is_of_hidden_home(fault)]
    taken = Counter(
        (compared.kinds[outcome.sheet], outcome.status.value)
        for outcome in compared.outcomes
        if outcome.is_hidden
    )
    return {
        FROM_IMPORTER: _by_kind(Counter((fault["kind"], "rejected") for fault in secret)),
        FROM_OTHERS: _by_kind(taken + Counter((fault["kind"], "rejected") for fault in hidden)),
    }


def is_of_hidden_home(fault: Mapping[str, Any]) -> bool:
    """Whether a row that was rejected is of a hidden home, or asks to be."""
    marked = fault.get("for_stewards") or fault.get("hidden")
    return bool(marked) or _asks_to_be_hidden(fault["cells"])


def _asks_to_be_hidden(cells: Mapping[str, str]) -> bool:
    """Whether a rejected row is of a hidden home: a cell that is not clearly a no counts as yes."""
    for name, text in cells.items():
        if HIDDEN_COLUMNS & {plain(name), plain(re.sub(r"\(.*?\)", "", name))}:
            try:
                if yes_no(text):
                    return True
            except ValueError:
                return True
    return False


def without(
    figures: Mapping[str, Mapping[str, int]], hidden: Mapping[str, Mapping[str, int]]
) -> Figures:
    """Take what is kept from a reader off an import's figures.

    >>> without({"households": {"new": 3, "rejected": 1}}, {"households": {"new": 2}})
    {'households': {'new': 1, 'rejected': 1}}
    """
    return {
        kind: {name: n - hidden.get(kind, {}).get(name, 0) for name, n in counts.items()}
        for kind, counts in figures.items()
    }


def _by_kind(counts: Counter[tuple[str, str]]) -> Figures:
    figures: Figures = {}
    for (kind, status), number in counts.items():
        figures.setdefault(kind, {})[status] = number
    return figures
