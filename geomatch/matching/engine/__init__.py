"""The matching engine: hard rules, an exact score, the best assignment and its proof.

Pure: arrays in, arrays out; no Django, no database. In the order of the work::

    words        what cells may say
    people       volunteers and requests, read and checked
    policy       weights, risk rules and fairness, from TOML
    problem      one day as arrays
    rules        what is forbidden, and how to say so
    score        what a pair is worth, part by part
    onfoot       where everybody stands on the streets, if distances are walks
    candidates   every feasible pair
    flow         the best assignment on given pairs, and prices for it (small days)
    generation   the same for large days, over forest, kernels and paths
    solve        all of it
    unmatched    why a request stays open
    explain      why this volunteer, why not that one
    cancel       who takes over when a volunteer cancels
    check        an independent judge of the result

>>> import datetime as dt
>>> volunteers = Volunteers.build(["ana"], [(-134.42, 58.30)], languages=[["es", "en"]])
>>> requests = Requests.build(["r1"], [(-134.41, 58.30)], languages=[["es"]], urgency=[4])
>>> result = solve(volunteers, requests, Policy.default(), today=dt.date(2026, 11, 22))
>>> result.volunteer.tolist(), result.gap
([0], 0.0)
"""

from geomatch.matching.engine.cancel import Handover, hand_over
from geomatch.matching.engine.explain import (
    Block,
    Choice,
    Exclusion,
    Shortlist,
    explain,
    shortlist,
    why_not,
)
from geomatch.matching.engine.people import Requests, Volunteers
from geomatch.matching.engine.policy import BUILT_IN_CODES, PARTS, Policy, RiskRule
from geomatch.matching.engine.problem import MatchProblem, prepare
from geomatch.matching.engine.solve import Assignment, solve, solve_problem
from geomatch.matching.engine.unmatched import Reason
from geomatch.matching.engine.words import MODES, SLOTS, URGENCIES, Flag

__all__ = [
    "BUILT_IN_CODES",
    "MODES",
    "PARTS",
    "SLOTS",
    "URGENCIES",
    "Assignment",
    "Block",
    "Choice",
    "Exclusion",
    "Flag",
    "Handover",
    "MatchProblem",
    "Policy",
    "Reason",
    "Requests",
    "RiskRule",
    "Shortlist",
    "Volunteers",
    "explain",
    "hand_over",
    "prepare",
    "shortlist",
    "solve",
    "solve_problem",
    "why_not",
]
