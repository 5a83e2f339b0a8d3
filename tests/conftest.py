"""Fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real towns (`$GEOMATCH_SHARED`, default `../shared`), or a skip that says so."""
    folder = (ROOT / os.environ.get("GEOMATCH_SHARED", "../shared")).resolve() / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} is absent (set GEOMATCH_SHARED)")
    return folder
