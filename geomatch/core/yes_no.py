"""Yes and no as people and programs write them in cells and in properties of map files."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["NO", "YES", "is_crossing", "is_yes", "yes_or_no"]

YES = frozenset({"yes", "y", "true", "t", "1", "1.0", "x", "✓", "si", "sí", "oo"})
NO = frozenset({"", "no", "n", "false", "f", "0", "0.0", "-", "none", "hindi"})


def yes_or_no(text: str) -> bool | None:
    """Read a cell; None where it says neither.

    >>> yes_or_no(" Yes"), yes_or_no("0"), yes_or_no("perhaps")
    (True, False, None)
    """
    word = text.strip().casefold()
    return True if word in YES else False if word in NO else None


def is_yes(value: object) -> bool:
    """Read a property of any kind: yes only where it says so.

    >>> is_yes(True), is_yes(1), is_yes(" yes"), is_yes("no"), is_yes(None)
    (True, True, True, False, False)
    """
    return yes_or_no(str(value)) is True


def is_crossing(properties: Mapping[str, object]) -> bool:
    """Whether a feature of a file of barriers is a way over them.

    >>> is_crossing({"Crossing": " yes"}), is_crossing({"crossing": "no"}), is_crossing({})
    (True, False, False)
    """
    said = (value for name, value in properties.items() if name.strip().casefold() == "crossing")
    return is_yes(next(said, None))
