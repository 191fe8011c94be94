from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from crm.contacts.models import Contact
from crm.dialogue.models.conversation import Conversation
from crm.dialogue.models.message import Message
from engage.lib import ids


class Mail(models.Model):
    """A mail that came in, as it came. What a person wrote is a `message`; what a machine wrote is kept, and is
    nobody's words; what could not be read waits for a person to look at it.

    Without a contact nobody could be told whose it is. `suggested` is a conversation that it may belong to.
    """

    class Kind(models.TextChoices):
        LETTER = "letter", "a person's words"
        STOP = "stop", "asks for no more, and for nothing else"
        AUTOMATIC = "automatic", "written by a machine"
        LIST = "list", "sent to many"
        OWN = "own", "from an address of ours"
        UNREAD = "unread", "could not be read"

    uid = models.UUIDField(unique=True, editable=False, help_text="The same mail again has the same")
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="mails", db_index=False
    )
    recorded_for = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    message = models.OneToOneField(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="mail")
    kind = models.CharField(max_length=10, choices=Kind)
    why = models.CharField(max_length=40, blank=True, default="", db_default="", help_text="Why it could not be read")
    sender = models.CharField(max_length=255, blank=True, default="", db_default="", help_text="From, as it says")
    subject = models.CharField(max_length=300, blank=True, default="", db_default="")
    header_id = models.CharField(max_length=255, blank=True, default="", db_default="", help_text="Its Message-ID")
    text = models.TextField(blank=True, default="", db_default="", help_text="All of its words, quoted ones too")
    has_html = models.BooleanField(default=False, db_default=False)
    detail = models.JSONField(default=dict, db_default={}, help_text="to, invitations, unproved, answers")
    suggested = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    source = models.CharField(max_length=255, blank=True, default="", db_default="", help_text="Which mailbox, or hook")
    raw = models.BinaryField()
    at = models.DateTimeField()
    received = models.DateTimeField(db_default=Now())
    settled = models.DateTimeField(null=True, blank=True, help_text="When a colleague put it away")

    class Meta:
        indexes = [
            models.Index(fields=["contact", "-at"], name="mail_of", condition=Q(contact__isnull=False)),
            models.Index(fields=["header_id"], name="mail_header", condition=~Q(header_id="")),
            models.Index(fields=["sender"], name="mail_sender"),
            models.Index(
                fields=["kind", "-received", "-id"],
                name="mail_aside",
                condition=Q(message__isnull=True, settled__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class Attachment(models.Model):
    """A file in a mail. Its bytes stand in the mail itself, at `position` among its parts, and are never unpacked."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.PositiveIntegerField(help_text="Bytes")
    inline = models.BooleanField(default=False, help_text="A picture that stands among the words")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mail", "position"], name="attachment_once")]

    def __str__(self) -> str:
        return self.name


class AutomaticAnswer(models.Model):
    """When an address was last answered without a person; named by a keyed hash, because it need not be known."""

    address = models.BinaryField(max_length=32, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="automatic_answer_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
