"""The addresses of the shop itself, which write to us only when a colleague, or a loop, does."""

from collections.abc import Iterable

from campaigns.channels.email.returned import addresses
from campaigns.channels.models import Mailbox
from crm.business.queries import business


def is_own(address: str) -> bool:
    return address.lower() in own()


def own() -> set[str]:
    """One query."""
    sender = business().sender_email.lower()
    return {sender, *(one.lower() for one in Mailbox.objects.values_list("address", flat=True))} - {""}


def taken(recipients: Iterable[str]) -> list[str]:
    """Those of the addresses at which we take mail: what messages of ours gave, and the shop's own."""
    known = own()
    return [address for address in recipients if addresses.is_ours(address) or address.lower() in known]
