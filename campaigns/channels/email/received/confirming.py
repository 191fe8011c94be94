"""One mail that says that there will be no more."""

from datetime import datetime

from django.utils.translation import gettext as _

from crm.business.queries import business
from crm.contacts.models import Contact
from crm.dialogue.actions import Draft, answer_once_a_day, queue
from crm.dialogue.models import Message
from engage.lib.spoken import speak


def confirm(*, contact: Contact, address: str, once: str, at: datetime) -> None:
    """Once for each time that they asked, and once a day for an address."""
    if not answer_once_a_day(address=address, at=at):
        return
    shop = business()
    with speak(contact.language, shop.language):
        subject = _("You will get no more from %(shop)s") % {"shop": shop.name or "Engage"}
        text = _(
            "You asked us to stop, and we have. You will get no offers and no news from us any more.\n\n"
            "What you order, and what you ask us, we still answer."
        )
    draft = Draft(
        contact=contact.pk,
        recorded_for=contact.pk,
        klass=Message.Class.SECURITY,
        lane=Message.Lane.INTERACTIVE,
        origin="stopped",
        occurrence=once,
        subject=subject,
        text=text,
        address=address,
        due=at,
    )
    queue([draft], at=at)
