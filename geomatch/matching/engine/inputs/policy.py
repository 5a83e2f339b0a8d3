"""The matching policy: weights, rules and fairness, read from TOML and checked to the letter."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Any

from geomatch.core.translation import gettext, gettext_noop
from geomatch.matching.engine.inputs.policy_faults import Faults, Note, parsed
from geomatch.matching.engine.inputs.vocabulary import MODES, tidy

__all__ = [
    "ALONG",
    "BUILT_IN_CODES",
    "HIGHEST_SCORE",
    "PARTS",
    "Policy",
    "RiskRule",
    "default_policy_text",
]

PARTS = ("distance", "skills", "language", "time", "pod", "load", "continuity")
"""Named parts of a score, in the order of every table."""

ALONG = ("straight", "streets")
"""Ways to measure the distance part of a score."""

HIGHEST_SCORE = 9_999

BUILT_IN_CODES = (
    "capacity",
    "resting",
    "quiet",
    "do-not-contact",
    "hidden",
    "same-person",
    "never-pair",
    "mode",
    "vehicle",
    "skills",
    "languages",
    "time",
    "location",
    "radius",
)
"""Codes of the rules that always hold; a policy's own rules need other codes."""

_LARGEST_POINTS = 1_000_000
_MOST_RULES = 200
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class RiskRule:
    """Block a pair whose volunteer and request both carry a flag of the rule, in these modes.

    Attributes
    ----------
    code
        Short name, shown to coordinators.
    volunteer_flags, request_flags
        Any one of them is enough; empty means everybody.
    modes
        Modes in which the rule holds.
    """

    code: str
    volunteer_flags: tuple[str, ...]
    request_flags: tuple[str, ...]
    modes: tuple[str, ...] = MODES

    @property
    def title(self) -> str:
        """The code in words: `exposed-household` reads “exposed household”."""
        return self.code.replace("-", " ")

    @property
    def instruction(self) -> str:
        """What a volunteer may read: the way that stays open, never the reason."""
        if "contactless" not in self.modes:
            return gettext_noop("contactless only")
        if "remote" not in self.modes:
            return gettext_noop("by phone only")
        return gettext_noop("not this one")


@dataclass(frozen=True)
class Policy:
    """How pairs are scored, which are forbidden, and what a further task costs.

    Attributes
    ----------
    weights
        Most points of each of `PARTS`; together at most 9,999.
    half_km
        Distance at which half of the distance points are left, kilometres.
    along
        One of `ALONG`: whether that distance is a straight line, or a walk along streets.
    enough_slots
        Shared half-days that give all of the time points.
    further_costs
        Points taken off for the second, third, … task, never falling; the last one repeats.
    strict_urgency
        Whether urgency goes before any sum of points.
    rules
        Risk rules; each blocks, none can be outweighed.
    name
        For people.
    text
        The TOML it was read from.
    """

    weights: Mapping[str, int]
    half_km: float
    along: str
    enough_slots: int
    further_costs: tuple[int, ...]
    strict_urgency: bool
    rules: tuple[RiskRule, ...]
    name: str = "default"
    text: str = ""

    @classmethod
    def default(cls) -> Policy:
        """Return the policy printed by `geomatch match --show-policy`."""
        return cls.from_toml(default_policy_text(), name="default_policy.toml")

    @classmethod
    def from_toml(cls, text: str, name: str = "policy") -> Policy:
        """Read a policy; what it leaves out is taken from the default.

        Parameters
        ----------
        text
            TOML, as `default_policy.toml` explains it line by line.
        name
            Of the file, for messages.

        Raises
        ------
        PolicyError
            With a `PolicyProblem` (line, column) for everything that is wrong.
        """
        data, faults = parsed(text, name), Faults(text)
        base = data if name == "default_policy.toml" else tomllib.loads(default_policy_text())
        read = _PolicyReader(data, base, faults.note)
        policy = cls(
            weights=read.weights(),
            half_km=read.half_km(),
            along=read.along(),
            enough_slots=read.whole(("time", "enough_slots"), 1, 21),
            further_costs=read.further_costs(),
            strict_urgency=read.truth(("urgency", "strict")),
            rules=read.rules(),
            name=read.name(),
            text=text,
        )
        faults.refuse(name)
        return policy


@lru_cache(maxsize=1)
def default_policy_text() -> str:
    """Return the default policy as a commented TOML text."""
    return resources.files(__package__).joinpath("default_policy.toml").read_text("utf-8")


class _PolicyReader:
    """Takes values out of parsed TOML, notes every fault with its place, never stops early."""

    _KEYS: Mapping[tuple[str, ...], tuple[str, ...]] = {
        (): ("version", "name", "weights", "distance", "time", "tasks", "urgency", "rule"),
        ("weights",): PARTS,
        ("distance",): ("half_km", "along"),
        ("time",): ("enough_slots",),
        ("tasks",): ("further_costs",),
        ("urgency",): ("strict",),
    }
    _RULE_KEYS = ("code", "volunteer_flags", "request_flags", "modes", "effect")

    def __init__(self, data: dict[str, Any], base: dict[str, Any], fault: Note) -> None:
        self._data = data
        self._base = base
        self._fault = fault
        for path, keys in self._KEYS.items():
            table = self._table(path)
            self._refuse_unknown(path, table, keys)
        if "version" in data and (data["version"] != 1 or data["version"] is True):
            self._fault(
                ("version",),
                data["version"],
                gettext("is not 1, the only version this program reads"),
            )

    def _refuse_unknown(
        self, path: Sequence[str | int], table: Mapping[str, Any], keys: Iterable[str]
    ) -> None:
        for key in table:
            if key not in keys:
                close = difflib.get_close_matches(key, list(keys), n=1)
                if close:
                    said = gettext("“{key}” is no setting of a policy; did you mean “{close}”?")
                else:
                    said = gettext("“{key}” is no setting of a policy; known are {known}")
                close_one = close[0] if close else ""
                said = said.format(key=key, close=close_one, known=", ".join(keys))
                self._fault((*path, key), None, said)

    def _table(self, path: tuple[str, ...]) -> dict[str, Any]:
        if not path:
            return self._data
        table = self._data.get(path[0], {})
        if not isinstance(table, dict):
            self._fault(
                path,
                table,
                gettext("write [{table}] and its settings below it").format(table=path[0]),
            )
            self._data[path[0]] = {}
            return {}
        return table

    def _value(self, path: tuple[str, str]) -> Any:
        table = self._data.get(path[0], {})
        return table[path[1]] if path[1] in table else self._base[path[0]][path[1]]

    def whole(self, path: tuple[str, str], least: int, most: int) -> int:
        value = self._value(path)
        if type(value) is not int or not least <= value <= most:
            self._fault(
                path,
                value,
                gettext("must be a whole number from {least:,} to {most:,}").format(
                    least=least, most=most
                ),
            )
            return least
        return value

    def truth(self, path: tuple[str, str]) -> bool:
        value = self._value(path)
        if type(value) is not bool:
            self._fault(path, value, gettext("must be true or false"))
        return bool(value)

    def weights(self) -> dict[str, int]:
        weights = {part: self.whole(("weights", part), 0, HIGHEST_SCORE) for part in PARTS}
        if (total := sum(weights.values())) > HIGHEST_SCORE:
            self._fault(
                ("weights",),
                None,
                gettext(
                    "the weights add up to {total:,}; at most {most:,} keeps urgency above points"
                ).format(total=total, most=HIGHEST_SCORE),
            )
        return weights

    def half_km(self) -> float:
        value = self._value(("distance", "half_km"))
        if type(value) not in (int, float) or not 0.01 <= value <= 100:
            self._fault(
                ("distance", "half_km"), value, gettext("must be kilometres from 0.01 to 100")
            )
            return 1.0
        return float(value)

    def along(self) -> str:
        value = self._value(("distance", "along"))
        if not isinstance(value, str) or value not in ALONG:
            self._fault(("distance", "along"), value, gettext('must be "straight" or "streets"'))
            return ALONG[0]
        return value

    def further_costs(self) -> tuple[int, ...]:
        path = ("tasks", "further_costs")
        value = self._value(path)
        if not isinstance(value, list) or not 1 <= len(value) <= 100:
            self._fault(path, value, gettext("must be a list of 1 to 100 whole numbers"))
            return (0,)
        if any(type(cost) is not int or not 0 <= cost <= _LARGEST_POINTS for cost in value):
            self._fault(
                path,
                value,
                gettext("must be whole numbers from 0 to {most:,}").format(most=_LARGEST_POINTS),
            )
            return (0,)
        if any(later < sooner for sooner, later in pairwise(value)):
            self._fault(
                path,
                value,
                gettext(
                    "must not fall: a later task cheaper than an earlier one would pile all work "
                    "on one person"
                ),
            )
        return tuple(value)

    def name(self) -> str:
        value = self._data.get("name", "unnamed")
        if not isinstance(value, str) or not 1 <= len(value.strip()) <= 100:
            self._fault(("name",), value, gettext("must be a short text"))
            return "unnamed"
        return value.strip()

    def rules(self) -> tuple[RiskRule, ...]:
        tables = self._data.get("rule", self._base.get("rule", []))
        if not isinstance(tables, list) or not all(isinstance(rule, dict) for rule in tables):
            self._fault(("rule",), None, gettext("write each rule below a line [[rule]]"))
            return ()
        if len(tables) > _MOST_RULES:
            self._fault(
                ("rule",),
                None,
                gettext("{number} rules; at most {most} are read").format(
                    number=len(tables), most=_MOST_RULES
                ),
            )
            return ()
        rules: list[RiskRule] = []
        for number, table in enumerate(tables):
            rule = self._rule(("rule", number), table)
            if rule.code in [earlier.code for earlier in rules]:
                self._fault(
                    ("rule", number, "code"), rule.code, gettext("two rules have this code")
                )
            rules.append(rule)
        return tuple(rules)

    def _rule(self, path: tuple[str | int, ...], table: dict[str, Any]) -> RiskRule:
        self._refuse_unknown(path, table, self._RULE_KEYS)
        code = table.get("code")
        if not isinstance(code, str) or not _CODE.fullmatch(code) or len(code) > 60:
            self._fault(
                (*path, "code"),
                code,
                gettext("every rule needs a code of small letters and hyphens"),
            )
            code = "unnamed"
        elif code in BUILT_IN_CODES:
            self._fault(
                (*path, "code"),
                code,
                gettext("is the code of a rule that always holds; use another"),
            )
        if table.get("effect", "block") != "block":
            self._fault(
                (*path, "effect"), table["effect"], gettext("only “block” is an effect of a rule")
            )
        if "volunteer_flags" not in table and "request_flags" not in table:
            self._fault(path, None, gettext("a rule needs volunteer_flags, request_flags or both"))
        modes = self._words((*path, "modes"), table, MODES)
        for mode in modes:
            if mode not in MODES:
                self._fault(
                    (*path, "modes"),
                    mode,
                    gettext("is no mode; known are {known}").format(known=", ".join(MODES)),
                )
        return RiskRule(
            code=code,
            volunteer_flags=self._words((*path, "volunteer_flags"), table, ()),
            request_flags=self._words((*path, "request_flags"), table, ()),
            modes=modes,
        )

    def _words(
        self, path: tuple[str | int, ...], table: dict[str, Any], default: tuple[str, ...]
    ) -> tuple[str, ...]:
        key = str(path[-1])
        if key not in table:
            return default
        value = table[key]
        if not isinstance(value, list) or not all(isinstance(w, str) and tidy(w) for w in value):
            self._fault(
                path,
                value,
                gettext('{key} must be a list of words, like ["exposed"]').format(key=key),
            )
            return default
        if not value:
            self._fault(
                path,
                value,
                gettext("{key} is empty; leave the line out if everybody is meant").format(key=key),
            )
            return default
        if any("@" in word for word in value):
            self._fault(
                path,
                value,
                gettext("a rule names flags without an end; the date stands in the table"),
            )
        return tuple(dict.fromkeys(tidy(word) for word in value))
