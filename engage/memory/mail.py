"""Security mail of the customer's pages: queued as a row like every other message, in the interactive lane."""

from datetime import datetime

from django.utils.translation import gettext as _

from crm.business import queries as business_queries
from crm.dialogue.actions import Draft, queue
from crm.dialogue.links import memory_url
from crm.dialogue.models import Message
from engage.lib import ids
from engage.memory.links import Guest


def send_code(guest: Guest, *, address: str, digits: str, at: datetime) -> None:
    """Six digits to the address."""
    text = _(
        "Your code is %(digits)s. It works for ten minutes on the page that asked for it.\n\n"
        "If you did not ask for it, somebody you forwarded a mail of ours to may have. "
        "Without the code they see nothing."
    ) % {"digits": digits}
    _queue(guest, address, "code", _("%(digits)s is your code for %(shop)s"), {"digits": digits}, text, at)


def send_link(guest: Guest, *, address: str, at: datetime) -> None:
    """A fresh link in place of one that is too old."""
    url = memory_url(guest.contact.uid, guest.message, at=at)
    text = _("Here is your page:\n%(url)s\n\nIt shows what we write to you about and what we remember.") % {"url": url}
    _queue(guest, address, "link", _("Your page at %(shop)s"), {}, text, at)


def _queue(guest: Guest, address: str, what: str, subject: str, named: dict[str, str], text: str, at: datetime) -> None:
    shop = business_queries.business().name or "Engage"
    draft = Draft(
        contact=guest.contact.pk,
        recorded_for=guest.contact.pk,
        klass=Message.Class.SECURITY,
        lane=Message.Lane.INTERACTIVE,
        origin=f"memory:{what}",
        occurrence=str(ids.uuid7()),
        subject=subject % {"shop": shop, **named},
        text=text,
        address=address,
        due=at,
    )
    queue([draft], at=at)
