from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from crm.contacts.models import Contact
from engage.lib import ids


class Offer(models.Model):
    """Something given: a coupon, a gift, a price, early access. `key` is what journeys, prizes and REST call it.

    Each person's code is their own, unless `shared` names the one code of all. Without `coded` there is nothing to
    show but the page itself.
    """

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    words = models.TextField(max_length=2000, blank=True, default="", help_text="What they get, and how")
    coded = models.BooleanField(default=True, db_default=True)
    shared = models.CharField(max_length=40, blank=True, default="", db_default="")
    lasts_days = models.PositiveIntegerField(null=True, blank=True, help_text="From when it was given")
    closes = models.DateTimeField(null=True, blank=True, help_text="Not given afterwards, and good until then at most")
    most = models.PositiveIntegerField(null=True, blank=True, help_text="How many are given at most")
    given_count = models.PositiveIntegerField(default=0, db_default=0)
    stopped = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="offer_name_once")]

    def __str__(self) -> str:
        return self.name


class Given(models.Model):
    """An offer in somebody's hands: given once for each `cause` (`contest:<uid>:1`, `enrolment:<uid>:<step>`), and used
    once."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="given", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(max_length=40, blank=True, default="")
    cause = models.CharField(max_length=120)
    at = models.DateTimeField()
    by = models.CharField(max_length=120, blank=True, default="")
    good_until = models.DateTimeField(null=True, blank=True)
    used = models.DateTimeField(null=True, blank=True)
    used_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "given"
        constraints = [
            models.UniqueConstraint(fields=["offer", "cause"], name="given_once"),
        ]
        indexes = [
            models.Index(fields=["offer", "-id"], name="given_of"),
            models.Index(fields=["code"], name="given_code", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} to {self.contact_id}"
