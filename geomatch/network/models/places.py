"""Pins that people placed by hand, and what another machine was asked about addresses."""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models

from geomatch.network.fields import SealedTextField
from geomatch.network.models.households import Household
from geomatch.network.scope import NetworkScoped


class Placement(NetworkScoped):
    """One pin that a person placed, and what was known of the point before: enough to undo it."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="placements")
    location = models.PointField(srid=4326, help_text="where the pin was put")
    before = models.JSONField(help_text="the household's point and its quality until then")
    placed_at = models.DateTimeField(auto_now_add=True)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Placement {self.pk}"


class ProviderChoice(NetworkScoped):
    """The geocoding service a network has chosen. No row: none is asked."""

    service = models.CharField(max_length=20)
    url = models.CharField(max_length=200, blank=True, help_text="where it is, if it is your own")
    api_key = SealedTextField(null=True, blank=True)
    chosen_at = models.DateTimeField(auto_now=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=("network",), name="provider_choice_once"),)

    def __str__(self) -> str:
        return self.service


class ProviderConsent(NetworkScoped):
    """Somebody's word that these lines, and no others, may be sent to this service."""

    service = models.CharField(max_length=20)
    host = models.CharField(max_length=200)
    digests = models.JSONField(help_text="of each line that was shown; the lines are not kept")
    given_at = models.DateTimeField(auto_now_add=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{len(self.digests)} lines to {self.host}"


class ProviderAnswer(NetworkScoped):
    """What a service said of one line, kept so that no line is sent twice."""

    asked = models.CharField(max_length=64, help_text="digest of the service and the line")
    answer = SealedTextField()
    answered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("network", "asked"), name="provider_answer_once"),
        )

    def __str__(self) -> str:
        return f"Answer {self.pk}"
