from django.db import models
from django.db.models.functions import Now

from engage.lib import ids
from engage.lib.former import Former


class Survey(models.Model):
    """Questions put to contacts. What people answer is one of its immutable versions."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        CLOSED = "closed"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True, help_text="As in `{% question key %}`: a-z, 0-9, _")
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    draft = models.JSONField(
        default=dict, help_text="The definition being edited: see campaigns.surveys.asked.definition"
    )
    limits = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Who may answer, and until when: see campaigns.surveys.limits.limits",
    )
    current = models.ForeignKey(
        "campaigns_surveys.SurveyVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    changed = models.DateTimeField(db_default=Now(), help_text="Draft saved, published or closed")
    changed_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    webhook = models.CharField(
        max_length=500, blank=True, default="", db_default="", help_text="The address that is told of each final answer"
    )
    revision = models.PositiveIntegerField(default=1, db_default=1, help_text="Goes up with every change of the draft")

    def __str__(self) -> str:
        return self.title


class FormerSurvey(Former):
    """A draft as it was before a change. `about` names what was changed, so that what is typed in one go is one."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="former", db_index=False)
    draft = models.JSONField()
    about = models.CharField(max_length=80, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["survey", "undone", "-id"], name="former_survey_of")]

    def __str__(self) -> str:
        return f"{self.survey_id} before {self.at:%Y-%m-%d %H:%M}"


class SurveyVersion(models.Model):
    """What was published once. Never changed: each answer belongs to the wording of its version."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published = models.DateTimeField(db_default=Now())
    published_by = models.CharField(max_length=120, default="", db_default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="survey_version_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} v{self.number}"
