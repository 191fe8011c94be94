from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from campaigns.plans.models import Campaign
from crm.contacts.models import Contact
from engage.lib import ids


class Journey(models.Model):
    """A scenario that answers what a customer does. People walk one of its immutable versions."""

    class State(models.TextChoices):
        DRAFT = "draft"
        LIVE = "live"
        PAUSED = "paused"
        STOPPED = "stopped"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=120)
    recipe = models.SlugField(max_length=40, blank=True, default="")
    campaign = models.ForeignKey(Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="journeys")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    draft = models.JSONField(default=dict, help_text="The definition being edited: see campaigns.journeys.definition")
    current = models.ForeignKey(
        "campaigns_journeys.JourneyVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created = models.DateTimeField(db_default=Now())
    updated = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class JourneyVersion(models.Model):
    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published = models.DateTimeField(db_default=Now())
    published_by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "number"], name="journey_version_once")]

    def __str__(self) -> str:
        return f"{self.journey_id} v{self.number}"


class Enrolment(models.Model):
    """One contact's walk through one version. `step` and `visit` say where; advanced by compare-and-set."""

    class State(models.TextChoices):
        ACTIVE = "active"
        ENDED = "ended"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="enrolments")
    version = models.ForeignKey(JourneyVersion, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    entry = models.CharField(max_length=120, help_text="What began it, once: the event's message id")
    state = models.CharField(max_length=6, choices=State, default=State.ACTIVE)
    step = models.CharField(max_length=40)
    visit = models.PositiveIntegerField(default=0)
    event = models.JSONField(default=dict, help_text="The event that began it: name, at, properties")
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey", "recorded_for", "entry"], name="enrolment_once_per_entry"),
        ]
        indexes = [
            models.Index(fields=["journey", "contact"], name="enrolment_active", condition=Q(state="active")),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class Visit(models.Model):
    """What a walk decided at one step, and why: the path, kept."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="visits", db_index=False)
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    at = models.DateTimeField()
    decision = models.JSONField(default=dict, help_text="{kind, ...}: send, wait until, branch with the rule's answer")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "number"], name="visit_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}#{self.number} {self.step}"


class DueWait(models.Model):
    """The walking belt's queue: enrolments that move on at `due`."""

    enrolment = models.OneToOneField(Enrolment, primary_key=True, on_delete=models.CASCADE, related_name="wait")
    due = models.DateTimeField(db_index=True)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return str(self.enrolment_id)
