"""Mail to colleagues who are to talk with somebody, an hour after it became their task."""

import logging
from datetime import datetime
from smtplib import SMTPException
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.business.models import Business
from crm.business.queries import business
from crm.leaving.actions import take_reminders
from crm.leaving.models import Case
from engage.lib.spoken import to_staff

log = logging.getLogger(__name__)


def send(*, at: datetime) -> int:
    """Each case once, also where the mail server refuses it: the task stands in the list all the same. A demo shop
    writes to nobody. Returns how many cases it was."""
    taken, shop = take_reminders(at=at), business()
    with to_staff():
        for case in taken:
            if case.assignee and not shop.demo:
                _write(case, case.assignee.email, shop)
    return len(taken)


def _write(case: Case, address: str, shop: Business) -> None:
    due = date_format(case.due.astimezone(ZoneInfo(shop.timezone)), "j F, H:i")
    words = _(
        "%(name)s may be leaving, and waits for you.\n\n%(about)s\n\nPlease talk with them until %(due)s, and say what "
        "came of it:\n%(url)s"
    )
    said = {
        "name": case.contact.name or _("Somebody"),
        "about": case.words or case.label,
        "due": due,
        "url": settings.PUBLIC_URL + reverse("leaving_case", args=[case.uid]),
    }
    try:
        send_mail(_("%(name)s may be leaving") % said, words % said, None, [address])
    except (OSError, SMTPException) as error:
        log.warning("the reminder to %s did not leave: %s", address, type(error).__name__)
