from django.db import models
from django.db.models import Q

from campaigns.surveys.models.survey import Survey, SurveyVersion
from crm.contacts.models import Contact
from engage.lib import ids


class SignUp(models.Model):
    """Somebody asked on a form to be written to. A mere request, until a link sent to the address confirms it.

    `contact` is the visitor who asked, or whom they became by confirming. Whoever asks again is another visitor with a
    request of their own: it may be somebody else, who must change nothing of the first. They count once. A request
    that nobody confirmed, or whose person was erased, stays as a count: `address` is empty then.
    """

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="sign_ups", db_index=False)
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+", help_text="As they saw it")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=255, blank=True, default="", db_default="")
    network_address = models.GenericIPAddressField(null=True, blank=True, help_text="From where it was asked")
    language = models.CharField(max_length=10, blank=True, default="", db_default="", help_text="Of mail and page")
    origin = models.CharField(
        max_length=30, blank=True, default="", db_default="", help_text="Where the form stood, as with responses"
    )
    asked = models.DateTimeField()
    mailed = models.DateTimeField(null=True, blank=True, help_text="The last mail; empty: none went")
    confirmed = models.DateTimeField(null=True, blank=True)
    again = models.BooleanField(
        default=False, db_default=False, help_text="Asked while another request for the same address was open"
    )

    class Meta:
        indexes = [
            models.Index(fields=["survey", "confirmed"], name="sign_up_counts"),
            models.Index(fields=["address"], name="sign_up_address", condition=~Q(address="")),
            models.Index(fields=["asked"], name="sign_up_open", condition=Q(confirmed=None) & ~Q(address="")),
        ]

    def __str__(self) -> str:
        return str(self.uid)
