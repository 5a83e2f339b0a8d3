"""What a street list is made of, free of files, databases and fonts."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, get_args

from geomatch.core.errors import ParameterError

__all__ = ["Details", "Door", "Language", "Order", "Paper", "PrintOptions", "StreetList"]

Order = Literal["walk", "odd-even", "street"]
Language = Literal["en", "es", "tl"]
Details = Literal["minimum", "contact"]
Paper = Literal["letter", "a4"]


@dataclass(frozen=True)
class Door:
    """One household as its point person needs it at the door. No health details, ever.

    Attributes
    ----------
    name
        Who lives there, as they want to be called.
    number, street, unit, city
        The address in parts; each may be empty.
    lon, lat
        WGS84 degrees, or None where the place is not known.
    people
        How many live there, or None where nobody said.
    phone, languages
        Printed with ``details="contact"`` only.
    directions
        How to find a door that has no number.
    point_person
        The household of the pod's point person.
    do_not_contact
        They said no: the row asks to skip the door, without name or phone.
    hidden, quiet
        Prints nothing at all: no row, no dot, not counted.
    """

    name: str = ""
    number: str = ""
    street: str = ""
    unit: str = ""
    city: str = ""
    lon: float | None = None
    lat: float | None = None
    people: int | None = None
    phone: str = ""
    languages: tuple[str, ...] = ()
    directions: str = ""
    point_person: bool = False
    do_not_contact: bool = False
    hidden: bool = False
    quiet: bool = False

    @property
    def prints(self) -> bool:
        """Whether anything of this door may be on paper."""
        return not (self.hidden or self.quiet)

    @property
    def placed(self) -> bool:
        """Whether it is known where the door is."""
        return self.lon is not None and self.lat is not None

    def for_print(self) -> Door:
        """Return the door with only what may be printed: somebody who said no has no name here."""
        if not self.do_not_contact:
            return self
        return replace(self, name="", phone="", languages=(), directions="", point_person=False)


@dataclass(frozen=True)
class StreetList:
    """One pod's list.

    Attributes
    ----------
    pod
        The pod's number or name, as people say it ("12", "Harbor Street").
    doors
        The pod's households in any order. Those that must not be printed are dropped here, once,
        so that nothing later (a count, the frame of the map, the walk) can give them away.
    point_person
        The name over the list; empty: the name at the door that is marked, if any.
    network
        The name of the network, for the top of the sheet; may be empty.
    version
        What tells two printings apart ("Plan 4"); empty: `fingerprint`.
    """

    pod: str
    doors: Sequence[Door]
    point_person: str = ""
    network: str = ""
    version: str = ""

    def __post_init__(self) -> None:
        printed = tuple(door.for_print() for door in self.doors if door.prints)
        named = ", ".join(door.name for door in printed if door.point_person and door.name)
        object.__setattr__(self, "doors", printed)
        object.__setattr__(self, "point_person", self.point_person or named)

    @cached_property
    def people(self) -> int | None:
        """People behind the printed doors, or None unless every door has said."""
        counts = [door.people for door in self.doors]
        known = [count for count in counts if count is not None]
        return sum(known) if known and len(known) == len(counts) else None

    @cached_property
    def fingerprint(self) -> str:
        """Six letters that change when anything printed on the list changes, and only then."""
        rows = sorted([str(value) for value in vars(door).values()] for door in self.doors)
        text = json.dumps([self.pod, self.point_person, rows], ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:6].upper()


@dataclass(frozen=True)
class PrintOptions:
    """How the lists are printed.

    Attributes
    ----------
    date
        The print date. There is no default: the same input must give the same bytes.
    order
        ``"walk"``: a short walk past every door; ``"odd-even"``: street by street, up the odd side
        and back along the even one; ``"street"``: street by street, by number.
    large_print
        18-point type.
    language
        Language of everything on the paper that is not data.
    details
        ``"minimum"``: name and address; ``"contact"``: phone and languages as well.
    paper
        Sheet size.
    destroy_after_days
        Days from the print date to the "destroy by" date.

    Raises
    ------
    ParameterError
        If a value is none of those.
    """

    date: dt.date
    order: Order = "walk"
    large_print: bool = False
    language: Language = "en"
    details: Details = "minimum"
    paper: Paper = "letter"
    destroy_after_days: int = 30
    destroy_by: dt.date = field(init=False)

    def __post_init__(self) -> None:
        for name, kind in {
            "order": Order,
            "language": Language,
            "details": Details,
            "paper": Paper,
        }.items():
            value, allowed = getattr(self, name), get_args(kind)
            if value not in allowed:
                raise ParameterError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
        if not 1 <= self.destroy_after_days <= 366:
            raise ParameterError(
                f"destroy_after_days must be between 1 and 366, not {self.destroy_after_days}"
            )
        try:
            by = self.date + dt.timedelta(days=self.destroy_after_days)
        except OverflowError:
            raise ParameterError(f"the print date {self.date} is out of range") from None
        object.__setattr__(self, "destroy_by", by)
