"""Columns that Django does not have: planar points, and text that is sealed at rest."""

from __future__ import annotations

from cryptography.fernet import InvalidToken
from django.contrib.gis.db import models
from encrypted_fields.fields import EncryptedTextField

from geomatch.core.errors import SetupError
from geomatch.core.translation import gettext


class PlanarPointField(models.PointField):
    """A point in metres in its network's own projected CRS.

    Networks lie in different zones, so the column has no SRID of its own (-1); the network's
    `srid_m` says which it is. Distances are planar metres on both databases.
    """

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"srid": -1, **kwargs})

    def units(self, connection) -> float:
        """Metres per unit."""
        return 1.0

    def units_name(self, connection) -> str:
        """Name of the unit."""
        return "metre"

    def geodetic(self, connection) -> bool:
        """Say that distances are planar."""
        return False


class SealedTextField(EncryptedTextField):
    """Text encrypted at rest, that refuses to be read with the wrong key.

    The library returns the cipher text when it cannot decrypt. A risk flag that reads as noise
    would quietly stop blocking, so here the wrong key is an error.
    """

    def from_db_value(self, value, expression, connection):
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
