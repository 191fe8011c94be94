from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from engage.lib import ids


class Team(models.Model):
    """Colleagues who have conversations in hand together."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=60)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)

    class Meta:
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(Lower("name"), name="team_any_case")]

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """What a colleague can be given: whether they take their turn, in which languages, about what; and whether they are
    away, until the day on which they are `back`, if that is known."""

    colleague = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="desk"
    )
    takes_turns = models.BooleanField(default=True, db_default=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True, db_default=[])
    skills = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, db_default=[], help_text="In small letters"
    )
    away = models.DateTimeField(null=True, blank=True, help_text="Since when")
    back = models.DateField(null=True, blank=True)
    turn = models.BigIntegerField(default=0, db_default=0, help_text="Which turn was theirs last, of all that were")

    def __str__(self) -> str:
        return str(self.colleague_id)

    def is_away(self, today: date) -> bool:
        return self.away is not None and (self.back is None or self.back > today)


class Handout(models.Model):
    """A conversation that nobody has in hand and that is to be given to somebody: a narrow queue, emptied within
    seconds."""

    conversation = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.conversation)
