"""An installation of its own, as a program beside the tests: empty database, own folder."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

PRESET = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
Geomatch = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path) -> Iterator[dict[str, str]]:
    """The environment of a new installation on the database that the tests run on."""
    variables = {name: value for name, value in os.environ.items() if name not in PRESET}
    variables |= {"GEOMATCH_HOME": str(tmp_path / "home"), "PYTHONWARNINGS": "ignore"}
    if connection.vendor != "postgresql":
        yield variables
        return
    name = f"geomatch_{secrets.token_hex(4)}"
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    _on_server(f'CREATE DATABASE "{name}"')
    yield variables | {"DATABASE_URL": f"{base}/{name}"}
    _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    import psycopg

    url = os.environ["DATABASE_URL"].replace("postgis://", "postgresql://")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(statement)


@pytest.fixture
def geomatch(environment) -> Geomatch:
    """Run a command of the new installation."""

    def run(*words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "geomatch.cli", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    return run
