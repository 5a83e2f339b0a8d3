"""What the solver returned, and what people agreed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from geomatch.network.fields import SealedTextField
from geomatch.network.scope import NetworkScoped

# Request id → `code` (why, for the program) and `sentence` (why, for the coordinator).
Reasons = dict[str, dict[str, str]]


class Policy(NetworkScoped):
    """A network's own weights and rules; the newest version counts, none means the default."""

    version = models.PositiveIntegerField()
    toml = models.TextField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-version",)
        verbose_name_plural = "policies"
        constraints = (
            models.UniqueConstraint(fields=("network", "version"), name="policy_version_once"),
        )

    def __str__(self) -> str:
        return f"Policy {self.version}"


class NeverPair(NetworkScoped):
    """Two people who must not be matched, and nobody needs to say why."""

    volunteer = models.ForeignKey(
        "network.Volunteer", on_delete=models.CASCADE, related_name="never_pairs"
    )
    person = models.ForeignKey(
        "network.Person", on_delete=models.CASCADE, related_name="never_pairs"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("volunteer", "person"), name="never_pair_once"),
        )

    def __str__(self) -> str:
        return f"{self.volunteer} never with {self.person}"


class Assignment(NetworkScoped):
    """One run of the solver: its value, its proof, and why some requests have nobody."""

    objective = models.BigIntegerField()
    upper_bound = models.BigIntegerField()
    served = models.PositiveIntegerField()
    report = models.JSONField(default=dict)
    # A reason may name the rule about somebody's health that stands in the way: sealed like that.
    unmatched_json = SealedTextField(null=True, blank=True)
    prices = models.JSONField(
        default=dict, help_text="volunteer id → price of their time: the proof, to go on from"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Assignment {self.pk}"

    @property
    def unmatched(self) -> Reasons:
        """Requests that have nobody, and why: request id → `code` and `sentence`, in English.

        Whoever shows a sentence says it again in the reader's language (`retold`).

        Set it whole, here or where an assignment is made; changing what it returned keeps nothing.
        """
        reasons: Reasons = json.loads(self.unmatched_json or "{}")
        return reasons

    @unmatched.setter
    def unmatched(self, reasons: Mapping[Any, Mapping[str, str]]) -> None:
        self.unmatched_json = json.dumps(reasons, ensure_ascii=False)

    @property
    def gap(self) -> float:
        """How far from the best possible, as a share of the objective; 0 is proven best."""
        return (self.upper_bound - self.objective) / self.objective if self.objective else 0.0


class Match(NetworkScoped):
    """A volunteer for a request: proposed by the solver or by a person, then asked, then agreed."""

    class State(models.TextChoices):
        """Where a match is on its way; an offer is a match asked and not answered."""

        PROPOSED = "proposed", "proposed"
        OFFERED = "offered", "offered"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"
        EXPIRED = "expired", "no answer in time"
        CANCELLED = "cancelled", "cancelled"
        DONE = "done", "done"

    request = models.ForeignKey("network.Request", on_delete=models.CASCADE, related_name="matches")
    volunteer = models.ForeignKey(
        "network.Volunteer", on_delete=models.CASCADE, related_name="matches"
    )
    assignment = models.ForeignKey(
        Assignment, null=True, blank=True, on_delete=models.SET_NULL, related_name="matches"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    pinned = models.BooleanField(default=False, help_text="kept when everything is matched again")
    score = models.PositiveIntegerField(default=0)
    parts = models.JSONField(default=dict, help_text="named parts whose sum is the score")
    distance_m = models.FloatField(null=True)
    walk_m = models.FloatField(null=True, help_text="along streets, where the policy measures so")
    answer_by = models.DateTimeField(
        null=True, blank=True, help_text="an offer waits until then; empty: not told yet"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(
        max_length=32, blank=True, help_text="of the link; a new one makes old links useless"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "matches"
        constraints = (
            # Two coordinators may both ask somebody, but only one answer can become yes.
            models.UniqueConstraint(
                fields=("request",),
                condition=Q(state__in=("accepted", "done")),
                name="one_accepted_match_per_request",
            ),
            models.UniqueConstraint(
                fields=("request",),
                condition=Q(state="proposed"),
                name="one_proposed_match_per_request",
            ),
            # Two coordinators who press “Ask Ana” at once ask her once.
            models.UniqueConstraint(
                fields=("request", "volunteer"),
                condition=Q(state__in=("proposed", "offered", "accepted")),
                name="one_live_match_per_pair",
            ),
        )

    @property
    def away_m(self) -> float | None:
        """How far it is to go: the walk where it was measured, else the straight line."""
        return self.distance_m if self.walk_m is None else self.walk_m

    def __str__(self) -> str:
        return f"{self.volunteer} for {self.request} ({self.get_state_display()})"
