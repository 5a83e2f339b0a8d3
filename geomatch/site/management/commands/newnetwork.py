"""`geomatch newnetwork SLUG`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from geomatch.core.errors import InputError
from geomatch.core.translation import gettext
from geomatch.site.cli.file_command import FileCommand


class Command(FileCommand):
    """Make a network and its first steward."""

    help = (
        "Make a network from its boundary, and give somebody the steward's role in it. A user that "
        "is new is made, and a password asked for (or taken from GEOMATCH_NEW_PASSWORD)."
    )
    example = (
        'geomatch newnetwork juneau --name "Juneau Mutual Aid" --boundary b.geojson --steward ana'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the network's name, place and steward."""
        super().add_arguments(parser)
        parser.add_argument("slug", help="short name, as it stands in addresses")
        parser.add_argument("--name", required=True, help="name as people say it")
        parser.add_argument("--town", default="")
        parser.add_argument("--region", default="")
        parser.add_argument(
            "--boundary",
            type=Path,
            required=True,
            metavar="FILE",
            help="a polygon: .geojson, .gpkg",
        )
        parser.add_argument("--steward", required=True, help="user name; made if it is new")

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Check everything first; then make the network, and the user if there is none."""
        from geomatch.network.models import Role
        from geomatch.network.services.networks import add_member, check_network, create_network
        from geomatch.site.cli.users import user_called
        from geomatch.site.ops.new_home import make_tables_if_new
        from geomatch.tables import read_features

        shapes = [feature.geometry for feature in read_features(options["boundary"])]
        if len(shapes) != 1:
            raise InputError(gettext("a boundary is one polygon"), file=str(options["boundary"]))
        make_tables_if_new()
        check_network(slug=options["slug"], boundary=shapes[0])
        user = user_called(options["steward"])
        with transaction.atomic():
            if user._state.adding:
                user.save()
            network = create_network(
                slug=options["slug"],
                name=options["name"],
                town=options["town"],
                region=options["region"],
                boundary=shapes[0],
                actor=user,
            )
            add_member(network=network, user=user, roles=[Role.STEWARD], actor=user)
        self.say(
            gettext("{network} is ready; {user} is its steward.").format(
                network=network.name, user=user.username
            )
        )
        return {"network": network.slug, "srid_m": network.srid_m}
