"""Numbers and codes in the words people use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone

from geomatch.core.languages import language_names
from geomatch.core.phrases import count
from geomatch.network.selectors.doubtful import UNSURE_BELOW

METRES_PER_MILE = 1609.344
FEET_PER_METRE = 3.28084
NEXT_DOOR_M = 20
SHORT_M = 150  # below this, tenths of a kilometre say nothing
NO_STREETS = (
    "The policy measures along streets, but this network has none yet: "
    "distances are straight lines."
)
METRES_PER_MINUTE = 80  # an unhurried adult; the usual planning figure of 4.8 km/h


def and_hidden(said: str, hidden: int, one: str = "home", many: str | None = None) -> str:
    """Say a number, and what a steward gets apart; nobody else has any.

    >>> and_hidden("12 homes", 2), and_hidden("12 homes", 0), and_hidden("3 of 4", 1, "request")
    ('12 homes (and 2 hidden homes)', '12 homes', '3 of 4 (and 1 hidden request)')
    """
    return f"{said} (and {count(hidden, f'hidden {one}', many)})" if hidden else said


def distance(metres: float, units: str = "both") -> str:
    """Say a distance in the network's units.

    >>> distance(640), distance(640, "metric"), distance(90, "imperial"), distance(4)
    ('0.6 km · 0.4 mi', '0.6 km', '300 ft', 'next door')
    """
    if metres < NEXT_DOOR_M:
        return "next door"
    if metres < SHORT_M:
        metric, imperial = (
            f"{round(metres, -1):.0f} m",
            f"{round(metres * FEET_PER_METRE, -2):.0f} ft",
        )
    else:
        metric, imperial = f"{metres / 1000:.1f} km", f"{metres / METRES_PER_MILE:.1f} mi"
    return {"metric": metric, "imperial": imperial}.get(units, f"{metric} · {imperial}")


def away(straight: float | None, walk: float | None, units: str = "both") -> str:
    """Say how far apart two homes are, on foot where that was measured.

    >>> away(900, 1_400, "metric"), away(900, 930, "metric"), away(900, None, "metric")
    ('1.4 km on foot (0.9 km straight)', '0.9 km on foot', '0.9 km')
    >>> away(4, 9), away(None, None)
    ('next door', '')
    """
    if straight is None:
        return ""
    if walk is None or walk < NEXT_DOOR_M:
        return distance(straight, units)
    on_foot, as_flown = distance(walk, units), distance(straight, units)
    if on_foot == as_flown:
        return f"{on_foot} on foot"
    return f"{on_foot} on foot ({as_flown}{' straight' if straight >= NEXT_DOOR_M else ''})"


def walk(metres: float) -> str:
    """Say a short distance as a walk.

    >>> walk(30), walk(320)
    ('a 1-minute walk', 'a 4-minute walk')
    """
    return f"a {max(1, round(metres / METRES_PER_MINUTE))}-minute walk"


def languages(codes: Iterable[str]) -> str:
    """Say languages by name; an unknown code stays as it is."""
    return language_names(codes)


def when(moment: dt.datetime) -> str:
    """Say when something was: "3 minutes ago" today, the date before."""
    if timezone.now() - moment < dt.timedelta(days=1):
        return str(naturaltime(moment))
    return f"{timezone.localtime(moment):%-d %B %Y}"


def sureness(score: float | None) -> str:
    """Say how sure a geocode is."""
    if score is None:
        return ""
    if score >= 0.98:
        return "a sure match"
    return "a likely match" if score >= UNSURE_BELOW else "an unsure match"


def optimality(gap: float | None) -> str:
    """Say how good a plan or an assignment is proven to be."""
    if gap is None:
        return "called off before anything was proven"
    if gap <= 0:
        return "proven best possible"
    return f"proven within {gap * 100:.1f} % of the best possible"


def time_left(seconds: float) -> str:
    """Say how long work will still take, no more exactly than one can know.

    >>> time_left(3), time_left(41), time_left(400), time_left(9000)
    ('nearly done', 'about 40 seconds left', 'about 7 minutes left', 'about 2.5 hours left')
    """
    if seconds < 5:
        return "nearly done"
    if seconds < 90:
        return f"about {max(round(seconds, -1), 10):.0f} seconds left"
    if seconds < 90 * 60:
        return f"about {round(seconds / 60)} minutes left"
    return f"about {seconds / 3600:.1f} hours left"
