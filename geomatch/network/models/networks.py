"""Networks and the people who work in them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models
from django.core.exceptions import ValidationError

from geomatch.core.geodesy import projected_srid_for

# First words of the site's own addresses; no network may be called so.
RESERVED_SLUGS = ("account", "health", "language", "networks", "offer", "static", "style")


class Role(models.TextChoices):
    """What a member may do; one member may have several."""

    STEWARD = "steward", "Steward"
    ORGANIZER = "organizer", "Organizer"
    COORDINATOR = "coordinator", "Coordinator"
    POINT_PERSON = "point_person", "Point person"
    VOLUNTEER = "volunteer", "Volunteer"


class Network(models.Model):
    """One mutual-aid network: a tenant. Everything else belongs to exactly one."""

    class DistanceUnits(models.TextChoices):
        """What distances are said in."""

        METRIC = "metric", "Kilometres"
        IMPERIAL = "imperial", "Miles"
        BOTH = "both", "Kilometres and miles"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    town = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=40, blank=True)
    boundary = models.MultiPolygonField(srid=4326)
    srid_m = models.PositiveIntegerField(
        editable=False, help_text="EPSG code of the projected CRS of every `location_m`"
    )
    languages = models.JSONField(default=list)
    distance_units = models.CharField(
        max_length=10, choices=DistanceUnits, default=DistanceUnits.BOTH
    )
    signup_open = models.BooleanField(
        default=False, help_text="whether strangers may write through the public form"
    )
    signup_contact = models.CharField(
        max_length=200, blank=True, help_text="whom to ask to see, change or delete what was sent"
    )
    is_demo = models.BooleanField(
        default=False,
        editable=False,
        help_text="whether it is the fictional town, whose passwords are published",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a slug that is a page of the site."""
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": f"“{self.slug}” is a page of this site."})

    def save(self, *args, **kwargs) -> None:
        """Choose the projected CRS from the boundary, once: points are stored in it."""
        if not self.srid_m:
            self.srid_m = projected_srid_for(*self.boundary.extent)
        super().save(*args, **kwargs)


class Member(models.Model):
    """One role of one user in one network.

    Not behind the network wall: it is the table that decides which network may be entered.
    """

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("network", "user", "role"), name="member_once"),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
