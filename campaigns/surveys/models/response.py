from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from campaigns.surveys.models.survey import Survey, SurveyVersion
from crm.contacts.models import Contact
from engage.lib import ids


class Response(models.Model):
    """One occasion's answers. Provisional (a GET) and begun (saved page by page) count nowhere and are never
    remembered, until a POST makes them final, once only. Who was screened out, or came when it was full, is counted
    apart, and of them nothing is remembered. `waiting` waits for its address to be confirmed; `replaced` was changed:
    another answer stands in its place. `suspect` came faster than anybody reads: the owner looks at it first.

    What a stranger began is nobody's yet.
    """

    class State(models.TextChoices):
        PROVISIONAL = "provisional"
        BEGUN = "begun"
        FINAL = "final"
        SCREENED = "screened"
        FULL = "full"
        WAITING = "waiting"
        REPLACED = "replaced"
        SUSPECT = "suspect"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="responses", db_index=False)
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    state = models.CharField(max_length=11, choices=State, default=State.PROVISIONAL)
    answers = models.JSONField(default=dict, help_text="{question id: {value, words, question}}")
    page = models.CharField(max_length=40, blank=True, default="", db_default="", help_text="The last one that was put")
    occasion = models.CharField(max_length=120, help_text="What was answered: message:<uid>, page:<random>, ~1 changed")
    origin = models.CharField(
        max_length=30, blank=True, default="", db_default="", help_text="Where they came from: link, mail, qr-counter"
    )
    once = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="Whom it is the one answer of, unreadable"
    )
    address = models.CharField(
        max_length=255, blank=True, default="", db_default="", help_text="To be confirmed; empty afterwards"
    )
    language = models.CharField(max_length=10, blank=True, default="", db_default="", help_text="Of the page")
    started = models.DateTimeField(db_default=Now())
    finished = models.DateTimeField(null=True, blank=True)
    day = models.DateField(null=True, blank=True, help_text="On which it was finished, by the shop's clock")
    marks = models.JSONField(
        null=True,
        blank=True,
        help_text="What is counted of it: see campaigns.surveys.results.counting; empty: not counted yet",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "occasion"], name="response_once"),
            models.UniqueConstraint(fields=["survey", "once"], condition=~Q(once=""), name="response_once_each"),
        ]
        indexes = [
            models.Index(fields=["survey", "-id"], name="response_of", condition=Q(state="final")),
            models.Index(
                fields=["started"], name="response_begun", condition=Q(state__in=["begun", "waiting", "suspect"])
            ),
            models.Index(fields=["survey", "state", "page"], name="response_apart", condition=~Q(state="final")),
            models.Index(fields=["address"], name="response_address", condition=~Q(address="")),
            models.Index(fields=["survey", "-finished", "-id"], name="response_latest", condition=Q(state="final")),
            models.Index(fields=["id"], name="response_uncounted", condition=Q(state="final", marks__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class Photo(models.Model):
    """A photo in an answer, made anew; `uid` is the value of the answer."""

    uid = models.UUIDField(unique=True, editable=False)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="photos")
    question = models.CharField(max_length=40)
    kind = models.CharField(max_length=4, help_text="png or jpeg")
    data = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.uid)
