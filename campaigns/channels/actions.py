"""What owners set up for a channel."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from secrets import token_urlsafe
from typing import Any

from django.db import transaction

from campaigns.channels.models import Account
from crm.business.changes import note


def set_account(
    *,
    channel: str,
    provider: str,
    options: Mapping[str, Any],
    secrets: Mapping[str, str],
    price: Decimal | None = None,
    currency: str = "",
    by: str,
    at: datetime,
) -> Account:
    """Set it up, or anew. A secret that is empty stays what it was with the same provider. What changed is noted,
    secrets only as changed."""
    with transaction.atomic():
        before = Account.objects.select_for_update().filter(channel=channel).first()
        same = before is not None and before.provider == provider
        kept = before.secrets if before and same else {}
        account = Account(
            channel=channel,
            provider=provider,
            options=dict(options),
            price=price,
            currency=currency,
            changed=at,
            changed_by=by[:120],
        )
        account.secrets = {**kept, **{name: secret for name, secret in secrets.items() if secret}}
        account.save()
        note(_changes(before, account), about=channel, by=by, at=at)
    return account


def make_hook(*, channel: str, by: str, at: datetime) -> str:
    """A new secret in the address by which the provider tells us of answers; the one before opens nothing any more. It
    is shown once. Empty where nothing is set up."""
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(channel=channel).first()
        if account is None:
            return ""
        hook = token_urlsafe(24)
        account.secrets = {**account.secrets, "hook": hook}
        account.save(update_fields=["sealed"])
        note({"channel.hook": ("", "changed")}, about=channel, by=by, at=at)
    return hook


def remove_account(*, channel: str, by: str, at: datetime) -> bool:
    """Nothing goes by it any more; False if nothing was set up."""
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(channel=channel).first()
        if account is None:
            return False
        note({"channel": (account.provider, "")}, about=channel, by=by, at=at)
        account.delete()
    return True


def _changes(before: Account | None, after: Account) -> dict[str, tuple[Any, Any]]:
    was: dict[str, Any] = before.options if before else {}
    changes = {f"channel.{name}": (was.get(name), value) for name, value in after.options.items()}
    changes["channel"] = (before.provider if before else "", after.provider)
    changes["channel.price"] = (before.price if before else None, after.price)
    secrets_before = before.secrets if before else {}
    for name, secret in after.secrets.items():
        if secrets_before.get(name) != secret:
            changes[f"channel.{name}"] = ("", "changed")
    return changes
