"""What somebody typed into a search box, bounded: the one way every search of the site begins.

Each word costs the database work on every row, so a pasted letter must not become a query of
thousands. What is left out is said on the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from django.db.models import Q

__all__ = ["MOST_WORDS", "Search", "parse_search"]

MOST_WORDS: Final = 12  # “Ana Maria Ruiz, 12 1/2 Old Glacier Highway Apt 4, Juneau”
LONGEST_WORD: Final = 60
LONGEST_TEXT: Final = 300
# What no name has: control characters (PostgreSQL refuses NUL), and halves of characters.
_NOT_TYPED = re.compile("[\0-\x08\x0e-\x1f\x7f\ud800-\udfff]")


class Search(NamedTuple):
    """Words to look for, all of which must be found.

    Attributes
    ----------
    text
        What the box shows again.
    words
        What is looked for, in the order typed.
    note
        What was left out, as a sentence; empty where all of it is looked for.
    """

    text: str = ""
    words: tuple[str, ...] = ()
    note: str = ""

    def matching(self, condition: Callable[[str], Q]) -> Q:
        """Return the condition that holds for every word."""
        every = Q()
        for word in self.words:
            every &= condition(word)
        return every


def parse_search(typed: str) -> Search:
    """Read what was typed into a search box.

    Parameters
    ----------
    typed
        Anything at all.
    """
    text = _NOT_TYPED.sub("", typed).strip()
    kept = text[:LONGEST_TEXT].strip()
    words = kept.split()
    taken = tuple(word[:LONGEST_WORD] for word in words[:MOST_WORDS])
    if len(words) > MOST_WORDS or (len(kept) < len(text) and len(taken) > 1):
        note = f"Only the first {len(taken)} words were looked for."
    elif len(kept) < len(text) or any(len(word) > LONGEST_WORD for word in words):
        note = f"Only the first {LONGEST_WORD} letters of a word were looked for."
    else:
        note = ""
    return Search(kept, taken, note)
