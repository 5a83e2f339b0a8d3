"""Django's SpatiaLite backend, less a trigger that breaks migrations."""

from __future__ import annotations

import importlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.contrib.gis.db.backends.spatialite import base

from geomatch.private import private_file

# SQLite loads mod_spatialite with RTLD_GLOBAL, and with it the distribution's own GEOS and PROJ. A
# wheel that is loaded afterwards finds *their* functions under the names of its own: Voronoi cells
# come back in the wrong number and the process dies with a double free. A wheel that was loaded
# before is bound already, so these are, first.
CARRY_THEIR_OWN_LIBRARIES = ("shapely", "pyproj", "pyogrio")


class DatabaseWrapper(base.DatabaseWrapper):
    """SpatiaLite whose metadata tables survive `ALTER TABLE … RENAME`."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, after the wheels whose libraries SpatiaLite's would stand in for.

        SQLite makes a new file readable for everybody on the machine; ours is there before. How
        long a writer waits for another (``timeout``, in seconds) holds for the whole connection.
        """
        for name in CARRY_THEIR_OWN_LIBRARIES:
            importlib.import_module(name)
        if not self.is_in_memory_db():
            with suppress(OSError):  # SQLite says it better
                private_file(Path(conn_params["database"]))
        connection = super().get_new_connection(conn_params)
        # mod_spatialite, once loaded, waits for another writer no longer than five seconds.
        connection.execute(f"PRAGMA busy_timeout={round(1000 * conn_params['timeout'])}")
        return connection

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
