from django.db import models

from campaigns.contests.models.contest import Contest, Entry
from crm.business.models import User
from crm.contacts.models import Contact
from engage.lib import ids


class Vote(models.Model):
    """A proved person's vote in a contest, for one entry; they may give it to another one while voting is open.

    `refused` says why it does not count, '' where it does; `facts` are what shows it to the owner. An owner who counts
    it nevertheless is `counted_by`. `network` is a keyed hash of where it came from, gone a month after the end.
    """

    class Refused(models.TextChoices):
        OWN = "own", "for their own entry"
        RING = "ring", "part of a ring"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="votes", db_index=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="votes")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    refused = models.CharField(max_length=4, choices=Refused, blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)
    counted_by = models.CharField(max_length=120, blank=True, default="")
    network = models.CharField(max_length=32, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contest", "recorded_for"], name="contest_vote_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} for {self.entry_id}"


class CountedRing(models.Model):
    """An owner counts the votes of a ring: `key` is its finding's, see `campaigns.contests.voting.rings`."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="counted_rings", db_index=False)
    key = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contest", "key"], name="ring_counted_once")]

    def __str__(self) -> str:
        return f"{self.key} by {self.by}"


class Comparison(models.Model):
    """Two entries were put before a proved person without names; `better` is the one they chose, empty where neither.
    `left` has the lower id of the two, whichever stood where."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="comparisons", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    left = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    better = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contest", "recorded_for", "left", "right"], name="comparison_once")
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.left_id} or {self.right_id}"


class Juror(models.Model):
    """Somebody who judges: a colleague (`user`), or a guest who comes by a signed link of their own."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="jurors")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=120)
    at = models.DateTimeField()
    left = models.DateTimeField(null=True, blank=True, help_text="Taken off the jury: their scores count no more")

    def __str__(self) -> str:
        return self.name


class Score(models.Model):
    """What a juror gave an entry for one criterion: 1 to 10."""

    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="scores", db_index=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="scores")
    criterion = models.CharField(max_length=40)
    points = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["juror", "entry", "criterion"], name="score_once")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.points}"
