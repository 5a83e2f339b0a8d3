"""What strangers send through a network's public form, until somebody of the network decides."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy

from geomatch.network.fields import SealedTextField
from geomatch.network.scope import NetworkScoped


class SignUp(NetworkScoped):
    """One sign-up. Once let in it is a neighbour, and this row is gone."""

    class Wants(models.TextChoices):
        """What somebody comes for."""

        NEEDS = "needs", gettext_lazy("needs help")
        OFFERS = "offers", gettext_lazy("can help")
        BOTH = "both", gettext_lazy("needs help and can help")

    class State(models.TextChoices):
        """What was decided."""

        WAITING = "waiting", "waiting"
        SET_ASIDE = "set_aside", "set aside"

    wants = models.CharField(max_length=10, choices=Wants)
    hidden = models.BooleanField(default=False, help_text="the address is for stewards only")
    language = models.CharField(max_length=3, help_text="of the form, and of the words agreed to")
    answers_json = SealedTextField(help_text="everything that was written, sealed")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    trouble = models.CharField(
        max_length=1000, blank=True, help_text="why it was not let in, a line for each fault"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    staged = models.ForeignKey(
        "network.StagedSheet",
        null=True,
        on_delete=models.SET_NULL,
        related_name="signups",
        help_text="the sheet in whose preview somebody looks at it",
    )

    # Keyed digests: they tell that two are the same, and not what they are.
    sender = models.CharField(max_length=32, blank=True)
    content = models.CharField(max_length=32)
    said = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("network", "created_at")),)

    def __str__(self) -> str:
        return f"Sign-up {self.pk}"

    @property
    def answers(self) -> dict[str, Any]:
        """What was written, by field of the form."""
        answers: dict[str, Any] = json.loads(self.answers_json)
        return answers
