"""Fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import factory
import hypothesis
import pytest

from geomatch.catalogues import compile_all

compile_all()  # before anything reads them

# The same examples every time, however slow the machine: a commit is not refused for another's
# fault. New examples are looked for with `bin/test --hypothesis-profile default`.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.register_profile("long", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent


# Rooms whose tests use no database (but for a few that ask for one): once is enough for those.
WITHOUT_DATABASE = (
    *("core", "fixtures", "geocoding", "maps", "tables"),
    *("matching/engine", "pods/planner"),
    *("browser/test_look.py", "browser/test_look_files.py", "browser/test_map_elements.py"),
    "browser/test_preview.py",
)


# What `bin/test quick` leaves out, besides browsers: programs, whole towns, much data.
SLOW = (
    *("reliability", "fixtures", "test_notebooks.py", "test_cpmp_benchmark.py"),
    *("tables/test_hostile_sizes.py", "tables/test_opendocument.py"),
    *("geocoding/test_real_towns.py", "site/test_real_town.py", "site/test_any_workbook.py"),
    *("network/test_import_memory.py", "site/test_long_imports.py", "site/test_large_previews.py"),
    *("pods/test_daskengine.py", "pods/planner/test_figures.py", "pods/planner/test_timed.py"),
    "pods/planner/test_rebalance_life.py",
)


@pytest.hookimpl(tryfirst=True)  # before pytest itself looks at marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what is slow; on PostGIS, run what a database can make a difference to."""
    slow = tuple(ROOT / "tests" / room for room in SLOW)
    for item in items:
        if any(item.path == room or room in item.path.parents for room in slow):
            item.add_marker(pytest.mark.slow)
    if not os.environ.get("DATABASE_URL"):
        return
    rooms = tuple(ROOT / "tests" / room for room in WITHOUT_DATABASE)

    def runs_once(item: pytest.Item) -> bool:
        is_in_room = any(item.path == room or room in item.path.parents for room in rooms)
        return is_in_room and not _asks_for_database(item)

    config.hook.pytest_deselected(items=[item for item in items if runs_once(item)])
    items[:] = [item for item in items if not runs_once(item)]


def _asks_for_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "live_server"}
    return bool(fixtures & set(item.fixturenames) or item.get_closest_marker("django_db"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real towns (`$GEOMATCH_SHARED`, default `../shared`), or a skip that says so."""
    folder = (ROOT / os.environ.get("GEOMATCH_SHARED", "../shared")).resolve() / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} is absent (set GEOMATCH_SHARED)")
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Wait for no disk: what the tests write survives nothing anyway."""
    from django.db import connections

    options = connections["default"].settings_dict["OPTIONS"]
    if "init_command" in options:
        options["init_command"] += " PRAGMA synchronous=OFF;"


@pytest.fixture
def network(db):
    """A network nobody has entered."""
    from tests.factories import NetworkFactory

    return NetworkFactory()


@pytest.fixture
def inside(network):
    """A network, entered for the length of the test."""
    from geomatch.network.scope import use_network

    with use_network(network):
        yield network


@pytest.fixture(autouse=True)
def _counted_from_the_start():
    """Make the same rows whichever tests ran before: homes lie where their number says."""
    from tests import factories

    for made in vars(factories).values():
        if isinstance(made, type) and issubclass(made, factory.Factory) and not made._meta.abstract:
            made.reset_sequence(0, force=True)


@pytest.fixture(autouse=True)
def _quick_site(settings):
    """Do background work at once, hash passwords cheaply, forget who guessed in other tests."""
    from django.core.cache import cache

    cache.clear()  # sign-ins are counted there, by address: all tests come from one
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
