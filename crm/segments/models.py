from django.db import models
from django.db.models.functions import Now

from crm.contacts.models import Contact
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


class Membership(models.Model):
    """A contact is in a watched segment."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "contact"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} in {self.segment_id}"
