"""Rejected rows with the reason and all of their cells: whoever mends them needs no other file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from geomatch.core.errors import Problem
from geomatch.core.yes_no import NO
from geomatch.network.intake.linkage.outcomes import (
    REJECTED_STATUSES,
    Candidate,
    Comparison,
    Outcome,
    Status,
)
from geomatch.network.intake.sheets.file import Sheets, Understood

FOR_STEWARDS = "this is of a hidden home; a steward can import it"


def rejected_faults(
    compared: Comparison,
    sheets: Sheets,
    understood: Understood,
    statuses: Sequence[Status] = REJECTED_STATUSES,
) -> list[dict[str, Any]]:
    """Return what is wrong in rejected rows: one item for each fault.

    It says where, why, all of the row's own cells, and who may see it. They come in the order of
    the file: whoever mends them goes through it from top to bottom.
    """
    hidden_columns = {
        name: rows.recognised.columns["hidden"]
        for name, rows in understood
        if "hidden" in rows.recognised.columns
    }
    places = {
        name: {int(number): index for index, number in enumerate(table.row_numbers)}
        for name, table in sheets.items()
    }
    order = list(sheets)
    faults = []
    for outcome in sorted(
        compared.of(*statuses), key=lambda outcome: (order.index(outcome.sheet), outcome.row)
    ):
        table, index = sheets[outcome.sheet], places[outcome.sheet][outcome.row]
        where = {"sheet": outcome.sheet, "kind": compared.kinds[outcome.sheet]}
        cells = {name: table.columns[name][index] for name in table.names}
        marks = _marks(outcome, cells.get(hidden_columns.get(outcome.sheet, ""), ""))
        faults += [
            {**where, **asdict(problem), "cells": cells, **marks}
            for problem in _problems_of(outcome)
        ]
    return faults


def _marks(outcome: Outcome, hidden: str) -> dict[str, bool]:
    """Say who may see a row again: of a hidden home is what is not clearly said not to be."""
    if outcome.status is Status.FOR_STEWARDS or any(c.hidden for c in outcome.candidates):
        return {"for_stewards": True}
    return {} if hidden.strip().casefold() in NO else {"hidden": True}


def _problems_of(outcome: Outcome) -> Sequence[Problem]:
    if outcome.status is Status.UNCLEAR:
        alike = " or ".join(_in_words(candidate) for candidate in outcome.candidates)
        return (Problem(f"unclear whether this is {alike}, or somebody new", row=outcome.row),)
    if outcome.status is Status.FOR_STEWARDS:
        return (Problem(FOR_STEWARDS, row=outcome.row),)
    return outcome.problems


def _in_words(candidate: Candidate) -> str:
    """Say a household by its id only: this is kept, and the home may be hidden by tomorrow."""
    reasons = ", ".join(candidate.reasons)
    score = "" if candidate.score is None else f": {candidate.score} of 100"
    return f"home “{candidate.ref}” ({reasons}{score})"
