from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from crm.dialogue.models.team import Team
from engage.lib import ids


class Handover(models.Model):
    """That a colleague left and what they had in hand went to somebody, to a team or to nobody; until undone. `teams`
    says of each conversation whose it was before, in their order."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    colleague = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="handovers")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    conversations = ArrayField(models.BigIntegerField())
    teams = ArrayField(models.BigIntegerField(null=True))
    tasks = ArrayField(models.BigIntegerField())
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    undone = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"by {self.by}"
