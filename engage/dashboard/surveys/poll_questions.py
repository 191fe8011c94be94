"""The question of a poll stays as it was asked, or its votes would mean something else: it has its own page."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from campaigns.polls.models import Poll
from campaigns.surveys.models import Survey
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.toasts import toast


def to_its_poll(request: StaffRequest, survey: Survey) -> HttpResponse | None:
    """The way to the poll that the survey belongs to, with words; None for every other survey. One query."""
    poll = Poll.objects.filter(survey=survey).first()
    if poll is None:
        return None
    toast(
        request,
        _("This is a poll: what it asks stays as it was asked. To ask something else, make another."),
        wrong=True,
    )
    return redirect("poll_results", poll.uid)
