from django.db import models
from django.db.models.functions import Now

from engage.lib import ids


class Campaign(models.Model):
    """A plan: a goal, a budget, a period. A label on journeys and messages."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=120)
    goal = models.CharField(max_length=300, blank=True)
    budget = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    created = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name
