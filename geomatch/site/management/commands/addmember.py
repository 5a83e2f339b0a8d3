"""`geomatch addmember USER --network SLUG --role ROLE`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from geomatch.core.translation import gettext
from geomatch.network.models import Role
from geomatch.site.cli.site_command import SiteCommand


class Command(SiteCommand):
    """Give somebody roles in a network."""

    help = (
        "Give somebody roles in a network; a user that is new is made, and a password asked for "
        "(or taken from GEOMATCH_NEW_PASSWORD). "
        "A point person is tied to a neighbour of the sheet, to open the list of their pod."
    )
    example = "geomatch addmember bo --network juneau --role point_person --person N00012"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the user, the roles and the neighbour."""
        super().add_arguments(parser)
        parser.add_argument("user", help="user name; made if it is new")
        parser.add_argument(
            "--role",
            dest="roles",
            action="append",
            required=True,
            choices=Role.values,
            help="may be given several times",
        )
        parser.add_argument(
            "--person", metavar="REF", help="the home this user lives in, by its id in the sheet"
        )
        parser.add_argument(
            "--called", default="", metavar="NAME", help="who of that home, if several live there"
        )

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Check what was named, then make and tie everything or nothing."""
        from geomatch.network.services.networks import add_member, person_behind, tie_person
        from geomatch.site.cli.users import user_called

        if options["called"] and not options["person"]:
            raise CommandError(
                gettext("--called says who of a home: add --person REF"), returncode=2
            )
        network = self.network(options)
        person = None
        if options["person"]:
            person = person_behind(network=network, ref=options["person"], name=options["called"])
        user = user_called(options["user"])
        roles = [Role(role) for role in options["roles"]]
        with transaction.atomic():
            if user._state.adding:
                user.save()
            add_member(network=network, user=user, roles=roles, actor=None)
            if person is not None:
                tie_person(network=network, person=person, user=user, actor=None)
        labels = ", ".join(role.label.lower() for role in roles)
        self.say(
            gettext("{user} in {network}: {roles}.").format(
                user=user.username, network=network.name, roles=labels
            )
        )
        if person is not None:
            self.say(f"{user.username} is {person.name} of home {options['person']}.")
        return {"user": user.username, "roles": options["roles"], "person": options["person"]}
