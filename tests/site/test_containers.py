"""The files that start geomatch in containers: what they run, open, hand on and leave out."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]


def test_the_compose_file_runs_commands_that_exist():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    assert set(compose["services"]) == {"migrate", "web", "worker", "database"}
    for name in ("migrate", "web", "worker"):
        service = compose["services"][name]
        program, command = service["command"][:2]
        assert (program, command in get_commands()) == ("geomatch", True)
        if name != "migrate":
            assert service["healthcheck"]["test"][:2] == ["CMD", "geomatch"]
    documented = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    for variable in compose["services"]["web"]["environment"]:
        assert f"`{variable}`" in documented


def compose_text() -> str:
    return (ROOT / "docker-compose.yml").read_text("utf-8")


def test_the_compose_file_opens_the_site_to_this_machine_only():
    """X-Forwarded-Proto is believed there, and anybody who reaches the port can send it."""
    compose = yaml.safe_load(compose_text())
    opened = {name: service.get("ports", []) for name, service in compose["services"].items()}
    assert opened.pop("web") == ["${GEOMATCH_PUBLISH:-127.0.0.1}:${GEOMATCH_PORT:-8000}:8000"]
    assert not any(opened.values())


def test_the_compose_file_hands_on_every_setting_of_mail():
    settings = (ROOT / "geomatch" / "settings.py").read_text("utf-8")
    mail = set(re.findall(r"GEOMATCH_EMAIL_[A-Z]+", settings))
    assert "GEOMATCH_EMAIL_HOST" in mail
    example = (ROOT / ".env.example").read_text("utf-8")
    for name in mail:
        assert f"{name}: ${{{name}:-" in compose_text()
        assert f"\n{name}=" in example


def test_every_variable_of_the_compose_file_is_documented():
    documented = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    for name in re.findall(r"\$\{(GEOMATCH_[A-Z_]+)", compose_text()):
        assert f"`{name}`" in documented


@pytest.mark.parametrize(
    "secret", [".env", ".env.production", "var", "var/keys.json", "geomatch.sqlite3", "a/b.sqlite3"]
)
def test_no_image_is_built_with_secrets_in_it(secret):
    patterns = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    ignored = [p for p in patterns if p and not p.startswith("#")]
    paths = [PurePosixPath(secret), *PurePosixPath(secret).parents]
    assert any(
        fnmatch(str(path), pattern) or fnmatch(f"/{path}", pattern.replace("**", "*"))
        for path in paths
        for pattern in ignored
    )
