"""Reads on the accounts of channels."""

from campaigns.channels.models import Account


def account(channel: str) -> Account | None:
    """What is set up for it, if anything; nothing is where its secrets cannot be read any more. One query."""
    found = Account.objects.filter(channel=channel).first()
    return found if found and found.is_readable else None
