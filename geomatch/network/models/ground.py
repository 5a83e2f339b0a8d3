"""The ground a network stands on: addresses to look up, streets and water to draw."""

from __future__ import annotations

from django.contrib.gis.db import models

from geomatch.network.scope import NetworkScoped


class GazetteerEntry(NetworkScoped):
    """One known address. `geomatch gazetteer` fills the table."""

    number = models.CharField(max_length=20)
    street = models.CharField(max_length=120)
    unit = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=40, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "gazetteer entries"

    def __str__(self) -> str:
        return f"{self.number} {self.street}"


class GroundFeature(NetworkScoped):
    """A street, a water body, a building or a park: the pale ground under every map."""

    class Kind(models.TextChoices):
        """What is drawn, lowest layer first."""

        LAND_USE = "landuse", "land use"
        CONTOUR = "contour", "contour"
        WATER = "water", "water"
        BUILDING = "building", "building"
        STREET = "street", "street"

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120, blank=True)
    properties = models.JSONField(default=dict, blank=True)
    geometry = models.GeometryField(srid=4326)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("network", "kind")),)

    def __str__(self) -> str:
        return self.name or self.get_kind_display()
