from django.db import models
from django.db.models.functions import Now

from engage.lib import ids


class Exported(models.Model):
    """Somebody took a list of people away: who, when, which columns, narrowed how, and how many rows went."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    by = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=Now())
    format = models.CharField(max_length=4, choices=[("csv", "CSV"), ("json", "JSON")])
    columns = models.JSONField()
    narrowed = models.JSONField(default=list, help_text="The filters in words; never what was searched for")
    searched = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(default=0, db_default=0)
    finished = models.DateTimeField(null=True, blank=True, help_text="Empty: broken off, or still going on")

    def __str__(self) -> str:
        return f"{self.rows} as {self.format}"
