"""The embedded database: SpatiaLite on any Python.

Many Pythons (pyenv's, macOS's) are built without loadable SQLite extensions, and SpatiaLite is
one. Django imports `sqlite3` when it loads a backend's `base`, so this package, which is
imported first, swaps in a build that can load extensions wherever the standard one cannot.

base   Django's backend, less a trigger that breaks migrations
"""

from __future__ import annotations

import importlib
import sqlite3
import sys

_REPLACEMENTS = ("pysqlite3", "sqlean")


def use_loadable_sqlite() -> str:
    """Make `sqlite3` a module that can load extensions and return its name.

    Raises
    ------
    geomatch.core.errors.SetupError
        If neither the standard library nor an installed replacement can.
    """
    if hasattr(sqlite3.Connection, "enable_load_extension"):
        return sqlite3.__name__
    for name in _REPLACEMENTS:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        if hasattr(module.Connection, "enable_load_extension"):
            sys.modules["sqlite3"] = module
            sys.modules["sqlite3.dbapi2"] = importlib.import_module(f"{name}.dbapi2")
            return name
    from geomatch.core.errors import SetupError

    raise SetupError(
        "This Python cannot load SQLite extensions, and the embedded database needs one. "
        "Run bin/setup again, or use a server database (DATABASE_URL=postgis://…)."
    )


use_loadable_sqlite()
