"""Load the ground of a network: its gazetteer, and the streets and water its maps are drawn on."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.geos import GEOSGeometry

from geomatch.network.models import (
    GazetteerEntry,
    GeocodeQuality,
    GroundFeature,
    Household,
    Network,
)
from geomatch.network.scope import use_network
from geomatch.network.services.audit import record
from geomatch.tables import Feature, Table

BATCH = 2_000


def replace_gazetteer(*, network: Network, table: Table, actor: AbstractBaseUser | None) -> int:
    """Replace the network's known addresses and return how many there are.

    Households that were not found before count as not looked up: the new ones may know them.

    Parameters
    ----------
    table
        Columns `number,street,unit,city,region,postcode,lon,lat`.

    Raises
    ------
    geomatch.core.errors.InputError
        If a coordinate cannot be understood; nothing is replaced.
    """
    points = table.points()
    texts = {
        name: table.texts(name)
        for name in ("number", "street", "unit", "city", "region", "postcode")
    }
    with use_network(network):
        GazetteerEntry.objects.all().delete()
        GazetteerEntry.objects.bulk_create(
            (
                GazetteerEntry(
                    network=network,
                    **{name: cells[i] for name, cells in texts.items()},
                    lon=lon,
                    lat=lat,
                )
                for i, (lon, lat) in enumerate(points)
                if lon == lon  # rows without a point locate nothing
            ),
            batch_size=BATCH,
        )
        count = GazetteerEntry.objects.count()
        _want_lookups_again()
        record(actor=actor, verb="loaded the gazetteer", addresses=count)
    return count


def replace_ground(
    *,
    network: Network,
    kind: GroundFeature.Kind,
    features: Iterable[Feature],
    actor: AbstractBaseUser | None,
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
