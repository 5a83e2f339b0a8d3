"""Load the ground of a network: its gazetteer, and the streets and water its maps are drawn on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.contrib.gis.geos import GEOSGeometry

from geomatch.core.errors import Problem
from geomatch.geocoding.points import checked_points
from geomatch.network.fields import longest_text
from geomatch.network.models import (
    GazetteerEntry,
    GeocodeQuality,
    GroundFeature,
    Household,
    Network,
)
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record
from geomatch.network.services.bulk import add_rows, batched
from geomatch.tables import Feature, Table

BATCH = 2_000
PARTS = ("number", "street", "unit", "city", "region", "postcode")


class LoadedGazetteer(NamedTuple):
    """How many addresses can be looked up now, and which rows were left out."""

    addresses: int
    left_out: tuple[Problem, ...]


def replace_gazetteer(*, network: Network, table: Table, actor: User | None) -> LoadedGazetteer:
    """Replace the network's known addresses.

    Households that were not found before count as not looked up: the new ones may know them.

    Parameters
    ----------
    table
        Columns `number,street,unit,city,region,postcode,lon,lat`.

    Raises
    ------
    geomatch.core.errors.InputError
        If a coordinate cannot be understood, or most look swapped; nothing is replaced.
    """
    points = table.points()
    numbers = table.row_numbers.tolist()
    lon, lat, nowhere = checked_points(points[:, 0], points[:, 1], numbers, file=table.file)
    overlong = _overlong(table)
    rows = (
        (*parts, *point)
        for number, *parts, point in zip(
            numbers,
            *(table.texts(name) for name in PARTS),
            zip(lon.tolist(), lat.tolist(), strict=True),
            strict=True,
        )
        if point[0] == point[0] and number not in overlong
    )
    with use_network(network):
        GazetteerEntry.objects.all().delete()
        for batch in batched(rows, BATCH):  # as objects of the model, all of them would fill 500 MB
            add_rows(GazetteerEntry, [_entry(network, *row) for row in batch])
        count = GazetteerEntry.objects.count()
        _want_lookups_again()
        record(actor=actor, verb="loaded the gazetteer", addresses=count)
    return LoadedGazetteer(count, (*nowhere, *overlong.values()))


def _overlong(table: Table) -> dict[int, Problem]:
    """Find rows, by their numbers, with a part that no address is as long as."""
    found = {}
    for name in PARTS:
        longest = longest_text(GazetteerEntry, name)
        for row, text in zip(table.row_numbers.tolist(), table.texts(name), strict=True):
            if len(text) > longest:
                said = f"has {len(text):,} letters, more than {longest}; left out"
                found[row] = Problem(said, row=row, column=name, value=text[:40] + "…")
    return found


def _entry(network: Network, *row: Any) -> GazetteerEntry:
    return GazetteerEntry(network=network, **dict(zip((*PARTS, "lon", "lat"), row, strict=True)))


def replace_ground(
    *,
    network: Network,
    kind: GroundFeature.Kind,
    features: Iterable[Feature],
    actor: User | None,
) -> int:
    """Replace one layer of the ground and return how many features it has."""
    with use_network(network):
        GroundFeature.objects.filter(kind=kind).delete()
        made = GroundFeature.objects.bulk_create(
            (
                GroundFeature(
                    network=network,
                    kind=kind,
                    name=str(feature.properties.get("name") or "")[:120],
                    properties=dict(feature.properties),
                    geometry=GEOSGeometry(feature.geometry.wkb_hex, srid=4326),
                )
                for feature in features
            ),
            batch_size=BATCH,
        )
        if kind == GroundFeature.Kind.STREET:  # their address ranges locate doors, too
            _want_lookups_again()
        record(actor=actor, verb="loaded the ground:", target=str(kind), features=len(made))
    return len(made)


def _want_lookups_again() -> None:
    """Forget why households were not found, so that the next "Place addresses" takes them."""
    unplaced = Household.objects.filter(location=None).exclude(quality=GeocodeQuality.HAND_PLACED)
    unplaced.exclude(geocode_reason="").update(geocode_reason="")
