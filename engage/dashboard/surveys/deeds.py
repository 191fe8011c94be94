"""We did something about this: from answers to a one-off message that quotes each one's own words."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.broadcasts.answering import tell_of
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.preparing import versions
from campaigns.surveys.models import AnswerTag, Deed, Saying, Survey
from campaigns.surveys.results.counting import day_of
from campaigns.surveys.results.deeds import key_of, make_deed, quotable, quotes, rule_of
from crm import rules
from crm.contacts.models import Topic
from crm.segments.queries import members
from engage.dashboard.broadcasts.drafting import estimated
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.surveys.tabs import stand
from engage.dashboard.surveys.views import find, kept_from_role
from engage.lib import clock

SHOWN = 20
"""People on a page of the preview."""


class DeedForm(forms.Form):
    """What was done, since when, and under which permission it is told."""

    since = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}))
    words = forms.CharField(
        label=_("What did you do?"),
        max_length=500,
        help_text=_("It goes on after “Since 4 May …”: we grind on Mondays too."),
    )
    topic = forms.ModelChoiceField(
        Topic.objects.order_by("label"),
        label=_("What it is about"),
        help_text=_("Only those are told who gave permission to write about it."),
    )


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_survey_deed(request: StaffRequest, uid: UUID) -> HttpResponse:
    """About all answers with a tag, or about one: a POST makes the draft of the message, and sends nothing."""
    found, at = find(uid), clock.now()
    stand(request, found)
    tag, sayings = _about(request, found)
    form = DeedForm(request.POST or None, initial={"since": day_of(at)})
    if form.is_valid():
        said = form.cleaned_data
        deed = make_deed(
            survey=found,
            sayings=sayings,
            tag=tag,
            words=said["words"],
            since=said["since"],
            by=str(request.user),
            at=at,
        )
        tell_of(deed, topic=said["topic"], by=str(request.user), at=at)
        return redirect("survey_deed", found.uid, deed.uid)
    context = {"survey": found, "tag": tag, "count": len(sayings), "form": form}
    return render(request, "surveys/new_deed.html", context, status=400 if form.is_bound else 200)


@require_GET
@role("owner", "marketer")
def survey_deed(request: StaffRequest, uid: UUID, deed: UUID) -> HttpResponse:
    """Who would be told and who not, and why; what each of them reads; and the message itself."""
    found = get_object_or_404(Deed.objects.select_related("survey", "tag"), uid=deed, survey__uid=uid)
    draft, at = get_object_or_404(Broadcast, uid=found.broadcast), clock.now()
    after = request.GET.get("after", "")
    people = members(
        rules.parse(rule_of(found)),
        at=at,
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0,
        size=SHOWN + 1,
    )
    said = quotes([one.pk for one in people], [key_of(found)], at)
    said_by = versions(draft)
    reach = estimated(draft)[1] if draft.state == Broadcast.State.DRAFT else {}
    context = {
        "survey": found.survey,
        "deed": found,
        "broadcast": draft,
        "quotable": quotable(found),
        "rows": [(one, said[one.pk][key_of(found)]) for one in people[:SHOWN] if one.pk in said],
        "next": people[SHOWN - 1].pk if len(people) > SHOWN else None,
        "design": said_by[0].design if said_by else None,
        "is_draft": draft.state == Broadcast.State.DRAFT,
        **reach,
    }
    return render(request, "surveys/deed.html", context)


def _about(request: StaffRequest, found: Survey) -> tuple[AnswerTag | None, list[int]]:
    """The answers that may be seen by whoever asks."""
    hidden = kept_from_role(str(request.user.role), found)
    ours = Saying.objects.filter(survey=found).exclude(question__in=list(hidden))
    tag = _one(AnswerTag, found, request.GET.get("tag", ""))
    saying = _one(Saying, found, request.GET.get("saying", ""))
    if tag is not None:
        sayings = list(ours.filter(tagged__tag=tag).values_list("pk", flat=True))
    else:
        sayings = [saying.pk] if saying and saying.question not in hidden else []
    if not sayings:
        raise Http404
    return tag, sayings


def _one[M: (AnswerTag, Saying)](model: type[M], survey: Survey, text: str) -> M | None:
    try:
        return model.objects.filter(survey=survey, uid=UUID(text)).first()
    except ValueError:
        return None
