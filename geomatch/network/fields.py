"""Columns that Django does not have: planar points, and text that is sealed at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.contrib.gis.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from encrypted_fields.fields import EncryptedTextField

from geomatch.core.errors import SetupError
from geomatch.core.translation import gettext

Set = TypeVar("Set", contravariant=True)
Get = TypeVar("Get", covariant=True)

if TYPE_CHECKING:
    from django.contrib.gis.geos import Point
    from django.db.models.expressions import Combinable, Expression

    # What may be set and what is read: Django's classes take these two in their stubs only.
    PointField = models.PointField[Point | Combinable | None, Point | None]

    class TypedTextField(models.TextField[Set, Get]):
        """What the library's field is, which has no types: a text that holds its cipher."""

        f: Fernet | MultiFernet

else:
    PointField = models.PointField

    class TypedTextField(EncryptedTextField):
        """The library's field; it lets what may be set and what is read be written down."""

        def __class_getitem__(cls, types):
            return cls


def longest_text(model: type[models.Model], name: str) -> int:
    """Return how many letters a text column of a model takes."""
    column = model._meta.get_field(name)
    assert isinstance(column, models.CharField)
    assert column.max_length is not None
    return column.max_length


class PlanarPointField(PointField):
    """A point in metres in its network's own projected CRS.

    Networks lie in different zones, so the column has no SRID of its own (-1); the network's
    `srid_m` says which it is. Distances are planar metres on both databases.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"srid": -1, **kwargs})

    def units(self, connection: BaseDatabaseWrapper) -> float:
        """Metres per unit."""
        return 1.0

    def units_name(self, connection: BaseDatabaseWrapper) -> str:
        """Name of the unit."""
        return "metre"

    def geodetic(self, connection: BaseDatabaseWrapper) -> bool:
        """Say that distances are planar."""
        return False


class SealedTextField(TypedTextField[Set, Get]):
    """Text encrypted at rest, that refuses to be read with the wrong key.

    The library returns the cipher text when it cannot decrypt. A risk flag that reads as noise
    would quietly stop blocking, so here the wrong key is an error.
    """

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> str:
        """Decrypt, or raise `SetupError`."""
        if not value:
            return ""
        try:
            return self.f.decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise SetupError(
                gettext(
                    "Encrypted notes and flags cannot be read: the key of this "
                    "installation (GEOMATCH_SECRET_KEY with GEOMATCH_FIELD_KEY, or "
                    "keys.json) is not the one they were written with. Restore that key."
                )
            ) from error
