"""Polls: the list, a new one, and one with what came of it and who voted what."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.polls import actions, counting
from campaigns.polls.links import poll_url
from campaigns.polls.models import Poll
from campaigns.surveys import actions as surveys
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.models import Response
from crm.business.queries import business
from crm.preferences.queries import hidden_from
from engage.dashboard.polls.forms import ONCE, SHOWS, EndForm, PollForm
from engage.dashboard.shell.codes import qr_code
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock
from engage.lib.local_time import zone_of

PAGE = 50
MOST_LISTED = 200


@require_GET
@role("owner", "marketer")
def polls(request: StaffRequest) -> HttpResponse:
    """The newest first. One query."""
    at = clock.now()
    found = Poll.objects.select_related("survey__current").order_by("-id")[:MOST_LISTED]
    rows = [(poll, counting.is_over(poll, at)) for poll in found]
    return render(request, "polls/polls.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_poll(request: StaffRequest) -> HttpResponse:
    form = PollForm(request.POST or None)
    if form.is_valid():
        made = actions.make(asked=form.asked(), by=str(request.user), at=clock.now())
        toast(request, _("It is open. The link works from now on."))
        return redirect("poll_results", made.uid)
    return render(request, "polls/new_poll.html", {"form": form}, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def poll_results(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What came of it and who voted what; POST changes when it ends and who sees it. `?before=` goes on."""
    poll, at = _found(uid), clock.now()
    form = EndForm(request.POST or None, initial=_initial(poll))
    if form.is_valid():
        actions.change(poll=poll, by=str(request.user), at=at, **form.cleaned_data)
        toast(request, _("Saved."))
        return redirect("poll_results", uid)
    before = request.GET.get("before", "")
    now = counting.standing(poll, at)
    said = counting.voters(poll, before=int(before) if before.isdigit() and len(before) < 19 else None, size=PAGE + 1)
    hidden = now.question.remember is not None and now.question.remember.key in hidden_from(str(request.user.role))
    context = {
        "poll": poll,
        "now": now,
        "voters": [] if hidden else [(one, _chosen(one, now.question.id)) for one in said[:PAGE]],
        "next": said[PAGE - 1].pk if len(said) > PAGE and not hidden else None,
        "form": form,
        "page_url": poll_url(poll.survey.key),
        "tag": f"{{% question {poll.survey.key} %}}",
        "shows": SHOWS[poll.shows],
        "once": ONCE[parse_limits(poll.survey.limits).once.value],
    }
    return render(request, "polls/poll.html", context, status=400 if form.is_bound else 200)


@require_GET
@role("owner", "marketer")
def poll_qr(request: StaffRequest, uid: UUID, kind: str) -> HttpResponse:
    """The address of its page, as a picture."""
    key = _found(uid).survey.key
    return qr_code(poll_url(key), kind, name=key)


@require_POST
@role("owner", "marketer")
def end_poll(request: StaffRequest, uid: UUID) -> HttpResponse:
    """No more votes; what came of it stays."""
    poll = _found(uid)
    surveys.close(survey=poll.survey, by=str(request.user), at=clock.now())
    toast(request, _("It is over. Its page says so, and shows what came of it."))
    return redirect("poll_results", uid)


@require_POST
@role("owner", "marketer")
def open_poll(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Votes are taken again, beside those that came before it was ended."""
    poll, at = _found(uid), clock.now()
    surveys.publish(survey=poll.survey, by=str(request.user), at=at)
    if counting.is_over(_found(uid), at):
        toast(request, _("Its end has passed: choose a later one, and it is open again."), wrong=True)
    else:
        toast(request, _("It is open again."))
    return redirect("poll_results", uid)


def _found(uid: UUID) -> Poll:
    return get_object_or_404(Poll.objects.select_related("survey__current"), uid=uid)


def _initial(poll: Poll) -> dict[str, object]:
    closes = parse_limits(poll.survey.limits).closes
    local = timezone.localtime(closes, zone_of(business().timezone)).replace(tzinfo=None) if closes else None
    return {"shows": poll.shows, "closes": local}


def _chosen(response: Response, question: str) -> str:
    return str(response.answers.get(question, {}).get("words", ""))
