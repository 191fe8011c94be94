from collections.abc import Mapping

import orjson
from django.db import models
from django.db.models.functions import Lower

from crm.dialogue.outbox import Cost
from engage.lib import ids
from engage.lib.vault import SealedField


class Account(models.Model):
    """With whom a channel's messages go, and on which terms: one for each channel that needs one. `sealed` holds
    the secrets as JSON: written, used, and never shown again."""

    channel = models.CharField(max_length=10, primary_key=True)
    provider = models.CharField(max_length=20)
    options = models.JSONField(default=dict)
    sealed = SealedField(default=b"{}")
    price = models.DecimalField(
        max_digits=10, decimal_places=6, null=True, blank=True, help_text="Of one unit, such as a segment"
    )
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    changed = models.DateTimeField()
    changed_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.channel}: {self.provider}"

    @property
    def secrets(self) -> Mapping[str, str]:
        """By name; none where they cannot be read any more."""
        return orjson.loads(self.sealed or b"{}")

    @secrets.setter
    def secrets(self, secrets: Mapping[str, str]) -> None:
        self.sealed = orjson.dumps(secrets)

    @property
    def is_readable(self) -> bool:
        return self.sealed is not None

    def cost(self, units: int) -> Cost | None:
        """What so many units cost; None where no price is known."""
        return None if self.price is None else Cost(self.price * units, self.currency, units)


class WebhookSecret(models.Model):
    """What webhooks are signed with. A newer one takes its place; for a day both sign, so that nobody misses any."""

    secret = SealedField()
    made = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    until = models.DateTimeField(null=True, blank=True, help_text="When it signs no more; empty for the present one")

    def __str__(self) -> str:
        return f"made {self.made:%Y-%m-%d}"


class OnsiteMessage(models.Model):
    """A message that waits for its person's next visit to the website, and what became of it there. Its words stand
    with the message."""

    message = models.OneToOneField("crm_dialogue.Message", primary_key=True, on_delete=models.CASCADE, related_name="+")
    placed = models.DateTimeField()
    offered = models.DateTimeField(null=True, blank=True, help_text="When a page asked for it last")
    shown = models.DateTimeField(null=True, blank=True)
    closed = models.DateTimeField(null=True, blank=True, help_text="When they put it away")

    def __str__(self) -> str:
        return str(self.message_id)


class SigningKey(models.Model):
    """What mail of a domain is signed with (DKIM, RFC 6376), where we hand it to a mail server ourselves. `public` is
    what stands in the domain's record."""

    domain = models.CharField(max_length=253, unique=True)
    selector = models.CharField(max_length=63)
    private = SealedField()
    public = models.TextField()
    made = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"


class Mailbox(models.Model):
    """A mailbox of the shop from which mail is fetched (IMAP). `secret` is its password. What has a number up to
    `last_uid`, while the server says `validity`, is here already."""

    class Security(models.TextChoices):
        TLS = "tls"
        STARTTLS = "starttls"
        NONE = "none"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    address = models.CharField(max_length=254)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    login = models.CharField(max_length=254)
    secret = SealedField()
    folder = models.CharField(max_length=120, default="INBOX")
    made = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    paused = models.DateTimeField(null=True, blank=True)
    validity = models.BigIntegerField(null=True, blank=True)
    last_uid = models.BigIntegerField(default=0, db_default=0)
    fetched = models.DateTimeField(null=True, blank=True, help_text="When it was looked into last")
    taken = models.BigIntegerField(default=0, db_default=0, help_text="Mails")
    can_wait = models.BooleanField(
        default=False, db_default=False, help_text="Its server tells of mail as it comes (IDLE)"
    )
    trouble = models.CharField(max_length=300, blank=True, default="", db_default="")
    trouble_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("host"), "login", "folder", name="mailbox_once"),
        ]

    def __str__(self) -> str:
        return self.address


class PushKey(models.Model):
    """One row: by what push services know us (VAPID, RFC 8292). `public` is what browsers are given."""

    private = SealedField()
    public = models.CharField(max_length=100)
    made = models.DateTimeField()

    def __str__(self) -> str:
        return f"made {self.made:%Y-%m-%d}"


class PushEndpoint(models.Model):
    """A browser that takes notifications. `digest` names it, also as somebody's identity of kind push; `browser` is
    what it gave us, as JSON: where to push, and how to encrypt for it."""

    digest = models.CharField(max_length=64, unique=True)
    browser = SealedField()
    at = models.DateTimeField(help_text="When it was switched on last")

    def __str__(self) -> str:
        return self.digest[:12]


class WarmingDay(models.Model):
    """How many marketing messages left on a day while the domain was warmed up."""

    day = models.DateField(primary_key=True)
    taken = models.PositiveIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return str(self.day)
