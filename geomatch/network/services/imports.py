"""Take a spreadsheet in: good rows in one transaction, bad rows handed back with their reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from geomatch.core.errors import ColumnError, Problem, RowError, TableError
from geomatch.network.models import Network, SheetImport
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record
from geomatch.network.services.register import Register
from geomatch.network.sheets.columns import Kind
from geomatch.network.sheets.rows import SheetRows, read_rows
from geomatch.tables import Table

# Neighbours first: volunteers and requests are tied to them.
ORDER = (Kind.HOUSEHOLDS, Kind.VOLUNTEERS, Kind.REQUESTS)


@dataclass
class ImportResult:
    """What an import took and what it refused.

    Attributes
    ----------
    figures
        Kind → `new`, `changed`, `same` and `rejected` counts.
    rejected
        Refused rows: sheet, row, column, value, reason, and the row's own cells.
    sheet_import
        The row that remembers this import.
    """

    figures: dict[str, dict[str, int]] = field(default_factory=dict)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    sheet_import: SheetImport | None = None


def import_sheet(
    *,
    network: Network,
    sheets: Mapping[str, Table],
    file_name: str,
    actor: AbstractBaseUser | None,
    strict: bool = False,
) -> ImportResult:
    """Take the sheets of one file into a network, in one transaction.

    Parameters
    ----------
    sheets
        Sheet name → its rows. What each holds is told by its name and its columns.
    strict
        Refuse everything if one row is bad.

    Raises
    ------
    geomatch.core.errors.InputError
        If no sheet can be understood, or `strict` and a row is bad. Nothing is saved then.
    """
    understood = _understand(sheets, file_name)
    result = ImportResult()
    for name, rows in understood:
        result.rejected += [_rejected(name, sheets[name], problem) for problem in rows.problems]
    with use_network(network):
        # Two imports at once would each add whom the other adds: the second one waits.
        Network.objects.select_for_update(no_key=True).get(pk=network.pk)
        register = Register(network)
        for name, rows in understood:
            counts, problems = register.take(rows)
            result.rejected += [_rejected(name, sheets[name], problem) for problem in problems]
            refused = {problem.row for problem in (*rows.problems, *problems)}
            result.figures[rows.recognised.kind.value] = {**counts, "rejected": len(refused)}
        if strict and result.rejected:
            raise RowError(
                f"{len(result.rejected)} rows are not as they should be; nothing was imported",
                file=file_name,
                problems=tuple(_problem(row) for row in result.rejected),
            )
        result.sheet_import = SheetImport.objects.create(
            file_name=file_name[:200],
            imported_by=actor,
            figures=result.figures,
            rejected_json=json.dumps(result.rejected, ensure_ascii=False),
        )
        record(actor=actor, verb="imported a sheet", **result.figures)
    return result


def _understand(sheets: Mapping[str, Table], file_name: str) -> list[tuple[str, SheetRows]]:
    """Read every sheet that can be read, in the order they must be taken."""
    understood: list[tuple[str, SheetRows]] = []
    failures: list[ColumnError] = []
    for name, table in sheets.items():
        try:
            understood.append((name, read_rows(table, sheet=name)))
        except ColumnError as error:
            failures.append(error)
    if failures and len(sheets) == 1:
        raise failures[0]
    if not understood:
        raise TableError(
            "no sheet has columns for neighbours, volunteers or requests; "
            "a neighbours' sheet needs at least “Name” and “Address”",
            file=file_name,
        )
    return sorted(understood, key=lambda item: ORDER.index(item[1].recognised.kind))


def _rejected(sheet: str, table: Table, problem: Problem) -> dict[str, Any]:
    index = list(table.row_numbers).index(problem.row)
    cells = {name: table.columns[name][index] for name in table.names}
    return {"sheet": sheet, **asdict(problem), "cells": cells}


def _problem(row: Mapping[str, Any]) -> Problem:
    return Problem(row["message"], row=row["row"], column=row["column"], value=row["value"])
