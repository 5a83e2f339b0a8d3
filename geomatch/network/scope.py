"""The first wall between networks: no network entered, no rows.

Every model that belongs to a network is read through `ScopedManager`, which shows the rows of
the network entered with `use_network` and raises where none was. On PostGIS the same block
also sets a value for its transaction that row-level security compares with every row (see
`geomatch.network.rls`), so that even raw SQL stays inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import connection, models, transaction

from geomatch.core.errors import GeomatchError

if TYPE_CHECKING:
    from geomatch.network.models import Network

M = TypeVar("M", bound=models.Model)

_current: ContextVar[Network | None] = ContextVar("geomatch_network", default=None)


class OutsideNetworkError(GeomatchError):
    """Rows of a network were asked for without saying which network."""


@contextmanager
def use_network(network: Network, *, reading: bool = False) -> Iterator[Network]:
    """Enter a network for the length of one transaction.

    Parameters
    ----------
    network
        The network whose rows the block may read and write.
    reading
        The block only reads. SQLite then needs no transaction: ours begin by asking for the one
        place there is to write, and a page that is looked at must not wait for an import.
    """
    with nullcontext() if reading and connection.vendor == "sqlite" else transaction.atomic():
        before = _current.get()
        token = _current.set(network)
        _tell_database(network)
        try:
            yield network
        finally:
            _current.reset(token)
        # After a fault the savepoint takes the value back, and nothing else may be asked there.
        if before is not None and not connection.needs_rollback:
            _tell_database(before)


def current_network() -> Network:
    """Return the network that was entered.

    Raises
    ------
    OutsideNetworkError
        If none was.
    """
    network = _current.get()
    if network is None:
        raise OutsideNetworkError("Enter a network first: `with use_network(network): …`.")
    return network


def lock_network() -> None:
    """Let whoever else asks for this lock of the current network wait until we are through.

    For what must be done by one at a time: numbering plans, or adding whom another may add too.
    """
    network = current_network()
    # "No key": rows that merely point to the network (progress, for one) are written meanwhile.
    type(network).objects.select_for_update(no_key=True).get(pk=network.pk)


def _tell_database(network: Network) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('geomatch.network', %s, true)", [str(network.pk)])


class ScopedManager(models.Manager[M]):
    """Rows of the network that was entered, and no others."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Filter by the current network; raise outside of one."""
        return super().get_queryset().filter(network=current_network())


class NetworkScoped(models.Model):
    """Base of every model that belongs to one network."""

    network = models.ForeignKey("network.Network", on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save into the current network; refuse to move a row to another one."""
        here = current_network()
        if not self.network_id:  # a new row
            self.network = here
        elif self.network_id != here.pk:
            raise OutsideNetworkError("This row belongs to another network.")
        super().save(*args, **kwargs)
