"""What `geomatch doctor` looks at: one small check each, with the way to mend what it finds."""

from __future__ import annotations

import shlex
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    name
        What was looked at.
    is_well
        Whether it is as it should be.
    words
        What was seen, and how to mend it where something is wrong.
    """

    name: str
    is_well: bool
    words: str


Check = Callable[[], Finding]


def examine() -> Iterator[Finding]:
    """Run every check; one that fails in an unforeseen way is a finding too."""
    for check in CHECKS:
        try:
            yield check()
        except (OSError, ImportError, DatabaseError, RuntimeError) as error:
            yield Finding(check.__name__.strip("_").replace("_", " "), False, str(error))


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    words = version if sys.version_info >= (3, 11) else f"{version}; install 3.11 or newer"
    return Finding("Python", sys.version_info >= (3, 11), words)


def _geography() -> Finding:
    from django.contrib.gis.gdal import gdal_full_version
    from django.contrib.gis.geos.libgeos import geos_version
    from pyproj import proj_version_str

    gdal = gdal_full_version().decode().split(",")[0]
    return Finding(
        "Geography", True, f"{gdal}, GEOS {geos_version().decode()}, PROJ {proj_version_str}"
    )


def _database() -> Finding:
    asks = "postgis_lib_version()" if connection.vendor == "postgresql" else "spatialite_version()"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asks}")
        version = cursor.fetchone()[0]
    kind = "PostGIS" if connection.vendor == "postgresql" else "SpatiaLite"
    return Finding("Database", True, f"{kind} {version}")


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    words = "up to date" if not waiting else f"{len(waiting)} to apply; run: geomatch migrate"
    return Finding("Tables", not waiting, words)


def _row_security() -> Finding:
    if connection.vendor != "postgresql":
        return Finding("Wall between networks", True, "kept by the application (one file)")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        exempt = cursor.fetchone()[0]
    words = (
        "this database role is exempt from row-level security; connect as a role that is neither "
        "superuser nor BYPASSRLS (see bin/create-role.sh)"
        if exempt
        else "row-level security binds this role"
    )
    return Finding("Wall between networks", not exempt, words)


def _private() -> Finding:
    from geomatch.site.ops.privacy import open_to_others

    found = open_to_others()
    if not found:
        return Finding("Data folder", True, f"{settings.HOME}, closed to others on this machine")
    words = f"others on this machine may look into {found[0]}"
    if len(found) > 1:
        words += f" and {len(found) - 1} more"
    shown = " ".join(shlex.quote(str(path)) for path in found[:3])
    advice = f"chmod go-rwx {shown}" if len(found) <= 3 else "geomatch migrate"
    return Finding("Data folder", False, f"{words}; run, as their owner: {advice}")


def _keys() -> Finding:
    from geomatch.keys import FILE_NAME

    path = settings.HOME / FILE_NAME
    if not path.exists():
        return Finding("Keys", True, "from the environment")
    open_to_others = bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    words = f"others may read {path}; run: chmod 600 {path}" if open_to_others else str(path)
    return Finding("Keys", not open_to_others, words)


def _paper() -> Finding:
    import typst  # noqa: F401 - that it can be loaded is what is checked

    return Finding("Street lists", True, f"typst {version('typst')}")


CHECKS: tuple[Check, ...] = (
    *(_python, _geography, _database, _migrations),
    *(_row_security, _private, _keys, _paper),
)
