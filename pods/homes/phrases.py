"""What the figures of a plan mean, in sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geomatch.core.translation import gettext, ngettext


def figures_in_words(report: Mapping[str, Any]) -> list[str]:
    """Say the figures beside size and distance that somebody may want to act on.

    >>> figures_in_words({"pods": 100, "diameter_p99_m": 1204.4, "barrier_crossings": 1})
    ['99 in 100 pods are at most 1,204 m across.', '1 home goes over a bridge or round a \
barrier to the middle of its pod.']
    """
    words = []
    if report.get("diameter_p99_m") is not None:
        said = (
            gettext("99 in 100 pods are at most {metres:,.0f} m across.")
            if report["pods"] >= 100
            else gettext("The widest pods are about {metres:,.0f} m across.")
        )
        words.append(said.format(metres=report["diameter_p99_m"]))
    if over := report.get("barrier_crossings", 0):
        said = ngettext(
            "{number:,} home goes over a bridge or round a barrier to the middle of its pod.",
            "{number:,} homes go over a bridge or round a barrier to the middle of their pods.",
            over,
        )
        words.append(said.format(number=over))
    return words + unmet_wishes(report)


def unmet_wishes(report: Mapping[str, Any]) -> list[str]:
    """Say which soft goals a plan leaves open; nothing of what it grants or was not asked.

    >>> unmet_wishes({"pods_without_driver": 3, "households_alone_in_language": 1})
    ['3 pods have no driver.', '1 home shares no language with anybody in its pod.']
    """
    words = []
    if pods := report.get("pods_without_willing", 0):
        said = ngettext(
            "{number:,} pod has nobody yet who is willing to be point person.",
            "{number:,} pods have nobody yet who is willing to be point person.",
            pods,
        )
        words.append(said.format(number=pods))
    if pods := report.get("pods_without_driver", 0):
        said = ngettext("{number:,} pod has no driver.", "{number:,} pods have no driver.", pods)
        words.append(said.format(number=pods))
    if alone := report.get("households_alone_in_language", 0):
        said = ngettext(
            "{number:,} home shares no language with anybody in its pod.",
            "{number:,} homes share no language with anybody in their pods.",
            alone,
        )
        words.append(said.format(number=alone))
    return words


def why_moves(report: Mapping[str, Any]) -> str:
    """Say whether the moves of a rebalanced plan are needed; "" where nobody moves or knows.

    Without numbers: what a reader may see of a plan can be less than all of it.

    >>> why_moves({"moves": 3, "moves_needed": 3, "moves_lower_bound": 3})
    'No plan that keeps the rules moves fewer.'
    >>> why_moves({"moves": 9, "moves_needed": 3, "moves_lower_bound": 3})
    'The rules need some of these moves; the others make walks shorter.'
    """
    moves, fewest = report.get("moves", 0), report.get("moves_lower_bound")
    if not moves or fewest is None:
        return ""
    if fewest >= moves:
        return gettext("No plan that keeps the rules moves fewer.")
    if report["moves_needed"] == 0:
        return gettext("The rules need none of these moves; they make walks shorter.")
    if report["moves_needed"] < moves:
        return gettext("The rules need some of these moves; the others make walks shorter.")
    return gettext("No plan that moves fewer was found.")
