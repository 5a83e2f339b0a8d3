"""Numbers and codes in the words people use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop, pgettext

from geomatch.core.geodesy import METRES_PER_MILE
from geomatch.core.languages import language_names
from geomatch.core.phrases import counted
from geomatch.network.selectors.doubtful import UNSURE_BELOW
from geomatch.network.selectors.numbers import Numbers
from pods.models import Plan

FEET_PER_METRE = 3.28084
NEXT_DOOR_M = 20
SHORT_M = 150  # below this, tenths of a kilometre say nothing
NO_STREETS = gettext_noop(
    "The policy measures along streets, but this network has none yet: "
    "distances are straight lines."
)
METRES_PER_MINUTE = 80  # an unhurried adult; the usual planning figure of 4.8 km/h


def and_hidden(said: str, hidden: int, one: str, many: str) -> str:
    """Say a number, and what a steward gets apart; nobody else has any.

    Parameters
    ----------
    one, many
        Both English forms of what is apart, as `geomatch.core.phrases.counted` takes them.

    >>> and_hidden("12 homes", 2, "%(n)s hidden home", "%(n)s hidden homes")
    '12 homes (and 2 hidden homes)'
    >>> and_hidden("12 homes", 0, "%(n)s hidden home", "%(n)s hidden homes")
    '12 homes'
    """
    if not hidden:
        return said
    apart = counted(one, many, hidden)
    return gettext("%(said)s (and %(hidden)s)") % {"said": said, "hidden": apart}


def neighbours_in_homes(numbers: Numbers) -> str:
    """Say how many live here: "1,302 neighbours in 540 homes (and 2 hidden homes)."."""
    homes = counted("%(n)s home", "%(n)s homes", numbers.households)
    apart = numbers.apart("households")
    homes = and_hidden(homes, apart, "%(n)s hidden home", "%(n)s hidden homes")
    return counted(
        "%(n)s neighbour in %(homes)s.",
        "%(n)s neighbours in %(homes)s.",
        numbers.people,
        homes=homes,
    )


def match_label(requests: int) -> str:
    """Say what the button does that looks for volunteers."""
    return counted("Match %(n)s open request", "Match %(n)s open requests", requests)


def distance(metres: float, units: str = "both") -> str:
    """Say a distance in the network's units.

    >>> distance(640), distance(640, "metric"), distance(90, "imperial"), distance(4)
    ('0.6 km · 0.4 mi', '0.6 km', '300 ft', 'next door')
    """
    if metres < NEXT_DOOR_M:
        return gettext("next door")
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
        return gettext("%(distance)s on foot") % {"distance": on_foot}
    if straight < NEXT_DOOR_M:
        said = gettext("%(distance)s on foot") % {"distance": on_foot}
        return f"{said} ({as_flown})"
    both = {"distance": on_foot, "straight": as_flown}
    return gettext("%(distance)s on foot (%(straight)s straight)") % both


def walk(metres: float) -> str:
    """Say a short distance as a walk.

    >>> walk(30), walk(320)
    ('a 1-minute walk', 'a 4-minute walk')
    """
    minutes = max(1, round(metres / METRES_PER_MINUTE))
    return gettext("a %(minutes)s-minute walk") % {"minutes": minutes}


def languages(codes: Iterable[str]) -> str:
    """Say languages by name; an unknown code stays as it is."""
    return language_names(codes)


def speaks(codes: Iterable[str]) -> str:
    """Say what somebody speaks: "speaks Spanish"."""
    return gettext("speaks %(languages)s") % {"languages": languages(codes)}


def plan_name(plan: Plan) -> str:
    """Name a plan: "Plan 3"."""
    return gettext("Plan %(number)s") % {"number": plan.version}


def when(moment: dt.datetime) -> str:
    """Say when something was: "3 minutes ago" today, the date before."""
    if timezone.now() - moment < dt.timedelta(days=1):
        return str(naturaltime(moment))
    return day(timezone.localtime(moment))


def day(date: dt.date) -> str:
    """Say a date as people write it: "30 November 2026", "30 de noviembre de 2026"."""
    return date_format(date, pgettext("date format", "j F Y"))


def day_of_year(date: dt.date) -> str:
    """Say a date of this year: "30 November"."""
    return date_format(date, pgettext("date format", "j F"))


def weekday_and_time(moment: dt.datetime) -> str:
    """Say a moment as a person would: “Tuesday 24 November, 4:12 pm”."""
    local = timezone.localtime(moment)
    written = date_format(local, pgettext("date format", "l j F"))
    return f"{written}, {local:%-I:%M} {'am' if local.hour < 12 else 'pm'}"


def made_by(moment: dt.datetime, who: object) -> str:
    """Say when something was made, and by whom; nobody means a command."""
    if who is None:
        return gettext("%(when)s by the terminal") % {"when": when(moment)}
    return gettext("%(when)s by %(who)s") % {"when": when(moment), "who": who}


def by_whom(moment: dt.datetime, who: object) -> str:
    """Say who did something, and when: "Ana, 3 minutes ago"."""
    return f"{who or gettext('The terminal')}, {when(moment)}"


def sureness(score: float | None) -> str:
    """Say how sure a geocode is."""
    if score is None:
        return ""
    if score >= 0.98:
        return gettext("a sure match")
    return gettext("a likely match") if score >= UNSURE_BELOW else gettext("an unsure match")


def optimality(gap: float | None) -> str:
    """Say how good a plan or an assignment is proven to be."""
    if gap is None:
        return gettext("called off before anything was proven")
    if gap <= 0:
        return gettext("proven best possible")
    # Never rounded down to nothing: that would claim more than is proven.
    within = f"{max(gap * 100, 0.1):.1f}"
    return gettext("proven within %(gap)s %% of the best possible") % {"gap": within}


def time_left(seconds: float) -> str:
    """Say how long work will still take, no more exactly than one can know.

    >>> time_left(3), time_left(41), time_left(400), time_left(9000)
    ('nearly done', 'about 40 seconds left', 'about 7 minutes left', 'about 2.5 hours left')
    """
    if seconds < 5:
        return gettext("nearly done")
    if seconds < 90:
        about = f"{max(round(seconds, -1), 10):.0f}"
        return gettext("about %(n)s seconds left") % {"n": about}
    if seconds < 90 * 60:
        return gettext("about %(n)s minutes left") % {"n": round(seconds / 60)}
    return gettext("about %(n)s hours left") % {"n": f"{seconds / 3600:.1f}"}
