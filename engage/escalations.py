"""Colleagues hear of conversations that are to be answered, or done, soon, and of those that are late: once each."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.channels.webpush.staff import push_to_staff
from crm.business.models import User
from crm.business.queries import business
from crm.dialogue.actions.clocking import Alarm, take_alarms
from engage.lib.spoken import to_staff

log = logging.getLogger(__name__)
MOST_NAMED = 20


def send(*, at: datetime) -> int:
    """One mail and one notification to each colleague, however many conversations it is. Also where the mail server
    refuses it: they stand in the inbox all the same. A demo shop writes to nobody. Returns how many were written to."""
    alarms, shop = take_alarms(at=at), business()
    if not alarms or shop.demo:
        return 0
    told = _by_colleague(alarms)
    with to_staff():
        for colleague, found in told.items():
            _write(colleague, found)
            _push(colleague, found)
    return len(told)


def _by_colleague(alarms: Iterable[Alarm]) -> dict[User, list[Alarm]]:
    """Soon: whoever has it in hand. Late: whom the shop named besides. Who cannot sign in hears nothing; where there is
    nobody else, the owner of longest standing does. Two queries."""
    named = User.objects.filter(pk=business().escalate_to_id or 0, is_active=True).first()
    last = named or User.objects.filter(role=User.Role.OWNER, is_active=True).order_by("pk").first()
    told: dict[User, list[Alarm]] = defaultdict(list)
    for alarm in alarms:
        hands = alarm.conversation.assignee
        present = hands if hands and hands.is_active else None
        for colleague in {present, last if alarm.late or not present else None} - {None}:
            if colleague:
                told[colleague].append(alarm)
    return told


def _write(colleague: User, found: list[Alarm]) -> None:
    lines = [_line(alarm) for alarm in found[:MOST_NAMED]]
    if len(found) > MOST_NAMED:
        lines.append(settings.PUBLIC_URL + reverse("inbox"))
    headers = {"Auto-Submitted": "auto-generated"}
    mail = EmailMessage(subject=_title(found), body="\n\n".join(lines), to=[colleague.email], headers=headers)
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        log.warning("word of late conversations did not leave: %s", type(error).__name__)


def _push(colleague: User, found: list[Alarm]) -> None:
    one = len(found) == 1
    path = reverse("conversation", args=[found[0].conversation.uid]) if one else reverse("inbox")
    push_to_staff([colleague], title=business().name or "Engage", text=_title(found), path=path, tag="clocks")


def _title(found: list[Alarm]) -> str:
    late = sum(alarm.late for alarm in found)
    if late:
        return ngettext("%(n)d conversation is late", "%(n)d conversations are late", late) % {"n": late}
    words = ngettext("%(n)d conversation is due soon", "%(n)d conversations are due soon", len(found))
    return words % {"n": len(found)}


def _line(alarm: Alarm) -> str:
    name = alarm.conversation.contact.name or _("Somebody")
    words = _("%(name)s, late:") if alarm.late else _("%(name)s, due soon:")
    url = settings.PUBLIC_URL + reverse("conversation", args=[alarm.conversation.uid])
    return f"{words % {'name': name}}\n{url}"
