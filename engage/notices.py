"""Mail to colleagues about new words in what is in their hands, if they wish. A reply to it is our answer."""

import logging
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.channels.email.returned import addresses
from crm.business.models import Business
from crm.business.queries import business
from crm.dialogue.actions.notices import Told, answer_tag, take_notices
from engage.lib.spoken import to_staff

log = logging.getLogger(__name__)


def send(*, at: datetime) -> int:
    """Each once, also where the mail server refuses it: the words stand in the inbox all the same. A demo shop writes
    to nobody. Returns how many."""
    shop, sent = business(), 0
    with to_staff():
        for told in take_notices(at=at):
            if not shop.demo:
                _write(told, shop)
                sent += 1
    return sent


def _write(told: Told, shop: Business) -> None:
    message = told.message
    url = settings.PUBLIC_URL + reverse("conversation", args=[told.conversation.uid])
    name, back = message.contact.name or _("Somebody"), addresses.answer_to(answer_tag(told.colleague, message))
    how = _("Answer this mail, and they get what you write. Or answer here:") if back else _("Answer here:")
    mail = EmailMessage(
        subject=_("%(name)s wrote") % {"name": name},
        body=f"{message.text}\n\n-- \n{how}\n{url}\n",
        to=[told.colleague.email],
        reply_to=[back] if back else None,
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        log.warning("a notice did not leave: %s", type(error).__name__)
