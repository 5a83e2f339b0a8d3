"""Forget what was promised to be forgotten, whether or not anybody opens a page."""

from __future__ import annotations

from contextlib import suppress

from geomatch.network.intake.staging.scratch import forget_old_files
from geomatch.network.intake.staging.sheets import forget_abandoned
from geomatch.network.models import Network
from geomatch.network.scope import use_network
from geomatch.network.services.signs import forget_old_signs
from geomatch.network.signups.services import forget_old_signups


def forget_what_is_over() -> None:
    """Delete sheets nobody came back to, sign-ups set aside long ago, and killed workers' files."""
    for network in Network.objects.all():
        with use_network(network):
            forget_abandoned()
        forget_old_signups(network=network)
    with suppress(OSError):  # whatever is wrong with the disk, the worker goes on working
        forget_old_files()
        forget_old_signs()
