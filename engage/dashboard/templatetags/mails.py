"""Mails that came in, in words."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.dialogue.models import Attachment, Mail

register = template.Library()

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
WHY: dict[str, str | Promise] = {
    "nobody": gettext_lazy("It does not say who wrote it."),
    "broken": gettext_lazy("It is broken in a way that we cannot read."),
    "no_colleague": gettext_lazy("It came to the address for a colleague's answer, and not from that colleague."),
    "too_many_parts": gettext_lazy("It has more parts than anybody means to send."),
    Mail.Kind.AUTOMATIC: gettext_lazy("A machine wrote it."),
    Mail.Kind.LIST: gettext_lazy("It was sent to many."),
    Mail.Kind.OWN: gettext_lazy("It comes from an address of ours."),
    Mail.Kind.STOP: gettext_lazy("It asked us to stop, and we have."),
}


@register.filter
def is_picture(file: Attachment) -> bool:
    return file.content_type in PICTURES


@register.filter
def why_aside(mail: Mail) -> str:
    return str(WHY.get(mail.why or mail.kind, WHY["broken"]))


@register.filter
def invitation(event: dict[str, str]) -> str:
    """One event of a calendar as a sentence."""
    head = _("Cancelled") if event.get("method") == "CANCEL" else _("Invitation")
    said = [f"{head}: {event.get('summary') or _('without a name')}", _span(event.get("begin"), event.get("end"))]
    if event.get("place"):
        said.append(_("at %(place)s") % {"place": event["place"]})
    if event.get("organiser"):
        said.append(_("from %(name)s") % {"name": event["organiser"]})
    return ", ".join(part for part in said if part)


def _span(begin: str | None, end: str | None) -> str:
    first, last = _moment(begin), _moment(end)
    if not first:
        day = parse_date(begin or "")
        return date_format(day, "DATE_FORMAT") if day else ""
    text = date_format(first, "DATETIME_FORMAT")
    if not last:
        return text
    same = last.date() == first.date()
    return f"{text} – {date_format(last, 'TIME_FORMAT' if same else 'DATETIME_FORMAT')}"


def _moment(text: str | None) -> datetime | None:
    """In the reader's zone; a time without a zone stays as it is. A day alone is no moment."""
    if not text or "T" not in text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return timezone.localtime(moment) if moment and moment.tzinfo else moment
