"""A home (`GEOMATCH_HOME`) that nobody has used yet: its tables, and what to do first."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connection

BEGIN = (
    'geomatch newnetwork juneau --name "Juneau Mutual Aid" --boundary boundary.geojson '
    "--steward ana"
)


def make_tables_if_new() -> None:
    """Make the tables of an embedded database that has none: nobody has to know of `migrate`.

    A database server is left to whoever keeps it, and so is an update of older tables.
    """
    if connection.vendor == "sqlite" and "django_migrations" not in _tables():
        call_command("migrate", verbosity=0)


def first_steps() -> str:
    """Return what to do where there is no network yet; nothing where there is one."""
    from geomatch.network.models import Network

    if "network_network" not in _tables() or Network.objects.exists():
        return ""
    return (
        f"No network is here yet ({settings.HOME}), so nobody can sign in. Begin your own:\n"
        f"  {BEGIN}\n"
        "or look at the fictional town, which has a folder of its own: bin/demo"
    )


def _tables() -> list[str]:
    return connection.introspection.table_names()
