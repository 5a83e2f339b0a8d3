"""The gazetteer's rows, indexed by town, street and number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from geomatch.core.addresses import (
    AddressReader,
    Street,
    normalise_postcode,
    normalise_street,
)
from geomatch.core.addresses.words import UNIT_WORDS
from geomatch.core.arrays import Floats
from geomatch.core.sphere import EARTH_RADIUS_M
from geomatch.geocoding.results import Candidate

__all__ = ["ONE_PLACE_M", "GazetteerIndex", "StreetOfTown", "Town", "one_line"]

_MANY: Final = 1000
ONE_PLACE_M: Final = 60.0
"""Rows of one address within this distance of each other are one place."""


_PARTS: Final = ("number", "street", "unit", "city", "region", "postcode")


def one_line(
    number: str, street: str, unit: str = "", city: str = "", region: str = "", postcode: str = ""
) -> str:
    """Write an address on one line, in the spelling of its parts.

    Examples
    --------
    >>> one_line("20", "Cannery Row", "B", "Port Alder", "AK", "99801")
    '20 Cannery Row #B, Port Alder, AK 99801'
    >>> one_line("20", "Cannery Row", "Apt 4")
    '20 Cannery Row Apt 4'
    """
    door = " ".join(f"{number} {street}".split())
    unit = " ".join(unit.split())
    if unit and not door.upper().endswith(f" {unit.upper()}"):
        has_word = " " in unit or not unit[0].isalnum()
        street_ends_in_word = door.split()[-1].upper().strip(".") in UNIT_WORDS if door else False
        door += f" {unit}" if has_word or street_ends_in_word else f" #{unit}"
    place = " ".join(f"{region} {postcode}".split())
    return ", ".join(part for part in (door.strip(), " ".join(city.split()), place) if part)


class Town:
    """A town and its streets."""

    __slots__ = ("city", "label", "region", "streets")

    def __init__(self, city: str, region: str, label: str) -> None:
        self.city = city
        self.region = region
        self.label = label
        self.streets: dict[Street, StreetOfTown] = {}

    def all_rows(self) -> Iterator[int]:
        """Every row of the town."""
        for street in self.streets.values():
            yield from street.all_rows()


class StreetOfTown:
    """A street within one town, and its rows by house number."""

    __slots__ = ("label", "numbers", "street", "town")

    def __init__(self, street: Street, town: Town, label: str) -> None:
        self.street = street
        self.town = town
        self.label = label
        # Nearly every number has one row: a list for each would double the index.
        self.numbers: dict[str, int | list[int]] = {}

    def add(self, number: str, row: int) -> None:
        """Add a row under its house number."""
        before = self.numbers.get(number)
        if before is None:
            self.numbers[number] = row
        elif isinstance(before, int):
            self.numbers[number] = [before, row]
        else:
            before.append(row)

    def rows(self, number: str) -> list[int]:
        """Rows of a house number; none is an empty list."""
        found = self.numbers.get(number)
        if found is None:
            return []
        return [found] if isinstance(found, int) else found

    def all_rows(self) -> Iterator[int]:
        """Every row of the street."""
        for found in self.numbers.values():
            if isinstance(found, int):
                yield found
            else:
                yield from found

    @property
    def name(self) -> str:
        """Street and town, for people."""
        return f"{self.label}, {self.town.label}" if self.town.label else self.label


class GazetteerIndex:
    """Rows of a gazetteer, found by town, street and number.

    Attributes
    ----------
    lon, lat : ndarray of float64, shape (n,)
        WGS84 degrees of every row; NaN in rows that are not used.
    units : dict of int to str
        Normal unit of the rows that have one.
    postcodes : list of str
        Normal ZIP code of every row.
    towns : dict of str to list of Town
        By normal name; one name may stand for towns in two states.
    streets : dict of Street to list of StreetOfTown
        By normal name, in every town.
    """

    def __init__(self, columns: dict[str, Sequence[str]], lon: Floats, lat: Floats) -> None:
        self._columns = columns
        self.lon = lon
        self.lat = lat
        self.units: dict[int, str] = {}
        self.postcodes: list[str] = []
        self.towns: dict[str, list[Town]] = {}
        self.streets: dict[Street, list[StreetOfTown]] = {}
        self._reader = AddressReader(columns["city"])
        self._chosen: dict[tuple[int, ...], int | None] = {}
        self._middles: dict[int, int] = {}
        self._read_rows()

    def _read_rows(self) -> None:
        reader = self._reader
        used = ~np.isnan(self.lon)
        plain: dict[tuple[str, str, str], StreetOfTown | None] = {}
        rows = zip(*(self._columns[name] for name in _PARTS), strict=True)
        for row, (number, street, unit, city, region, postcode) in enumerate(rows):
            self.postcodes.append(normalise_postcode(postcode))
            if not used[row]:
                continue
            key = (street, city, region)
            is_plain = not unit and number.isdigit() and number.isascii()
            found = plain.get(key) if is_plain else None
            if found is not None and number[0] != "0":
                found.add(number, row)
                continue
            address = reader.read_fields(
                number=number, street=street, unit=unit, city=city, region=region
            )
            if not address.street:
                continue
            found = self._street(address.street, address.city, address.region, row)
            found.add(address.number, row)
            if address.unit:
                self.units[row] = address.unit
            elif address.number == number:
                plain[key] = found

    def _street(self, street: Street, city: str, region: str, row: int) -> StreetOfTown:
        town = self._town(city, region, row)
        found = town.streets.get(street)
        if found is None:
            found = StreetOfTown(street, town, self._street_label(street, row))
            town.streets[street] = found
            self.streets.setdefault(street, []).append(found)
        return found

    def _town(self, city: str, region: str, row: int) -> Town:
        towns = self.towns.setdefault(city, [])
        for town in towns:
            if town.region == region:
                return town
        written = " ".join(self._columns["city"][row].split()) or city
        town = Town(city, region, ", ".join(part for part in (written, region) if part))
        towns.append(town)
        return town

    def _street_label(self, street: Street, row: int) -> str:
        """Write the street as the file does, unless that has a unit or a number in it."""
        written = " ".join(self._columns["street"][row].split())
        return written if normalise_street(written) == street else str(street)

    def label(self, row: int, *, with_unit: bool = True) -> str:
        """Write the row's address on one line, as the file does; or its building's."""
        parts = {name: self._columns[name][row] for name in _PARTS}
        if not with_unit and row in self.units:
            # The unit may stand in the street's column, and the street's own label knows it not.
            door = self._reader.read_fields(number=parts["number"], street=parts["street"])
            written = normalise_street(parts["street"]) == door.street
            parts |= {
                "unit": "",
                "street": parts["street"] if written else str(door.street).title(),
            }
        return one_line(**parts)

    def candidate(self, row: int) -> Candidate:
        """Offer the row as a candidate."""
        return Candidate(self.label(row), float(self.lon[row]), float(self.lat[row]))

    def one_place(self, rows: Sequence[int]) -> int | None:
        """Choose the row nearest the middle of `rows`, or None where they are several places.

        Rows are one place when each is within `ONE_PLACE_M` of every other. Of two equally near
        the middle, the first of the file is taken.
        """
        if len(rows) == 1:
            return rows[0]
        key = tuple(rows)
        if key not in self._chosen:
            self._chosen[key] = self._nearest_middle(key)
        return self._chosen[key]

    def _nearest_middle(self, rows: tuple[int, ...]) -> int | None:
        points_m = self.metres(rows)
        if _diameter_m(points_m) > ONE_PLACE_M:
            return None
        return rows[int(np.argmin(np.hypot(*(points_m - points_m.mean(axis=0)).T).round(6)))]

    def metres(self, rows: Sequence[int]) -> Floats:
        """Metres east and north of the first row, shape (n, 2); for rows of one town.

        Equirectangular: exact to a few parts in 100,000 over the distances that matter here.
        """
        at = np.fromiter(rows, dtype=np.int64)
        lon, lat = np.radians(self.lon[at]), np.radians(self.lat[at])
        east = (lon - lon[0]) * np.cos(lat[0])
        metres: Floats = EARTH_RADIUS_M * np.column_stack([east, lat - lat[0]])
        return metres

    def middle_of(self, whole: Town | StreetOfTown) -> int:
        """Choose the row nearest the middle of a town or a street, as its stand-in."""
        row = self._middles.get(id(whole))
        if row is None:
            row = self._middles[id(whole)] = self._middle(list(whole.all_rows()))
        return row

    def _middle(self, rows: Sequence[int]) -> int:
        # The median in each direction, which a far-away row does not move.
        points_m = self.metres(rows)
        return rows[int(np.argmin(np.hypot(*(points_m - np.median(points_m, axis=0)).T)))]

    def labels(self) -> Iterator[tuple[Street, str]]:
        """Every street's normal name, and as the file writes it (in each town)."""
        for street, found in self.streets.items():
            for one in found:
                yield street, one.label

    def towns_named(self, city: str, region: str = "") -> list[Town]:
        """Towns of this normal name, in this state where both say one."""
        return [
            town
            for town in self.towns.get(city, ())
            if not region or not town.region or town.region == region
        ]


def _diameter_m(points_m: Floats) -> float:
    """Longest distance between two of the points, shape (n, 2)."""
    points_m = np.unique(points_m, axis=0)
    if len(points_m) > _MANY:
        import shapely

        # Only corners of the hull can be farthest apart, and a tower's flats share one point.
        hull = shapely.MultiPoint(points_m).convex_hull
        points_m = shapely.get_coordinates(hull)
        if len(points_m) > _MANY:
            return float(np.hypot(*np.ptp(points_m, axis=0)))
    gaps = points_m[:, None] - points_m[None]
    return float(np.hypot(gaps[..., 0], gaps[..., 1]).max())
