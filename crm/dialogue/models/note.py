from django.conf import settings
from django.db import models

from crm.contacts.models import Contact
from engage.lib import ids


class Note(models.Model):
    """What a colleague wrote down about a person, for colleagues. Never changed; the customer never sees it."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="notes", db_index=False)
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    text = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["contact", "-at", "-id"], name="note_of")]

    def __str__(self) -> str:
        return f"note {self.pk}"
