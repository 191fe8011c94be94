from django.db import models

from crm.contacts.models import Contact
from crm.dialogue.models.message import Message
from engage.lib import ids
from engage.lib.vault import SealedField


class ChatVisit(models.Model):
    """Somebody in the chat on the owner's site. `proved`: the owner's server has said who they are; else nothing has,
    whatever address they gave."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="chats", db_index=False)
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    proved = models.BooleanField(default=False)
    began = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["contact", "-began"], name="chat_of")]

    def __str__(self) -> str:
        return str(self.uid)


class ChatLine(models.Model):
    """What stands in the chat of a visit, and nothing else does, whatever becomes of its conversation and its person.
    `seen`: when they had a line of ours before them."""

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.CASCADE, related_name="chat_line")
    visit = models.ForeignKey(ChatVisit, on_delete=models.CASCADE, related_name="lines", db_index=False)
    seen = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["visit", "-message"], name="chat_lines")]

    def __str__(self) -> str:
        return str(self.message_id)


class ChatSecret(models.Model):
    """What the owner's server signs with who somebody is. One row: a newer one takes its place at once."""

    secret = SealedField()
    made = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"made {self.made:%Y-%m-%d}"
