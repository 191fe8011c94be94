from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper

from crm.contacts.models import Contact
from engage.lib import ids


class Offer(models.Model):
    """Something given: a coupon, a gift, a price, early access. `key` is what journeys, prizes and REST call it.

    The counts are of all that was ever given and used, also to people who were erased since.
    """

    class Coding(models.TextChoices):
        OWN = "own", "a code of their own"
        LISTED = "listed", "a code of a list"
        SHARED = "shared", "one code for everybody"
        NONE = "none", "no code"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    words = models.TextField(max_length=2000, blank=True, default="", help_text="What they get, and how")
    coding = models.CharField(max_length=6, choices=Coding, default=Coding.OWN)
    shared = models.CharField(max_length=40, blank=True, default="", help_text="The one code for everybody")
    lasts_days = models.PositiveIntegerField(null=True, blank=True, help_text="From when it was given")
    closes = models.DateTimeField(null=True, blank=True, help_text="Not given afterwards, and good until then at most")
    most = models.PositiveIntegerField(null=True, blank=True, help_text="How many are given at most")
    given_count = models.PositiveIntegerField(default=0, db_default=0)
    used_count = models.PositiveIntegerField(default=0, db_default=0)
    stopped = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="offer_name_once")]

    def __str__(self) -> str:
        return self.name

    def is_over(self, at: datetime) -> bool:
        """Whether it is given no more, however many are left."""
        return self.stopped is not None or (self.closes is not None and self.closes <= at)

    @property
    def left(self) -> int | None:
        """How many may still be given, by `most`; None for any number."""
        return None if self.most is None else max(self.most - self.given_count, 0)


class ListedCode(models.Model):
    """A code of the owner's own till or shop, to be given once. `taken` stays when whoever had it is erased."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="codes", db_index=False)
    code = models.CharField(max_length=40)
    taken = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("offer", Upper("code"), name="listed_code_once")]
        indexes = [models.Index(fields=["offer", "id"], name="listed_left", condition=Q(taken=None))]

    def __str__(self) -> str:
        return self.code


class Given(models.Model):
    """An offer in somebody's hands: given once for each `cause` (`contest:<uid>:1`, `enrolment:<uid>:<step>`), and used
    once. Its code is empty where the offer has none of their own."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="given", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(max_length=40, blank=True, default="")
    cause = models.CharField(max_length=120)
    reason = models.CharField(max_length=200, blank=True, default="", help_text="Why, in a colleague's words")
    at = models.DateTimeField()
    by = models.CharField(max_length=120, blank=True, default="")
    good_until = models.DateTimeField(null=True, blank=True)
    used = models.DateTimeField(null=True, blank=True)
    used_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "given"
        constraints = [
            models.UniqueConstraint(fields=["cause", "offer"], name="given_once"),
            models.UniqueConstraint("offer", Upper("code"), name="given_code_once", condition=~Q(code="")),
        ]
        indexes = [
            models.Index(fields=["offer", "-id"], name="given_of"),
            models.Index(Upper("code"), name="given_code", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} to {self.contact_id}"

    @property
    def shown_code(self) -> str:
        """What is shown at the counter; '' where there is no code. Of a given with its offer no query."""
        return self.code or self.offer.shared

    def is_late(self, at: datetime) -> bool:
        return self.good_until is not None and self.good_until <= at
