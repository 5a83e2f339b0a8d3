"""From a table of households to a table with pods: what `geomatch pods` does between two files."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from geomatch.tables import Feature, Table
from pods.homes import Ground, PlanOptions, homes_from_table, plan_homes, plan_report

if TYPE_CHECKING:
    from pods.homes.plan import Progress
    from pods.planner.tiling.engine import Engine


def plan_table(
    table: Table,
    options: PlanOptions,
    *,
    barriers: Sequence[Feature] = (),
    streets: Sequence[Feature] | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Plan the pods of a table of households.

    Parameters
    ----------
    table
        As `homes_from_table` reads it.
    options
        Sizes, effort, seed.
    barriers
        Lines and polygons nobody crosses; a feature with `crossing` true is a bridge.
    streets
        Street centre lines: distances are walks along them. Straight lines when None.
    engine, progress
        As for `plan_homes`.

    Returns
    -------
    columns
        The table's columns and `pod`, `reason`, in the table's order; `pod` is None where empty.
    report
        Figures as docs/reference/commands.md names them; hidden homes are in none.

    Raises
    ------
    InputError
        When a value in the table or an option cannot be used.
    """
    started = time.perf_counter()
    found = homes_from_table(table)
    planned = plan_homes(
        found.homes,
        options,
        Ground.from_features(barriers, streets),
        hidden=found.hidden,
        engine=engine,
        progress=progress,
    )
    pods: list[int | None] = [None] * len(table)
    reasons = [""] * len(table)
    for rows, labels, why in (
        (found.rows, planned.labels, planned.reasons),
        (found.hidden_rows, planned.hidden.labels, planned.hidden.reasons),
    ):
        for home, (row, label) in enumerate(zip(rows.tolist(), labels.tolist(), strict=True)):
            pods[row] = planned.numbers[label] if label >= 0 else None
            reasons[row] = why.get(home, "")
    columns = table.merged({"pod": pods, "reason": reasons})
    return columns, plan_report(planned) | {"seconds": round(time.perf_counter() - started, 3)}
