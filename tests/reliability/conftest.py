"""An installation of its own, as a program beside the tests: empty database, own folder."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.reliability.served import Site, free_port, serving

PRESET = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
Geomatch = Callable[..., subprocess.CompletedProcess[str]]


@contextmanager
def installation(home: Path) -> Iterator[dict[str, str]]:
    """The environment of a new installation on the database that the tests run on."""
    variables = {name: value for name, value in os.environ.items() if name not in PRESET}
    variables |= {"GEOMATCH_HOME": str(home), "PYTHONWARNINGS": "ignore"}
    if connection.vendor != "postgresql":
        yield variables
        return
    name = f"geomatch_{secrets.token_hex(4)}"
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    _on_server(f'CREATE DATABASE "{name}"')
    yield variables | {"DATABASE_URL": f"{base}/{name}"}
    _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def environment(tmp_path) -> Iterator[dict[str, str]]:
    """An installation for one test."""
    with installation(tmp_path / "home") as variables:
        yield variables


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory) -> Iterator[Site]:
    """The demo as a newcomer meets it: made by `geomatch demo` in an empty home, then served.

    Tests only look and print: they share it.
    """
    with installation(tmp_path_factory.mktemp("demo") / "home") as variables:
        port = free_port()
        with serving(["demo", "--port", str(port)], port, variables) as site:
            yield site


def _on_server(statement: str) -> None:
    import psycopg

    url = os.environ["DATABASE_URL"].replace("postgis://", "postgresql://")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(statement)


@pytest.fixture
def geomatch(environment) -> Geomatch:
    """Run a command of the new installation."""

    def run(*words: str, check: bool = True, typed: str = "") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "geomatch.cli", *words],
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    return run
