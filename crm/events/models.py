from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from crm.contacts.models import Contact
from engage.lib import ids


class Inbox(models.Model):
    """An envelope: what came in, as it came. A narrow queue, emptied when done."""

    uid = models.UUIDField(default=ids.uuid7, editable=False)
    received = models.DateTimeField(db_default=Now())
    source = models.CharField(max_length=12, help_text="site, write, import, form, hook, derived")
    call = models.CharField(max_length=10, help_text="batch, or the single call: track, identify, ...")
    body = models.TextField(help_text="JSON as it came, decoded")
    events = models.PositiveIntegerField(default=1, db_default=1)
    cause = models.CharField(max_length=120, blank=True, default="", db_default="")
    depth = models.PositiveSmallIntegerField(default=0, db_default=0)
    due = models.DateTimeField(db_default=Now())
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name_plural = "inbox"
        indexes = [models.Index(fields=["due", "id"], name="inbox_due")]

    def __str__(self) -> str:
        return str(self.uid)


class Seen(models.Model):
    """Message ids already recorded, kept 30 days. A unique key cannot span the partitions of Event."""

    key = models.UUIDField(primary_key=True, help_text="blake2b-128 of source and messageId")
    received = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "seen"
        indexes = [models.Index(fields=["received"], name="seen_received")]

    def __str__(self) -> str:
        return str(self.key)


class Event(models.Model):
    """Something a contact did; never changed afterwards. Partitioned by month of `received`.

    In the database the primary key is (id, received): a key of a partitioned table holds its partition column. The
    contacts are not checked by a foreign key, because they are held while events are written.
    """

    id = models.BigAutoField(primary_key=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="events", db_index=False, db_constraint=False
    )
    recorded_for = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    message_id = models.CharField(max_length=100, db_index=False)
    kind = models.CharField(max_length=10, help_text="track, page, screen, identify, group, alias, derived")
    name = models.CharField(max_length=200)
    at = models.DateTimeField(help_text="When it happened, skew corrected")
    received = models.DateTimeField()
    history = models.BooleanField(default=False, help_text="Old or imported: it starts nothing")
    source = models.CharField(max_length=12)
    properties = models.JSONField(default=dict)
    context = models.JSONField(default=dict)
    cause = models.CharField(max_length=120, default="", db_default="")
    depth = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["contact", "name", "at"], name="event_contact_name_at"),
            BrinIndex(fields=["at"], name="event_at"),
        ]

    def __str__(self) -> str:
        return self.name


class DeadLetter(models.Model):
    """One event that could not be read or recorded, with its reason and a way to try again."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    received = models.DateTimeField()
    source = models.CharField(max_length=12)
    body = models.TextField()
    reason = models.CharField(max_length=500)
    fault = models.CharField(max_length=80, blank=True, default="", help_text="The exception's class when it was ours")
    died = models.DateTimeField(db_default=Now())
    retried = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-died"], name="deadletter_died", condition=Q(retried__isnull=True))]

    def __str__(self) -> str:
        return self.reason


class BeltStop(models.Model):
    """A belt that stopped itself, because too much of a minute's work failed for one reason."""

    belt = models.CharField(max_length=10)
    at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=500)
    lifted = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["belt"], condition=Q(lifted__isnull=True), name="belt_stopped_once"),
        ]

    def __str__(self) -> str:
        return f"{self.belt}: {self.reason}"
