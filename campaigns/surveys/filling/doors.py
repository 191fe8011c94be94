"""Whether a survey is open to whoever comes, and the pages that say it is not."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.surveys import queries
from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.confirming.until import page_of
from campaigns.surveys.limits import devices, limiting
from campaigns.surveys.limits.limits import Limits, Once, parse_limits
from campaigns.surveys.links import Visitor
from campaigns.surveys.models import Response, Survey
from crm.business.queries import business
from crm.dialogue.links import talk_path
from engage.lib.dates import in_words
from engage.lib.local_time import zone_of
from engage.lib.public import embeddable, notice


def closed(request: HttpRequest, survey: Survey, at: datetime) -> HttpResponse | None:
    """The page for whoever comes before or after; None while it takes answers."""
    limits = parse_limits(survey.limits)
    if survey.state != Survey.State.PUBLISHED:
        return _over(request, survey, _("Thank you for wanting to answer."))
    if limits.opens and limits.is_early(at):
        text = limits.before or _("It opens on %(when)s.") % {"when": when(limits.opens)}
        link = page_of(survey.key)
        title = _("It is not open yet") if link else _("This survey is not open yet")
        return _said(request, survey, title, text, status=403, link=link)
    if limits.closes and limits.is_late(at):
        text = limits.after or _("It closed on %(when)s. Thank you for wanting to answer.") % {
            "when": when(limits.closes)
        }
        return _over(request, survey, text)
    return None


def _over(request: HttpRequest, survey: Survey, text: str) -> HttpResponse:
    link = page_of(survey.key)
    title = _("Nothing more can be entered") if link else _("This survey is closed")
    return _said(request, survey, title, text, status=410, link=link)


def not_for(request: HttpRequest, survey: Survey, visitor: Visitor) -> HttpResponse | None:
    """The page for strangers where only a link of ours leads in."""
    if visitor.message or parse_limits(survey.limits).once is not Once.LINK:
        return None
    text = _("Each link in our messages is for one person. Open the one that you received.")
    return _said(request, survey, _("Please open it from our message"), text, status=403)


def full(request: HttpRequest, survey: Survey, limits: Limits) -> HttpResponse:
    text = limits.full or _("All places are taken: your answer was not needed any more. Thank you for wanting to help.")
    return _said(request, survey, _("Thank you, it is full"), text)


def is_full_for_all(survey: Survey, limits: Limits) -> bool:
    """Before anything was answered. One query, none where the number of answers is not limited."""
    return limiting.is_full(survey.pk, limits, {})


def known_here(request: HttpRequest, survey: Survey, visitor: Visitor, at: datetime) -> Response | None:
    """What whoever comes has answered before, or has begun by this link. At most one query for each way to know it."""
    limits = parse_limits(survey.limits)
    if visitor.message is None:
        here = devices.answered_here(request, survey, at=at) if limits.once is Once.DEVICE else ""
        return queries.on_occasion(survey, here) if here else None
    before = None if limits.once is Once.ANY else queries.last_of(survey, visitor.message.contact_id)
    return before or queries.on_occasion(survey, visitor.occasion)


def when(moment: datetime) -> str:
    """On the shop's clock."""
    return in_words(timezone.localtime(moment, zone_of(business().timezone)), "moment")


def _said(
    request: HttpRequest,
    survey: Survey,
    title: str,
    text: str,
    *,
    status: int = 200,
    link: tuple[str, str] | None = None,
) -> HttpResponse:
    page: Definition | None = queries.definition_of(survey.current) if survey.current else None
    said = notice(request, title, text, status=status, link=link, talk_url=talk_path())
    return embeddable(said, page.embed_on if page else ())
