"""A new installation: tables up and down, the server and its worker, keys of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

pytestmark = pytest.mark.django_db


def test_migrations_go_up_and_down_and_up_again(geomatch):
    geomatch("migrate")
    for app in ("matching", "pods", "network"):
        geomatch("migrate", app, "zero")
    geomatch("migrate")
    assert "✗" not in geomatch("doctor").stdout


def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_keys_are_made_once_and_are_nobody_elses(geomatch, environment):
    geomatch("migrate")
    path = Path(environment["GEOMATCH_HOME"]) / "keys.json"
    assert path.stat().st_mode & 0o077 == 0
    before = json.loads(path.read_text("utf-8"))
    geomatch("check")
    assert json.loads(path.read_text("utf-8")) == before


def test_a_command_without_tables_says_what_to_do(geomatch):
    done = geomatch("doctor", check=False)
    assert done.returncode == 1
    assert "geomatch migrate" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["geocode", "pods", "match", "streetlists"])
def test_file_commands_need_no_database_and_make_none(geomatch, environment, name):
    said = geomatch(name, "--help").stdout
    assert f"geomatch {name}" in said, "the example"
    assert not Path(environment["GEOMATCH_HOME"]).exists()


@pytest.mark.parametrize("name", ["geocode", "pods", "match", "streetlists"])
def test_wrong_usage_exits_2(geomatch, name):
    assert geomatch(name, "--no-such-option", check=False).returncode == 2


def test_serve_answers_and_its_worker_does_the_work(geomatch, environment, tmp_path):
    """As the compose file runs it: the server, a worker, and the doctor who asks if it lives."""
    geomatch("migrate")
    make_network(geomatch)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "geomatch.cli", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/health/"
        wait_until(lambda: answers(url), seconds=60)
        assert "answers 200" in geomatch("doctor", "--ping", url).stdout
        geomatch("shell", "-c", ENQUEUE)
        wait_until(lambda: "done" in geomatch("shell", "-c", STATE).stdout, seconds=90)
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_said_in_one_sentence_before_anything_is_made(
    geomatch, environment, command
):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = geomatch(command, "--port", str(port), check=False)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"port {port}" in done.stderr
    assert "--port" in done.stderr
    assert "is at http" not in done.stderr + done.stdout
    assert done.stdout == ""
    assert not list(Path(environment["GEOMATCH_HOME"]).glob("*.sqlite*"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--port", "70000"), "no port 70000"),
        (("--host", "nowhere.invalid"), "nothing can listen at nowhere.invalid"),
    ],
)
def test_where_nothing_can_listen_serve_says_so(geomatch, options, said):
    done = geomatch("serve", *options, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


BOUNDARY = {
    "type": "Feature",
    "properties": {},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[-73, 43], [-72, 43], [-72, 44], [-73, 44], [-73, 43]]],
    },
}


def new_network(tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "boundary.geojson"
    path.write_text(json.dumps(BOUNDARY), "utf-8")
    return ("newnetwork", "x", "--name", "X", "--boundary", str(path), "--steward", "ana")


def test_a_new_steward_without_a_terminal_needs_a_password_in_a_sentence(geomatch, tmp_path):
    geomatch("migrate")
    words = new_network(tmp_path)
    refused = geomatch(*words, check=False)
    assert refused.returncode == 1
    assert "“ana” is new and needs a password" in refused.stderr
    assert "Traceback" not in refused.stderr
    given = geomatch(*words, typed="paper on a cold table\n")
    assert "ana is its steward" in given.stderr


@pytest.mark.skipif(connection.vendor == "postgresql", reason="a server's tables are made by hand")
def test_the_first_network_makes_the_tables(geomatch, tmp_path):
    given = geomatch(*new_network(tmp_path), typed="paper on a cold table\n")
    assert "ana is its steward" in given.stderr


@pytest.mark.skipif(connection.vendor == "postgresql", reason="test_at_once says it of PostGIS")
def test_two_imports_of_the_same_sheet_at_once_write_nobody_twice(geomatch, tmp_path):
    """Two programs on one file: the second one waits before it reads a row."""
    geomatch("migrate")
    make_network(geomatch)
    rows = [f"Ana {number},{number} Main St" for number in range(1, 1501)]
    sheet = tmp_path / "neighbors.csv"
    sheet.write_text("\n".join(["Name,Address", *rows]), "utf-8")
    words = ("importsheet", str(sheet), "--network", "x")
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda _: geomatch(*words).stderr, range(2)))
    assert sorted("1500 new" in figures for figures in said) == [False, True]
    assert sum("1500 same" in figures for figures in said) == 1


def test_a_worker_that_dies_is_followed_by_another(tmp_path, monkeypatch):
    from geomatch.site.ops import server

    monkeypatch.setattr(server, "SECONDS_BEFORE_ANOTHER", 0.1)
    mark = f"open({str(tmp_path / 'starts')!r}, 'a').write('x')"
    with server.background_worker([sys.executable, "-c", mark]):
        wait_until(lambda: len(starts(tmp_path)) >= 2, seconds=30)


def starts(folder: Path) -> str:
    path = folder / "starts"
    return path.read_text("utf-8") if path.exists() else ""


# One household that no gazetteer knows: the work is short, and ends with a reason.
ENQUEUE = """
from django.contrib.auth.models import User
from geomatch.network.models import Household, Network, Run
from geomatch.network.scope import use_network
from geomatch.site.jobs.tasks import start
network = Network.objects.get()
with use_network(network):
    Household.objects.create(network=network, ref="1", given_address="12 Main St")
start(network=network, kind=Run.Kind.GEOCODE, actor=User.objects.create(username="ana"))
"""
STATE = """
from geomatch.network.models import Network, Run
from geomatch.network.scope import use_network
with use_network(Network.objects.get()):
    print(Run.objects.get().state)
"""


def make_network(geomatch) -> None:
    geomatch(
        "shell",
        "-c",
        "from shapely import box; from geomatch.network.services.networks import create_network;"
        "create_network(slug='x', name='X', boundary=box(-135, 58, -134, 59), actor=None)",
    )


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def wait_until(true, *, seconds: float) -> None:
    """Be patient, by looking so often: what is waited for has no bound of its own."""
    for _ in range(round(seconds * 10)):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("waited in vain")
