"""`geomatch planpods --network SLUG`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandParser

from geomatch.core.errors import InputError
from geomatch.core.retelling import retold
from geomatch.core.translation import gettext, ngettext
from geomatch.network.models import Household
from geomatch.network.scope import use_network
from geomatch.site.cli.file_command import hushed_libraries
from geomatch.site.cli.site_command import SiteCommand
from geomatch.site.cli.wish_option import add_wish_option, chosen_wishes

if TYPE_CHECKING:
    from pods.models import Plan


class Command(SiteCommand):
    """Draft a plan of pods for a network."""

    help = "Draft a plan of pods for a network; publish it on its page when you are content."
    example = "geomatch planpods --network juneau --target-size 13"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the sizes and the effort."""
        super().add_arguments(parser)
        parser.add_argument("--min-size", type=int, default=5)
        parser.add_argument("--max-size", type=int, default=30)
        parser.add_argument("--target-size", type=int, default=13)
        parser.add_argument("--size-by", choices=("households", "people"), default="households")
        parser.add_argument(
            "--walking",
            action="store_true",
            help="measure distances along the network's streets, not in a straight line",
        )
        parser.add_argument("--effort", choices=("fast", "balanced", "best"), default="balanced")
        parser.add_argument(
            "--seconds", type=float, metavar="N", help="improve the plan for so long instead"
        )
        parser.add_argument(
            "--max-moves",
            type=int,
            metavar="N",
            help="go on from the published plan, with its sizes, and move at most N homes",
        )
        add_wish_option(parser)

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Plan, and say what came of it."""
        from pods.homes.phrases import why_moves
        from pods.selectors import changes_of, moved_and_joined

        self._refuse_without_places(options)
        with hushed_libraries(), self.progress(gettext("Suggesting pods")) as bar:
            plan = self._drafted(options, bar.to)
        report = plan.report  # of homes that are not hidden, as every page counts
        sizes = f"{report['households_min'] or 0}-{report['households_max'] or 0}"
        said = gettext("{plan}: {pods} of {sizes}, {homes}, {unplaced:,} in no pod.")
        pods, homes = report["pods"], report["households"]
        self.say(
            said.format(
                plan=plan,
                pods=ngettext("{number:,} pod", "{number:,} pods", pods).format(number=pods),
                sizes=sizes,
                homes=ngettext("{number:,} home", "{number:,} homes", homes).format(number=homes),
                unplaced=report["unplaced"],
            )
        )
        for note in report["notes"]:
            self.say(retold(note))
        if "rebalanced_from" in report:
            with use_network(plan.network):
                moved, _ = moved_and_joined(changes_of(plan, roles=()))
            said = ngettext(
                "{number:,} home would change pod, of at most {most}.",
                "{number:,} homes would change pod, of at most {most}.",
                moved,
            ).format(number=moved, most=report["max_moves"])
            self.say(f"{said} {why_moves(report)}".rstrip())
        return {"plan": plan.version, **report}

    def _refuse_without_places(self, options: dict[str, Any]) -> None:
        network = self.network(options)
        with use_network(network, reading=True):
            if Household.objects.exclude(location=None).exists():
                return
        raise InputError(
            gettext(
                "no home has a place on the map yet; run `geomatch place --network {network}` first"
            ).format(network=network.slug)
        )

    def _drafted(self, options: dict[str, Any], progress: Callable[..., None]) -> Plan:
        from pods.services import rebalance_plan, suggest_plan

        common = {
            "network": self.network(options),
            "actor": None,
            "seed": options["seed"],
            "progress": progress,
        }
        if options["max_moves"] is not None:
            return rebalance_plan(max_moves=options["max_moves"], **common)
        names = (
            "min_size",
            "max_size",
            "target_size",
            "size_by",
            "walking",
            "effort",
            "seconds",
        )
        chosen = {name: options[name] for name in names}
        return suggest_plan(**chosen, wishes=chosen_wishes(options), **common)
