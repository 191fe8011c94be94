from django.db import models

from campaigns.surveys.models import Survey
from engage.lib import ids


class Poll(models.Model):
    """A survey with one question whose results customers see. Who may vote, how often and until when are the survey's
    limits; votes are its answers."""

    class Shows(models.TextChoices):
        ALWAYS = "always"
        AFTER = "after", "after voting"
        END = "end", "after the end"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    survey = models.OneToOneField(Survey, on_delete=models.CASCADE, related_name="poll")
    shows = models.CharField(max_length=6, choices=Shows, default=Shows.AFTER)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return str(self.survey)
