"""Vendored files are the ones their manifest names."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from geomatch.core.errors import SetupError
from maps import vendor

SHELVES = sorted(vendor.SHELVES)


@pytest.mark.parametrize("shelf", SHELVES)
def test_every_file_is_the_one_in_the_manifest(shelf: str) -> None:
    assert vendor.file_problems(vendor.ROOT / shelf) == []


@pytest.mark.parametrize("shelf", SHELVES)
def test_manifest_names_the_pinned_packages_and_their_licences(shelf: str) -> None:
    entries = json.loads((vendor.ROOT / shelf / "manifest.json").read_text("utf-8"))["packages"]
    told = [(e["package"], e["version"], e["licence"], sorted(e["files"])) for e in entries]
    assert told == [
        (p.name, p.version, p.licence, sorted(p.files.values())) for p in vendor.SHELVES[shelf]
    ]


def test_a_changed_a_missing_and_a_stray_file_are_named(tmp_path: Path) -> None:
    shelf = shutil.copytree(vendor.ROOT / "maps/static/vendor", tmp_path / "shelf")
    (shelf / "htmx/htmx.min.js").write_text("alert(1)", "utf-8")
    (shelf / "leaflet/leaflet.css").unlink()
    (shelf / "stray.js").write_text("", "utf-8")
    assert vendor.file_problems(shelf) == [
        "leaflet/leaflet.css is missing",
        "stray.js is in no manifest",
        "htmx/htmx.min.js was changed",
    ]


def test_no_script_or_style_points_at_a_source_map_or_another_host() -> None:
    for path in (vendor.ROOT / "maps/static/vendor").rglob("*"):
        if path.suffix in {".js", ".css"}:
            text = path.read_text("utf-8")
            assert "sourceMappingURL" not in text, path
            assert "@import" not in text, path
            assert "url(http" not in text, path


def test_a_tarball_that_is_not_what_npm_described_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def npm(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        folder = Path(command[command.index("--pack-destination") + 1])
        (folder / "leaflet-1.9.4.tgz").write_bytes(b"something else")
        said = [{"filename": "leaflet-1.9.4.tgz", "integrity": "sha512-AAAA"}]
        return subprocess.CompletedProcess(command, 0, stdout=json.dumps(said), stderr="")

    monkeypatch.setattr(vendor.subprocess, "run", npm)
    with pytest.raises(SetupError, match="not the one npm described"):
        vendor.renew(tmp_path, vendor.SHELVES["maps/static/vendor"])
    assert list(tmp_path.iterdir()) == []
