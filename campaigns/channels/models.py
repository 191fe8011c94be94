from django.db import models
from django.db.models.functions import Now

from engage.lib import ids


class Design(models.Model):
    """What owners write: a subject and a body in Liquid. Sending compiles it to an immutable Content."""

    class Kind(models.TextChoices):
        LETTER = "letter"
        HTML = "html"
        MJML = "mjml"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.LETTER)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    created = models.DateTimeField(db_default=Now())
    updated = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
