from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from crm.contacts.models.contact import Contact
from crm.contacts.models.job import Job
from engage.lib import ids


class Import(Job):
    """A file of people on its way in: what its columns mean, which permission comes with it, and how far it is.

    `path` is empty once the file is gone; `cursor` counts the rows that are done, in the transaction that did them.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "its columns and permission are being said"
        CHECKING = "checking"
        CHECKED = "checked"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        UNDOING = "undoing"
        UNDONE = "undone"

    AT_WORK: ClassVar = (State.CHECKING, State.RUNNING, State.UNDOING)

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=200, help_text="The file's name")
    path = models.TextField(blank=True, default="", db_default="")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    size = models.BigIntegerField(default=0, db_default=0)
    encoding = models.CharField(max_length=20, blank=True, default="", db_default="")
    shape = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="Mailchimp, HubSpot, vCard"
    )
    header = models.JSONField(default=list, db_default=[])
    columns = models.JSONField(default=list, db_default=[], help_text="What each column is: see imports.columns")
    keys = models.JSONField(default=dict, db_default={}, help_text="Keys to be made: label and type of each")
    permission = models.JSONField(default=dict, db_default={}, help_text="Empty until it is said")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT, db_default=State.DRAFT)
    expected = models.JSONField(default=dict, db_default={}, help_text="Counts of the check")

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="import_at_work", condition=Q(state__in=["checking", "running", "undoing"])
            )
        ]

    def __str__(self) -> str:
        return self.name


class Imported(models.Model):
    """The journal: what one slice of an import wrote about one person.

    Everything else written for them in that transaction (addresses, permission, what we remember) bears its time, `at`.
    """

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="journal", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    line = models.BigIntegerField(help_text="The row, by the number of its first line")
    new = models.BooleanField()
    wrote = models.JSONField(
        default=dict, db_default={}, help_text="Fields that were empty before, as they were filled"
    )
    at = models.DateTimeField(db_default=Now())
    stays = models.CharField(max_length=20, blank=True, default="", db_default="", help_text="Why it was not undone")

    class Meta:
        indexes = [models.Index(fields=["of", "id"], name="imported_order")]

    def __str__(self) -> str:
        return f"line {self.line} of {self.of_id}"


class NotTaken(models.Model):
    """A row that was refused, or taken but for one value: which, and why."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="not_taken", db_index=False)
    line = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    refused = models.BooleanField()
    cells = models.TextField(help_text="The row as JSON")

    class Meta:
        verbose_name_plural = "rows not taken"
        indexes = [models.Index(fields=["of", "id"], name="not_taken_order")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class Foreseen(models.Model):
    """For a check under way: which identities the rows so far would give to whom, by hash; empty afterwards."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    person = models.BigIntegerField(help_text="A contact, or below zero: somebody new")

    class Meta:
        verbose_name_plural = "foreseen"
        constraints = [models.UniqueConstraint(fields=["of", "digest"], name="foreseen_once")]
        indexes = [models.Index(fields=["of", "person"], name="foreseen_person")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person}"
