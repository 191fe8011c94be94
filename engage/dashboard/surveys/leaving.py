"""Which answers of a survey often come before leaving."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.surveys import queries
from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.questions import Choice, Question
from campaigns.surveys.models import Survey
from crm.leaving.actions import tick, untick
from crm.leaving.listening import answer_ref
from crm.leaving.models import Kind
from crm.leaving.queries import ticked
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@dataclass(frozen=True, slots=True)
class Tickable:
    """A choice of a question; `ref` names it among the signs."""

    question: Question
    choice: Choice
    ref: str
    ticked: bool = False

    @property
    def label(self) -> str:
        return f"{self.question.text} {self.choice.label}"


def tickable(survey: Survey, shown: Definition) -> list[tuple[Question, list[Tickable]]]:
    """Each question with choices and what of it is ticked. One query, none where there is no such question."""
    found = list(_choices(survey.key, shown))
    known = ticked(Kind.ANSWER, [one.ref for one in found]) if found else {}
    marked = [Tickable(one.question, one.choice, one.ref, one.ref in known) for one in found]
    return [(q, [one for one in marked if one.question is q]) for q in shown.questions if q.options()]


@require_POST
@role("owner", "marketer")
def tick_answers(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The ticks as they were posted; what the survey does not ask is not believed."""
    survey = get_object_or_404(Survey.objects.select_related("current").exclude(current=None), uid=uid)
    assert survey.current is not None
    chosen, by, at = set(request.POST.getlist("leaving")), str(request.user), clock.now()
    for _question, choices in tickable(survey, queries.definition_of(survey.current)):
        for one in choices:
            if one.ref in chosen and not one.ticked:
                tick(kind=Kind.ANSWER, ref=one.ref, label=one.label, by=by, at=at)
            elif one.ticked and one.ref not in chosen:
                untick(kind=Kind.ANSWER, ref=one.ref, by=by, at=at)
    toast(request, _("Saved."))
    return redirect("survey", survey.uid)


def _choices(key: str, shown: Definition) -> Iterator[Tickable]:
    for question in shown.questions:
        for choice in question.options():
            yield Tickable(question, choice, answer_ref(key, question.id, choice.no))
