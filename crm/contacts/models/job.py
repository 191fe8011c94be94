from typing import ClassVar

from django.db import models


class Job(models.Model):
    """Long work that any worker may carry on: see `crm.contacts.jobs`.

    `cursor` says what is done, in the transaction that did it. Whoever has the `lease` works; who comes after its end
    takes over. `began` is when the phase under way did.
    """

    AT_WORK: ClassVar[tuple[str, ...]] = ()
    """The states in which it waits for a worker, or has one."""

    cursor = models.BigIntegerField(default=0, db_default=0)
    fraction = models.FloatField(default=0, db_default=0.0)
    counts = models.JSONField(default=dict, db_default={})
    reasons = models.JSONField(default=dict, db_default={}, help_text="How many were left out, by reason")
    problem = models.TextField(blank=True, default="", db_default="", help_text="Why it failed")
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    began = models.DateTimeField(null=True, blank=True, help_text="The phase under way")
    finished = models.DateTimeField(null=True, blank=True)
    undone = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        abstract = True
