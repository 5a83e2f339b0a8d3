"""Types are read without an installation: whoever runs mypy gets no keys and no data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_reading_types_makes_no_installation(tmp_path):
    home = tmp_path / "home"
    outside = {"GEOMATCH_HOME", "GEOMATCH_SECRET_KEY", "GEOMATCH_FIELD_KEY"}
    env = {name: value for name, value in os.environ.items() if name not in outside}
    said = subprocess.run(
        [sys.executable, "-c", "from tests.settings_for_types import HOME; print(HOME)"],
        cwd=tmp_path,
        env={**env, "PYTHONPATH": str(ROOT), "GEOMATCH_HOME": str(home)},
        check=True,
        capture_output=True,
        text=True,
    )

    assert Path(said.stdout.strip()) == tmp_path / ".mypy_cache" / "home"
    assert not home.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
