"""Plans of pods, and the barriers that no pod crosses."""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from geomatch.network.scope import NetworkScoped


class Barrier(NetworkScoped):
    """A line or area that nobody crosses on foot: a channel, a highway, a ravine."""

    name = models.CharField(max_length=120, blank=True)
    geometry = models.GeometryField(srid=4326)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name or f"Barrier {self.pk}"


class Crossing(NetworkScoped):
    """A way over a barrier: a bridge, an underpass."""

    name = models.CharField(max_length=120, blank=True)
    geometry = models.GeometryField(srid=4326)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name or f"Crossing {self.pk}"


class Plan(NetworkScoped):
    """A versioned set of pods. A published plan never changes; a new draft replaces it."""

    class State(models.TextChoices):
        """Where a plan is in its life."""

        DRAFT = "draft", pgettext_lazy("plan", "draft")
        PUBLISHED = "published", pgettext_lazy("plan", "published")
        ARCHIVED = "archived", pgettext_lazy("plan", "archived")

    class SizeBy(models.TextChoices):
        """What the size limits count."""

        HOUSEHOLDS = "households", "households"
        PEOPLE = "people", "people"

    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    min_size = models.PositiveSmallIntegerField(default=5)
    max_size = models.PositiveSmallIntegerField(default=30)
    target_size = models.PositiveSmallIntegerField(default=13)
    size_by = models.CharField(max_length=10, choices=SizeBy, default=SizeBy.HOUSEHOLDS)
    seed = models.IntegerField(default=0)
    report = models.JSONField(default=dict, help_text="the planner's figures")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-version",)
        constraints = (
            models.UniqueConstraint(fields=("network", "version"), name="plan_version_once"),
            models.UniqueConstraint(
                fields=("network",), condition=Q(state="published"), name="one_published_plan"
            ),
            models.CheckConstraint(
                condition=Q(min_size__gte=1) & Q(max_size__gte=F("min_size")),
                name="plan_sizes_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"Plan {self.version}"


class Pod(NetworkScoped):
    """One pod of one plan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="pods")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80, blank=True)
    colour = models.PositiveSmallIntegerField(
        default=1, help_text="1-8 of the look's pod colours; neighbouring pods differ"
    )
    medoid = models.ForeignKey(
        "network.Household", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    point_person = models.ForeignKey(
        "network.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("plan", "number"), name="pod_number_once"),)

    def __str__(self) -> str:
        return self.name or f"Pod {self.number}"


class Membership(NetworkScoped):
    """Which pod a household is in, in one plan; or why it is in none."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="memberships")
    household = models.ForeignKey(
        "network.Household", on_delete=models.CASCADE, related_name="memberships"
    )
    pod = models.ForeignKey(
        Pod, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships"
    )
    locked = models.BooleanField(default=False, help_text="stays in this pod when replanned")
    reason = models.CharField(max_length=300, blank=True, help_text="why it is in no pod")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("plan", "household"), name="one_pod_per_household"),
            models.CheckConstraint(
                condition=Q(pod__isnull=False) | ~Q(reason=""), name="in_a_pod_or_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.household} in {self.pod}" if self.pod_id else f"{self.household} unplaced"
