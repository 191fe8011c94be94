"""Where a code, or a fresh link, may be sent: only to an address that is proved to be theirs."""

from crm.contacts.models import Contact, Identity
from crm.dialogue.models import Message


def of(contact: Contact, message: str) -> str:
    """The address the message went to if it still is theirs, else their first one, else ''. At most two queries."""
    proved = list(
        Identity.objects.filter(contact=contact, kind=Identity.Kind.EMAIL)
        .exclude(proof=Identity.Proof.CLAIM)
        .order_by("id")
        .values_list("value", flat=True)
    )
    used = Message.objects.filter(uid=message).values_list("address", flat=True).first() if message else ""
    return used.lower() if used and used.lower() in proved else next(iter(proved), "")


def masked(address: str) -> str:
    """`a•••@shop.example`: enough for its owner to know which inbox to look in."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}"
