"""Households: one door each, and where it is."""

from __future__ import annotations

from django.contrib.gis.db import models

from geomatch.network.fields import PlanarPointField, SealedTextField
from geomatch.network.scope import NetworkScoped


class GeocodeQuality(models.TextChoices):
    """How precise a point is, best first."""

    HAND_PLACED = "hand_placed", "placed by hand"
    ROOFTOP = "rooftop", "rooftop"
    INTERPOLATED = "interpolated", "along the street"
    STREET = "street", "the street"
    TOWN = "town", "the town"
    NONE = "none", "not found"


# An imprecise point never counts as "the same address", and no pod is built on a town's middle.
PRECISE = (GeocodeQuality.HAND_PLACED, GeocodeQuality.ROOFTOP, GeocodeQuality.INTERPOLATED)


class Doubt(models.TextChoices):
    """Why a point that is precise still needs somebody to look."""

    OUTSIDE = "outside", "outside the network"
    MOVED = "moved", "address changed since the pin was placed"


class Household(NetworkScoped):
    """One door. The pod stays with the door when its people move."""

    ref = models.CharField(max_length=60, help_text="the sheet's own id, or one we gave")
    given_address = models.CharField(max_length=300, blank=True, help_text="as it was written")
    address_before = models.CharField(
        max_length=300, blank=True, help_text="other sheets may still say it"
    )
    number = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=40, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    people_count = models.PositiveSmallIntegerField(default=1)
    languages = models.JSONField(default=list, blank=True)

    location = models.PointField(srid=4326, null=True, blank=True)
    location_m = PlanarPointField(null=True, blank=True)
    quality = models.CharField(max_length=12, choices=GeocodeQuality, default=GeocodeQuality.NONE)
    geocode_score = models.FloatField(null=True, blank=True)
    geocode_source = models.CharField(max_length=40, blank=True)
    geocode_reason = models.CharField(max_length=500, blank=True)
    doubt = models.CharField(max_length=10, choices=Doubt, blank=True)
    matched_address = models.CharField(max_length=300, blank=True)

    in_pods = models.BooleanField(
        default=True, help_text="false: known only as a volunteer's home, counted in no pod"
    )
    hidden = models.BooleanField(default=False, help_text="stewards only; never on a map")
    do_not_contact = models.BooleanField(default=False, help_text="lists say “please skip”")
    quiet = models.BooleanField(default=False, help_text="a death: nothing is sent or printed")
    meeting_place = models.CharField(max_length=200, blank=True)
    meeting_until = models.DateField(null=True, blank=True)
    notes = SealedTextField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("network", "ref"), name="household_ref_once"),
        )
        indexes = (models.Index(fields=("network", "quality")),)

    def __str__(self) -> str:
        return f"Household {self.ref}"

    @property
    def address(self) -> str:
        """The address as it is said: matched where it was found, else as it was written."""
        street = f"{self.number} {self.street}".strip()
        if not street:
            return self.given_address
        return f"{street}, {self.unit}" if self.unit else street

    @property
    def is_precise(self) -> bool:
        """Whether the point is this door's, and not its street's or its town's."""
        return self.quality in PRECISE
