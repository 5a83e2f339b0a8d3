"""Tries that are bounded: at secrets nobody can guess, but that somebody may hammer at."""

from __future__ import annotations

import hashlib

from django.core.cache import cache

HOUR_S = 3600


def is_one_too_many(kind: str, whose: str, *, most: int, span_s: int = HOUR_S) -> bool:
    """Count a try, and say whether there were more than `most` in the last while.

    Parameters
    ----------
    kind
        What is tried.
    whose
        Whose tries are counted together: an internet address, a link. It is not kept as it is.
        Empty: nobody can tell, and nothing is counted. One bucket for all would let anybody lock
        everybody out.
    """
    if not whose:
        return False
    key = f"tries:{kind}:{hashlib.sha256(whose.encode()).hexdigest()}"
    cache.add(key, 0, span_s)
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out between the two lines
        return False
