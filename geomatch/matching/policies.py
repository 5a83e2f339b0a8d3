"""A network's policy: every version is kept, with who made it and when."""

from __future__ import annotations

from django.contrib.auth.models import User

from geomatch.matching.engine import Policy
from geomatch.matching.engine.inputs.policy import default_policy_text
from geomatch.matching.models import Policy as StoredPolicy
from geomatch.network.models import Network
from geomatch.network.scope import lock_network, use_network
from geomatch.network.services.audit import record


def policy_text() -> str:
    """Return the policy in force as its TOML; the default, with its reasons, if there is none."""
    stored = StoredPolicy.objects.first()
    return stored.toml if stored else default_policy_text()


def plain_lines(text: str) -> str:
    """Return a text as a browser sends it with the line ends of this program."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def save_policy(*, network: Network, toml: str, actor: User | None) -> StoredPolicy | None:
    """Make a policy the one in force. Nothing is saved of one that cannot be used.

    Returns
    -------
    The new version; None if it says what the one in force says.

    Raises
    ------
    geomatch.core.errors.PolicyError
        With line and column of everything that is wrong.
    """
    toml = plain_lines(toml)
    Policy.from_toml(toml)
    with use_network(network):
        lock_network()
        if toml == policy_text():
            return None
        newest = StoredPolicy.objects.first()
        stored = StoredPolicy.objects.create(
            version=newest.version + 1 if newest else 1, toml=toml, created_by=actor
        )
        record(actor=actor, verb="changed the policy", target=f"policy {stored.version}")
    return stored
