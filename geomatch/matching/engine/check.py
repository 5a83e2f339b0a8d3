"""Judge an assignment independently: whether it is allowed, what it is worth, if it is proven.

It reads the tables and the policy again from the start, one pair at a time, in plain Python. It
shares no rule, score, walk or bound with the solver, so that a mistake must be made twice to go
unnoticed. Slow on purpose.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shapely

from geomatch.core.checkwalks import StreetWalks
from geomatch.core.geodesy import LocalProjection, haversine_m
from geomatch.matching.engine.inputs.people import Requests, Volunteers
from geomatch.matching.engine.inputs.policy import Policy
from geomatch.matching.engine.inputs.vocabulary import MODES

__all__ = ["Judge", "Verdict"]


@dataclass(frozen=True)
class Verdict:
    """What the judge found.

    Attributes
    ----------
    faults
        One sentence per broken rule or wrong number; empty when all is well.
    objective
        What the assignment is worth.
    upper_bound
        What any assignment can be worth at most, by the prices given.
    """

    faults: tuple[str, ...]
    objective: int
    upper_bound: int

    @property
    def proven_best(self) -> bool:
        """Whether nothing is wrong and nothing can be better."""
        return not self.faults and self.objective == self.upper_bound


class Judge:
    """Knows one day and judges assignments of it.

    Parameters
    ----------
    volunteers, requests, policy, never, today
        As for :func:`geomatch.matching.engine.solver.solve`.
    streets
        Street centre lines in longitude and latitude: distances are scored along them. In a
        straight line if None.
    """

    def __init__(
        self,
        volunteers: Volunteers,
        requests: Requests,
        policy: Policy,
        *,
        never: Iterable[tuple[str, str]] = (),
        today: dt.date,
        streets: Sequence[shapely.Geometry] | None = None,
    ) -> None:
        self._v = volunteers
        self._r = requests
        self._policy = policy
        self._never = set(never)
        self._today = today
        self._row: tuple[int, list[float]] = (-1, [])  # metres from the request looked at last
        self._walks = None if streets is None else _Walks(streets, requests, volunteers)
        self.urgency_points = 10_000
        if policy.strict_urgency:
            self.urgency_points = (10_000 + max(policy.further_costs)) * (len(requests) + 1)

    def judge(
        self,
        matches: Mapping[str, str],
        *,
        scores: Mapping[str, Mapping[str, int]] | None = None,
        walks: Mapping[str, int] | None = None,
        prices: Mapping[str, int] | None = None,
        pinned: Sequence[tuple[str, str]] = (),
    ) -> Verdict:
        """Judge an assignment.

        Parameters
        ----------
        matches
            Request to volunteer, by id; a request left out (or with "") is unserved.
        scores
            Claimed parts by request, each with the total as `score`; compared to the point.
        walks
            Claimed walks in whole metres by request, none for remote tasks.
        prices
            Price of each volunteer's time, 0 where left out; any prices give a valid bound.
        pinned
            `(request, volunteer)` pairs that had to be kept.
        """
        faults: list[str] = []
        value = 0
        load: Counter[str] = Counter()
        position = {name: j for j, name in enumerate(self._v.ids)}
        fixed = dict(pinned)
        for i, request in enumerate(self._r.ids):
            volunteer = matches.get(request, "")
            if request in fixed and volunteer != fixed[request]:
                faults.append(f"{request}: the pinned volunteer {fixed[request]} was not kept")
            if not volunteer:
                continue
            if volunteer not in position:
                faults.append(f"{request}: {volunteer} is no volunteer")
                continue
            j = position[volunteer]
            load[volunteer] += 1
            faults += [
                f"{request} and {volunteer}: {fault}"
                for fault in self.broken(i, j)
                if not (fault == "hidden" and request in fixed)
            ]
            parts = self.parts(i, j)
            value += self.urgency_points * int(self._r.urgency[i]) + sum(parts.values())
            if scores is not None and dict(scores[request]) != parts | {
                "score": sum(parts.values())
            }:
                faults.append(f"{request}: parts {dict(scores[request])} should be {parts}")
            if walks is not None and walks.get(request) != (walk := self.walk(i, j)):
                faults.append(f"{request}: a walk of {walks.get(request)} m should be {walk} m")
        faults += [f"{stranger}: no such request" for stranger in set(matches) - set(self._r.ids)]
        for j, name in enumerate(self._v.ids):
            if load[name] > self._v.capacity[j]:
                faults.append(f"{name}: {load[name]} tasks, capacity {self._v.capacity[j]}")
            value -= sum(self._cost(k) for k in range(load[name]))
        return Verdict(tuple(faults), value, self._bound(prices or {}, fixed))

    def broken(self, i: int, j: int) -> list[str]:
        """Name every rule that request `i` and volunteer `j` break."""
        v, r = self._v, self._r
        metres = self._metres(i, j)
        rest = v.resting_until[j]
        remote = MODES[r.mode[i]] == "remote"
        offered = [mode for k, mode in enumerate(MODES) if v.modes[j] // 2**k % 2]
        tests = {
            "capacity": v.capacity[j] == 0,
            "resting": rest is not None and rest >= self._today,
            "same person": v.person[j] != "" and v.person[j] == r.person[i],
            "never-pair": self._kept_apart(i, j),
            "mode": MODES[r.mode[i]] not in offered,
            "vehicle": bool(r.needs_vehicle[i]) and not v.vehicle[j],
            "skills": not set(r.skills[i]) <= set(v.skills[j]),
            "languages": bool(r.languages[i]) and not set(r.languages[i]) & set(v.languages[j]),
            "time": not any(r.times[i] // 2**k % 2 and v.times[j] // 2**k % 2 for k in range(21)),
            "place": not remote and math.isnan(metres),
            "radius": not remote and metres > v.max_km[j] * 1000,
        }
        faults = [name for name, fails in tests.items() if fails]
        faults += sorted({word for word in (v.withheld[j], r.withheld[i]) if word})
        ours, theirs = self._flags(v.flags[j]), self._flags(r.flags[i])
        for rule in self._policy.rules:
            volunteer_side = not rule.volunteer_flags or ours & set(rule.volunteer_flags)
            request_side = not rule.request_flags or theirs & set(rule.request_flags)
            if volunteer_side and request_side and MODES[r.mode[i]] in rule.modes:
                faults.append(rule.code)
        return faults

    def parts(self, i: int, j: int) -> dict[str, int]:
        """Compute the points of each part for request `i` and volunteer `j`."""
        v, r, weights = self._v, self._r, self._policy.weights
        remote = MODES[r.mode[i]] == "remote"
        metres = self._metres(i, j)
        near = 0.0
        if remote:
            near = float(weights["distance"])
        elif not math.isnan(metres):
            walk = self.walk(i, j)
            whole = math.floor(metres + 0.5) if walk is None else walk
            near = weights["distance"] * 2.0 ** -(whole / (self._policy.half_km * 1000))
        enough = self._policy.enough_slots
        shared = sum(r.times[i] // 2**k % 2 and v.times[j] // 2**k % 2 for k in range(21))
        spoken = not r.languages[i] or r.languages[i][0] in v.languages[j]
        knows = {r.ids[i], r.person[i]} & set(v.helped[j]) - {""}
        fit = weights["skills"] * (1 + len(r.skills[i])) // (1 + len(v.skills[j]))
        return {
            "distance": math.floor(near + 0.5),
            "skills": min(fit, weights["skills"]),
            "language": weights["language"] if spoken else weights["language"] // 2,
            "time": int(weights["time"] * min(shared, enough) // enough),
            "pod": weights["pod"] if r.pod[i] and r.pod[i] == v.pod[j] else 0,
            "load": int(weights["load"] // (1 + v.recent_tasks[j])),
            "continuity": weights["continuity"] if knows else 0,
        }

    def walk(self, i: int, j: int) -> int | None:
        """Measure the walk along streets in whole metres; None for remote tasks and no streets."""
        straight = self._metres(i, j)
        if self._walks is None or math.isnan(straight) or MODES[self._r.mode[i]] == "remote":
            return None
        return math.floor(self._walks.metres(i, j, straight) + 0.5)

    def _bound(self, prices: Mapping[str, int], fixed: Mapping[str, str]) -> int:
        """Bound every assignment that keeps the fixed pairs, by weak duality.

        Give each volunteer's time any price of 0 or more: a request then adds at most its best
        value less price, and a free slot at most price less cost.
        """
        taken = Counter(fixed.values())
        price = [int(prices.get(name, 0)) for name in self._v.ids]
        if min(price, default=0) < 0:
            raise ValueError("a price below 0 proves nothing")
        bound = 0
        for j, name in enumerate(self._v.ids):
            bound -= sum(self._cost(k) for k in range(taken[name]))
            last = min(int(self._v.capacity[j]), taken[name] + len(self._r))
            bound += sum(max(0, price[j] - self._cost(k)) for k in range(taken[name], last))
        position = {name: j for j, name in enumerate(self._v.ids)}
        for i, request in enumerate(self._r.ids):
            base = self.urgency_points * int(self._r.urgency[i])
            if request in fixed:
                bound += base + sum(self.parts(i, position[fixed[request]]).values())
                continue
            possible = (
                base + sum(self.parts(i, j).values()) - price[j]
                for j in range(len(self._v))
                if not self.broken(i, j)
            )
            bound += max(0, max(possible, default=0))
        return bound

    def _cost(self, k: int) -> int:
        costs = (0, *self._policy.further_costs)
        return costs[min(k, len(costs) - 1)]

    def _metres(self, i: int, j: int) -> float:
        if self._row[0] != i:
            self._row = (i, haversine_m(self._r.lonlat[i], self._v.lonlat).tolist())
        return self._row[1][j]

    def _flags(self, flags: Iterable[tuple[str, dt.date | None]]) -> set[str]:
        return {name for name, last_day in flags if last_day is None or last_day >= self._today}

    def _kept_apart(self, i: int, j: int) -> bool:
        v, r = self._v, self._r
        ours, theirs = {v.ids[j], v.person[j]} - {""}, {r.ids[i], r.person[i]} - {""}
        for first, second in self._never:
            if first in ours and second in theirs:
                return True
            persons = first not in v.ids and second not in r.ids
            if persons and second == v.person[j] and first == r.person[i]:
                return True
        return False


class _Walks:
    """Walks between requests and volunteers, by the search that planners are checked with.

    Each way to the street, piece of street and place on it counts in whole 1/1024 metres.
    """

    def __init__(
        self, streets: Sequence[shapely.Geometry], requests: Requests, volunteers: Volunteers
    ) -> None:
        flat = LocalProjection.around(shapely.get_coordinates(list(streets)))
        places = [*flat.to_metres(requests.lonlat).tolist()]
        places += flat.to_metres(volunteers.lonlat).tolist()
        known = [k for k, (x, _) in enumerate(places) if math.isfinite(x)]
        self._number = {k: number for number, k in enumerate(known)}
        self._first_volunteer = len(requests)
        self._streets = StreetWalks(
            [(places[k][0], places[k][1]) for k in known],
            [flat.geometry_to_metres(street) for street in streets],
            step_m=1 / 1024,
        )
        self._row: tuple[int, list[float]] = (-1, [])  # ways from the request looked at last

    def metres(self, i: int, j: int, straight: float) -> float:
        """Walk between request `i` and volunteer `j`, so far apart in a straight line."""
        if self._row[0] != i:
            everybody = range(len(self._number))
            self._row = (i, self._streets.ways_from(self._number[i], everybody))
        way = self._row[1][self._number[self._first_volunteer + j]]
        if straight == 0:
            return 0.0
        return 3 * straight if math.isinf(way) else max(way, straight)
