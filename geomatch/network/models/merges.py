"""Two records that were one neighbour, and two that only looked like it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from geomatch.network.fields import SealedTextField
from geomatch.network.models.people import Person
from geomatch.network.scope import NetworkScoped


class Merge(NetworkScoped):
    """Two people's records made one, with all that is needed to make them two again."""

    kept = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    gone_ref = models.CharField(
        max_length=60, blank=True, help_text="id of the door that went; sheets may still have it"
    )
    hidden = models.BooleanField(default=False, help_text="of a hidden home: for stewards only")
    # Names, notes and flags as they were: sealed like those. Emptied when the merge is undone.
    before_image = SealedTextField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Merge {self.pk}"


class NotTheSame(NetworkScoped):
    """Two people somebody looked at: alike, and not the same."""

    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "not the same"
        constraints = (
            models.UniqueConstraint(fields=("one", "other"), name="not_the_same_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="not_the_same_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.one} is not {self.other}"
