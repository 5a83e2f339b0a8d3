"""How far two street names of the same base differ in direction and type."""

from __future__ import annotations

from typing import NamedTuple

from geomatch.core.addresses import Street

__all__ = ["Difference", "differences"]


class Difference(NamedTuple):
    """What keeps two streets of one name apart.

    Attributes
    ----------
    missing
        How many parts (type, direction) one of them has and the other leaves out.
    conflicts
        How many parts both have, and differently.
    words
        The same for people: "the direction is missing", or "" where nothing differs.
    """

    missing: int
    conflicts: int
    words: str


def differences(asked: Street, known: Street) -> Difference:
    """Compare the parts of two streets beside their names.

    Examples
    --------
    >>> differences(Street("MAIN"), Street("MAIN", "ST", before="N"))
    Difference(missing=2, conflicts=0, words='type and direction left out')
    >>> differences(Street("MAIN", "AVE"), Street("MAIN", "ST"))
    Difference(missing=0, conflicts=1, words='another type')
    """
    missing: list[str] = []
    conflicts: list[str] = []
    if asked.suffix != known.suffix:
        (conflicts if asked.suffix and known.suffix else missing).append("type")
    asked_way, known_way = _directions(asked), _directions(known)
    if asked_way != known_way:
        is_part = len(asked_way) != len(known_way) and (
            set(asked_way) <= set(known_way) or set(known_way) <= set(asked_way)
        )
        (missing if is_part else conflicts).append("direction")
    parts = []
    if asked_way == known_way and asked.before != known.before:
        parts.append("direction in another place")  # N Main St, Main St N
    if missing:
        is_extra = len(str(asked)) > len(str(known)) and not conflicts
        parts.append(f"{' and '.join(missing)} {'too many' if is_extra else 'left out'}")
    if conflicts:
        parts.append(f"another {' and '.join(conflicts)}")
    return Difference(len(missing), len(conflicts), ", ".join(parts))


def _directions(street: Street) -> tuple[str, ...]:
    return tuple(way for way in (street.before, street.after) if way)
