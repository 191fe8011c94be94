from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from crm.business.models import User
from crm.contacts.models import Contact, Job
from engage.lib import ids


class View(models.Model):
    """A name for a way to look at the list of people: its filters, columns and order.

    What was searched for is never kept: it is a person's name or address, and a search is over once she is found.
    """

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=60)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    shared = models.BooleanField(default=False, db_default=False, help_text="With the whole team")
    filters = models.JSONField(default=dict, help_text="As the page's address has them")
    columns = models.JSONField(default=list)
    order = models.CharField(max_length=8)
    at = models.DateTimeField(db_default=Now())
    deleted = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Shown(models.Model):
    """Which columns of the list a colleague looks at."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    columns = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "shown"

    def __str__(self) -> str:
        return ", ".join(self.columns)


class BulkAct(Job):
    """One thing done to many people: to those of `chosen` (ids), or to all whom `filters` fit and whose id is not
    above `upto`; then `cursor` is the last id that was looked at, and of the journal while it is taken back.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped", "by a colleague, half way"
        FAILED = "failed"
        UNDOING = "undoing"
        UNDONE = "undone"

    AT_WORK: ClassVar = (State.RUNNING, State.UNDOING)

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    act = models.CharField(max_length=12, help_text="See crm.lists.acts")
    said = models.JSONField(default=dict, db_default={}, help_text="What the act was told: which group, which value")
    colleague = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    filters = models.JSONField(default=dict, db_default={})
    narrowed = models.JSONField(default=list, db_default=[], help_text="The filters in words")
    chosen = models.JSONField(null=True, blank=True, help_text="Ids of contacts; empty where filters say who")
    upto = models.BigIntegerField(default=0, db_default=0)
    number = models.PositiveIntegerField(help_text="How many people were confirmed")
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING, db_default=State.RUNNING)

    class Meta:
        indexes = [models.Index(fields=["id"], name="bulk_act_at_work", condition=Q(state__in=["running", "undoing"]))]

    def __str__(self) -> str:
        return f"{self.act} for {self.number}"


class BulkChange(models.Model):
    """The journal: what one act changed about one person, enough to take exactly that back."""

    of = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="changes", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    wrote = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["of", "id"], name="bulk_change_order")]

    def __str__(self) -> str:
        return f"{self.of_id} on {self.contact_id}"
