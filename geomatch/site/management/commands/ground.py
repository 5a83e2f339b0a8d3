"""`geomatch ground FILE --kind KIND --network SLUG`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandParser

from geomatch.core.errors import InputError
from geomatch.core.phrases import counted
from geomatch.core.translation import gettext
from geomatch.network.models import GroundFeature, Network
from geomatch.site.cli.site_command import SiteCommand

if TYPE_CHECKING:
    from geomatch.tables import Feature

LINES = ("LineString", "MultiLineString")
AREAS = ("Polygon", "MultiPolygon")
BARRIERS = "barriers"
LAYERS = {
    "streets": (GroundFeature.Kind.STREET, LINES),
    "water": (GroundFeature.Kind.WATER, LINES + AREAS),
    "buildings": (GroundFeature.Kind.BUILDING, AREAS),
    "landuse": (GroundFeature.Kind.LAND_USE, AREAS),
    "contours": (GroundFeature.Kind.CONTOUR, LINES),
}


class Command(SiteCommand):
    """Load what lies under a network's maps, and what its pods do not cross."""

    help = (
        "Load one layer of a network's ground, in place of the one before. Barriers are lines or "
        "areas that no pod crosses; one with crossing=true is a bridge over them."
    )
    example = "geomatch ground channel.geojson --kind barriers --network juneau"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file and what is in it."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="shapes: .geojson, .gpkg")
        parser.add_argument("--kind", required=True, choices=(*LAYERS, BARRIERS))

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Check the shapes, then replace the layer."""
        from geomatch.tables import read_features

        network, kind = self.network(options), options["kind"]
        features = read_features(options["file"])
        shapes = LINES + AREAS if kind == BARRIERS else LAYERS[kind][1]
        check_shapes(features, shapes, network, options["file"].name)
        if kind == BARRIERS:
            return self._replace_barriers(network, features)
        from geomatch.network.services.ground import replace_ground

        made = replace_ground(network=network, kind=LAYERS[kind][0], features=features, actor=None)
        self.say(f"{network.name}: {made:,} {kind}.")
        return {kind: made}

    def _replace_barriers(self, network: Network, features: Sequence[Feature]) -> dict[str, int]:
        from geomatch.tables import Feature
        from pods.services import replace_barriers

        lowered = (
            Feature(f.geometry, {name.casefold(): value for name, value in f.properties.items()})
            for f in features
        )
        barriers, crossings = replace_barriers(network=network, features=lowered, actor=None)
        self.say(
            gettext("{network}: {barriers}, {crossings}.").format(
                network=network.name,
                barriers=counted("%(n)s barrier", "%(n)s barriers", barriers),
                crossings=counted("%(n)s crossing", "%(n)s crossings", crossings),
            )
        )
        return {"barriers": barriers, "crossings": crossings}


def check_shapes(
    features: Sequence[Feature], shapes: Sequence[str], network: Network, file: str
) -> None:
    """Refuse shapes of another kind, and a file that is all elsewhere.

    Raises
    ------
    geomatch.core.errors.InputError
        Naming the first shape that is of another kind.
    """
    from shapely import from_wkb

    for number, feature in enumerate(features, start=1):
        if feature.geometry.geom_type not in shapes:
            wanted = " or ".join(shapes)
            raise InputError(
                gettext("shape {number} is a {geom_type}; this layer takes {wanted}").format(
                    number=number, geom_type=feature.geometry.geom_type, wanted=wanted
                ),
                file=file,
            )
    boundary = from_wkb(bytes(network.boundary.wkb))
    if features and not any(boundary.intersects(feature.geometry) for feature in features):
        raise InputError(
            gettext(
                "none of its shapes lies in {name}; is it of another place, or are "
                "longitude and latitude exchanged?"
            ).format(name=network.name),
            file=file,
        )
