"""Find addresses in a local table of address points: no network, no guessing.

The order of trying is the order of trust, and the first that answers ends it:

1. the address as written, every part normal and equal;
2. the same words read another way (149A as flat A of 149), if that address, unit included, exists;
3. the same number on the one street that differs in its direction or type only;
4. the same number on the one street that is one typing mistake away;
5. between its neighbours, or along a street's range of numbers (`interpolated`);
6. the street's middle (`street`), the town's middle (`town`).

At each step two places that fit as well as each other end the search with both as candidates.
Only steps 1 to 4 answer `rooftop`, and only with the number and town asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geomatch.core.addresses import (
    Address,
    AddressReader,
    Street,
    alternatives,
    in_longer_town,
    several_doors,
)
from geomatch.core.errors import ParameterError, Problem
from geomatch.core.translation import gettext
from geomatch.geocoding.fallback import Fallback
from geomatch.geocoding.former import FormerAddresses
from geomatch.geocoding.index import GazetteerIndex, StreetOfTown
from geomatch.geocoding.interpolation import Interpolator, StreetLine
from geomatch.geocoding.points import checked_points
from geomatch.geocoding.results import MOST_CANDIDATES, Geocode, cannot_choose, either_of
from geomatch.geocoding.scope import Scope, ScopeFinder
from geomatch.geocoding.streetfinder import FoundStreet, StreetFinder

__all__ = ["Gazetteer"]

COLUMNS: Final = ("number", "street", "unit", "city", "region", "postcode")
_PROGRESS_STEP: Final = 500


class _Hit(NamedTuple):
    """Rows of the number asked for, on one street."""

    street: StreetOfTown
    rows: list[int]
    note: str = ""
    factor: float = 1.0


class Gazetteer:
    """A local table of addresses that can be asked where an address is.

    Make one with `from_columns`, add streets with ranges of house numbers if there are any, and ask
    with `geocode` or `geocode_many`. Asking changes nothing that can be seen: answers do not depend
    on what was asked before.

    Attributes
    ----------
    problems : tuple of Problem
        Rows left out because their point cannot be right.
    leaves_machine : bool
        Always False: no address asked for is sent anywhere.
    """

    leaves_machine = False

    def __init__(self, index: GazetteerIndex, problems: tuple[Problem, ...] = ()) -> None:
        self.problems = problems
        self._index = index
        self._reader = AddressReader(index.towns)
        self._scopes = ScopeFinder(index)
        self._interpolator = Interpolator(index)
        self._finder = StreetFinder(index, self._interpolator)
        self._fallback = Fallback(index, self._interpolator)
        self._former: FormerAddresses | None = None

    @classmethod
    def from_columns(
        cls,
        number: Sequence[str],
        street: Sequence[str],
        unit: Sequence[str] | None = None,
        city: Sequence[str] | None = None,
        region: Sequence[str] | None = None,
        postcode: Sequence[str] | None = None,
        *,
        lon: npt.ArrayLike,
        lat: npt.ArrayLike,
        row_numbers: Sequence[int] | None = None,
        file: str | None = None,
    ) -> Gazetteer:
        """Make a gazetteer of columns of text.

        Parameters
        ----------
        number, street, unit, city, region, postcode : sequence of str, shape (n,)
            Parts of each address in any spelling; the last four may be left out.
        lon, lat : array_like of float, shape (n,)
            WGS84 degrees.
        row_numbers : sequence of int, optional
            Rows as the file counts them, for messages; from 2 (below a header) by default.
        file : str, optional
            Name of the file, for messages.

        Raises
        ------
        ParameterError
            If the columns have different lengths.
        RowError
            If most points look swapped or impossible.
        """
        count = len(street)
        empty = [""] * count
        given = (number, street, unit, city, region, postcode)
        columns = {
            name: empty if column is None else column
            for name, column in zip(COLUMNS, given, strict=True)
        }
        lengths = {len(column) for column in columns.values()} | {np.size(lon), np.size(lat)}
        if len(lengths) > 1:
            raise ParameterError(f"the gazetteer's columns differ in length: {sorted(lengths)}")
        rows = range(2, count + 2) if row_numbers is None else row_numbers
        lon_deg, lat_deg, problems = checked_points(lon, lat, rows, file=file)
        return cls(GazetteerIndex(columns, lon_deg, lat_deg), problems)

    def __len__(self) -> int:
        return int((~np.isnan(self._index.lon)).sum())

    def add_streets(self, features: Iterable[StreetLine]) -> int:
        """Add street lines with ranges of house numbers, for interpolation.

        Parameters
        ----------
        features : iterable
            Each with a `geometry` (a line, WGS84 lon/lat) and `properties`: `name`, and where known
            `left_from, left_to, right_from, right_to` (0 for none). Left and right are as seen
            along the line.

        Returns
        -------
        int
            How many lines were taken: those with a name.

        Raises
        ------
        ParameterError
            If a feature is no line.
        """
        count = self._interpolator.add_streets(features)
        self._finder.forget()
        return count

    def add_former(self, former: FormerAddresses) -> None:
        """Add addresses from before a renumbering, so that they are found where they are today.

        An address that is today's and also a former one of another place is left open, with both
        as candidates: the table cannot say which of them was meant.
        """
        self._former = former

    def geocode_many(
        self,
        addresses: Sequence[Address | str],
        progress: Callable[[int], object] | None = None,
    ) -> list[Geocode]:
        """Say where each address is.

        Parameters
        ----------
        addresses : sequence of Address or str
            Lines, or addresses already read.
        progress : callable, optional
            Called with the number of addresses done since it was last called.
        """
        answers = []
        for start in range(0, len(addresses), _PROGRESS_STEP):
            batch = addresses[start : start + _PROGRESS_STEP]
            answers += [self.geocode(address) for address in batch]
            if progress is not None:
                progress(len(batch))
        return answers

    def read(self, line: str) -> Address:
        """Read a line, knowing the gazetteer's towns."""
        return self._reader.read(line)

    def read_fields(
        self,
        *,
        number: str = "",
        street: str = "",
        unit: str = "",
        city: str = "",
        region: str = "",
        postcode: str = "",
    ) -> Address:
        """Read an address from columns, knowing the gazetteer's towns."""
        return self._reader.read_fields(
            number=number, street=street, unit=unit, city=city, region=region, postcode=postcode
        )

    def geocode(self, address: Address | str) -> Geocode:
        """Say where one address is.

        Returns
        -------
        Geocode
            See the module's text for the order of trying. Never an error: what cannot be placed
            has the quality "none" and a reason.
        """
        if isinstance(address, str):
            address = self._reader.read(address)
        if doors := several_doors(address, self._reader.read):
            return either_of(doors, [self.geocode(door) for door in doors])
        scope = self._scopes.find(address)
        if address.number and (found := self._exact(address, scope)):
            return found
        if address.box and not (address.number or address.cross):
            return Geocode(
                reason=gettext("{box} is for mail only: ask where help should come").format(
                    box=address.box
                )
            )
        return self._searched(address, scope)

    def _exact(self, address: Address, scope: Scope) -> Geocode | None:
        """Find exactly this address, today's or a former one."""
        found = self._literal(address, scope)
        if self._former is None:
            return found
        return self._former.weighed(found, self._former.find(address))

    def exactly(self, address: Address) -> Geocode | None:
        """Find an address as written, every part equal; None where there is none.

        Several places are an answer too: without a point, with candidates.
        """
        return self._literal(address, self._scopes.find(address))

    def _literal(
        self, address: Address, scope: Scope, *, needs_unit: bool = False
    ) -> Geocode | None:
        """Find exactly this number, street and town."""
        towns = scope.towns
        if towns is not None and len(towns) == 1:
            street = towns[0].streets.get(address.street)
            if street is None or address.number not in street.numbers:
                return None
            hits = [_Hit(street, street.rows(address.number))]
        else:
            hits = [
                _Hit(street, street.rows(address.number))
                for street in self._index.streets.get(address.street, ())
                if address.number in street.numbers and scope.holds(street)
            ]
        return self._settled(address, scope, hits, needs_unit=needs_unit) if hits else None

    def _searched(self, address: Address, scope: Scope) -> Geocode:
        """Find an address that is not in the gazetteer as written."""
        others = [
            (other, self._scopes.find(other), other.unit != address.unit)
            for other in alternatives(address)
        ]
        for other, its_scope, needs_unit in others:
            if other.number:
                found = self._literal(other, its_scope, needs_unit=needs_unit)
                if found:
                    return found
        readings = [(address, scope, False), *others]
        numbered = [reading for reading in readings if reading[0].number]
        for look in (self._finder.left_out, self._finder.mistaken):
            for other, its_scope, needs_unit in numbered:
                found = self._nearby(other, its_scope, look, needs_unit=needs_unit)
                if found:
                    return found
        longer = in_longer_town(address)
        if longer and address.street not in self._index.streets:
            return self.geocode(longer)
        if address.cross and (found := self._fallback.at_corner(address, scope)):
            return found
        elsewhere = self._elsewhere(address, scope)
        for other, its_scope, _ in readings:
            takes_apart = (other.number, other.unit) != (address.number, address.unit)
            if other.cross or (address.number and takes_apart):
                continue
            streets = self._finder.without_number(other.street, its_scope) if other.street else []
            if streets or self._interpolator.knows(other.street):
                found = self._fallback.on_street(other, its_scope, streets)
                if found:
                    return found
        return elsewhere or self._fallback.in_town(address, scope)

    def _nearby(
        self,
        address: Address,
        scope: Scope,
        look: Callable[[Street, Scope], list[FoundStreet]],
        *,
        needs_unit: bool,
    ) -> Geocode | None:
        """Find the number on a street of nearly the same name."""
        # "Main St South Burlington" is no Main St of Burlington with a direction too many.
        longer = in_longer_town(address)
        hits = [
            _Hit(found.street, found.street.rows(address.number), found.note, found.factor)
            for found in look(address.street, scope)
            if address.number in found.street.numbers
            and not (longer and found.street.street == longer.street)
        ]
        return self._settled(address, scope, hits, needs_unit=needs_unit) if hits else None

    def _elsewhere(self, address: Address, scope: Scope) -> Geocode | None:
        """Name the places of that number and street in other towns, where the town has none."""
        if scope.towns is None or not address.number:
            return None
        rows = [
            row
            for street in self._index.streets.get(address.street, ())
            if not scope.holds(street)
            for row in street.rows(address.number)[:1]
        ]
        if not rows or scope.towns:
            return None
        return cannot_choose(
            [self._index.candidate(row) for row in rows[:MOST_CANDIDATES]],
            why=_joined(scope.note, gettext("the address exists elsewhere")),
        )

    def _settled(
        self, address: Address, scope: Scope, hits: list[_Hit], *, needs_unit: bool
    ) -> Geocode | None:
        """Answer with the one place among `hits`, or say that there are several."""
        note, factor = "", 1.0
        if address.postcode:
            hits, note, factor = self._by_postcode(address, hits)
        if address.unit:
            with_unit = self._with_unit(hits, address.unit)
            if not with_unit and needs_unit:
                return None
            if not with_unit and hits:
                missing = gettext("unit {unit} is not in the gazetteer: the building")
                note = _joined(note, missing.format(unit=address.unit))
                factor *= 0.95
            hits = with_unit or hits
        if not hits:
            return None
        row = self._index.one_place(hits[0].rows)
        if len(hits) > 1 or row is None:
            rows = list(dict.fromkeys(row for hit in hits for row in hit.rows))
            return cannot_choose(
                [self._index.candidate(row) for row in rows[:MOST_CANDIDATES]],
                why=_joined(hits[0].note, gettext("{number} places fit").format(number=len(rows))),
            )
        hit = hits[0]
        is_door = self._index.units.get(row, "") == address.unit
        if address.city or not address.postcode:  # the ZIP code stands for the town
            note = _joined(scope.note, note)
        return Geocode(
            float(self._index.lon[row]),
            float(self._index.lat[row]),
            "rooftop",
            round(scope.factor * factor * hit.factor, 3),
            self._index.label(row, with_unit=is_door),
            _joined(hit.note, note),
            row=row,
        )

    def _by_postcode(self, address: Address, hits: list[_Hit]) -> tuple[list[_Hit], str, float]:
        """Keep the rows of the ZIP code asked for; without a town it stands for the town."""
        postcodes = self._index.postcodes
        same = _filtered(hits, lambda row: postcodes[row] == address.postcode)
        if same:
            return same, "", 1.0
        blank = _filtered(hits, lambda row: not postcodes[row])
        if blank or not address.city:
            return blank, "", 1.0
        # The town fits and the ZIP code does not. Where the same address exists under that ZIP
        # code, nobody can say which of the two was meant.
        others = [
            _Hit(street, [row])
            for street in self._index.streets.get(address.street, ())
            for row in street.rows(address.number)
            if postcodes[row] == address.postcode
        ]
        misfit = gettext("the ZIP code {postcode} does not fit").format(postcode=address.postcode)
        return hits + others, misfit, 0.9

    def _with_unit(self, hits: list[_Hit], unit: str) -> list[_Hit]:
        units = self._index.units
        return _filtered(hits, lambda row: units.get(row) == unit)


def _filtered(hits: list[_Hit], keep: Callable[[int], bool]) -> list[_Hit]:
    kept = [hit._replace(rows=[row for row in hit.rows if keep(row)]) for hit in hits]
    return [hit for hit in kept if hit.rows]


def _joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
