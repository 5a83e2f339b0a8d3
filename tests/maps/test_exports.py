"""One file with everything inside, whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import stat
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from geomatch.core.errors import ParameterError
from maps.exports import matches_map_html, pods_map_html
from tests.maps import hostile

N = 12
POINTS = np.c_[np.linspace(-134.41, -134.40, N), np.full(N, 58.3)]


def read(page: str, part: str) -> dict:
    block = re.search(rf'<script type="application/json" id="\w+-{part}">(.*?)</script>', page)
    return json.loads(block[1])


def write_pods(path: Path, **changes: object) -> dict:
    columns = {
        "ids": [f"h{i}" for i in range(N)],
        "points_lonlat": POINTS,
        "pods": np.array([1] * 6 + [2] * 5 + [-1]),
        "reasons": [""] * 11 + ["Too few neighbours here"],
        "hidden": [False] * 10 + [True, False],
    }
    pods_map_html(path, **(columns | changes))
    return read(path.read_text("utf-8"), "data")


def test_pods_file_shows_the_households_that_may_be_shown(tmp_path: Path) -> None:
    data = write_pods(tmp_path / "pods.html")
    assert data["households"]["label"] == [f"h{i}" for i in range(N) if i != 10]
    assert data["households"]["reason"][-1] == "Too few neighbours here"
    assert [(p["number"], p["doors"]) for p in data["pods"]] == [(1, 6), (2, 4)]


def test_matches_file_names_the_volunteer_and_the_parts(tmp_path: Path) -> None:
    matches_map_html(
        tmp_path / "m.html",
        request_ids=["r1", "r2"],
        request_points=POINTS[:2],
        volunteer_ids=["v1"],
        volunteer_points=POINTS[3:4],
        volunteers=["v1", ""],
        scores=[7, 0],
        parts=[{"distance": 5, "skills": 2}, {}],
        most={"distance": 10},
        reasons=["", "Nobody speaks Tagalog"],
    )
    data = read((tmp_path / "m.html").read_text("utf-8"), "data")
    assert [r["reason"] for r in data["requests"]] == ["", "Nobody speaks Tagalog"]
    (match,) = data["matches"]
    assert [(p["name"], p["points"], p["most"]) for p in match["parts"]] == [
        ("distance", 5, 10),
        ("skills", 2, 2),
    ]


def test_the_policy_allows_exactly_the_scripts_in_the_file(tmp_path: Path) -> None:
    write_pods(tmp_path / "pods.html", title=hostile.TEXTS[2], labels=[hostile.TEXTS[7]] * N)
    page = (tmp_path / "pods.html").read_text("utf-8")
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert "connect-src" not in rules  # falls back to 'none'
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    assert rules["script-src"].split() == [f"'sha256-{h}'" for h in hashes]
    assert not any("unsafe" in rule for rule in rules.values())


def test_the_file_is_for_its_owner(tmp_path: Path) -> None:
    write_pods(tmp_path / "pods.html")
    assert stat.S_IMODE((tmp_path / "pods.html").stat().st_mode) == 0o600


def test_a_wrong_column_leaves_the_old_file_alone(tmp_path: Path) -> None:
    target = tmp_path / "pods.html"
    target.write_text("old", "utf-8")
    with pytest.raises(ParameterError, match="`people` has 3 values for 12 rows"):
        write_pods(target, people=[1, 2, 3])
    assert target.read_text("utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["pods.html"]


def test_a_failing_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        write_pods(tmp_path / "pods.html")
    assert list(tmp_path.iterdir()) == []


def test_households_without_a_place_are_in_the_table_only(tmp_path: Path) -> None:
    points = POINTS.copy()
    points[0] = np.nan
    data = write_pods(tmp_path / "pods.html", points_lonlat=points)
    assert data["households"]["lon"][0] is None
    assert data["pods"][0]["doors"] == 6
