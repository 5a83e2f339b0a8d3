"""A backup holds everything, and restores all of it or nothing."""

from __future__ import annotations

import datetime as dt
import zipfile

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from geomatch.core.errors import InputError, TableError
from geomatch.matching.models import Match
from geomatch.network.models import Household, Network, RiskFlag
from geomatch.network.scope import use_network
from geomatch.site.ops.backup import restore_backup, write_backup
from pods.models import Barrier, Membership
from tests.factories import (
    PASSWORD,
    HouseholdFactory,
    MatchFactory,
    MemberFactory,
    MembershipFactory,
    NetworkFactory,
    RiskFlagFactory,
)


@pytest.fixture
def backup(network, tmp_path):
    other = NetworkFactory(slug="other")
    MemberFactory(network=network)
    with use_network(network):
        MembershipFactory()
        MatchFactory()
        RiskFlagFactory(code="immunocompromised")
        HouseholdFactory(notes="oxygen at home", ref="with notes")
        Barrier.objects.create(network=network, geometry="LINESTRING(-134.6 58.21,-134.2 58.21)")
    with use_network(other):
        HouseholdFactory(ref="theirs")
    path = tmp_path / "backup.zip"
    write_backup(path)
    return path


def forget_everything():
    for network in Network.objects.all():
        with use_network(network):
            network.delete()
    User.objects.all().delete()


def everything(network):
    with use_network(network):
        return {
            model.__name__: [
                {name: comparable(value) for name, value in row.items()}
                for row in model.objects.order_by("pk").values()
            ]
            for model in (Household, Membership, Match, RiskFlag, Barrier)
        }


def comparable(value):
    """Moments come back to the millisecond; shapes are compared by their text."""
    if isinstance(value, dt.datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value.ewkt if isinstance(value, GEOSGeometry) else value


def test_everything_comes_back_as_it_was(backup, network):
    before = everything(network)
    forget_everything()
    restore_backup(backup)
    network = Network.objects.get(slug=network.slug)
    assert everything(network) == before
    assert User.objects.get().check_password(PASSWORD)
    with use_network(network):
        assert Household.objects.get(ref="with notes").notes == "oxygen at home"
    with use_network(Network.objects.get(slug="other")):
        assert Household.objects.get().ref == "theirs"


def test_new_rows_go_on_after_the_restored_ones(backup, network):
    forget_everything()
    restore_backup(backup)
    with use_network(Network.objects.get(slug=network.slug)):
        assert HouseholdFactory(ref="new").pk


def test_new_rows_go_on_after_the_highest_of_every_network(db, tmp_path):
    """The rows of the network that is restored first have the highest keys."""
    first, last = NetworkFactory(name="A", slug="a"), NetworkFactory(name="Z", slug="z")
    with use_network(first):
        highest = HouseholdFactory(id=70_001).pk
    with use_network(last):
        HouseholdFactory(id=70_000)
    write_backup(tmp_path / "backup.zip")
    forget_everything()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER SEQUENCE network_household_id_seq RESTART WITH 1")
    restore_backup(tmp_path / "backup.zip")
    with use_network(Network.objects.get(slug="z")):
        assert HouseholdFactory(ref="new").pk > highest


def test_others_cannot_read_the_file(backup):
    assert backup.stat().st_mode & 0o077 == 0


def test_an_installation_that_holds_something_is_not_overwritten(backup):
    with pytest.raises(InputError, match="already"):
        restore_backup(backup)


@pytest.mark.parametrize("damage", ["no zip", "cut off", "other version", "a row is broken"])
def test_a_damaged_backup_restores_nothing(backup, damage):
    forget_everything()
    content = backup.read_bytes()
    if damage == "no zip":
        backup.write_bytes(b"id,name\n")
    elif damage == "cut off":
        backup.write_bytes(content[: len(content) // 2])
    else:
        with zipfile.ZipFile(backup) as z:
            entries = {name: z.read(name) for name in z.namelist()}
        if damage == "other version":
            entries["manifest.json"] = b'{"format": 99, "geomatch": "9"}'
        else:
            name = next(name for name in entries if name.endswith("network.Household.jsonl"))
            entries[name] = b'{"model": "network.household", "pk": 1, "fields"\n'
        with zipfile.ZipFile(backup, "w") as z:
            for name, entry in entries.items():
                z.writestr(name, entry)
    with pytest.raises(TableError):
        restore_backup(backup)
    assert Network.objects.count() == 0
