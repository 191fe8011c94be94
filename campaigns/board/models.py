from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from engage.lib import ids


class Board(models.Model):
    """How the owner has the board: one row, made when it is first changed."""

    is_open = models.BooleanField(default=False, db_default=False)
    at_once = models.BooleanField(
        default=False, db_default=False, help_text="Suggestions are shown before anybody of us has read them"
    )
    title = models.CharField(max_length=120, blank=True, default="", db_default="")
    intro = models.TextField(max_length=2000, blank=True, default="", db_default="")
    words = models.JSONField(default=dict, db_default={}, blank=True, help_text="{state: as the owner calls it}")
    changed = models.DateTimeField(db_default=Now())
    changed_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.title or "board"


class Suggestion(models.Model):
    """What a customer would like, in words that everybody may read. `original` is what they said, before a colleague
    changed a word, or '' where nobody did.

    `votes` counts people, those of suggestions that went `into` this one too; it is reckoned anew with every change.
    An empty `title` has lost its author's words by erasing, and waits for ours.
    """

    class State(models.TextChoices):
        NEW = "new", _("New")
        THINKING = "thinking", _("Thinking about it")
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Done")
        NOT_NOW = "not_now", _("Not now")

    class Standing(models.TextChoices):
        WAITING = "waiting", _("To be read")
        SHOWN = "shown", _("Shown")
        REFUSED = "refused", _("Not shown")

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    title = models.CharField(max_length=120, blank=True, default="")
    words = models.TextField(max_length=2000, blank=True, default="", db_default="")
    original = models.TextField(blank=True, default="", db_default="")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    recorded_for = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    shown_as = models.CharField(max_length=60, blank=True, default="", db_default="", help_text="A first name; or ''")
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    standing = models.CharField(max_length=7, choices=Standing, default=Standing.WAITING)
    tags = ArrayField(models.CharField(max_length=40), default=list, db_default=[], blank=True)
    answer = models.TextField(max_length=2000, blank=True, default="", db_default="")
    answered_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    answered = models.DateTimeField(null=True, blank=True)
    votes = models.PositiveIntegerField(default=0, db_default=0)
    into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="joined")
    source_kind = models.CharField(max_length=10, default="page", help_text="page, message, answer, staff or api")
    source_id = models.CharField(max_length=120, blank=True, default="", db_default="")
    at = models.DateTimeField()
    changed = models.DateTimeField(help_text="Last written, moved or answered")
    changed_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id"], condition=~Q(source_id=""), name="suggestion_source_once"
            )
        ]
        indexes = [
            models.Index(fields=["standing", "-votes", "-id"], name="suggestion_by_votes", condition=Q(into=None)),
            models.Index(fields=["standing", "-id"], name="suggestion_by_time", condition=Q(into=None)),
        ]

    def __str__(self) -> str:
        return self.title or gettext("Without words")


class Vote(models.Model):
    """A person wants this too. `tell`: they ticked that they want to hear what becomes of it, which is all the
    permission that such news needs, and no permission for anything else."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="cast", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    tell = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["suggestion", "recorded_for"], name="board_vote_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} for {self.suggestion_id}"


class Joined(models.Model):
    """That a suggestion went into another that says the same; until undone. Its votes stay its own, and count there."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="went")
    into = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="took")
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    undone = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "joined"

    def __str__(self) -> str:
        return f"by {self.by}"


class Change(models.Model):
    """A suggestion came into a state, with what we said to it. `told`: how many were written to who asked for it; None
    where nobody was to be."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="changes")
    before = models.CharField(max_length=8, choices=Suggestion.State)
    state = models.CharField(max_length=8, choices=Suggestion.State)
    answer = models.TextField(blank=True, default="", db_default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    told = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.before} → {self.state}"
