"""The rows of a list: headings and doors, with every word they hold."""

from __future__ import annotations

from itertools import groupby

from maps.streetlists.addresses import street_address
from maps.streetlists.letters import printable
from maps.streetlists.model import Door, PrintOptions, StreetList
from maps.streetlists.phrases import Words
from maps.streetlists.planning import Plan

__all__ = ["Rows"]

BUILDING_DOORS = 3
"""From this many doors on, an address gets a heading of its own."""


class Rows:
    """The rows of one list: headings and doors."""

    def __init__(
        self,
        street_list: StreetList,
        plan: Plan,
        options: PrintOptions,
        words: Words,
        *,
        show_city: bool,
    ) -> None:
        self.list, self.plan, self.options, self.words = street_list, plan, options, words
        self.show_city = show_city
        self.number = 0

    def rows(self) -> list[dict[str, object]]:
        """Return the rows top to bottom."""
        rows: list[dict[str, object]] = []
        headed = self.options.order == "odd-even" or any(
            self._is_building(stop) for stop in self.plan.order
        )
        for heading, run in groupby(self.plan.order, key=self._heading):
            stops = list(run)
            if headed:
                rows.append({"kind": "heading", "text": self._heading_words(heading, stops)})
            for stop in stops:
                rows += [self._door(stop, door) for door in self.plan.stops[stop].doors]
        return rows

    def _is_building(self, stop: int) -> bool:
        return len(self.plan.stops[stop].doors) >= BUILDING_DOORS

    def _heading(self, stop: int) -> tuple[object, ...]:
        """Return what rows must share to stand under one heading."""
        if self._is_building(stop):
            return ("building", stop)
        if self.options.order == "walk":
            return ("houses",)
        street = self.plan.stops[stop].key[0]
        if self.options.order == "street":
            return ("street", street)
        return ("side", street, self.plan.stops[stop].is_odd)

    def _heading_words(self, heading: tuple[object, ...], stops: list[int]) -> str:
        doors = [self.list.doors[d] for stop in stops for d in self.plan.stops[stop].doors]
        street = printable(doors[0].street) or "—"
        if heading[0] == "building":
            count = self.words.count(self.words.doors, len(doors))
            return f"{self._address(doors[0], unit=False)} · {count}"
        if heading[0] == "side":
            return (self.words.odd if heading[2] else self.words.even).format(street)
        streets = {door.street.strip().casefold() for door in doors}
        return street if len(streets) == 1 else self.words.several_streets

    def _address(self, door: Door, *, unit: bool = True) -> str:
        parts = [street_address(door), self._unit(door) if unit else ""]
        parts.append(door.city if self.show_city else "")
        return ", ".join(printable(part) for part in parts if part.strip())

    def _unit(self, door: Door) -> str:
        unit = door.unit.strip()
        bare = unit and (unit[0].isdecimal() or len(unit) <= 2) and " " not in unit
        return self.words.unit.format(unit) if bare and unit[0] != "#" else unit

    def _door(self, stop: int, index: int) -> dict[str, object]:
        self.number += 1
        door = self.list.doors[index]
        address = self._address(door)
        if self._is_building(stop):
            address = printable(self._unit(door)) or address
        remarks = [printable(door.directions)] if door.directions.strip() else []
        if not self.plan.stops[stop].placed and self.plan.frame is not None:
            remarks.append(self.words.not_on_map)
        return {
            "kind": "skip" if door.do_not_contact else "door",
            "number": self.number,
            "address": address or "—",
            "name": printable(door.name),
            "is_point_person": door.point_person,
            "contact": self._contact(door),
            "remarks": remarks,
        }

    def _contact(self, door: Door) -> list[str]:
        if self.options.details == "minimum" or door.do_not_contact:
            return []
        spoken = [self.words.language(name) for name in door.languages if name.strip()]
        says = self.words.speaks.format(", ".join(spoken)) if spoken else ""
        phone = f"{self.words.phone} {door.phone.strip()}" if door.phone.strip() else ""
        return [printable(part) for part in (phone, says or self.words.language_not_known) if part]
