"""Links that a steward hands out: into the network, and to a new password."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone

from geomatch.network.scope import NetworkScoped


class OneTimeLink(NetworkScoped):
    """A link that works once. Of its secret only the digest is kept."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the link's token")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def is_open(self, now: dt.datetime | None = None) -> bool:
        """Whether it still works."""
        is_over = self.used_at or self.revoked_at
        return not is_over and self.expires_at > (now or timezone.now())


class Invitation(OneTimeLink):
    """Roles that wait for whoever opens the link."""

    name = models.CharField(max_length=120, blank=True, help_text="whom it is for")
    roles = models.JSONField(help_text="values of `Role`")
    person = models.ForeignKey(
        "network.Person",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="the neighbour who opens it",
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


class PasswordLink(OneTimeLink):
    """A new password for somebody who stands beside a steward."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Password link {self.pk}"
