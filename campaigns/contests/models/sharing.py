from django.db import models
from django.db.models import Q

from campaigns.contests.models.contest import Contest, Entry
from crm.contacts.models import Contact


class Share(models.Model):
    """A link to pass on: of a person who entered or voted, of an entry's page, or of the shop. `shares` counts presses
    of a share button, `visits` those who came by it, `entries` and `votes` what they brought."""

    code = models.CharField(max_length=16, unique=True)
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="shares")
    entry = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.CASCADE, related_name="shares")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    shares = models.PositiveIntegerField(default=0)
    visits = models.PositiveIntegerField(default=0)
    entries = models.PositiveIntegerField(default=0)
    votes = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "entry", "recorded_for"], name="share_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["contest", "-visits"], name="share_visits", condition=Q(visits__gt=0))]

    def __str__(self) -> str:
        return self.code

    @property
    def voted(self) -> int | None:
        """Nobody may count votes before the end: None until then. Of a share with its contest no query."""
        return self.votes if self.contest.ended else None
