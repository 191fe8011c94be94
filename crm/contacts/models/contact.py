from django.db import models
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext as _

from engage.lib import ids


class Company(models.Model):
    """An organisation that contacts belong to."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    external_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    name = models.CharField(max_length=200)
    attributes = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="By trait its value, its source, and when it was said"
    )
    created = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "companies"
        indexes = [models.Index(fields=["name", "id"], name="company_by_name")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person we know, however little. How they are recognised stands in `Identity`."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=200, blank=True, default="", db_default="")
    first_name = models.CharField(max_length=100, blank=True, default="", db_default="")
    language = models.CharField(max_length=10, blank=True, default="", db_default="")
    country = models.CharField(max_length=2, blank=True, default="", db_default="")
    timezone = models.CharField(max_length=64, blank=True, default="", db_default="")
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts", db_index=False
    )
    attributes = models.JSONField(default=dict, db_default={}, blank=True)
    origin = models.CharField(max_length=80, blank=True, default="", db_default="", help_text="What brought them first")
    created = models.DateTimeField(db_default=Now())
    last_seen = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed", db_index=False
    )
    erased = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # None on what every event changes: who does something is written anew on the same page, in no index.
            models.Index(fields=["company"], name="contact_company", condition=models.Q(company__isnull=False)),
            models.Index(fields=["merged_into"], name="contact_merged", condition=models.Q(merged_into__isnull=False)),
            models.Index(Upper("name"), name="contact_name"),
        ]

    def __str__(self) -> str:
        return self.name or _("Somebody we do not know yet")


class Sighting(models.Model):
    """That somebody was seen, in the order in which it happened: what the list of people is read by.

    The database adds one whenever a contact's `last_seen` becomes another; those that a later one replaced, which no
    longer agree with it, go at night.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="sightings", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["at", "contact"], name="sighting_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} at {self.at:%Y-%m-%d %H:%M}"
