from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.plans.models import Campaign
from crm.contacts.models import Topic
from engage.lib import ids

COUNTDOWN = timedelta(seconds=60)
"""Between the click and the start, while Cancel makes it a draft again."""


class Broadcast(models.Model):
    """One message to an audience, once.

    `state` is what people decided; how far the work is stand in `cursor` (contacts up to it are queued), `queued` (all
    of them are) and `released` (so many had their turn). Its messages have the origin `broadcast:<uid>`, whichever
    variant they are, so that a person has one at most.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("broadcast", "draft")
        SCHEDULED = "scheduled", pgettext_lazy("broadcast", "scheduled")
        STARTING = "starting", pgettext_lazy("broadcast", "starting")
        RUNNING = "running", pgettext_lazy("broadcast", "going out")
        PAUSED = "paused", pgettext_lazy("broadcast", "paused")
        DONE = "done", pgettext_lazy("broadcast", "done")
        CANCELLED = "cancelled", pgettext_lazy("broadcast", "cancelled")

    class Audience(models.TextChoices):
        FROZEN = "frozen", _("whoever is in the groups when it starts")
        LIVE = "live", _("whoever is in the groups when their turn comes")

    class Clock(models.TextChoices):
        BUSINESS = "business", _("our time")
        CONTACT = "contact", _("each person's own time")

    class Judge(models.TextChoices):
        CLICKS = "clicks", _("clicks")
        REPLIES = "replies", _("replies")
        GOAL = "goal", _("what it is for")

    class Kind(models.TextChoices):
        FIRST = "first", _("a message of its own")
        REMINDER = "reminder", _("a reminder")
        FOLLOW_UP = "follow_up", _("a follow-up")

    class Brake(models.TextChoices):
        COMPLAINTS = "complaints", _("people marked it as spam")
        BOUNCES = "bounces", _("too many addresses do not exist")

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=120)
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="broadcasts", db_index=False
    )
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, default="email", db_default="email")
    created = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=120)
    updated = models.DateTimeField(db_default=Now())

    include = models.JSONField(default=list, db_default=[], blank=True, help_text="Public ids of groups; any of them")
    exclude = models.JSONField(default=list, db_default=[], blank=True, help_text="Public ids of groups; none of them")
    rule = models.JSONField(null=True, blank=True, help_text="Who of them; alone: who of all")
    audience = models.CharField(max_length=6, choices=Audience, default=Audience.FROZEN, db_default="frozen")
    whom = models.JSONField(null=True, blank=True, editable=False, help_text="The whole rule, as it was at the start")

    send_at = models.DateTimeField(null=True, blank=True, help_text="Empty: when it is started")
    clock = models.CharField(max_length=8, choices=Clock, default=Clock.BUSINESS, db_default="business")
    per_hour = models.PositiveIntegerField(null=True, blank=True)
    batch = models.PositiveIntegerField(null=True, blank=True)
    batch_minutes = models.PositiveIntegerField(null=True, blank=True)

    sample_percent = models.PositiveSmallIntegerField(default=20, db_default=20, help_text="Of all, for all variants")
    decide_minutes = models.PositiveIntegerField(default=240, db_default=240, help_text="After the sample went")
    judge = models.CharField(max_length=7, choices=Judge, default=Judge.CLICKS, db_default="clicks")
    goal = models.CharField(max_length=200, default="Order Completed", db_default="Order Completed", blank=True)

    kind = models.CharField(max_length=9, choices=Kind, default=Kind.FIRST, db_default="first")
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    after_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="A reminder: after the first is done"
    )

    state = models.CharField(max_length=9, choices=State, default=State.DRAFT, db_default="draft")
    state_at = models.DateTimeField()
    state_by = models.CharField(max_length=120)
    moves = models.PositiveIntegerField(default=0, db_default=0, help_text="Raised by whatever somebody decides")
    brake = models.CharField(max_length=10, choices=Brake, blank=True, default="", db_default="")
    braked_at = models.JSONField(default=dict, db_default={}, blank=True, help_text="Counts when somebody said go on")
    starts = models.DateTimeField(null=True, blank=True, help_text="When the belt begins it")
    began = models.DateTimeField(null=True, blank=True)
    queued = models.DateTimeField(null=True, blank=True, help_text="When all of the audience were")
    looked_again = models.DateTimeField(null=True, blank=True, help_text="Of a live audience: for who came into it")
    finished = models.DateTimeField(null=True, blank=True, help_text="When nothing waited any more")
    cursor = models.BigIntegerField(default=0, db_default=0)
    upto = models.BigIntegerField(default=0, db_default=0, help_text="The newest contact at the start")
    due = models.BigIntegerField(default=0, db_default=0, help_text="People decided upon, as its occasion owes")
    released = models.BigIntegerField(default=0, db_default=0)
    paced = models.DateTimeField(null=True, blank=True, help_text="Up to when the throttle's allowance is used")
    batch_left = models.PositiveIntegerField(default=0, db_default=0)
    problem = models.CharField(max_length=120, blank=True, default="", db_default="", help_text="Why work on it failed")
    probe = models.JSONField(null=True, blank=True, help_text="While the mail server is away: who tried last, and when")
    pulse = models.JSONField(default=list, db_default=[], blank=True, help_text="Lately: [time, released]")

    decide_at = models.DateTimeField(null=True, blank=True, help_text="When the sample has gone, and had its time")
    decided = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    winner = models.CharField(max_length=1, blank=True, default="", db_default="")
    verdict = models.JSONField(null=True, blank=True, help_text="What each variant of the sample did")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(per_hour__isnull=True) | Q(batch__isnull=True), name="broadcast_one_pace"
            ),
            models.CheckConstraint(
                condition=Q(batch=None, batch_minutes=None) | Q(batch__gt=0, batch_minutes__gt=0),
                name="broadcast_whole_batch",
            ),
            models.UniqueConstraint(fields=["follows"], condition=Q(kind="reminder"), name="broadcast_one_reminder"),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="broadcast_at_work",
                condition=Q(finished__isnull=True) & ~Q(state="draft"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def origin(self) -> str:
        return f"broadcast:{self.uid}"
