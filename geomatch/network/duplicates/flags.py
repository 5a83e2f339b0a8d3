"""Risk flags that somebody raised while two records were one: they may be of either neighbour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from geomatch.network.intake.write.before_images import Image
from geomatch.network.models import Person, RiskFlag

Flags = dict[str, dt.date | None]
"""Code → last day; None where it holds until a person takes it back."""


def lasting(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    """Return the later of two last days.

    >>> lasting(dt.date(2026, 12, 1), dt.date(2026, 12, 24)), lasting(None, dt.date(2026, 12, 1))
    (datetime.date(2026, 12, 24), None)
    """
    return None if one is None or other is None else max(one, other)


def flags_then(kept: Person, other: int) -> Image:
    """Remember which flags the one record had when two became one, and who the other was."""
    flags = {code: day.isoformat() if day else None for code, day in _flags_of(kept.pk).items()}
    return {"people": {"kept": kept.pk, "other": other, "flags": flags}}


def flags_since(image: Image) -> Flags:
    """Return the flags that were raised, or made to last longer, while the two were one."""
    then = image.get("people")
    if then is None:  # merged by an earlier geomatch
        return {}
    days = {code: day and dt.date.fromisoformat(day) for code, day in then["flags"].items()}
    return {
        code: day
        for code, day in _flags_of(then["kept"]).items()
        if code not in days or lasting(day, days[code]) != days[code]
    }


def flag_both(image: Image, since: Mapping[str, dt.date | None]) -> None:
    """Let flags that were raised since hold for both: whose they are, nobody can say."""
    if not since:
        return
    then = image["people"]
    for person in Person.objects.filter(pk__in=(then["kept"], then["other"])):
        # Codes are sealed: the database cannot look for one.
        mine = {flag.code: flag for flag in RiskFlag.objects.filter(person=person)}
        for code, day in since.items():
            flag = mine.get(code) or RiskFlag(person=person, code=code, until=day)
            flag.until = lasting(flag.until, day)
            flag.save()


def _flags_of(person: int) -> Flags:
    return dict(RiskFlag.objects.filter(person=person).values_list("code", "until"))
