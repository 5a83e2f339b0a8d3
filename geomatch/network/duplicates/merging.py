"""Make two records of one neighbour one, field by field, and two again.

One record is kept, the other one goes: whatever points at it (requests, matches, pods, a risk flag)
points at the kept one afterwards. Nothing that protects somebody is lost: risk flags of both are
kept, "do not contact", "hidden" and "quiet" of either door hold for the one they live behind, and
what was said of that door or that neighbour since holds for both once they are two again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from geomatch.core.errors import InputError
from geomatch.core.translation import gettext
from geomatch.network.duplicates.flags import (
    flag_both,
    flags_since,
    flags_then,
    lasting,
)
from geomatch.network.duplicates.row_changes import Rows, taken_back
from geomatch.network.intake.write.before_images import Image, packed, unpacked
from geomatch.network.models import Household, Merge, Network, Person, RiskFlag, Volunteer
from geomatch.network.models.people import Request
from geomatch.network.scope import lock_network, use_network
from geomatch.network.services.audit import record

KEPT, OTHER, BOTH = "kept", "other", "both"
# What may be chosen for each field. Languages and notes can be put together.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": (KEPT, OTHER),
    "phone": (KEPT, OTHER),
    "email": (KEPT, OTHER),
    "languages": (KEPT, OTHER, BOTH),
    "notes": (KEPT, OTHER, BOTH),
    "door": (KEPT, OTHER),
}
# States of a door that hold until a person takes them back.
PROTECTING = ("do_not_contact", "hidden", "quiet")
LIVE = ("proposed", "offered", "accepted")


def merge_people(
    *,
    network: Network,
    kept: Person,
    other: Person,
    chosen: Mapping[str, str],
    actor: User | None,
) -> Merge:
    """Make two records one.

    Parameters
    ----------
    kept, other
        The record that stays and the one that goes.
    chosen
        Field → whose value is right, for each of `FIELDS`; what is not chosen stays as kept.
        `door` says which of their homes they live in; an empty one that is left goes too.

    Raises
    ------
    geomatch.core.errors.InputError
        If they cannot be one: they are matched to each other, or each signs in.
    """
    with use_network(network):
        lock_network()
        # Locked, so that nobody writes a request of somebody who goes in this moment.
        people = Person.objects.select_for_update(of=("self",)).select_related("household")
        both = people.in_bulk([kept.pk, other.pk])
        if len(both) < 2:
            raise InputError(gettext("One of the two is not in the register any more. Look again"))
        kept, other = both[kept.pk], both[other.pk]
        _refuse_who_must_be_two(kept, other)
        rows, other_pk = Rows(), other.pk
        door, left = _doors(kept, other, chosen)
        left_pk = left.pk if left else None
        rows.change(kept, **_values(kept, other, chosen), household_id=door.pk if door else None)
        if other.household_id is not None:
            rows.change(other, household_id=None)
        _join_volunteers(rows, kept, other)
        _join_flags(rows, kept, other)
        rows.point_elsewhere(other, kept)
        rows.remove(other)
        _protect(rows, left, door)
        gone_ref = _leave(rows, left, door)
        merge = Merge.objects.create(
            kept=kept,
            actor=actor,
            gone_ref=gone_ref,
            hidden=any(home.hidden for home in (door, left) if home),
            before_image=packed(
                {"steps": rows.steps, **_protected(door, left_pk), **flags_then(kept, other_pk)}
            ),
        )
        # Staff who know of no hidden home see verb and target on the first page.
        record(actor=actor, verb="merged two neighbours", person=kept.pk)
    return merge


def undo_merge(*, network: Network, merge: Merge, actor: User | None) -> list[str]:
    """Make two of one again; return what stays as people made it since, in words.

    Raises
    ------
    geomatch.core.errors.InputError
        If that was done already.
    """
    with use_network(network):
        lock_network()
        merge = Merge.objects.select_for_update().get(pk=merge.pk)
        if merge.undone_at is not None:
            raise InputError(gettext("They are two again already"))
        image = unpacked(merge.before_image or "")
        since = flags_since(image)
        stays = taken_back(image["steps"])
        _protect_both(image)
        flag_both(image, since)
        merge.undone_at, merge.before_image, merge.gone_ref = timezone.now(), "", ""
        merge.save()
        record(actor=actor, verb="undid a merge", merge=merge.pk, stays=len(stays))
    return stays


def _refuse_who_must_be_two(kept: Person, other: Person) -> None:
    if kept.pk == other.pk:
        raise InputError(gettext("A record cannot be merged with itself"))
    if kept.user_id and other.user_id and kept.user_id != other.user_id:
        raise InputError(
            gettext("Each of the two has a sign-in of their own. Close one of them first")
        )
    for asks, helps in ((kept, other), (other, kept)):
        matched = Request.objects.filter(
            person=asks, matches__volunteer__person=helps, matches__state__in=LIVE
        )
        if matched.exists():
            raise InputError(
                gettext("The two are matched to each other. Call that match off first")
            )


def _values(kept: Person, other: Person, chosen: Mapping[str, str]) -> dict[str, Any]:
    """Return what the kept record shall say."""
    said = {
        name: _chosen(getattr(kept, name), getattr(other, name), chosen.get(name, KEPT))
        for name in FIELDS
        if name != "door"
    }
    return {
        **said,
        "drives": kept.drives or other.drives,
        "is_point_person": kept.is_point_person or other.is_point_person,
        "user_id": kept.user_id or other.user_id,
    }


def _chosen(mine: Any, theirs: Any, whose: str) -> Any:
    if whose == OTHER:
        return theirs
    if whose == BOTH and isinstance(mine, list):
        return list(dict.fromkeys([*mine, *theirs]))
    if whose == BOTH:
        return "\n".join(dict.fromkeys(text for text in (mine, theirs) if text))
    return mine


def _doors(
    kept: Person, other: Person, chosen: Mapping[str, str]
) -> tuple[Household | None, Household | None]:
    """Return the door they live behind, and the one they leave (None where there is none)."""
    mine, theirs = kept.household, other.household
    if mine is None or theirs is None or mine.pk == theirs.pk:
        return mine or theirs, None
    return (theirs, mine) if chosen.get("door") == OTHER else (mine, theirs)


def _join_volunteers(rows: Rows, kept: Person, other: Person) -> None:
    """Make one offer of help of two; the kept one's limits stand, the kinds of help add up."""
    mine = Volunteer.objects.filter(person=kept).first()
    theirs = Volunteer.objects.filter(person=other).first()
    if mine is None or theirs is None:
        return
    rest = max(filter(None, (mine.resting_until, theirs.resting_until)), default=None)
    skills = list(dict.fromkeys([*mine.skills, *theirs.skills]))
    rows.change(mine, skills=skills, vehicle=mine.vehicle or theirs.vehicle, resting_until=rest)
    rows.point_elsewhere(theirs, mine)
    rows.remove(theirs)


def _join_flags(rows: Rows, kept: Person, other: Person) -> None:
    """Keep the risk flags of both; of two that are the same, the one that lasts longer."""
    mine = {flag.code: flag for flag in RiskFlag.objects.filter(person=kept)}
    for flag in RiskFlag.objects.filter(person=other):
        same = mine.get(flag.code)
        if same is None:
            continue
        rows.change(same, until=lasting(same.until, flag.until))
        rows.remove(flag)


def _protect(rows: Rows, left: Household | None, door: Household | None) -> None:
    """Let what protected either door hold for the one they live behind: nobody knows whose it was.

    A person can take it back; one who was found or called cannot.
    """
    if left is not None and door is not None:
        held = {name: getattr(door, name) or getattr(left, name) for name in PROTECTING}
        rows.change(door, **held)


def _protected(door: Household | None, left: int | None) -> Image:
    """Remember what held when two became one, and for which doors."""
    if door is None or left is None:
        return {}
    return {"door": {"key": door.pk, **{n: getattr(door, n) for n in PROTECTING}, "left": left}}


def _protect_both(image: Image) -> None:
    """Let what was said of the door since hold for the other one too: it may be theirs."""
    then = image.get("door")
    if then is None:
        return
    now = Household.objects.filter(pk=then["key"]).first()
    since = [name for name in PROTECTING if getattr(now, name, False) and not then[name]]
    if since:
        Household.objects.filter(pk=then["left"]).update(**dict.fromkeys(since, True))


def _leave(rows: Rows, left: Household | None, door: Household | None) -> str:
    """Let a door that nobody lives behind any more go; return the id that goes with it."""
    if left is None or door is None or Person.objects.filter(household=left).exists():
        return ""
    rows.change(
        door,
        people_count=max(door.people_count, left.people_count),
        languages=list(dict.fromkeys([*door.languages, *left.languages])),
        notes=_chosen(door.notes, left.notes, BOTH),
        meeting_place=door.meeting_place or left.meeting_place,
        in_pods=door.in_pods or left.in_pods,
    )
    rows.point_elsewhere(left, door)
    rows.remove(left)
    return left.ref
