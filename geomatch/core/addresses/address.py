"""One address in its normal parts."""

from __future__ import annotations

from typing import NamedTuple

from geomatch.core.addresses.street import Street

__all__ = ["Address"]

_NO_STREET = Street("")


class Address(NamedTuple):
    """One address in its normal parts, each "" where it is not known.

    Attributes
    ----------
    number
        House number ("12", "149A", "35 1/2", "37-15") or milepost ("MILE 13.8").
    street
        Normal name of the street.
    unit
        Flat, lot, suite: its name only ("4B"); buildings and floors keep their word ("BLDG 3 12").
    city, region, postcode
        Town in upper case ("DRIGGS", or "DRIGGS, VICTOR" where a line names two that are known);
        two-letter state; five-digit ZIP code.
    cross
        The other street, where the address is a corner.
    box
        A box the post goes to ("PO BOX 12", "RR 2 BOX 348"): mail only, nobody lives there.
    text
        What was written, as it was written.
    """

    number: str = ""
    street: Street = _NO_STREET
    unit: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    cross: Street = _NO_STREET
    box: str = ""
    text: str = ""

    @property
    def is_mail_only(self) -> bool:
        """Whether all it names is a box at a post office."""
        return bool(self.box) and not self.street

    def __str__(self) -> str:
        """One line in normal spelling; reading it again gives an equal address."""
        street = f"{self.street} AND {self.cross}" if self.cross else str(self.street)
        door = " ".join(part for part in (self.number, street) if part)
        if self.unit:
            door = f"{door} # {self.unit}" if door else f"UNIT {self.unit}"
        place = " ".join(part for part in (self.region, self.postcode) if part)
        return ", ".join(part for part in (door, self.box, self.city, place) if part)
