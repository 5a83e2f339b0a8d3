"""What the figures of a plan mean, in sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def figures_in_words(report: Mapping[str, Any]) -> list[str]:
    """Say the figures beside size and distance that somebody may want to act on.

    >>> figures_in_words({"pods": 100, "diameter_p99_m": 1204.4, "barrier_crossings": 1})
    ['99 in 100 pods are at most 1,204 m across.', '1 home goes over a bridge or round a \
barrier to the middle of its pod.']
    """
    words = []
    if report.get("diameter_p99_m") is not None:
        across = f"{report['diameter_p99_m']:,.0f} m across."
        words.append(
            f"99 in 100 pods are at most {across}"
            if report["pods"] >= 100
            else f"The widest pods are about {across}"
        )
    if over := report.get("barrier_crossings", 0):
        goes, its = ("goes", "its pod") if over == 1 else ("go", "their pods")
        words.append(
            f"{_count(over, 'home')} {goes} over a bridge or round a barrier "
            f"to the middle of {its}."
        )
    return words + unmet_wishes(report)


def unmet_wishes(report: Mapping[str, Any]) -> list[str]:
    """Say which soft goals a plan leaves open; nothing of what it grants or was not asked.

    >>> unmet_wishes({"pods_without_driver": 3, "households_alone_in_language": 1})
    ['3 pods have no driver.', '1 home shares no language with anybody in its pod.']
    """
    words = []
    if pods := report.get("pods_without_willing", 0):
        words.append(
            f"{_count(pods, 'pod')} {'has' if pods == 1 else 'have'} nobody yet "
            "who is willing to be point person."
        )
    if pods := report.get("pods_without_driver", 0):
        words.append(f"{_count(pods, 'pod')} {'has' if pods == 1 else 'have'} no driver.")
    if alone := report.get("households_alone_in_language", 0):
        shares, its = ("shares", "its pod") if alone == 1 else ("share", "their pods")
        words.append(f"{_count(alone, 'home')} {shares} no language with anybody in {its}.")
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
        return "No plan that keeps the rules moves fewer."
    if report["moves_needed"] == 0:
        return "The rules need none of these moves; they make walks shorter."
    if report["moves_needed"] < moves:
        return "The rules need some of these moves; the others make walks shorter."
    return "No plan that moves fewer was found."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
