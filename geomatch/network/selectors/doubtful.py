"""Which points somebody should look at, and in which order: the worst first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from geomatch.network.models import Doubt, GeocodeQuality, Household, Placement

Quality = GeocodeQuality

# Found, but not this door; or not found.
IMPRECISE = (Quality.STREET, Quality.TOWN, Quality.NONE)
# A door found with a lower score than this is "an unsure match".
UNSURE_BELOW = 0.85

# Nobody looked this address up yet: it waits for "Place addresses", not for a person.
UNLOOKED = Q(location=None, geocode_reason="", quality=Quality.NONE)
# What needs a person.
DOUBTFUL = (
    Q(quality__in=IMPRECISE)
    | ~Q(doubt="")
    | Q(quality=Quality.ROOFTOP, geocode_score__lt=UNSURE_BELOW)
)
# What may wait: between two doors, some metres off.
BETWEEN = Q(quality=Quality.INTERPOLATED, doubt="")

_WORST_FIRST = (
    Q(quality=Quality.NONE),
    Q(quality=Quality.TOWN),
    Q(quality=Quality.STREET),
    Q(doubt=Doubt.MOVED),
    BETWEEN,
    Q(doubt=Doubt.OUTSIDE),
)


def is_unlooked(home: Household) -> bool:
    """Whether nobody looked a home's address up yet: `UNLOOKED`, of a row that was read."""
    return home.location is None and not home.geocode_reason and home.quality == Quality.NONE


def location_queue(households: QuerySet[Household]) -> QuerySet[Household]:
    """Order the households whose point somebody should look at, the worst first.

    Homes of one street come together: who knows one of them knows the next.

    Parameters
    ----------
    households
        Those the reader may know of.
    """
    worst = Case(
        *(When(condition, then=Value(rank)) for rank, condition in enumerate(_WORST_FIRST)),
        default=Value(len(_WORST_FIRST)),
        output_field=IntegerField(),
    )
    return (
        households.filter((DOUBTFUL | BETWEEN) & ~UNLOOKED)
        .annotate(worst=worst)
        .order_by("worst", "street", "given_address", "id")
    )


@dataclass(frozen=True)
class Remaining:
    """How many points wait: those that need a person, and those that may wait."""

    doubtful: int
    between: int


def remaining(households: QuerySet[Household]) -> Remaining:
    """Count the queue."""
    queue = households.exclude(UNLOOKED)
    return Remaining(queue.filter(DOUBTFUL).count(), queue.filter(BETWEEN).count())


def latest_placements(
    households: QuerySet[Household], most: int, *, of: Household | None = None
) -> list[Placement]:
    """List the newest placements that can still be undone, of homes the reader may know of.

    Parameters
    ----------
    of
        A home whose own newest placement is listed too, however long ago it was.
    """
    placements = Placement.objects.filter(undone_at=None, household__in=households)
    placements = placements.select_related("household", "placed_by")
    newest = list(placements[:most])
    own = placements.filter(household=of).first() if of else None
    return newest if own is None or own in newest else [*newest, own]
