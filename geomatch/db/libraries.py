"""Find GDAL and GEOS in the wheels that already carry them.

The copies inside `pyogrio` and `shapely` are newer than a distribution's and need no system
package. Only paths are looked up here; nothing is imported.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path


def wheel_library(package: str, *patterns: str) -> str | None:
    """Path of a shared library inside an installed wheel, or None.

    Parameters
    ----------
    package
        Import name of the wheel, such as `"shapely"`.
    patterns
        Glob patterns relative to `site-packages`, tried in order.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    site_packages = Path(spec.origin).parent.parent
    for pattern in patterns:
        for path in sorted(site_packages.glob(pattern)):
            return str(path)
    return None


def gdal_library() -> str | None:
    """Path of GDAL: `$GDAL_LIBRARY_PATH`, else pyogrio's own."""
    return os.environ.get("GDAL_LIBRARY_PATH") or wheel_library(
        "pyogrio", "pyogrio.libs/libgdal-*.so*", "pyogrio/.dylibs/libgdal*.dylib"
    )


def geos_library() -> str | None:
    """Path of GEOS: `$GEOS_LIBRARY_PATH`, else shapely's own."""
    return os.environ.get("GEOS_LIBRARY_PATH") or wheel_library(
        "shapely", "shapely.libs/libgeos_c-*.so*", "shapely/.dylibs/libgeos_c*.dylib"
    )


def spatialite_library() -> str:
    """Name or path of `mod_spatialite`, for SQLite's extension loader."""
    given = os.environ.get("SPATIALITE_LIBRARY_PATH")
    if given:
        return given
    for folder in ("/opt/homebrew/lib", "/usr/local/lib"):
        for path in sorted(Path(folder).glob("mod_spatialite*.dylib")):
            return str(path)
    return "mod_spatialite"
