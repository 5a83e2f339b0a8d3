"""Everything of an installation in one file, for either database.

The file holds plain rows, so a laptop's SpatiaLite can be restored on a server's PostGIS and the
other way round. Sealed fields are readable in it (they are sealed anew with the keys of wherever
they are restored): keep the file as you would keep the laptop.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypedDict

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.models import User
from django.core import serializers
from django.core.serializers.base import DeserializationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from geomatch import __version__
from geomatch.core.errors import InputError, TableError
from geomatch.core.translation import gettext
from geomatch.network.models import Member, Network
from geomatch.network.scope import NetworkScoped, use_network
from geomatch.private import sync_folder

FORMAT = 1
ROOMS = ("network", "pods", "matching")
SHARED = (User, EmailAddress, Authenticator, Network, Member)
LARGEST_BYTES = 4 * 2**30


def write_backup(path: Path) -> dict[str, int]:
    """Write everything to one file, whole or not at all, and return how many rows of what.

    Raises
    ------
    geomatch.core.errors.InputError
        If the file cannot be written there.
    """
    counts: dict[str, int] = {}
    try:
        with _private_draft(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as z:
            with transaction.atomic():
                for model in SHARED:
                    _write_rows(z, f"shared/{model._meta.label}", model.objects.all(), counts)
                for network in Network.objects.all():
                    with use_network(network):
                        for model in _scoped_models():
                            entry = f"networks/{network.pk}/{model._meta.label}"
                            _write_rows(z, entry, model.objects.all(), counts)
            manifest: Manifest = {
                "format": FORMAT,
                "geomatch": __version__,
                "made": timezone.now().isoformat(),
                "rows": counts,
            }
            z.writestr("manifest.json", json.dumps(manifest, indent=2))
    except OSError as error:
        raise InputError(
            gettext("the backup cannot be written ({strerror}); choose another folder").format(
                strerror=error.strerror
            ),
            file=str(path),
        ) from error
    return counts


@contextmanager
def _private_draft(path: Path) -> Iterator[IO[bytes]]:
    """Write a file for nobody else beside its place; it takes that once it is on the disk."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        sync_folder(path.parent)
    finally:
        Path(name).unlink(missing_ok=True)  # it holds everybody: no half of it stays


def restore_backup(path: Path) -> dict[str, int]:
    """Fill an empty installation from a backup, all of it or nothing.

    Raises
    ------
    geomatch.core.errors.InputError
        If the installation is not empty, or the file is no backup or damaged.
    """
    if Network.objects.exists():
        raise InputError(
            gettext(
                "there are networks here already; restore into a new, empty installation "
                "(set GEOMATCH_HOME to a new folder, or DATABASE_URL to a new database)"
            )
        )
    try:
        with zipfile.ZipFile(path) as z:
            manifest = _manifest(z, path)
            highest: dict[type[models.Model], int] = {}
            with transaction.atomic():
                User.objects.all().delete()
                for model in SHARED:
                    _read_rows(z, f"shared/{model._meta.label}", highest)
                for network in Network.objects.all():
                    with use_network(network):
                        for model in _scoped_models():
                            _read_rows(z, f"networks/{network.pk}/{model._meta.label}", highest)
                _continue_after(highest)
    except (OSError, zipfile.BadZipFile, KeyError, DeserializationError, IntegrityError) as error:
        raise TableError(
            gettext("this is no backup of geomatch, or it is damaged; nothing was restored"),
            file=path.name,
        ) from error
    return manifest["rows"]


class Manifest(TypedDict):
    """What a backup says about itself."""

    format: int
    geomatch: str
    made: str
    rows: dict[str, int]


def _manifest(z: zipfile.ZipFile, path: Path) -> Manifest:
    if sum(entry.file_size for entry in z.infolist()) > LARGEST_BYTES:
        raise TableError(gettext("larger than any backup of ours can be"), file=path.name)
    manifest: Manifest = json.loads(z.read("manifest.json"))
    if manifest.get("format") != FORMAT:
        raise TableError(
            gettext("made by another version of geomatch ({geomatch}); restore with that").format(
                geomatch=manifest.get("geomatch")
            ),
            file=path.name,
        )
    return manifest


def _scoped_models() -> list[type[NetworkScoped]]:
    """Models of a network, each after those it points to."""
    named = [(apps.get_app_config(room), None) for room in ROOMS]
    ordered = serializers.sort_dependencies(named, allow_cycles=True)
    return [model for model in ordered if issubclass(model, NetworkScoped)]


def _write_rows(
    z: zipfile.ZipFile, entry: str, rows: models.QuerySet[Any], counts: dict[str, int]
) -> None:
    label = entry.rpartition("/")[2]
    counts[label] = counts.get(label, 0) + rows.count()
    with z.open(f"{entry}.jsonl", "w") as file:
        serializers.serialize("jsonl", rows.order_by("pk").iterator(), stream=_Text(file))


class _Text:
    """The little of a text file that the serializer needs, over a binary one."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        self._file.write(text.encode())

    def getvalue(self) -> None:
        """Nothing: the text is in the file already."""


def _read_rows(z: zipfile.ZipFile, entry: str, highest: dict[type[models.Model], int]) -> None:
    """Save the rows of one entry, and keep the highest key there was of each model."""
    with z.open(f"{entry}.jsonl") as file:
        for row in serializers.deserialize("jsonl", _lines(file)):
            row.save()
            model = type(row.object)
            highest[model] = max(highest.get(model, 0), row.object.pk)


def _lines(file: Iterable[bytes]) -> Iterator[str]:
    for line in file:
        yield line.decode()


def _continue_after(highest: dict[type[models.Model], int]) -> None:
    """Let new rows on PostgreSQL continue after the restored ones.

    The keys are those we read ourselves: Django's own statements ask for `max(id)`, and behind
    the wall between networks that is the highest of one network only.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model, key in highest.items():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                [table, model._meta.pk.column, key],
            )
