"""What the figures of a plan mean, in sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def figures_in_words(report: Mapping[str, Any]) -> list[str]:
    """Say the figures beside size and distance that somebody may want to act on.

    >>> figures_in_words({"pods": 100, "diameter_p99_m": 1204.4, "barrier_crossings": 1})
    ['99 in 100 pods are at most 1,204 m across.', '1 household goes over a bridge or round a \
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
            f"{_count(over, 'household')} {goes} over a bridge or round a barrier "
            f"to the middle of {its}."
        )
    return words + unmet_wishes(report)


def unmet_wishes(report: Mapping[str, Any]) -> list[str]:
    """Say which soft goals a plan leaves open; nothing of what it grants or was not asked.

    >>> unmet_wishes({"pods_without_driver": 3, "households_alone_in_language": 1})
    ['3 pods have no driver.', '1 household shares no language with anybody in its pod.']
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
        words.append(f"{_count(alone, 'household')} {shares} no language with anybody in {its}.")
    return words


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
