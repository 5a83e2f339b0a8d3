"""Tiles of a town as GeoParquet files: what a worker on another machine needs to plan one.

One row per site: its place in local metres, its weight and its pod in the plan in hand, so that a
tile can be looked at with any GIS. The arrays the planner reads lie beside them whole, each as a
list in the first row of a column of its own, so every number comes back to the last bit and a plan
made from the file is the plan made from memory. No row says whose home it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geomatch.core.arrays import Ints
from pods.planner.tiling.tiles import TileTask
from pods.planner.town.town import Town, TownArrays

Array = NDArray[Any]

_GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"], "crs": None}},
}


def write_tile(path: Path, task: TileTask) -> None:
    """Write the town and the plan in hand of a tile.

    Parameters
    ----------
    path
        The file to write.
    task
        The tile; its effort, limits and seed are not in the file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = task.town.arrays
    places_m = arrays.site_xy[:, :2] * task.town.unit_m
    flat = np.column_stack([places_m, np.zeros(len(places_m))])[:, :2]  # on a line: beside the axis
    columns: dict[str, Any] = {
        "geometry": shapely.to_wkb(shapely.points(flat)),
        "weight": arrays.site_weight,
        "pod": np.repeat(task.labels, np.diff(arrays.site_ptr)),
    }
    rest = len(flat) - 1
    named = dict(_named({"blocks": task.blocks, "labels": task.labels, "town": arrays}))
    for name, array in named.items():
        kind = pa.list_(pa.from_numpy_dtype(array.dtype))
        columns[name] = pa.array([array.ravel()] + [None] * rest, type=kind)
    shapes = json.dumps({name: array.shape for name, array in named.items()})
    facts = {"geo": json.dumps(_GEO), "unit_m": task.town.unit_m.hex(), "shapes": shapes}
    table = pa.table(columns).replace_schema_metadata(facts)
    pq.write_table(table, path)


def read_tile(path: Path) -> tuple[Town, Ints, Ints]:
    """Return the town, (t,) blocks in the whole town and (t,) labels that `write_tile` wrote."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    found = {
        name: table.column(name)[0].values.to_numpy(zero_copy_only=False).copy().reshape(shape)
        for name, shape in json.loads(table.schema.metadata[b"shapes"]).items()
    }
    arrays = _rebuilt(TownArrays, found, "town.")
    nobody = np.empty(0, dtype=np.int64)
    unit_m = float.fromhex(table.schema.metadata[b"unit_m"].decode())
    town = Town(arrays, unit_m, nobody, nobody, nobody, nobody)
    return town, found["blocks"], found["labels"]


def _named(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Array]]:
    """Arrays (a figure is one, too) with their names; a named tuple's carry its name first."""
    for name, value in values.items():
        if hasattr(value, "_asdict"):
            yield from _named(value._asdict(), f"{prefix}{name}.")
        else:
            yield prefix + name, np.asarray(value)


def _rebuilt(kind: Any, found: Mapping[str, Array], prefix: str) -> Any:
    """Return a named tuple of arrays, and of named tuples whose kind its defaults tell."""
    return kind(
        *(
            _rebuilt(type(kind._field_defaults[name]), found, f"{prefix}{name}.")
            if hasattr(kind._field_defaults.get(name), "_asdict")
            else (
                found[prefix + name] if found[prefix + name].ndim else found[prefix + name].item()
            )
            for name in kind._fields
        )
    )
