"""Where each message goes, by the channel that it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.channels import port
from crm.contacts.models import Contact, Identity
from crm.dialogue.outbox import Claimed
from engage.lib import sql


@dataclass(frozen=True, slots=True)
class Addresses:
    """By contact and kind of identity, the one that a channel goes to."""

    known: Mapping[tuple[int, str], str]

    def of(self, message: Claimed, channel: str = "") -> str:
        """By `channel`, or by the one that the message takes: its own address, else the contact's."""
        name = channel or message.channel
        if message.address and name == message.channel:
            return message.address
        return self.known.get((message.contact, port.channel(name).reached_by), "")


def addresses(messages: Sequence[Claimed]) -> Addresses:
    """The proved address of longest standing of each contact, for every channel that their messages may take; of
    browsers and devices the one that came last. One query."""
    names = {name for message in messages for name in message.channels}
    kinds = {port.channel(name).reached_by for name in names} - {""}
    contacts = {message.contact for message in messages if not message.address or message.routes}
    found = sql.rows(ADDRESSES, [sorted(contacts), sorted(kinds)])
    return Addresses({(contact, kind): value for contact, kind, value in found})


def address_of(contact: Contact) -> str:
    """Their proved e-mail of longest standing, as the speaking belt takes it. One query."""
    proved = Identity.objects.filter(contact=contact, kind=Identity.Kind.EMAIL).exclude(proof="")
    return proved.order_by("id").values_list("value", flat=True).first() or ""


ADDRESSES = """
    SELECT DISTINCT ON (contact_id, kind) contact_id, kind, value FROM crm_contacts_identity
    WHERE contact_id = ANY(%s) AND kind = ANY(%s) AND proof <> ''
    ORDER BY contact_id, kind, CASE WHEN kind IN ('push', 'anonymous') THEN -id ELSE id END
"""
