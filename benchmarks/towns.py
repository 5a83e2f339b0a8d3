"""Seeded towns of any size: streets with houses on both sides, apartments, farms, and a channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely


@dataclass(frozen=True)
class Town:
    """Households of an invented town, in metres."""

    points: np.ndarray  # (n, 2)
    building: np.ndarray  # (n,)
    channel: shapely.LineString | None

    def __len__(self) -> int:
        return len(self.points)

    @property
    def barriers(self) -> list[shapely.LineString]:
        return [] if self.channel is None else [self.channel]


def invented_town(n: int, seed: int = 7) -> Town:
    """n households: 22 % in apartment buildings of 10 to 80 doors, 3 % on farms."""
    random = np.random.default_rng(seed + n)
    width = 1000.0 * np.sqrt(n / 450.0) + 1500.0
    flats, farms = int(0.22 * n), int(0.03 * n)
    streets = _streets(random, n - flats - farms, n, width)
    houses = np.concatenate(streets)[: n - flats - farms]
    blocks, left = [], flats
    while left > 0:
        doors = min(int(np.clip(random.lognormal(3.0, 0.6), 10, 80)), left)
        place = houses[random.integers(len(houses))] + random.normal(0, 25, 2)
        blocks.append(np.repeat(_dry(place[None], width), doors, axis=0))
        left -= doors
    farmed = _dry(random.uniform(0, width, (farms, 2)), width)
    points = np.concatenate([houses, *blocks, farmed])
    sizes = [1] * len(houses) + [len(block) for block in blocks] + [1] * farms
    building = np.repeat(np.arange(len(sizes)), sizes)
    order = random.permutation(n)
    x = np.linspace(-2000, width + 2000, 800)
    channel = shapely.LineString(np.column_stack([x, _middle(x, width)]))
    return Town(points[order], building[order], channel)


def _middle(x: np.ndarray, width: float) -> np.ndarray:
    return (
        0.5 * width + 0.06 * width * np.sin(x / width * 7) + 0.02 * width * np.sin(x / width * 23)
    )


def _dry(points: np.ndarray, width: float) -> np.ndarray:
    """Move points out of the channel, 150 m wide, to its nearer bank."""
    off = points[:, 1] - _middle(points[:, 0], width)
    wet = np.abs(off) < 75
    moved = points.copy()
    moved[wet, 1] += np.where(off[wet] >= 0, 75, -75) - off[wet] * 0.5
    return moved


def _streets(random: np.random.Generator, homes: int, n: int, width: float) -> list[np.ndarray]:
    count = max(3, n // 900)
    centre = random.uniform(0.05 * width, 0.95 * width, (count, 2))
    along = random.uniform(0, np.pi, count)
    share = random.lognormal(0, 0.5, count)
    share /= share.sum()
    found, total = [], 0
    while total < homes:
        v = random.choice(count, p=share)
        reach = 900 * np.sqrt(share[v] * n / 300) + 200
        axis = np.array([np.cos(along[v]), np.sin(along[v])])
        across = np.array([-axis[1], axis[0]])
        place = centre[v] + axis * np.clip(random.normal(0, reach * 0.5), -1.2 * reach, 1.2 * reach)
        place = place + across * np.clip(random.normal(0, reach * 0.16), -0.5 * reach, 0.5 * reach)
        doors = int(np.clip(random.lognormal(3.0, 0.6), 5, 120))
        turn = along[v] + (np.pi / 2 if random.random() < 0.4 else 0) + random.normal(0, 0.12)
        bend = turn + np.cumsum(random.normal(0, 0.05, (doors + 1) // 2))
        step = np.column_stack([np.cos(bend), np.sin(bend)]) * random.uniform(15, 40)
        path = place + np.cumsum(step, axis=0)
        side = np.column_stack([-np.sin(bend), np.cos(bend)]) * random.uniform(10, 18)
        homes_here = np.concatenate([path + side, path - side])[:doors]
        found.append(_dry(homes_here + random.normal(0, 2, homes_here.shape), width))
        total += doors
    return found
