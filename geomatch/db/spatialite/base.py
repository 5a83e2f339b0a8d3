"""Django's SpatiaLite backend, less a trigger that breaks migrations."""

from __future__ import annotations

from django.contrib.gis.db.backends.spatialite import base


class DatabaseWrapper(base.DatabaseWrapper):
    """SpatiaLite whose metadata tables survive `ALTER TABLE … RENAME`."""

    def prepare_database(self) -> None:
        """Create SpatiaLite's metadata once.

        Django calls `InitSpatialMetaDataFull`, whose extra views make every later table rename
        fail on newer SQLite (ticket 32935); the plain call has all that the models need.
        """
        super(base.DatabaseWrapper, self).prepare_database()
        with self.cursor() as cursor:
            cursor.execute("PRAGMA table_info(geometry_columns)")
            if not cursor.fetchall():
                cursor.execute("SELECT InitSpatialMetaData(1)")
