from django.db import models
from django.db.models import Q

from campaigns.contests import drawing
from campaigns.surveys.models import Photo, Response, Survey
from crm.contacts.models import Contact
from engage.lib import ids


class Contest(models.Model):
    """A survey whose answers are entries: a photo, a caption, a tick that we may show them. Who may enter, how often
    and until when are the survey's limits.

    Who wins is found `by` votes, by blind pairs, by a jury or by a draw, and said once: `ended`. Nobody sees a count
    before. The seed of a draw is made with the contest; its hash, `commitment`, stands on the page from the beginning.
    """

    class By(models.TextChoices):
        VOTES = "votes"
        PAIRS = "pairs", "blind pairs"
        JURY = "jury"
        DRAW = "draw"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    survey = models.OneToOneField(Survey, on_delete=models.CASCADE, related_name="contest")
    by = models.CharField(max_length=5, choices=By, default=By.VOTES)
    terms = models.TextField(max_length=5000, blank=True, default="", help_text="What whoever enters agrees to")
    votes_close = models.DateTimeField(null=True, blank=True, help_text="Voting, and judging, begins with the entries")
    criteria = models.JSONField(default=list, blank=True, help_text="A jury's: [{id, label}]")
    seed = models.CharField(max_length=64, default=drawing.new_seed, editable=False, help_text="Hidden until the end")
    drawn_from = models.JSONField(default=list, blank=True, help_text="Public ids of the entries, fixed at `listed`")
    listed = models.DateTimeField(null=True, blank=True, help_text="Since when nothing changes what is drawn from")
    at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    ended = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return str(self.survey)

    @property
    def commitment(self) -> str:
        """May be shown to everybody from the beginning: see campaigns.contests.drawing."""
        return drawing.commitment(self.seed)


class Entry(models.Model):
    """What somebody entered. A colleague looks at it before anybody else does; `reason` tells its author why it is not
    shown. What its author changed since a decision is looked at again: `was_…` is what was decided on, and how. `place`
    and `result` are set when the contest has ended, and never change."""

    class Standing(models.TextChoices):
        WAITING = "waiting"
        SHOWN = "shown"
        REFUSED = "refused", "not shown"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="entries", db_index=False)
    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="entry")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    photo = models.ForeignKey(Photo, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    caption = models.CharField(max_length=200, blank=True, default="")
    shown_as = models.CharField(max_length=60, blank=True, default="", help_text="A first name; or ''")
    standing = models.CharField(max_length=7, choices=Standing, default=Standing.WAITING)
    reason = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField()
    decided = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=120, blank=True, default="")
    before = models.JSONField(default=dict, blank=True, help_text="How it stood before the decision, for undo")
    was_photo = models.ForeignKey(
        Photo, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    was_caption = models.CharField(max_length=200, blank=True, default="")
    was_shown_as = models.CharField(max_length=60, blank=True, default="")
    was_standing = models.CharField(max_length=7, choices=Standing, blank=True, default="")
    was_reason = models.CharField(max_length=500, blank=True, default="")
    was_decided = models.DateTimeField(null=True, blank=True)
    place = models.PositiveIntegerField(null=True, blank=True)
    result = models.JSONField(
        default=dict, blank=True, help_text="What the place was found by: votes, strength, points"
    )

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["contest", "standing", "-id"], name="entry_of"),
            models.Index(fields=["id"], name="entry_waiting", condition=Q(standing="waiting")),
            models.Index(fields=["contest", "place"], name="entry_placed", condition=Q(place__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.caption or str(self.uid)


class Small(models.Model):
    """An entry's photo as the gallery shows it; the large one has the same shape."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="small")
    kind = models.CharField(max_length=4, help_text="png or jpeg")
    data = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "small"

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.width} × {self.height}"


class Prize(models.Model):
    """What whoever comes to a `place` (1 is the first) is given: the key of an offer, or in words alone.

    `entry` is the one that it went to when the contest ended; empty then where that is erased. It is `passed` on to the
    next at most once.
    """

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="prizes", db_index=False)
    place = models.PositiveIntegerField()
    words = models.CharField(max_length=200)
    offer = models.CharField(max_length=60, blank=True, default="")
    entry = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.SET_NULL, related_name="prizes")
    passed = models.DateTimeField(null=True, blank=True)
    passed_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        ordering = ("place",)
        constraints = [models.UniqueConstraint(fields=["contest", "place"], name="prize_once")]

    def __str__(self) -> str:
        return f"{self.place}: {self.words}"
