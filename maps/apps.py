"""The maps app."""

from django.apps import AppConfig


class MapsConfig(AppConfig):
    """Interactive maps, GeoJSON layers and street lists; it has no models."""

    name = "maps"
