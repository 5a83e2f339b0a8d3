"""Remember who did what. An entry holds counts and ids, never an address, a name or a note."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from geomatch.network.models import AuditEvent


def record(*, actor: User | None, verb: str, target: str = "", **figures: Any) -> AuditEvent:
    """Write one entry into the current network's history.

    Parameters
    ----------
    actor
        Who did it; None for a command at the terminal.
    verb
        What was done, such as `"published plan"`.
    target
        The kind and id of what it was done to.
    figures
        Counts worth remembering.
    """
    return AuditEvent.objects.create(actor=actor, verb=verb, target=target, figures=figures)
