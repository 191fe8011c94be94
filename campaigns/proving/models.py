from django.db import models
from django.db.models import Q

from crm.contacts.models import Contact
from engage.lib import ids


class Claim(models.Model):
    """Somebody says that an address is theirs, and wants something to count: a vote, a suggestion. It counts nowhere
    before the link that went to the address was opened and its button pressed.

    `contact` is the visitor who said so, or whom they became by proving it. What they said, and the address, go as soon
    as it counts; all of it goes after a week.
    """

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    what = models.CharField(max_length=20, help_text="Who knows what is to be done: see campaigns.proving.wishes")
    said = models.JSONField(default=dict)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=255, blank=True, default="", db_default="")
    language = models.CharField(max_length=10, blank=True, default="", db_default="", help_text="Of mail and page")
    led_to = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="The page of what counts"
    )
    asked = models.DateTimeField()
    mailed = models.DateTimeField(null=True, blank=True, help_text="Empty: no mail went")
    confirmed = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["address"], name="claim_address", condition=~Q(address="")),
            models.Index(fields=["asked"], name="claim_asked"),
        ]

    def __str__(self) -> str:
        return str(self.uid)
