from django.contrib import admin

from campaigns.channels.models import (
    Account,
    Mailbox,
    OnsiteMessage,
    PushEndpoint,
    PushKey,
    SigningKey,
    WarmingDay,
    WebhookSecret,
)
from engage.lib.looking import ReadOnly


@admin.register(Account)
class AccountAdmin(ReadOnly):
    """Without the secrets."""

    list_display = ["channel", "provider", "price", "currency", "changed", "changed_by"]
    fields = ["channel", "provider", "options", "price", "currency", "changed", "changed_by"]


@admin.register(WebhookSecret)
class WebhookSecretAdmin(ReadOnly):
    list_display = ["made", "made_by", "until"]
    exclude = ["secret"]


@admin.register(OnsiteMessage)
class OnsiteMessageAdmin(ReadOnly):
    list_display = ["message_id", "placed", "shown", "closed"]


@admin.register(Mailbox)
class MailboxAdmin(ReadOnly):
    list_display = ["address", "host", "fetched", "taken", "trouble", "paused"]
    exclude = ["secret"]


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnly):
    list_display = ["domain", "selector", "made", "made_by"]
    exclude = ["private"]


@admin.register(PushKey)
class PushKeyAdmin(ReadOnly):
    list_display = ["made"]
    exclude = ["private"]


@admin.register(PushEndpoint)
class PushEndpointAdmin(ReadOnly):
    list_display = ["digest", "at"]
    exclude = ["browser"]


admin.site.register(WarmingDay, ReadOnly)
