from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.segments.models import Segment
from engage.lib import ids


class Placement(models.Model):
    """Where a survey appears on the owner's site, when, and for whom.

    `origin` tells its answers from those of other places; it is unique within the survey and never changes.
    """

    class Shape(models.TextChoices):
        INLINE = "inline", _("within the page")
        POPUP = "popup", _("in front of the page")
        SLIDE = "slide", _("sliding in from below")

    class When(models.TextChoices):
        SECONDS = "seconds", _("after so many seconds")
        SCROLL = "scroll", _("after so many percent of the page were scrolled")
        EXIT = "exit", _("when the mouse leaves the page at the top, on a computer")

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    survey = models.ForeignKey("campaigns_surveys.Survey", on_delete=models.CASCADE, related_name="placements")
    shape = models.CharField(max_length=6, choices=Shape, default=Shape.INLINE)
    origin = models.CharField(max_length=30, help_text="Kept with each answer given here")
    on = models.BooleanField(default=False, db_default=False)
    sites = ArrayField(models.CharField(max_length=255), default=list, help_text="https://shop.example.com")
    paths = ArrayField(models.CharField(max_length=200), default=list, db_default=[], blank=True, help_text="/tea/*")
    when = models.CharField(max_length=7, choices=When, default=When.SECONDS)
    amount = models.PositiveSmallIntegerField(default=10)
    event = models.CharField(max_length=200, blank=True, default="", db_default="", help_text="Only after they did it")
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(db_default=Now())
    changed = models.DateTimeField(db_default=Now())
    changed_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["survey", "origin"], name="placement_origin_once")]

    def __str__(self) -> str:
        return f"{self.origin} of {self.survey_id}"

    @property
    def targeted(self) -> bool:
        """Whether only some of the people we know see it."""
        return bool(self.event or self.segment_id)


class Seen(models.Model):
    """How often a survey was shown at a place on a day, and how often somebody began to fill it in. Nobody's."""

    survey = models.ForeignKey(
        "campaigns_surveys.Survey", on_delete=models.CASCADE, related_name="seen", db_index=False
    )
    origin = models.CharField(max_length=30)
    day = models.DateField()
    shown = models.PositiveIntegerField(default=0, db_default=0)
    begun = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name_plural = "seen"
        constraints = [models.UniqueConstraint(fields=["survey", "origin", "day"], name="survey_seen_once")]

    def __str__(self) -> str:
        return f"{self.origin} of {self.survey_id} on {self.day}"


class Approach(models.Model):
    """A person whom we know by their device met a survey on the site by itself: when it was shown last, and whether
    they put it away. One row for each person and survey."""

    survey = models.ForeignKey("campaigns_surveys.Survey", on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    shown = models.DateTimeField()
    closed = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "approaches"
        constraints = [models.UniqueConstraint(fields=["survey", "recorded_for"], name="approach_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} to {self.contact_id}"
