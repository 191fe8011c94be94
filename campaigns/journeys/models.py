from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.journeys.webhooks.models import DueWebhook, Webhook  # noqa: F401 models of this app
from campaigns.plans.models import Campaign
from crm.contacts.models import Contact, Job, Topic
from crm.dialogue.models import Content, Message
from engage.lib import ids
from engage.lib.former import Former


class Journey(models.Model):
    """A scenario that answers what a customer does. People walk one of its immutable versions."""

    class State(models.TextChoices):
        DRAFT = "draft"
        SHADOW = "shadow"
        LIVE = "live"
        PAUSED = "paused"
        STOPPED = "stopped"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=120)
    recipe = models.SlugField(max_length=40, blank=True, default="", help_text="Empty once the JSON was edited by hand")
    fields = models.JSONField(default=dict, blank=True, help_text="What the recipe's form was filled in with")
    campaign = models.ForeignKey(Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="journeys")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    state_at = models.DateTimeField(db_default=Now())
    state_by = models.CharField(max_length=120, blank=True, default="")
    draft = models.JSONField(default=dict, help_text="The definition being edited: see campaigns.journeys.parse")
    current = models.ForeignKey(
        "campaigns_journeys.JourneyVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    let_go = models.BigIntegerField(
        default=0,
        db_default=0,
        help_text="Who walks a version up to this key was on it when it stopped",
    )
    created = models.DateTimeField(db_default=Now())
    updated = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class FormerDraft(Former):
    """A draft as it was before a change."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="former", db_index=False)
    draft = models.JSONField()
    recipe = models.SlugField(max_length=40, blank=True, default="")
    fields = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["journey", "undone", "-id"], name="former_draft_of")]

    def __str__(self) -> str:
        return f"{self.journey_id} before {self.at:%Y-%m-%d %H:%M}"


class Moment(models.Model):
    """A boundary in time that a journey asks about, such as 60 days without an order. All that passed up to `told` was
    told; `until` and `reached` say how far the telling of what passed since is."""

    event = models.CharField(max_length=60)
    details = models.TextField(help_text="JSON: see campaigns.journeys.moments.asked")
    told = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reached = models.BigIntegerField(default=0, db_default=0, help_text="The last person told about")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "details"], name="moment_once")]

    def __str__(self) -> str:
        return f"{self.event} {self.details}"


class JourneyVersion(models.Model):
    """What was published, never changed: people under way stay on the version they began with."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    prepared = models.JSONField(
        default=dict, help_text="{step: {content, topic, routes}}: keys of what its message is made of"
    )
    published = models.DateTimeField(db_default=Now())
    published_by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "number"], name="journey_version_once")]

    def __str__(self) -> str:
        return f"{self.journey_id} v{self.number}"


class Move(models.Model):
    """What becomes, with a new version, of those who stood at a step of an older one `at` that time: they go on at
    `to_step` of `to`, or leave where there is none. Who comes to that step later stays on the version they walk."""

    version = models.ForeignKey(JourneyVersion, on_delete=models.CASCADE, related_name="moves", db_index=False)
    step = models.CharField(max_length=40)
    to = models.ForeignKey(JourneyVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_step = models.CharField(max_length=40, blank=True, default="", db_default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["version", "step", "-at"], name="move_of")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.step} to {self.to_step or 'nowhere'}"


class Enrolment(models.Model):
    """One contact's walk through one version. `step` and `visit` say where; advanced by compare-and-set."""

    class State(models.TextChoices):
        ACTIVE = "active"
        ENDED = "ended"

    class Outcome(models.TextChoices):
        FINISHED = "finished", _("walked to an end")
        GOAL = "goal", _("did what the journey is for")
        STOPPED = "stopped", _("the journey was stopped")
        TAKEN_OFF = "taken_off", _("taken off by a colleague")
        LED_OFF = "led_off", _("led off by another journey")
        MERGED = "merged", _("the same person was on it already")
        FAILED = "failed", _("could not go on")
        SHADOW = "shadow", _("was on it in shadow only")
        STALE = "stale", _("stood too long on a paused journey")

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="enrolments", db_index=False)
    version = models.ForeignKey(JourneyVersion, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    entry = models.CharField(max_length=120, help_text="What began it, once: the event's message id")
    thing = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="What it is about, if one walk is for each"
    )
    shadow = models.BooleanField(
        default=False, db_default=False, help_text="Walks without anything being carried out, and counts nowhere"
    )
    state = models.CharField(max_length=6, choices=State, default=State.ACTIVE)
    step = models.CharField(max_length=40)
    visit = models.PositiveIntegerField(default=0)
    event = models.JSONField(default=dict, help_text="The event that began it: name, at, properties")
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True, default="", db_default="")
    reason = models.CharField(max_length=120, blank=True, default="", db_default="", help_text="In words or as a code")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey", "recorded_for", "entry"], name="enrolment_once_per_entry"),
        ]
        indexes = [
            models.Index(fields=["contact", "journey"], name="enrolment_of"),
            models.Index(fields=["journey", "step"], name="enrolment_active", condition=Q(state="active")),
            models.Index(fields=["journey", "-began"], name="enrolment_recent"),
            models.Index(fields=["ended"], name="enrolment_failed", condition=Q(outcome="failed")),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class EntryDay(models.Model):
    """How many began a journey with a limit on one of the shop's days, and how often somebody did not because of it."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="entry_days", db_index=False)
    day = models.DateField()
    begun = models.PositiveIntegerField(default=0, db_default=0)
    over = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "day"], name="entry_day_once")]

    def __str__(self) -> str:
        return f"{self.journey_id} {self.day}: {self.begun}"


class Brake(models.Model):
    """The first day of a journey that was switched on: how many messages it queued, of how many. `tripped` when it
    would have been more and the journey paused itself; `lifted` when somebody said that so many are right."""

    class Why(models.TextChoices):
        DAY = "day", _("three times as many as on the busiest day of its backtest")
        HOUR = "hour", _("so many in an hour")

    journey = models.OneToOneField(Journey, primary_key=True, on_delete=models.CASCADE, related_name="brake")
    since = models.DateTimeField()
    until = models.DateTimeField()
    a_day = models.PositiveIntegerField(null=True, blank=True, help_text="The most of the day, if a backtest says")
    sent = models.PositiveIntegerField(default=0, db_default=0)
    minutes = models.JSONField(default=dict, blank=True, db_default={}, help_text="Messages by minute (UTC), lately")
    tripped = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=4, choices=Why, blank=True, default="", db_default="")
    lifted = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return f"{self.journey_id}: {self.sent}"


class Visit(models.Model):
    """What a walk decided at one step, and why: the path, kept."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="visits", db_index=False)
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    at = models.DateTimeField()
    decision = models.JSONField(default=dict, help_text="{kind, ...}: send, wait until, branch with the rule's answer")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "number"], name="visit_once")]
        indexes = [BrinIndex(fields=["at"], name="visit_at")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}#{self.number} {self.step}"


class StepTally(models.Model):
    """How often a step of a version was visited on a day (UTC): what a page counts without reading every visit."""

    version = models.ForeignKey(JourneyVersion, on_delete=models.CASCADE, related_name="tallies", db_index=False)
    step = models.CharField(max_length=40)
    day = models.DateField()
    shadow = models.BooleanField(default=False, db_default=False)
    visits = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name_plural = "step tallies"
        constraints = [models.UniqueConstraint(fields=["version", "step", "day", "shadow"], name="step_tally_once")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.step} {self.day}: {self.visits}"


class DueWait(models.Model):
    """The walking belt's queue: who moves on at `due`, or before, once what the wait looks for has happened (`met`).

    Rows of a paused journey are parked by the worker that meets them, and come back when the journey resumes.
    """

    enrolment = models.OneToOneField(Enrolment, primary_key=True, on_delete=models.CASCADE, related_name="wait")
    since = models.DateTimeField(help_text="When the wait began")
    until = models.DateTimeField(help_text="When it is over")
    due = models.DateTimeField(help_text="When to look: at `until`, or sooner")
    looks_for = ArrayField(
        models.CharField(max_length=200), default=list, db_default=[], help_text="The events that end it sooner"
    )
    watches = models.BooleanField(default=False, db_default=False, help_text="Looks whenever the person does something")
    met = models.JSONField(null=True, help_text="The event that was looked for: name, at, message_id, exit")
    parked = models.BooleanField(default=False, db_default=False)
    let_out_by = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="Leaves, because it stood for too long"
    )
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [models.Index(fields=["due"], name="wait_due", condition=Q(parked=False))]

    def __str__(self) -> str:
        return str(self.enrolment_id)


class ShadowMessage(models.Model):
    """A message that a walk in shadow would have sent, and what the guards make of it: never sent, counted nowhere.

    While it waits, `due` is when the guards are asked again; `why` is what held it last.
    """

    class Fate(models.TextChoices):
        WAITING = "waiting"
        WENT = "went"
        LATER = "later"
        MERGED = "merged"
        WITHHELD = "withheld"
        DROPPED = "dropped"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="shadow_messages", db_index=False)
    visit = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    klass = models.CharField("class", db_column="class", max_length=14, choices=Message.Class)
    channel = models.CharField(max_length=10)
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="+", db_index=False)
    drops = models.BooleanField(default=False, db_default=False, help_text="Is not kept while a guard holds it")
    merges = models.BooleanField(default=False, db_default=False, help_text="Goes inside another once a guard holds it")
    routes = models.JSONField(default=list, db_default=[], help_text="[[channel, content]] where there are several")
    asked = models.DateTimeField(help_text="When it would have been queued")
    due = models.DateTimeField(null=True)
    fate = models.CharField(max_length=8, choices=Fate, default=Fate.WAITING, db_default=Fate.WAITING)
    why = models.CharField(max_length=40, blank=True, default="", db_default="")
    detail = models.JSONField(default=dict, blank=True, db_default={})
    went = models.DateTimeField(null=True, blank=True, help_text="When it would have gone")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "visit"], name="shadow_message_once")]
        indexes = [models.Index(fields=["due"], name="shadow_message_due", condition=Q(due__isnull=False))]

    def __str__(self) -> str:
        return f"{self.enrolment_id}#{self.visit} {self.fate}"


class Backtest(Job):
    """What a definition would have done from `since` to `until`: see campaigns.journeys.backtest. `cursor` is the last
    contact that was looked at. Never two at work for one journey."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    AT_WORK: ClassVar = (State.RUNNING,)

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="backtests")
    definition = models.JSONField(help_text="The draft as it was")
    since = models.DateTimeField()
    until = models.DateTimeField()
    upto = models.BigIntegerField(help_text="The last contact there was when it began")
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING, db_default=State.RUNNING)
    result = models.JSONField(default=dict, help_text="See campaigns.journeys.backtest.tallies")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey"], condition=Q(state="running"), name="one_backtest_of_a_journey")
        ]
        indexes = [models.Index(fields=["id"], name="backtest_at_work", condition=Q(state="running"))]

    def __str__(self) -> str:
        return str(self.uid)
