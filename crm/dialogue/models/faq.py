from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from engage.lib import ids


class FaqEntry(models.Model):
    """A question that customers ask, with the business's own answer.

    `phrasings` are ways to ask it, one a line, the question itself left out. `lexemes` are the words by which it is
    recognised, as PostgreSQL's dictionary of the language makes them: for each way to ask, the question first, one
    string of words parted by spaces.
    """

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    language = models.CharField(max_length=10)
    question = models.CharField(max_length=200)
    phrasings = models.TextField(blank=True, default="")
    answer = models.TextField()
    automatic = models.BooleanField(default=False, help_text="May be sent without a colleague")
    lexemes = ArrayField(models.TextField())
    changed = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("question", "id")

    def __str__(self) -> str:
        return self.question
