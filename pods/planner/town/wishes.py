"""Wishes: what makes a pod better beside short walks, each with its price in metres.

A wish is soft. It is weighed against distance and never against a hard rule: whatever is asked, a
pod keeps its size, its buildings, its barriers and stays in one piece. Four are known:

willing
    Somebody in the pod is willing to be its point person (or is).
driver
    Somebody in the pod drives.
language
    Every household shares a language with another one of its pod. A household whose languages are
    not known is left out of this: unknown is not English, so it is neither alone nor company.
street
    The pod follows streets: it is on few of them. The number of streets summed over pods is the
    number of pods summed over streets, so this also keeps a street in few pods.

Prices are whole units inside the planner, as distances are (ADR 0012), so sums stay exact. A wish
whose input is not given costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from numbers import Real
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from geomatch.core.arrays import Bools, Floats, Ints
from geomatch.core.errors import ParameterError
from geomatch.core.given import numbers_given
from pods.planner.jit import inner

DEAREST = 2.0**30
"""Highest price, in units: 64 times the town's extent at least, so that sums stay exact."""


@dataclass(frozen=True)
class WishWeights:
    """How many metres of walking each wish is worth; 0 switches it off.

    Metres of the objective: with sizes in people, a metre that one person walks.

    Attributes
    ----------
    willing
        A pod where nobody is willing to be point person.
    driver
        A pod without a driver.
    language
        Each household that shares no language with anybody in its pod.
    street
        Each street of a pod beyond its first.

    Raises
    ------
    ParameterError
        When a weight is not a finite number of 0 or more.

    Examples
    --------
    >>> WishWeights(driver=0).driver
    0
    """

    willing: float = 200.0
    driver: float = 200.0
    language: float = 100.0
    street: float = 10.0

    def __post_init__(self) -> None:
        for weight in fields(self):
            value = getattr(self, weight.name)
            if not (isinstance(value, Real) and 0 <= float(value) < float("inf")):
                raise ParameterError(
                    f"The wish “{weight.name}” is worth {value!r}: "
                    "give a number of metres, 0 to switch it off."
                )

    def as_array(self) -> Floats:
        """(4,) metres, in the order of the fields."""
        return np.array([float(getattr(self, weight.name)) for weight in fields(self)])


@dataclass(frozen=True)
class Wishes:
    """What is known of each household that wishes are about; None where nothing is given.

    Attributes
    ----------
    weights
        What each wish is worth.
    willing
        (n,) whether somebody there is a point person, or willing to be.
    drives
        (n,) whether somebody there drives.
    languages
        (n, L) which languages are spoken there; a row without any is unknown.
    street
        (n,) street number, -1 unknown.
    """

    weights: WishWeights = WishWeights()
    willing: Bools | None = None
    drives: Bools | None = None
    languages: Bools | None = None
    street: Ints | None = None

    def of(self, rows: Ints) -> Wishes:
        """Return what is known of some of the households."""
        parts = (
            None if each is None else each[rows]
            for each in (self.willing, self.drives, self.languages, self.street)
        )
        return Wishes(self.weights, *parts)  # type: ignore[arg-type]  # in the fields' order


def checked_wishes(
    n: int,
    weights: WishWeights | None,
    point_person: Bools,
    *,
    willing: ArrayLike | None,
    drives: ArrayLike | None,
    languages: ArrayLike | None,
    street_of: ArrayLike | None,
) -> Wishes:
    """Check what `PodClustering.fit` was given; a pod with a point person has a willing one.

    Raises
    ------
    ParameterError
        When an array has the wrong shape or holds something else.
    """
    if not isinstance(weights, WishWeights | None):
        raise ParameterError(f"wish_weights must be a WishWeights or None, not {weights!r}.")
    ready = _flags(willing, "willing", (n,))
    street = None
    if street_of is not None:
        numbers = numbers_given(street_of, "street_of")
        whole = numbers.shape == (n,) and (numbers == np.rint(numbers)).all()
        if not whole or (numbers < -1).any() or np.isinf(numbers).any():
            raise ParameterError(
                f"street_of must hold one whole number per household ({n}), -1 for unknown."
            )
        street = numbers.astype(np.int64)
    return Wishes(
        weights or WishWeights(),
        None if ready is None else ready | point_person,
        _flags(drives, "drives", (n,)),
        _flags(languages, "languages", (n, -1)),
        street,
    )


def _flags(values: ArrayLike | None, name: str, shape: tuple[int, ...]) -> Bools | None:
    if values is None:
        return None
    array = numbers_given(values, name)
    fits = array.ndim == len(shape) and len(array) == shape[0]
    if not fits or not np.isin(array, (0, 1)).all():
        rows = "a row" if len(shape) == 2 else "one value"
        raise ParameterError(f"{name} must hold {rows} of yes or no per household ({shape[0]}).")
    return array.astype(bool)


class WishArrays(NamedTuple):
    """Wishes as the compiled kernels read them (m blocks)."""

    price: Floats  # (4,) whole units, in the order of `WishWeights`; 0 where nothing is given
    willing: Bools  # (m,)
    driver: Bools  # (m,)
    speaker_ptr: Ints  # (m + 1,) households of each block whose languages are known
    tongue_ptr: Ints  # (speakers + 1,) languages of each of them
    tongue: Ints
    street_ptr: Ints  # (m + 1,) streets of each block
    street: Ints


def wish_arrays(wishes: Wishes, block_of: Ints, blocks: int, unit_m: float) -> WishArrays:
    """Lay wishes out by block.

    Parameters
    ----------
    wishes
        What is known of each household.
    block_of
        (n,) block of each household, -1 for those set aside.
    blocks
        Number of blocks, m.
    unit_m
        Length of one unit, metres.
    """
    given = [wishes.willing, wishes.drives, wishes.languages, wishes.street]
    price = np.minimum(np.rint(wishes.weights.as_array() / unit_m), DEAREST)
    price[[each is None for each in given]] = 0.0
    speaker_ptr, tongue_ptr, tongue = _speakers(wishes.languages, block_of, blocks)
    street_ptr, street = _streets(wishes.street, block_of, blocks)
    return WishArrays(
        price,
        _any_in_block(wishes.willing, block_of, blocks),
        _any_in_block(wishes.drives, block_of, blocks),
        speaker_ptr,
        tongue_ptr,
        tongue,
        street_ptr,
        street,
    )


def _any_in_block(flags: Bools | None, block_of: Ints, blocks: int) -> Bools:
    found = np.zeros(blocks, dtype=bool)
    if flags is not None:
        found[block_of[flags & (block_of >= 0)]] = True
    return found


def _speakers(languages: Bools | None, block_of: Ints, blocks: int) -> tuple[Ints, Ints, Ints]:
    if languages is None:
        return np.zeros(blocks + 1, np.int64), np.zeros(1, np.int64), np.zeros(0, np.int64)
    known = np.flatnonzero(languages.any(axis=1) & (block_of >= 0))
    known = known[np.argsort(block_of[known], kind="stable")]
    person, tongue = np.nonzero(languages[known])
    return (
        np.searchsorted(block_of[known], np.arange(blocks + 1)),
        np.searchsorted(person, np.arange(len(known) + 1)),
        tongue.astype(np.int64),
    )


def _streets(street: Ints | None, block_of: Ints, blocks: int) -> tuple[Ints, Ints]:
    if street is None:
        return np.zeros(blocks + 1, np.int64), np.zeros(0, np.int64)
    known = np.flatnonzero((street >= 0) & (block_of >= 0))
    names, name = np.unique(street[known], return_inverse=True)
    width = max(len(names), 1)
    pairs = np.unique(block_of[known] * width + name.ravel())
    return np.searchsorted(pairs // width, np.arange(blocks + 1)), pairs % width


NO_WISHES = wish_arrays(Wishes(), np.empty(0, dtype=np.int64), 0, 1.0)


@inner
def wish_cost(wishes: WishArrays, blocks: Ints, side: Ints, which: int) -> float:
    """Price what the blocks of one side leave to be wished for as a pod, in units.

    Pairs are compared in place: a common language or street is met soon, and small code is soon
    compiled.
    """
    price = wishes.price
    if price[0] + price[1] + price[2] + price[3] == 0.0:
        return 0.0  # the arrays may be empty
    willing, driver, alone, streets = False, False, 0, 0
    for t in range(len(blocks)):
        if side[t] != which:
            continue
        block = blocks[t]
        willing = willing or wishes.willing[block]
        driver = driver or wishes.driver[block]
        if price[2] > 0.0:
            for speaker in range(wishes.speaker_ptr[block], wishes.speaker_ptr[block + 1]):
                alone += not understood(wishes, blocks, side, which, speaker)
        if price[3] > 0.0:
            for q in range(wishes.street_ptr[block], wishes.street_ptr[block + 1]):
                streets += not met_before(wishes, blocks, side, which, t, wishes.street[q])
    total = price[2] * alone + price[3] * max(streets - 1, 0)
    return float(total + price[0] * (not willing) + price[1] * (not driver))


@inner
def understood(wishes: WishArrays, blocks: Ints, side: Ints, which: int, speaker: int) -> bool:
    """Whether another household of the side speaks a language of this one."""
    for t in range(len(blocks)):
        if side[t] != which:
            continue
        for other in range(wishes.speaker_ptr[blocks[t]], wishes.speaker_ptr[blocks[t] + 1]):
            if other == speaker:
                continue
            for q in range(wishes.tongue_ptr[other], wishes.tongue_ptr[other + 1]):
                for r in range(wishes.tongue_ptr[speaker], wishes.tongue_ptr[speaker + 1]):
                    if wishes.tongue[q] == wishes.tongue[r]:
                        return True
    return False


@inner
def met_before(
    wishes: WishArrays, blocks: Ints, side: Ints, which: int, before: int, street: int
) -> bool:
    """Whether an earlier block of the side is on a street."""
    for t in range(before):
        if side[t] == which:
            for q in range(wishes.street_ptr[blocks[t]], wishes.street_ptr[blocks[t] + 1]):
                if wishes.street[q] == street:
                    return True
    return False
