"""`PodClustering`: groups of neighbours of bounded size, as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_random_state, validate_data

from geomatch.core.arrays import Floats, Ints
from geomatch.core.errors import ParameterError
from geomatch.core.proximity import NeighbourGraph, neighbour_graph
from geomatch.core.walks import usable_streets
from pods.planner.arguments import check_parameters, column, weights
from pods.planner.bounds.lower_bound import lower_bound
from pods.planner.effort import EFFORTS, Effort
from pods.planner.rebalance.rebalance import Rebalanced, beyond_the_moves, rebalanced
from pods.planner.report.figures import wish_cost_m, wish_figures
from pods.planner.report.numbering import named_like
from pods.planner.report.unplaced import explained
from pods.planner.tiling.anytime import BOUND_ROUNDS, best_plan_within
from pods.planner.tiling.engine import Engine, best_plan, local_engine
from pods.planner.town.blocks import group_into_blocks
from pods.planner.town.distances import measured
from pods.planner.town.reasons import Unplaced
from pods.planner.town.subtown import subtown
from pods.planner.town.town import Households, Limits, Town, build_town
from pods.planner.town.wishes import WishWeights, checked_wishes
from pods.planner.watch import Watch


class PodClustering(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # sklearn is untyped
    """Size-constrained, connected k-medoids of households.

    Minimises the sum over households (or people) of the distance to their pod's medoid, a real
    home. Every hard rule is kept always: sizes within limits, buildings whole, nobody across a
    barrier but by its crossing, each pod connected on the neighbour graph, locked households in
    their current pod, point people in different pods. Who fits no pod under these rules is left
    unplaced with a reason.

    Parameters
    ----------
    min_size, max_size : int
        Fewest and most of a pod.
    target_size : int
        Wanted size: the number of pods is `round(placed / target_size)` in each part of the town
        that barriers cut off, unless the limits forbid it.
    size_by : {"households", "people"}
        What sizes count.
    effort : {"fast", "balanced", "best"}
        How much work to spend, independent of the clock.
    seconds : float or None
        In place of an effort: improve the plan until so many seconds are over, the bound included.
        Too few for more, and the first plan is the answer. Results then depend on the machine.
    certify : bool
        Whether to prove a lower bound; without one `lower_bound_` is 0 and `gap_` infinite.
    tile_size : int or None
        Households per tile, about; larger towns are planned tile by tile. By default 12,000.
    engine : callable or None
        What plans the tiles (see `pods.planner.tiling.engine.Engine`); by default threads here.
        Every engine makes the same plan.
    max_moves : int or None
        Rebalance: keep the pods of `current`, and move at most so many households to another one.
        Whom the rules cannot place within that many is left unplaced, and told so.
    move_price_m : float or None
        Rebalance: a household moves only if that makes the sum of distances this much shorter (or
        a rule needs it). With neither, `current` gives the new pods their numbers, nothing more.
    random_state : int, RandomState or None
        Seed.
    wish_weights : WishWeights or None
        What the soft goals are worth, in metres; None for the defaults.
    progress : callable or None
        Called now and then with the share done (0 to 1); when it returns False the work stops and
        the plan in hand is kept.

    Attributes
    ----------
    labels_ : ndarray of shape (n,)
        Pod of each household, -1 for unplaced. Numbered from 0, or like `current`.
    medoid_indices_ : ndarray of shape (k,)
        Row of each pod's medoid, in the order of `np.unique(labels_[labels_ >= 0])`.
    distances_m_ : ndarray of shape (n,)
        Distance of each household to its medoid, NaN for unplaced.
    objective_ : float
        Weighted sum of distances, metres.
    lower_bound_ : float
        No plan that places the same households in as many pods is shorter.
    prices_ : ndarray of shape (n,)
        What proves the bound: a price in metres per household (see `check_bound`).
    gap_ : float
        `(objective_ - lower_bound_) / lower_bound_`.
    wishes_ : dict
        How far wishes are granted (see `figures.wish_figures`); none for what is not given.
    wish_cost_ : float
        What the plan leaves to be wished for, metres as `wish_weights` price it; not part of
        `objective_`.
    unplaced_ : list of Unplaced
        Row, code and reason of everybody in no pod.
    n_pods_ : int
        Number of pods.
    graph_ : NeighbourGraph
        The neighbour graph pods are connected on.
    moves_ : int
        Households of `current` that are in another pod now.
    moves_needed_ : int
        When rebalancing: moves found to place everybody whom the rules allow.
    moves_lower_bound_ : int
        When rebalancing: no valid plan that places the same households moves fewer; else 0.

    Examples
    --------
    >>> import numpy as np
    >>> street = np.column_stack([np.arange(12) * 20.0, np.zeros(12)])
    >>> pods = PodClustering(min_size=3, max_size=6, target_size=4).fit(street)
    >>> pods.n_pods_, np.bincount(pods.labels_).tolist()
    (3, [4, 4, 4])
    """

    labels_: Ints
    graph_: NeighbourGraph
    unplaced_: list[Unplaced]

    def __init__(
        self,
        min_size: int = 5,
        max_size: int = 30,
        target_size: int = 13,
        size_by: Literal["households", "people"] = "households",
        effort: Literal["fast", "balanced", "best"] = "balanced",
        seconds: float | None = None,
        certify: bool = True,
        tile_size: int | None = None,
        engine: Engine | None = None,
        max_moves: int | None = None,
        move_price_m: float | None = None,
        random_state: Any = 0,
        wish_weights: WishWeights | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> None:
        self.min_size = min_size
        self.max_size = max_size
        self.target_size = target_size
        self.size_by = size_by
        self.effort = effort
        self.seconds = seconds
        self.certify = certify
        self.tile_size = tile_size
        self.engine = engine
        self.max_moves = max_moves
        self.move_price_m = move_price_m
        self.random_state = random_state
        self.wish_weights = wish_weights
        self.progress = progress

    def fit(
        self,
        X: ArrayLike,
        y: object = None,
        sample_weight: ArrayLike | None = None,
        *,
        people: ArrayLike | None = None,
        buildings: ArrayLike | None = None,
        units: ArrayLike | None = None,
        barriers: Sequence[shapely.Geometry] = (),
        crossings: Sequence[shapely.Geometry] = (),
        streets: Sequence[shapely.Geometry] | None = None,
        current: ArrayLike | None = None,
        locked: ArrayLike | None = None,
        point_person: ArrayLike | None = None,
        willing: ArrayLike | None = None,
        drives: ArrayLike | None = None,
        languages: ArrayLike | None = None,
        street_of: ArrayLike | None = None,
    ) -> PodClustering:
        """Plan pods.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Metres; a row with NaN is unplaced. Barriers need d = 2.
        y : ignored
        sample_weight : array-like of shape (n,)
            Weight of each household in the objective; by default 1, or its people when sizes
            count people.
        people : array-like of shape (n,)
            People in each household, 1 by default.
        buildings : array-like of shape (n,)
            Building of each household, -1 for none.
        units : array-like of shape (n,)
            Rank of the unit within its building.
        barriers, crossings : sequences of shapely geometries
            What nobody crosses, and where it can be crossed; in the metres of X.
        streets : sequence of shapely lines or None
            Street centre lines in the metres of X: distances are walks along them, as
            `geomatch.core.proximity.StreetNetwork` defines them (a street over water is a bridge).
            Straight lines when None. What is contiguous does not depend on streets.
        current : array-like of shape (n,)
            Pod each household is in now, -1 for none.
        locked, point_person : array-like of shape (n,)
            Households that stay in their current pod; homes of named point people.
        willing, drives : array-like of shape (n,)
            Where somebody is willing to be point person; where somebody drives.
        languages : array-like of shape (n, L)
            Which of L languages each household speaks; a row of False is unknown.
        street_of : array-like of shape (n,)
            Street number of each household, -1 for unknown.

        Returns
        -------
        PodClustering
            Itself, fitted.

        Raises
        ------
        ParameterError
            When a parameter, an array or the streets cannot be used.
        """
        limits = self._limits()
        points, seed = self._checked(X)
        households = self._households(
            points, sample_weight, people, buildings, units, current, locked, point_person
        )
        wishes = checked_wishes(
            len(points),
            self.wish_weights,
            households.point_person,
            willing=willing,
            drives=drives,
            languages=languages,
            street_of=street_of,
        )
        households = replace(households, wishes=wishes)
        self.graph_ = neighbour_graph(
            households.points,
            buildings=households.building,
            barriers=barriers,
            crossings=crossings,
        )
        blocks, set_aside = group_into_blocks(households, self.graph_, limits)
        town = build_town(households, self.graph_, blocks, set_aside)
        if streets is not None:
            town.lay_streets(usable_streets(streets, points), households.points, barriers)
        effort = self._effort()
        watch = Watch(self.progress, self.seconds, effort.steps(town.n_blocks))
        rebalance, price = self._rebalance(town, households, limits, seed, watch), None
        engine = local_engine if self.engine is None else self.engine
        if rebalance is not None:
            labels = rebalance.labels
        elif self.seconds is None:
            labels, price = best_plan(town, limits, effort, seed, watch, engine)
        else:
            labels, price = best_plan_within(town, limits, effort.tile_size, seed, watch, engine)
        self._publish(town, households, labels, limits, rebalance)
        self._certify(town, households, limits, price, watch)
        return self

    def __sklearn_tags__(self) -> Any:
        """Missing coordinates are allowed: such a row is unplaced."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _checked(self, X: ArrayLike) -> tuple[Floats, int]:
        """Return the points and a seed, as scikit-learn checks them."""
        try:
            points = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
            return points, int(check_random_state(self.random_state).randint(2**31 - 1))
        except ValueError as error:
            raise ParameterError(str(error)) from error

    def _limits(self) -> Limits:
        check_parameters(self)
        return Limits(int(self.min_size), int(self.max_size), int(self.target_size))

    def _effort(self) -> Effort:
        effort = EFFORTS[self.effort]
        return effort if self.tile_size is None else replace(effort, tile_size=int(self.tile_size))

    def _households(
        self,
        points: Floats,
        sample_weight: ArrayLike | None,
        people: ArrayLike | None,
        buildings: ArrayLike | None,
        units: ArrayLike | None,
        current: ArrayLike | None,
        locked: ArrayLike | None,
        point_person: ArrayLike | None,
    ) -> Households:
        n = len(points)
        heads = column(people, "people", n, 1, minimum=0)
        size = heads if self.size_by == "people" else np.ones(n, dtype=np.int64)
        weight = weights(sample_weight, n, size)
        return Households(
            points=points,
            size=size,
            weight=weight,
            building=column(buildings, "buildings", n, -1, minimum=-1),
            unit_rank=column(units, "units", n, 0),
            current=column(current, "current", n, -1, minimum=-1),
            locked=column(locked, "locked", n, 0, minimum=0, maximum=1).astype(bool),
            point_person=column(point_person, "point_person", n, 0, minimum=0, maximum=1).astype(
                bool
            ),
        )

    def _rebalance(
        self, town: Town, households: Households, limits: Limits, seed: int, watch: Watch
    ) -> Rebalanced | None:
        """Rebalance, where that was asked for and somebody has a pod."""
        asked = self.max_moves is not None or self.move_price_m is not None
        if not asked or not (households.current[town.block_of >= 0] >= 0).any():
            return None
        return rebalanced(
            town,
            households,
            limits,
            max_moves=self.max_moves,
            move_price_m=self.move_price_m,
            seed=seed,
            watch=watch,
        )

    def _publish(
        self,
        town: Town,
        households: Households,
        labels: Ints,
        limits: Limits,
        rebalance: Rebalanced | None,
    ) -> None:
        """Turn blocks back into rows, and measure."""
        rows = np.full(len(households), -1)
        inside = town.block_of >= 0
        rows[inside] = labels[town.block_of[inside]]
        if rebalance is None:
            found = np.unique(rows[rows >= 0])
            rows[rows >= 0] = np.searchsorted(found, rows[rows >= 0])
            if (households.current >= 0).any():
                rows = named_like(rows, households.current, households.locked)
        figures = measured(
            households.points,
            households.weight,
            rows,
            households.point_person,
            town.metres_among,
        )
        self.labels_ = rows
        self.medoid_indices_ = figures.medoid_indices
        self.distances_m_ = figures.distance_m
        self.objective_ = figures.objective
        self.n_pods_ = len(figures.medoid_indices)
        self.wishes_ = wish_figures(households.wishes, rows)
        self.wish_cost_ = wish_cost_m(households.wishes, rows)
        self.unplaced_ = explained(town, households, rows, limits)
        known = (rows >= 0) & (households.current >= 0)
        self.moves_ = int((rows != households.current)[known].sum())
        self.moves_needed_ = self.moves_lower_bound_ = 0
        if rebalance is not None:
            self.moves_needed_, self.moves_lower_bound_ = rebalance.needed, rebalance.fewest
            beyond = np.flatnonzero(inside & np.isin(town.block_of, rebalance.beyond))
            self.unplaced_ = beyond_the_moves(
                self.unplaced_, beyond, int(self.max_moves or 0), rebalance.needed
            )

    def _bound_rounds(self, price: Floats | None) -> int:
        """Return the steps towards a bound: more where no tile has found prices before."""
        effort = EFFORTS[self.effort]
        if self.seconds is not None and price is not None:
            return BOUND_ROUNDS
        return effort.bound_rounds + (effort.price_rounds if price is None else 0)

    def _certify(
        self,
        town: Town,
        households: Households,
        limits: Limits,
        price: Floats | None,
        watch: Watch,
    ) -> None:
        """Prove how far from the best plan this one can be."""
        self.lower_bound_, self.gap_ = 0.0, np.inf
        self.prices_ = np.zeros(len(households))
        if not self.certify:
            return
        placed = np.flatnonzero(self.labels_ >= 0)
        blocks, block = np.unique(town.block_of[placed], return_inverse=True)
        sites, site = np.unique(town.site_of[placed], return_inverse=True)
        labels = np.unique(self.labels_[placed], return_inverse=True)[1]
        walk = np.bincount(block, households.weight[placed] * self.distances_m_[placed])
        bound_units, block_price = lower_bound(
            subtown(town, blocks).arrays,
            labels[np.unique(block, return_index=True)[1]],
            walk / town.unit_m,
            limits.min_size,
            limits.max_size,
            self._bound_rounds(price),
            weight=np.bincount(site, households.weight[placed], len(sites)).astype(np.float64),
            price=None if price is None else price[blocks],
            watch=watch,
        )
        self.prices_[placed] = (block_price / np.bincount(block))[block] * town.unit_m
        self.lower_bound_ = min(bound_units * town.unit_m, self.objective_)
        excess = self.objective_ - self.lower_bound_
        gap = excess / self.lower_bound_ if self.lower_bound_ > 0 else np.inf * (excess > 0)
        self.gap_ = float(np.nan_to_num(gap, nan=0.0, posinf=np.inf))
