"""Some blocks of a town as a town of their own."""

from __future__ import annotations

import numpy as np

from geomatch.core.arrays import Ints
from pods.planner.town.town import Town, TownArrays
from pods.planner.town.wishes import NO_WISHES, WishArrays


def subtown(town: Town, blocks: Ints) -> Town:
    """Return some blocks (ascending) as a town of their own; it knows no rows."""
    arrays = town.arrays
    sites, site_ptr = _gathered(arrays.site_ptr, blocks)
    nodes, node = np.unique(arrays.node[blocks], return_inverse=True)
    node = node.ravel().astype(np.int64)
    beside, node_ptr = _gathered(arrays.node_ptr, nodes)
    new_number = np.full(len(arrays.node_ptr) - 1, -1)
    new_number[nodes] = np.arange(len(nodes))
    neighbour = new_number[arrays.node_neighbour[beside]]
    inside = neighbour >= 0
    node_ptr = np.concatenate([[0], np.cumsum(inside)])[node_ptr]
    new_site = np.full(len(arrays.site_weight) + 1, -1)
    new_site[sites] = np.arange(len(sites))
    node_block = np.argsort(node, kind="stable")
    restricted = TownArrays(
        site_xy=np.ascontiguousarray(arrays.site_xy[sites]),
        site_weight=arrays.site_weight[sites],
        site_ptr=site_ptr,
        size=arrays.size[blocks],
        node=node,
        lock=_renumbered(arrays.lock[blocks]),
        leader=new_site[arrays.leader[blocks]],
        part=_renumbered(arrays.part[blocks]),
        node_ptr=node_ptr,
        node_neighbour=np.ascontiguousarray(neighbour[inside]),
        node_block_ptr=np.searchsorted(node[node_block], np.arange(len(nodes) + 1)),
        node_block=node_block,
        site_high=arrays.site_high[sites],
        scattered=arrays.scattered,
        wishes=_wishes(arrays.wishes, blocks),
        walks=arrays.walks.some(sites),
        step=arrays.step,
    )
    nobody = np.empty(0, dtype=np.int64)
    return Town(restricted, town.unit_m, nobody, nobody, nobody, nobody)


def _wishes(wishes: WishArrays, blocks: Ints) -> WishArrays:
    """Return what is wished for of some blocks."""
    if not wishes.price.any():
        return NO_WISHES
    speakers, speaker_ptr = _gathered(wishes.speaker_ptr, blocks)
    tongues, tongue_ptr = _gathered(wishes.tongue_ptr, speakers)
    streets, street_ptr = _gathered(wishes.street_ptr, blocks)
    return WishArrays(
        price=wishes.price,
        willing=wishes.willing[blocks],
        driver=wishes.driver[blocks],
        speaker_ptr=speaker_ptr,
        tongue_ptr=tongue_ptr,
        tongue=np.ascontiguousarray(wishes.tongue[tongues]),
        street_ptr=street_ptr,
        street=np.ascontiguousarray(wishes.street[streets]),
    )


def _gathered(ptr: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Positions of the entries of some rows of a CSR layout, and the rows' own pointers."""
    count = ptr[rows + 1] - ptr[rows]
    new_ptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return np.repeat(ptr[rows] - new_ptr[:-1], count) + np.arange(new_ptr[-1]), new_ptr


def _renumbered(numbers: Ints) -> Ints:
    """Numbers from 0 without gaps, in the same order; -1 stays."""
    known = numbers >= 0
    renumbered = np.full(len(numbers), -1)
    renumbered[known] = np.unique(numbers[known], return_inverse=True)[1].ravel()
    return renumbered
