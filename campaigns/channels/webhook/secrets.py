"""What webhooks are signed with."""

import base64
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from campaigns.channels.models import WebhookSecret
from crm.business.changes import note

BOTH = timedelta(days=1)
"""So long the former one signs as well."""


def make_secret(*, by: str, at: datetime) -> str:
    """A new one in the place of the present one; its text is shown once."""
    text = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    with transaction.atomic():
        WebhookSecret.objects.filter(until=None).update(until=at + BOTH)
        WebhookSecret.objects.create(secret=text.encode(), made=at, made_by=by[:120])
        note({"webhook_secret": ("", "made")}, by=by, at=at)
    return text


def present(*, at: datetime) -> list[str]:
    """Those that sign now, the newest first. One query."""
    found = WebhookSecret.objects.filter(Q(until=None) | Q(until__gt=at)).order_by("-id")
    return [bytes(secret).decode() for secret in found.values_list("secret", flat=True) if secret]
