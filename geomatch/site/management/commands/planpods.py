"""`geomatch planpods --network SLUG`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from geomatch.site.filecommand import hushed_libraries
from geomatch.site.sitecommand import SiteCommand
from geomatch.site.wishoption import add_wish_option, chosen_wishes


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
        add_wish_option(parser)

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Plan, and say what came of it."""
        from pods.services import suggest_plan

        with hushed_libraries(), self.progress("Suggesting pods") as bar:
            plan = suggest_plan(
                network=self.network(options),
                actor=None,
                min_size=options["min_size"],
                max_size=options["max_size"],
                target_size=options["target_size"],
                size_by=options["size_by"],
                walking=options["walking"],
                effort=options["effort"],
                seed=options["seed"],
                wishes=chosen_wishes(options),
                progress=bar.to,
            )
        report = plan.report
        self.say(
            f"{plan}: {report['pods']} pods of {report['size_min']}-{report['size_max']}, "
            f"{report['households']} doors placed, {report['unplaced']} in no pod."
        )
        return {"plan": plan.version, **report}
