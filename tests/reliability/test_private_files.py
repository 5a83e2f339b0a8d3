"""Nobody else on the machine reads what geomatch writes, and what it said is saved stays saved."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from geomatch.private import close_to_others, open_to_others, private_folder
from geomatch.site.ops.backup import write_backup

# What a process opens its connections with; asked of each that opens, whoever opens it.
PRAGMAS = """
from django.db.backends.signals import connection_created
def tell(connection, **_):
    with connection.cursor() as cursor:
        for name in ("journal_mode", "synchronous", "secure_delete"):
            cursor.execute(f"PRAGMA {name}")
            print("pragma", name, cursor.fetchone()[0])
from django.db import connection
connection.close()
connection_created.connect(tell)
"""
AS_THE_SITE = """
from wsgiref.util import setup_testing_defaults
from geomatch.wsgi import application
asked = {"PATH_INFO": "/health/", "HTTP_HOST": "localhost"}
setup_testing_defaults(asked)
answered = []
list(application(asked, lambda status, headers: answered.append(status)))
assert answered == ["200 OK"], answered
"""
AS_THE_WORKER = """
from django.core.management import call_command
call_command("work", once=True)
"""
AS_A_COMMAND = """
from django.core.management import call_command
call_command("backup", "backup.zip")
"""

embedded = pytest.mark.skipif(connection.vendor == "postgresql", reason="a server keeps its files")


@embedded
@pytest.mark.django_db
def test_every_process_waits_for_the_disk_and_overwrites_what_is_deleted(
    geomatch, environment, tmp_path, monkeypatch
):
    geomatch("migrate")
    monkeypatch.chdir(tmp_path)
    for process in (AS_THE_SITE, AS_THE_WORKER, AS_A_COMMAND):
        said = geomatch("shell", "-c", PRAGMAS + process).stdout.splitlines()
        seen = {line for line in said if line.startswith("pragma")}
        assert seen == {"pragma journal_mode wal", "pragma synchronous 2", "pragma secure_delete 1"}


@embedded
@pytest.mark.django_db
@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_a_new_home_is_closed_whatever_the_umask(geomatch, environment, umask):
    before = os.umask(umask)
    try:
        geomatch("shell", "-c", WRITE_AND_DIE)
    finally:
        os.umask(before)
    home = Path(environment["GEOMATCH_HOME"])
    found = {path.relative_to(home): mode(path) for path in (home, *home.rglob("*"))}
    assert {Path("geomatch.sqlite3"), Path("keys.json"), Path("open")} <= set(found)
    assert Path("geomatch.sqlite3-wal") in found
    assert any(path.parent == Path("signs") for path in found), "a run has left its sign"
    folders = {path: m for path, m in found.items() if (home / path).is_dir()}
    assert set(folders.values()) == {0o700}
    assert {m for path, m in found.items() if path not in folders} == {0o600}


# A process that is killed leaves the database's log beside it, and its sign.
WRITE_AND_DIE = """
import os
from django.db import connection
from geomatch.network.services.signs import leave_sign
connection.cursor().execute("CREATE TABLE x(a)")
leave_sign(1, "claim", done=1, total=2, step="")
os._exit(0)
"""


@embedded
@pytest.mark.django_db
def test_a_home_of_an_older_version_is_found_and_closed(geomatch, environment):
    geomatch("migrate")
    home = Path(environment["GEOMATCH_HOME"])
    (home / "demo").mkdir()
    theirs = home / "boundary.geojson"
    for path in (home / "demo" / "street-lists.pdf", theirs):
        path.write_text("1 Main St")
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)

    doctor = geomatch("doctor", check=False)
    assert "✗ Data folder: others on this machine may look into" in doctor.stdout
    assert "geomatch migrate" in doctor.stdout
    geomatch("migrate")
    assert "✓ Data folder" in geomatch("doctor").stdout
    ours = {path for path in home.rglob("*") if path.is_file()} - {theirs}
    assert {mode(path) for path in ours} == {0o600}
    assert mode(home) == mode(home / "demo") == 0o700
    assert mode(theirs) == 0o644, "whoever put it there decides"


@pytest.mark.parametrize("command", ["serve", "work"])
def test_server_and_worker_close_the_home_before_they_begin(command, monkeypatch, settings):
    """The signal and the umask are one call, which both make first."""
    from geomatch.site.ops import privacy

    def begin():
        raise InterruptedError

    monkeypatch.setattr(privacy, "start_private", begin)
    with pytest.raises(InterruptedError):
        call_command(command)


def test_what_everybody_shares_stays_open(tmp_path):
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    private_folder(shared)
    close_to_others(shared)
    assert mode(shared) == 0o1777
    assert open_to_others(shared) == [shared], "and the doctor says so"


def test_links_lead_nowhere(tmp_path):
    outside = tmp_path / "outside"
    outside.write_text("")
    outside.chmod(0o644)
    home = private_folder(tmp_path / "home")
    demo = private_folder(home / "demo")
    (demo / "link").symlink_to(outside)
    (home / "keys.json").symlink_to(outside)
    close_to_others(home)
    assert mode(outside) == 0o644


@pytest.mark.django_db
def test_a_backup_is_for_nobody_else_even_in_the_place_of_an_open_one(tmp_path, network):
    path = tmp_path / "backup.zip"
    path.touch()
    path.chmod(0o666)
    before = os.umask(0)
    try:
        write_backup(path)
    finally:
        os.umask(before)
    assert mode(path) == 0o600


@pytest.mark.django_db
def test_a_backup_that_fails_leaves_no_half_behind(tmp_path, monkeypatch, network):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("geomatch.site.ops.backup.json.dumps", full)
    with pytest.raises(ValueError, match="No space left"):
        write_backup(tmp_path / "backup.zip")
    assert list(tmp_path.iterdir()) == []


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
