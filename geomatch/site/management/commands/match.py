"""`geomatch match VOLUNTEERS REQUESTS --out MATCHES`."""

from __future__ import annotations

import argparse
import datetime as dt
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from geomatch.core.translation import gettext
from geomatch.site.cli.engine_option import add_engine_options, chosen_engine
from geomatch.site.cli.file_command import FileCommand


class Command(FileCommand):
    """Find the best assignment of volunteers to requests, and say why."""

    help = (
        "Match volunteers with requests: the best assignment there is, with every hard rule kept, "
        "a score that adds up, and a reason for each request that stays open."
    )
    writes = ("out", "report", "pairs", "prices")
    example = (
        "geomatch match volunteers.csv requests.csv --out matches.csv --report figures.json\n"
        "  geomatch match volunteers.csv requests.csv --out matches.csv --streets roads.geojson\n"
        "  geomatch match volunteers.csv requests.csv --out matches.csv --engine dask\n"
        "  geomatch match --show-policy > policy.toml"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the files and options of docs/reference/commands.md."""
        super().add_arguments(parser)
        parser.add_argument(
            "volunteers",
            type=Path,
            nargs="?",
            help="id, lon, lat; optional person, skills, languages, flags, capacity, max_km, "
            "vehicle, modes, availability, resting_until, pod, recent_tasks, helped, network",
        )
        parser.add_argument(
            "requests",
            type=Path,
            nargs="?",
            help="id, lon, lat; optional person, skills, languages, flags, urgency, mode, "
            "needs_vehicle, availability, pod, network (each network is matched apart)",
        )
        parser.add_argument("--out", type=Path, metavar="FILE", help="the matches, row by request")
        parser.add_argument("--pairs", type=Path, metavar="FILE", help="every feasible pair")
        parser.add_argument(
            "--prices", type=Path, metavar="FILE", help="the proof: a price per volunteer"
        )
        parser.add_argument("--policy", type=Path, metavar="FILE.toml", help="weights and rules")
        parser.add_argument(
            "--show-policy", action="store_true", help="print the policy in force and stop"
        )
        parser.add_argument(
            "--never", type=Path, metavar="FILE", help="volunteer,request (or persons) kept apart"
        )
        parser.add_argument(
            "--pinned", type=Path, metavar="FILE", help="request,volunteer that must be kept"
        )
        parser.add_argument(
            "--streets",
            type=Path,
            metavar="FILE",
            help="street lines: distances are scored as walks along them (column walk_m); max_km "
            'stays a straight line. Needed where the policy says along = "streets"',
        )
        parser.add_argument(
            "--today", type=_day, metavar="DATE", help="which flags hold (default: today)"
        )
        add_engine_options(parser)

    def work(self, options: dict[str, Any]) -> dict[str, Any]:
        """Read, match, write."""
        from geomatch.matching import matchfile
        from geomatch.matching.engine import Policy

        path = options["policy"]
        policy = matchfile.read_policy(path) if path else Policy.default()
        if options["show_policy"]:
            self.stdout.write(policy.text, ending="")
            return {"policy": policy.name}
        self._refuse_missing(options)
        return self._match(options, policy)

    def _refuse_missing(self, options: dict[str, Any]) -> None:
        if options["volunteers"] is None or options["requests"] is None:
            raise CommandError(
                gettext("name two files: VOLUNTEERS REQUESTS (see --help)"), returncode=2
            )
        if options["out"] is None:
            raise CommandError(
                gettext("name the file to write: --out MATCHES (see --help)"), returncode=2
            )

    def _match(self, options: dict[str, Any], policy: Any) -> dict[str, Any]:
        import numpy as np

        from geomatch.matching import manynetworks
        from geomatch.matching.matchfile import request_points
        from geomatch.matching.matchpeople import column_notes
        from geomatch.matching.streetsfile import refuse_missing_streets, street_map
        from geomatch.tables import read_features, read_table, write_table

        started = time.perf_counter()
        engine = chosen_engine(options)

        def table(name: str, needed: tuple[str, ...]) -> Any:
            return read_table(options[name], needed=needed) if options[name] else None

        refuse_missing_streets(policy, given=options["streets"] is not None)
        streets = read_features(options["streets"]) if options["streets"] else None
        requests = table("requests", ("id", "lon", "lat"))
        volunteers = table("volunteers", ("id", "lon", "lat"))
        days = manynetworks.days_of(
            volunteers,
            requests,
            policy=policy,
            never=table("never", ("volunteer", "request")),
            pinned=table("pinned", ("request", "volunteer")),
            today=options["today"],
            streets=street_map(streets),
        )
        with self.progress(gettext("Matching"), total=len(days)) as bar:
            found = engine([(day.problem, day.pins) for day in days], bar.to)
        report = manynetworks.figures_of_all(days, found, time.perf_counter() - started)
        report["notes"] = [*column_notes(volunteers, requests), *report["notes"]]
        points = np.empty((len(requests), 2))
        for day, result in zip(days, found, strict=True):
            points[day.rows] = request_points(result)
        write_table(options["out"], manynetworks.matches_of_all(days, found), points=points)
        if options["pairs"]:
            write_table(options["pairs"], manynetworks.pairs_of_all(days))
        if options["prices"]:
            write_table(options["prices"], manynetworks.prices_of_all(days, found))
        self._tell(report)
        return report

    def _tell(self, report: dict[str, Any]) -> None:
        served, asked = report["served"], report["requests"]
        if report["gap"] == 0:
            proof = gettext("proven best")
        elif report["gap"] is not None:
            proof = gettext("at most {gap:.2%} below the best").format(gap=report["gap"])
        else:
            proof = gettext("not proven best")
        said = (
            gettext(
                "{served:,} of {asked:,} requests have a volunteer ({pairs:,} pairs were possible; "
                "{proof}; distances on foot, along streets)."
            )
            if report["distance"] == "walking"
            else gettext(
                "{served:,} of {asked:,} requests have a volunteer ({pairs:,} pairs were possible; "
                "{proof})."
            )
        )
        self.say(said.format(served=served, asked=asked, pairs=report["pairs"], proof=proof))
        if networks := report.get("networks"):
            said = gettext("{number:,} networks, each matched apart; --report has the figures.")
            self.say(said.format(number=len(networks)))
        if asked > served:
            said = gettext("{number:,} stay open; the column “reason” says why.")
            self.say(said.format(number=asked - served))
        for note in report["notes"]:
            self.say(gettext("Note: {note}").format(note=note))


def _day(text: str) -> dt.date:
    from geomatch.matching.engine.inputs.vocabulary import parse_day

    try:
        return parse_day(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"“{text}” {fault}") from None
