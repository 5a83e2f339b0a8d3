"""The matching engine: hard rules, an exact score, the best assignment and its proof.

Pure: arrays in, arrays out; no Django, no database. In the order of the work::

    inputs    volunteers, requests and the policy, read and checked
    model     one day as arrays: what is forbidden, what a pair is worth, every feasible pair
    solver    the best assignment, and its proof
    answers   why this volunteer, why not that one, and who takes over
    check     an independent judge of the result
    warm      compiles every kernel once

>>> import datetime as dt
>>> volunteers = Volunteers.build(["ana"], [(-134.42, 58.30)], languages=[["es", "en"]])
>>> requests = Requests.build(["r1"], [(-134.41, 58.30)], languages=[["es"]], urgency=[4])
>>> result = solve(volunteers, requests, Policy.default(), today=dt.date(2026, 11, 22))
>>> result.volunteer.tolist(), result.gap
([0], 0.0)
"""

from geomatch.matching.engine.answers.explain import (
    Block,
    Choice,
    Exclusion,
    Shortlist,
    explain,
    shortlist,
    why_not,
)
from geomatch.matching.engine.answers.hand_over import Handover, hand_over
from geomatch.matching.engine.inputs.people import Requests, Volunteers
from geomatch.matching.engine.inputs.policy import BUILT_IN_CODES, PARTS, Policy, RiskRule
from geomatch.matching.engine.inputs.vocabulary import MODES, SLOTS, URGENCIES, Flag
from geomatch.matching.engine.model.problem import MatchProblem, prepare
from geomatch.matching.engine.model.unmatched import Reason
from geomatch.matching.engine.solver.solve import Assignment, solve, solve_problem

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
