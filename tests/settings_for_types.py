"""The settings as mypy's plugin reads them: no installation is looked at, and none is made.

The plugin loads Django to learn its models. The folder it wants lies in mypy's own cache, and the
keys are nobody's.
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ["GEOMATCH_HOME"] = str(Path(".mypy_cache/home").resolve())
os.environ["GEOMATCH_SECRET_KEY"] = os.environ["GEOMATCH_FIELD_KEY"] = "only for reading types"
os.environ.pop("DATABASE_URL", None)

from geomatch.settings import *  # noqa: F403 - after what they read
