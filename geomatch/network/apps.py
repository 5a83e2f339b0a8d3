"""The network app."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Networks (tenants), members and roles, households, people, imports, audit."""

    name = "geomatch.network"
    label = "network"
