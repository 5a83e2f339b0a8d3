"""How much work to spend: presets measured in work, never in seconds, so that results repeat."""

from __future__ import annotations

from dataclasses import dataclass

from pods.planner.bounds.lower_bound import ROUNDS_PER_STEP

STEPS_PER_PLAN = 15
"""Steps of work that one plan takes, about; for telling progress."""


@dataclass(frozen=True)
class Effort:
    """Work allowed.

    Attributes
    ----------
    plans
        Plans made of every tile, from different starts.
    rounds
        Rounds of trades of a split for a merge, per plan.
    price_rounds
        Steps towards good prices in every tile: they propose pods, and prove the bound.
    proposing_rounds
        The last of those steps, whose pods are proposed.
    bound_rounds
        Further steps for the whole town, which mend the prices at the seams of tiles.
    tile_size
        Blocks per tile, about.
    """

    plans: int
    rounds: int
    price_rounds: int
    proposing_rounds: int
    bound_rounds: int
    tile_size: int = 12_000

    def steps(self, n_blocks: int) -> int:
        """Return how many steps of work a town takes, about."""
        tiles = max(1, round(n_blocks / self.tile_size))
        # Each tile is improved, planned from other starts, and improved again.
        per_tile = STEPS_PER_PLAN * (self.plans + 1) + self.price_rounds // ROUNDS_PER_STEP
        return 2 * STEPS_PER_PLAN + tiles * per_tile + self.bound_rounds // ROUNDS_PER_STEP


EFFORTS = {
    "fast": Effort(plans=1, rounds=15, price_rounds=60, proposing_rounds=20, bound_rounds=30),
    "balanced": Effort(plans=8, rounds=40, price_rounds=150, proposing_rounds=60, bound_rounds=60),
    "best": Effort(plans=16, rounds=100, price_rounds=250, proposing_rounds=60, bound_rounds=150),
}
