from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.preferences.models import PreferenceKey
from engage.lib import ids


class Segment(models.Model):
    """A rule that contacts match."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=120)
    rule = models.JSONField()
    version = models.PositiveIntegerField(default=1, db_default=1, help_text="Raised by each edit")
    ready = models.SlugField(max_length=40, null=True, blank=True, unique=True, help_text="Which of the ready groups")
    watched = models.BooleanField(default=False, help_text="Something depends on it, so membership is kept")
    created = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    changed = models.DateTimeField(db_default=Now())
    changed_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.name


class Picked(models.Model):
    """Somebody put into a group by hand. Such a group's rule asks for these rows, so that it is one like any other."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="picked", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        verbose_name_plural = "picked"
        constraints = [models.UniqueConstraint(fields=["segment", "recorded_for"], name="picked_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} put into {self.segment_id}"


class Membership(models.Model):
    """A contact is in a watched segment."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "contact"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} in {self.segment_id}"


class ObservedRule(models.Model):
    """What somebody does often enough to be worth remembering: "bought from one category 3 times in 90 days".

    `reached` is the last contact that was looked at since the rule was made or changed; empty once all were.
    """

    class What(models.TextChoices):
        CATEGORY = "category", _("bought from the same category")
        PRODUCT = "product", _("bought the same product")
        SEARCH = "search", _("searched for the same words")
        MONTH = "month", _("bought in the same month")

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    what = models.CharField(max_length=8, choices=What)
    category = models.CharField(max_length=100, blank=True, default="", db_default="", help_text="Only of this one")
    times = models.PositiveSmallIntegerField(default=3)
    days = models.PositiveSmallIntegerField(default=90)
    key = models.ForeignKey(PreferenceKey, on_delete=models.CASCADE, related_name="rules")
    active = models.BooleanField(default=True)
    reached = models.BigIntegerField(null=True, blank=True, default=0)
    changed = models.DateTimeField(db_default=Now())
    changed_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.what
