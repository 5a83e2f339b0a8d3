"""The form of what is written for people: width, and a fragment for each change."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import ROOT

WIDTH = 120
KINDS = {"added", "changed", "fixed", "security", "removed"}
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_prose_ends_at_120_columns(page: Path) -> None:
    long = [number for number, line in _prose(page.read_text("utf-8")) if len(line) > WIDTH]
    assert not long, f"lines {long} are longer than {WIDTH} columns"


def _prose(text: str) -> Iterator[tuple[int, str]]:
    """Lines that can be wrapped: no table, no code, no heading, no line that is one link."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        code = fenced or (line.startswith("    ") and not re.match(r"\s*([-*]|\d+\.) ", line))
        link = re.fullmatch(r"\s*([-*] )?!?\[[^\]]*\](\([^)]*\)|: \S+)[.,;]?", line)
        if not (code or link or line.lstrip().startswith(("|", "#", "<"))):
            yield number, line


def test_every_fragment_is_of_a_known_kind() -> None:
    odd = [
        path.name
        for path in (ROOT / "changes").iterdir()
        if not re.fullmatch(rf"[a-z0-9-]+\.({'|'.join(sorted(KINDS))})\.md", path.name)
        or not path.read_text("utf-8").strip()
        or path.read_text("utf-8").startswith(("#", "-", "*  "))
    ]
    assert not odd, "changes/<slug>.<kind>.md, with a sentence or two; see CONTRIBUTING.md"


def gathered(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = [sys.executable, ROOT / "bin" / "changelog", "--root", folder, *arguments]
    return subprocess.run(script, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes" / "power-cut.fixed.md").write_text("What was said to be saved is.\n")
    (tmp_path / "changes" / "apart.security.md").write_text("word " * 40 + "\n")
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## 0.2.0 (unreleased)\n\nSee changes.\n\n## 0.1.0\n\n- All of it.\n"
    )
    return tmp_path


def test_a_release_gathers_the_fragments_under_its_version(project: Path) -> None:
    assert gathered(project, "0.2.0").returncode == 0
    log = (project / "CHANGELOG.md").read_text()
    assert log.startswith("# Changelog\n\n## 0.2.0\n\n### Security\n\n- word word")
    assert log.endswith(
        "### Fixed\n\n- What was said to be saved is.\n\n## 0.1.0\n\n- All of it.\n"
    )
    assert max(map(len, log.splitlines())) <= WIDTH
    assert not list((project / "changes").iterdir())


def test_an_unknown_kind_changes_nothing(project: Path) -> None:
    shutil.copy(project / "changes" / "apart.security.md", project / "changes" / "x.nicer.md")
    before = (project / "CHANGELOG.md").read_text()
    done = gathered(project, "0.2.0")
    assert done.returncode == 1
    assert "x.nicer.md" in done.stderr
    assert (project / "CHANGELOG.md").read_text() == before
