"""What was done: imports, long-running work, and who did what."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import models

from geomatch.network.fields import SealedTextField
from geomatch.network.scope import NetworkScoped


class SheetImport(NetworkScoped):
    """One spreadsheet that was imported, with the rows that were rejected."""

    file_name = models.CharField(max_length=200)
    imported_at = models.DateTimeField(auto_now_add=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    figures = models.JSONField(default=dict)
    hidden_figures = models.JSONField(
        default=dict, help_text="of those, what is of hidden homes: from whom it is kept → kind"
    )
    # Rejected rows hold whatever the sheet held, notes and flags among it: sealed like those.
    rejected_pressed = SealedTextField(
        null=True, blank=True, help_text="what `intake.files.rejected` presses"
    )
    # What was there before, so that the whole import can be taken back (ADR 0072).
    before_image = SealedTextField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_back = models.JSONField(default=dict, help_text="what was undone and what was kept")

    class Meta:
        ordering = ("-imported_at",)

    def __str__(self) -> str:
        return self.file_name


class StagedSheet(NetworkScoped):
    """A spreadsheet that somebody looks at before anything of it is imported.

    It holds home addresses and health: sealed, seen by whoever dropped it and by stewards, and
    deleted when it is applied, discarded, or left lying (`intake.staging`).
    """

    file_name = models.CharField(max_length=200)
    staged_at = models.DateTimeField(auto_now_add=True)
    staged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    title = models.CharField(max_length=200, blank=True, help_text="for what was no file before")
    content = SealedTextField(help_text="the file, compressed, as base64")
    # A file is read once for each way it is said to be read (ADR 0093).
    tables_pressed = SealedTextField(
        null=True, blank=True, help_text="its tables as `reading` says, see `files.kept_tables`"
    )
    rows = models.PositiveIntegerField(default=0, help_text="of all tables in it")
    size = models.PositiveBigIntegerField(default=0, help_text="bytes, as it was dropped")
    is_large = models.BooleanField(default=False, help_text="it is read in the background")
    trouble = SealedTextField(null=True, blank=True, help_text="why it could not be read")
    reading = models.JSONField(default=dict, help_text="how the file is read, where corrected")
    columns = models.JSONField(default=dict, help_text="sheet → its kind and columns, corrected")
    choices_json = SealedTextField(null=True, blank=True)

    class Meta:
        ordering = ("-staged_at",)

    def __str__(self) -> str:
        return self.title or self.file_name


class PreparedPreview(NetworkScoped):
    """What a large staged sheet comes to, made beforehand, as some may see it."""

    staged = models.ForeignKey(StagedSheet, on_delete=models.CASCADE, related_name="prepared")
    sees_hidden = models.BooleanField(help_text="for those who may know of hidden homes")
    made_at = models.DateTimeField(help_text="when comparing began")
    read_as = models.CharField(max_length=32, help_text="digest of how the sheet was read")
    summary_json = SealedTextField()
    rejected_json = SealedTextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("staged", "sees_hidden"), name="prepared_once"),
        )

    def __str__(self) -> str:
        return f"Preview of sheet {self.staged_id}"

    @property
    def summary(self) -> dict[str, Any]:
        """What the page shows."""
        return json.loads(self.summary_json)


class ColumnMemory(NetworkScoped):
    """What the columns of one header meant last time, for the next sheet that has it."""

    header = models.CharField(max_length=32, help_text="digest of the column names")
    kind = models.CharField(max_length=12)
    columns = models.JSONField(default=dict, help_text="field → column")
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("network", "header"), name="column_memory_once"),
        )

    def __str__(self) -> str:
        return f"Columns {self.header}"


class Run(NetworkScoped):
    """One long piece of work: how far it is, what came of it."""

    class Kind(models.TextChoices):
        """What the work is."""

        GEOCODE = "geocode", "Placing addresses"
        PLAN = "plan", "Suggesting pods"
        MATCH = "match", "Matching requests"
        IMPORT = "import", "Importing a spreadsheet"
        READ = "read", "Reading a spreadsheet"

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED = "failed", "failed"
        CANCELLED = "cancelled", "called off"

    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.FloatField(default=0)
    total = models.FloatField(null=True)
    step = models.CharField(max_length=80, blank=True, help_text="what is being done now, in words")
    message = models.CharField(max_length=500, blank=True)
    report = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    # Who carries it out now: a word that every beginning makes anew. Whoever holds another one has
    # lost the run, and writes nothing more.
    claim = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(null=True, help_text="last sign of life of whoever carries it")
    cancel_asked = models.BooleanField(default=False)
    # From here on the pace is measured: a run that is taken up again does not begin at zero.
    paced_at = models.DateTimeField(null=True)
    paced_from = models.FloatField(default=0)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"


class AuditEvent(NetworkScoped):
    """Who did what, and when; never the address or the note it was done to."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    verb = models.CharField(max_length=40)
    target = models.CharField(max_length=60, blank=True)
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.verb} {self.target}".strip()
