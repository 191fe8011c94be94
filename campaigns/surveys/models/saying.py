from django.db import models
from django.db.models import Func
from django.db.models.functions import Lower, Now

from campaigns.surveys.models.response import Response
from campaigns.surveys.models.survey import Survey
from engage.lib import ids


class Saying(models.Model):
    """An answer in their own words, apart from the rest of its response so that it is found and tagged. The trigger
    that notes what is to be counted writes it, and takes it away with what counts no more.

    `score` is what the same response says on its first scale.
    """

    uid = models.UUIDField(db_default=Func(function="gen_random_uuid"), unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="sayings", db_index=False)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="sayings")
    question = models.CharField(max_length=40)
    words = models.TextField()
    score = models.SmallIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["survey", "-at", "-id"], name="saying_latest"),
            models.Index(fields=["survey", "question", "-at", "-id"], name="saying_of_question"),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class AnswerTag(models.Model):
    """A word by which staff sort what people said in a survey."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="tags", db_index=False)
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint("survey", Lower("name"), name="answer_tag_any_case")]

    def __str__(self) -> str:
        return self.name


class TaggedAnswer(models.Model):
    """That a saying has a tag, by whom and since when."""

    saying = models.ForeignKey(Saying, on_delete=models.CASCADE, related_name="tagged", db_index=False)
    tag = models.ForeignKey(AnswerTag, on_delete=models.CASCADE, related_name="tagged", db_index=False)
    by = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["saying", "tag"], name="answer_tagged_once")]
        indexes = [models.Index(fields=["tag", "-saying"], name="answer_tagged_with")]

    def __str__(self) -> str:
        return f"{self.saying_id} has {self.tag_id}"


class Deed(models.Model):
    """Something was done about what people said; `broadcast` is the public id of the one-off message that tells them.

    `words` go on after "Since 4 May …".
    """

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="deeds", db_index=False)
    tag = models.ForeignKey(AnswerTag, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(max_length=500)
    since = models.DateField()
    broadcast = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["survey", "-id"], name="deed_of")]

    def __str__(self) -> str:
        return self.words


class DeedQuote(models.Model):
    """An answer that a deed is about."""

    deed = models.ForeignKey(Deed, on_delete=models.CASCADE, related_name="quotes", db_index=False)
    saying = models.ForeignKey(Saying, on_delete=models.CASCADE, related_name="quotes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deed", "saying"], name="deed_quote_once")]

    def __str__(self) -> str:
        return f"{self.saying_id} in {self.deed_id}"
