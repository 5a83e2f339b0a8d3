"""The town as the planner sees it: who must stay together, where, and next to whom.

Rows (households) are grouped into *blocks*: what can never be divided between pods. A block is a
building, an equal share of a building that is too large for one pod, or one household. A block
stands on one or more *sites* (distinct points), and each site can be a pod's medoid. Blocks are
tied to nodes of the neighbour graph; two blocks at one node are neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import shapely

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.curve import CELLS, morton_codes
from geomatch.core.proximity import NeighbourGraph, StreetNetwork
from geomatch.core.unique_rows import unique_rows
from geomatch.core.walks import NO_WALKS, Walks, walks_among, walks_on
from pods.planner.town.distances import distances
from pods.planner.town.reasons import Unplaced
from pods.planner.town.wishes import NO_WISHES, WishArrays, Wishes, wish_arrays

NO_LIMIT = 2**40
"""Capacity of a site that has none of its own: above any size."""

COORDINATE_BITS = 24
"""Distances are whole multiples of the town's extent / 2**24: 3 mm in a town 50 km across."""


@dataclass(frozen=True)
class Limits:
    """Size limits of a pod, in households or people."""

    min_size: int
    max_size: int
    target_size: int

    def pods_for(self, size: int) -> int:
        """Return the wanted number of pods for so many, as near the target as limits allow."""
        wanted = max(1, round(size / self.target_size))
        fewest, most = -(-size // self.max_size), size // self.min_size
        return max(fewest, min(wanted, most)) if fewest <= most else fewest


@dataclass(frozen=True)
class Households:
    """What is known of each row, checked and completed: every array has one value per row.

    Attributes
    ----------
    points
        (n, d) metres, NaN where unknown.
    size
        How much a household counts against the size limits: 1, or its people.
    weight
        How much its distance counts in the objective.
    building
        Building number, -1 for none.
    unit_rank
        Order of units within a building.
    current
        The pod it is in now, -1 for none.
    locked, point_person
        Whether it must stay in its current pod; whether a point person lives there.
    wishes
        What soft goals are about.
    """

    points: Floats
    size: Ints
    weight: Floats
    building: Ints
    unit_rank: Ints
    current: Ints
    locked: Bools
    point_person: Bools
    wishes: Wishes = field(default_factory=Wishes)

    def __len__(self) -> int:
        return len(self.points)


class TownArrays(NamedTuple):
    """The arrays the compiled kernels read (m blocks, s sites, v nodes)."""

    site_xy: Floats  # (s, d) in units
    site_weight: Floats  # (s,) whole multiples of 2**-10
    site_ptr: Ints  # (m + 1,) sites of each block
    size: Ints  # (m,)
    node: Ints  # (m,)
    lock: Ints  # (m,) lock number, -1 for none
    leader: Ints  # (m,) site of the point person, -1 for none
    part: Ints  # (m,)
    node_ptr: Ints  # (v + 1,) neighbours of each node
    node_neighbour: Ints
    node_block_ptr: Ints  # (v + 1,) blocks at each node
    node_block: Ints
    site_high: Ints  # (s,) largest pod each site can be the medoid of, beside the common limit
    scattered: Bools  # (1,) whether pods need not be in one piece
    wishes: WishArrays = NO_WISHES
    walks: Walks = NO_WALKS  # of the sites; none where distances are straight lines
    step: float = 1.0  # length of a step of the walks, in units


@dataclass
class Town:
    """Blocks, sites and neighbours of everybody who can be placed, and who cannot be and why."""

    arrays: TownArrays
    unit_m: float
    block_of: Ints  # (n,) -1 for rows set aside
    site_of: Ints  # (n,)
    site_row: Ints  # (s,) first row at each site
    lock_pods: Ints  # (locks,) current pod each lock number stands for
    set_aside: list[Unplaced] = field(default_factory=list)

    @property
    def n_blocks(self) -> int:
        return len(self.arrays.size)

    def rows_of_blocks(self, blocks: Ints) -> Ints:
        """Return the rows of some blocks, ascending."""
        wanted = np.zeros(self.n_blocks + 1, dtype=bool)
        wanted[blocks] = True
        return np.flatnonzero(wanted[self.block_of])

    def lay_streets(
        self,
        lines: Sequence[shapely.Geometry],
        points: Floats,
        barriers: Sequence[shapely.Geometry],
    ) -> None:
        """Measure distances along streets from now on, by `StreetNetwork`."""
        network = StreetNetwork(lines, points[self.site_row], barriers=barriers)
        walks = walks_on(network)
        self.arrays = self.arrays._replace(walks=walks, step=walks.step_m / self.unit_m)

    def metres_among(self, points: Floats, rows: Ints) -> Floats:
        """Return the (r, r) distances in metres among some rows of `points`."""
        straight_m = distances(points[rows], points[rows])
        walks = self.arrays.walks
        if not len(walks.access):
            return straight_m
        return walks_among(walks, walks.step_m, self.site_of[rows], straight_m)


def build_town(
    households: Households, graph: NeighbourGraph, blocks: Ints, set_aside: Sequence[Unplaced]
) -> Town:
    """Lay out arrays for the kernels from rows already grouped into blocks.

    Parameters
    ----------
    households
        The rows.
    graph
        Their neighbour graph.
    blocks
        (n,) any number that names a row's block, -1 for rows set aside.
    set_aside
        Why those rows are set aside.
    """
    placed = np.flatnonzero(blocks >= 0)
    block_of = np.full(len(households), -1)
    # Blocks in the order of a space-filling curve, so that neighbours lie near in memory.
    first, inverse = np.unique(blocks[placed], return_index=True, return_inverse=True)[1:]
    curve = _curve_order(households.points[placed[first]])
    rank = np.empty(len(first), dtype=np.int64)
    rank[curve] = np.arange(len(first))
    block_of[placed] = rank[inverse.ravel()]
    m = len(first)

    key = np.column_stack([block_of[placed], households.points[placed]])
    sites, first_row, site_of_placed = unique_rows(key)
    site_of = np.full(len(households), -1)
    site_of[placed] = site_of_placed
    site_row = placed[first_row]
    site_block = block_of[site_row]

    leader = np.full(m, -1)
    led = placed[households.point_person[placed]]
    leader[block_of[led]] = site_of[led]
    lock_pods, lock = _locks(households, placed, block_of, m)
    node = np.zeros(m, dtype=np.int64)
    node[block_of[placed]] = graph.node_of[placed]
    node_ptr, node_neighbour = _neighbour_lists(graph)
    node_block = np.argsort(node, kind="stable")
    unit_m = _unit_of(households.points[placed])
    weight = np.bincount(site_of[placed], households.weight[placed], len(sites))
    arrays = TownArrays(
        site_xy=np.ascontiguousarray((sites[:, 1:] - sites[:, 1:].min(axis=0)) / unit_m)
        if m
        else np.empty((0, households.points.shape[1])),
        site_weight=np.rint(weight * 1024.0) / 1024.0,
        site_ptr=np.searchsorted(site_block, np.arange(m + 1)),
        size=np.bincount(block_of[placed], households.size[placed], m).astype(np.int64),
        node=node,
        lock=lock,
        leader=leader,
        part=graph.parts[node] if m else node,
        node_ptr=node_ptr,
        node_neighbour=node_neighbour,
        node_block_ptr=np.searchsorted(node[node_block], np.arange(graph.n_nodes + 1)),
        node_block=node_block,
        site_high=np.full(len(sites), NO_LIMIT),
        scattered=np.zeros(1, dtype=bool),
        wishes=wish_arrays(households.wishes, block_of, m, unit_m),
    )
    return Town(arrays, unit_m, block_of, site_of, site_row, lock_pods, list(set_aside))


def _unit_of(points: Floats) -> float:
    """Length of one unit in metres: a power of two, a fixed fraction of the town's extent."""
    extent = float(np.ptp(points, axis=0).max()) if len(points) else 0.0
    return float(2.0 ** (np.ceil(np.log2(extent)) - COORDINATE_BITS)) if extent > 0 else 1.0


def _locks(households: Households, placed: Ints, block_of: Ints, m: int) -> tuple[Ints, Ints]:
    locked = placed[households.locked[placed] & (households.current[placed] >= 0)]
    pods, number = np.unique(households.current[locked], return_inverse=True)
    lock = np.full(m, -1)
    lock[block_of[locked]] = number.ravel()
    return pods, lock


def _neighbour_lists(graph: NeighbourGraph) -> tuple[Ints, Ints]:
    adjacency = graph.adjacency(firm_only=True)
    return adjacency.indptr.astype(np.int64), adjacency.indices.astype(np.int64)


def _curve_order(points: Floats) -> Ints:
    """Order of points along a Morton curve of their first two coordinates."""
    if not len(points):
        return np.empty(0, dtype=np.int64)
    plane = points[:, :2]
    low, span = plane.min(axis=0), max(float(np.ptp(plane, axis=0).max()), 1e-300)
    code = morton_codes(np.minimum((plane - low) / span * CELLS, CELLS))
    return np.lexsort((*points.T[::-1], code))
