"""`geomatch matchall --network SLUG`, or `--every-network`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser

from geomatch.core.errors import InputError
from geomatch.network.scope import use_network
from geomatch.site.cli.engine_option import add_engine_options, chosen_engine
from geomatch.site.cli.site_command import SiteCommand


class Command(SiteCommand):
    """Propose a volunteer for every open request."""

    help = "Propose the best assignment of every open request; pinned matches are kept."
    example = (
        "geomatch matchall --network juneau\n"
        "  geomatch matchall --every-network --engine dask --scheduler tcp://scheduler:8786"
    )
    for_every = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the day, and where the work is done."""
        super().add_arguments(parser)
        parser.add_argument(
            "--today",
            type=dt.date.fromisoformat,
            metavar="DATE",
            help="the day that decides which flags hold (default: today)",
        )
        add_engine_options(parser)

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Match, and say what came of it."""
        from geomatch.matching.services import match_networks
        from geomatch.site.shell.phrases import NO_STREETS

        networks = self.networks(options)
        with self.progress("Matching requests", total=len(networks)) as bar:
            answers = match_networks(
                pods={network: _pod_of(network) for network in networks},
                actor=None,
                today=options["today"],
                engine=chosen_engine(options),
                progress=bar.to,
            )
        reports: dict[str, dict[str, Any]] = {}
        refused = []
        for network in networks:
            answer = answers[network]
            if isinstance(answer, InputError):
                refused.append(f"{network.slug}: {answer}")
                continue
            figures = {"objective": answer.objective, "upper_bound": answer.upper_bound}
            reports[network.slug] = figures | answer.report
            whose = f"{network.slug}: " if options["every_network"] else ""
            self.say(f"{whose}{_served(network)} have somebody.")
            if _lacks_streets(network):
                self.say(f"{whose}{NO_STREETS}")
        if refused:
            raise InputError("\n".join(refused))
        return {"networks": reports} if options["every_network"] else reports[networks[0].slug]


def _served(network: Any) -> str:
    """Count as every page does: the solver's figures hold requests of hidden homes too."""
    from geomatch.core.phrases import count
    from geomatch.matching.selectors import request_numbers

    with use_network(network):
        numbers = request_numbers()
    return f"{numbers.served:,} of {count(numbers.open, 'request')}"


def _lacks_streets(network: Any) -> bool:
    from geomatch.matching.services import network_policy
    from geomatch.matching.streets import lacks_streets

    with use_network(network):
        return lacks_streets(network_policy())


def _pod_of(network: Any) -> dict[int, str]:
    from pods.selectors import published_pod_of_households

    with use_network(network):
        return published_pod_of_households()
