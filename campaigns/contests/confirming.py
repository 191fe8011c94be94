"""Until when whoever sent an entry in time can confirm its address: a day after the last could be sent."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from campaigns.contests.links import contest_path
from campaigns.contests.locking import held_open
from campaigns.contests.models import Contest
from campaigns.surveys.confirming.until import OVER
from campaigns.surveys.limits.limiting import locked_limits
from campaigns.surveys.limits.limits import Limits, Once, parse_limits
from campaigns.surveys.models import Response

GRACE = timedelta(hours=24)


def confirm_until(limits: Limits) -> datetime | None:
    """None where that day is not said, or nobody has to."""
    return limits.closes + GRACE if limits.closes and limits.once is Once.ADDRESS else None


def until(survey: int, *, lock: bool) -> datetime | None:
    """Of the contest that a survey is the form of. The survey is locked before the contest, as everywhere."""
    if lock:
        locked_limits(survey)
        contest = held_open(survey)
    else:
        contest = Contest.objects.filter(survey=survey).first()
    if contest is None:
        return None
    return OVER if contest.ended or contest.listed else confirm_until(parse_limits(contest.survey.limits))


def page(key: str) -> tuple[str, str] | None:
    return (contest_path(key), _("See the contest")) if Contest.objects.filter(survey__key=key).exists() else None


def is_in_grace(contest: Contest, at: datetime) -> bool:
    """What was sent in time can be confirmed still, as its page promised. Needs the survey beside it."""
    limits = parse_limits(contest.survey.limits)
    last = confirm_until(limits)
    return last is not None and limits.is_late(at) and at < last


def unconfirmed(contest: Contest, at: datetime) -> int:
    """How many were sent and may be confirmed yet: in the day after `closes` all, and before it, or where it was closed
    by hand, those of the last day. One query."""
    limits = parse_limits(contest.survey.limits)
    sent = Response.objects.filter(survey=contest.survey_id, state=Response.State.WAITING)
    if is_in_grace(contest, at):
        return sent.count()
    return 0 if limits.is_late(at) else sent.filter(finished__gt=at - GRACE).count()
