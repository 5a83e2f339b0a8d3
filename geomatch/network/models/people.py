"""People: who lives behind a door, who offers help and who asks for it."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from geomatch.network.fields import SealedTextField
from geomatch.network.scope import NetworkScoped


class Mode(models.TextChoices):
    """How help is given."""

    IN_PERSON = "in_person", gettext_lazy("in person")
    CONTACTLESS = "contactless", gettext_lazy("contactless")
    REMOTE = "remote", gettext_lazy("by phone or online")


class Person(NetworkScoped):
    """Somebody. A phone can be shared; people are never merged because of it."""

    household = models.ForeignKey(
        "network.Household", null=True, blank=True, on_delete=models.SET_NULL, related_name="people"
    )
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    languages = models.JSONField(default=list, blank=True)
    drives = models.BooleanField(default=False)
    is_point_person = models.BooleanField(default=False, help_text="willing to look after a pod")
    user = models.ForeignKey(
        "auth.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    notes = SealedTextField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return f"Person {self.pk}"


class RiskFlag(NetworkScoped):
    """A reason to keep two people apart, while it lasts. The word itself is encrypted."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="risk_flags")
    code = SealedTextField()
    until = models.DateField(null=True, blank=True, help_text="last day it counts; empty: always")

    def __str__(self) -> str:
        return f"Risk flag {self.pk}"

    def as_cell(self) -> str:
        """Return the flag as the file commands write it: `exposed@2026-12-01`."""
        return f"{self.code}@{self.until:%Y-%m-%d}" if self.until else self.code


class Skill(NetworkScoped):
    """A kind of help this network gives."""

    code = models.SlugField()
    label = models.CharField(max_length=60)

    class Meta:
        ordering = ("label",)
        constraints = (models.UniqueConstraint(fields=("network", "code"), name="skill_once"),)

    def __str__(self) -> str:
        return self.label


class Volunteer(NetworkScoped):
    """What one person offers."""

    ref = models.CharField(max_length=60)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="volunteer")
    skills = models.JSONField(default=list, blank=True)
    capacity = models.PositiveSmallIntegerField(default=1, help_text="tasks a week")
    max_km = models.FloatField(default=10)
    vehicle = models.BooleanField(default=False)
    modes = models.JSONField(default=list, blank=True, help_text="empty: every way")
    availability = models.JSONField(default=list, blank=True, help_text="empty: any time")
    resting_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("network", "ref"), name="volunteer_ref_once"),
            models.CheckConstraint(condition=Q(max_km__gte=0), name="volunteer_max_km_positive"),
        )

    def __str__(self) -> str:
        return f"Volunteer {self.ref}"


class Request(NetworkScoped):
    """What one person asks for."""

    class State(models.TextChoices):
        """Where a request is on its way."""

        OPEN = "open", pgettext_lazy("request", "open")
        MATCHED = "matched", pgettext_lazy("request", "matched")
        DONE = "done", pgettext_lazy("request", "done")
        WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")

    class Urgency(models.IntegerChoices):
        """How soon; the numbers weigh in the matching objective."""

        CAN_WAIT = 1, pgettext_lazy("request", "can wait")
        SOON = 2, pgettext_lazy("request", "soon")
        URGENT = 4, pgettext_lazy("request", "urgent")

    ref = models.CharField(max_length=60)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="requests")
    skills = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.CAN_WAIT)
    mode = models.CharField(max_length=12, choices=Mode, default=Mode.IN_PERSON)
    needs_vehicle = models.BooleanField(default=False)
    availability = models.JSONField(default=list, blank=True)
    details = SealedTextField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = (F("urgency").desc(), "created_at", "id")
        constraints = (models.UniqueConstraint(fields=("network", "ref"), name="request_ref_once"),)

    def __str__(self) -> str:
        return f"Request {self.ref}"
