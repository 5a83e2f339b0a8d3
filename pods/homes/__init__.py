"""The homes to plan, wherever they are written down, and the one way from them to pods.

::

    from_table ─┐
                ├─→ Homes + Ground ──plan_homes──→ PlannedHomes ──→ plan_report, phrases
    from_network┘        HiddenHomes ─ride_along─↗

======================  ========================================================================
`homes`                 `Homes`: everything about the homes that planning asks for, as arrays
`hidden`                `HiddenHomes`: those that are not planned with, and their seats
`ride_along`            the nearest pod with room, for whoever was not planned; pure
`ground`                `Ground`: barriers, crossings and streets
`wishes`                who speaks what and lives on which street, as numbers
`from_table`            homes of a table; pure
`from_network`          homes of a network, read from the database: the only one to know Django
`plan`                  `plan_homes`: the town is laid out flat, planned, numbered and explained
`far_pins`, `reasons`   why a home is in no pod, with the streets people know
`report`                the figures of a plan; no hidden home is in one
`phrases`               what the figures mean, in sentences
======================  ========================================================================
"""

from __future__ import annotations

from pods.homes.from_table import homes_from_table
from pods.homes.ground import Ground
from pods.homes.hidden import HiddenHomes
from pods.homes.homes import Homes
from pods.homes.plan import PlannedHomes, PlanOptions, plan_homes
from pods.homes.report import plan_report

__all__ = [
    "Ground",
    "HiddenHomes",
    "Homes",
    "PlanOptions",
    "PlannedHomes",
    "homes_from_table",
    "plan_homes",
    "plan_report",
]
