"""Tiles of a town as GeoParquet files: what a worker on another machine needs to plan one.

One row per site, in the order of the tile, with its place in local metres, its weight, and what is
known of the block it belongs to. The neighbours of a node stand in the row of the first site of
its first block. No row says whose home it is. Every number comes back to the last bit, so a plan
made from the file is the plan made from memory.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from pods.planner.tiles import TileTask
from pods.planner.town import Town, TownArrays

Ints = NDArray[np.int64]

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

    town, arrays = task.town, task.town.arrays
    sites_of_block = np.diff(arrays.site_ptr)
    block = np.repeat(np.arange(town.n_blocks), sites_of_block)
    columns = {
        "geometry": _points(arrays.site_xy * town.unit_m),
        "weight": arrays.site_weight,
        "block": block,
        "block_in_town": task.blocks[block],
        "pod": task.labels[block],
        "size": arrays.size[block],
        "node": arrays.node[block],
        "lock": arrays.lock[block],
        "is_leader": arrays.leader[block] == np.arange(len(block)),
        "part": arrays.part[block],
        "neighbours": pa.array(_neighbours_by_site(arrays), type=pa.list_(pa.int64())),
    }
    table = pa.table(columns).replace_schema_metadata(
        {"geo": json.dumps(_GEO), "unit_m": town.unit_m.hex()}
    )
    pq.write_table(table, path)


def read_tile(path: Path) -> tuple[Town, Ints, Ints]:
    """Return the town, (t,) blocks in the whole town and (t,) labels that `write_tile` wrote."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    unit_m = float.fromhex(table.schema.metadata[b"unit_m"].decode())
    column = {
        name: table.column(name).to_numpy(zero_copy_only=False)
        for name in table.column_names
        if name != "neighbours"
    }
    block = column["block"]
    first = np.unique(block, return_index=True)[1]
    node = column["node"][first]
    node_ptr, node_neighbour = _neighbour_lists(table.column("neighbours"), column["node"])
    leader = np.full(len(first), -1)
    led = np.flatnonzero(column["is_leader"])
    leader[block[led]] = led
    node_block = np.argsort(node, kind="stable")
    arrays = TownArrays(
        site_xy=np.ascontiguousarray(_coordinates(column["geometry"]) / unit_m),
        site_weight=column["weight"].copy(),
        site_ptr=np.append(first, len(block)).astype(np.int64),
        size=column["size"][first],
        node=node,
        lock=column["lock"][first],
        leader=leader,
        part=column["part"][first],
        node_ptr=node_ptr,
        node_neighbour=node_neighbour,
        node_block_ptr=np.searchsorted(node[node_block], np.arange(len(node_ptr))),
        node_block=node_block,
    )
    nobody = np.empty(0, dtype=np.int64)
    town = Town(arrays, unit_m, nobody, nobody, nobody, nobody)
    return town, column["block_in_town"][first], column["pod"][first]


def _points(xy: NDArray[np.float64]) -> NDArray[np.object_]:
    """WKB points; further coordinates than two have no place in one."""
    return np.asarray(shapely.to_wkb(shapely.points(xy[:, :2])))


def _coordinates(wkb: NDArray[np.object_]) -> NDArray[np.float64]:
    return np.asarray(shapely.get_coordinates(shapely.from_wkb(wkb)))


def _neighbours_by_site(arrays: TownArrays) -> list[list[int] | None]:
    """Neighbouring nodes, in the row of the first site of each node's first block."""
    rows: list[list[int] | None] = [None] * len(arrays.site_weight)
    for node in range(len(arrays.node_ptr) - 1):
        site = arrays.site_ptr[arrays.node_block[arrays.node_block_ptr[node]]]
        beside = arrays.node_neighbour[arrays.node_ptr[node] : arrays.node_ptr[node + 1]]
        rows[site] = beside.tolist()
    return rows


def _neighbour_lists(column: object, node: Ints) -> tuple[Ints, Ints]:
    lists = [
        (int(number), beside)
        for number, beside in zip(node, column.to_pylist(), strict=True)  # type: ignore[attr-defined]  # pyarrow is untyped
        if beside is not None
    ]
    lists.sort()
    count = [len(beside) for _, beside in lists]
    ptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return ptr, np.array([n for _, beside in lists for n in beside], dtype=np.int64)
