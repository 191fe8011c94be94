"""Publishing: what changes, and what becomes of those who are under way, before anything happens."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from campaigns.journeys import actions
from campaigns.journeys.comparing import Place, Standing, changes, long_enough, standing
from campaigns.journeys.compiled import versions
from campaigns.journeys.definition import Definition, Wait
from campaigns.journeys.describe import lines, sentence
from campaigns.journeys.models import Journey
from campaigns.journeys.parse import InvalidDefinition
from campaigns.journeys.warnings import warnings
from engage.dashboard.journeys.flow.cards import by_card
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

STAY, LEAVE = "stay", "leave"


@dataclass(frozen=True)
class Difference:
    """A step before and after, in words; '' where there is none."""

    before: str
    after: str


@dataclass(frozen=True)
class Group:
    """People who wait at one place. `choices` are (value, words) of what can become of them; `hint` says what the time
    that they waited would do, if they went on at the same step of the new version."""

    name: str
    number: int
    people: int
    words: str
    choices: list[tuple[str, str]]
    chosen: str
    hint: str


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def publish_journey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Switch on, or bring a change to those who begin from now on, and to whom of the others one chooses."""
    found = journey_or_404(uid)
    try:
        definition = actions.check(found.draft)
        if request.method == "POST":
            moves = dict(_chosen(request.POST, standing(found)))
            version = actions.publish(found, by=str(request.user), at=clock.now(), moves=moves)
            toast(request, _("On. Version {number} is what people begin with now.").format(number=version.number))
            return redirect("journey", uid)
    except InvalidDefinition as error:
        context = {"journey": found, "problems": error.problems}
        return render(request, "journeys/publish.html", context, status=400)
    except actions.WrongMove:
        toast(request, _("The journey was changed meanwhile: look again."), wrong=True)
        return redirect("publish_journey", uid)
    context = {
        "journey": found,
        "warned": list(_warned(definition)),
        "differences": _differences(found, definition),
        "groups": _groups(found, definition, request.POST),
    }
    return render(request, "journeys/publish.html", context)


def _warned(definition: Definition) -> Iterator[tuple[str, list[str]]]:
    """What would leave people out, under the step it is about."""
    by_step = by_card(tuple(warnings(definition, at=clock.now())))
    for line in lines(definition):
        if line.step.id in by_step:
            yield f"{line.number}. {line.text}", by_step[line.step.id]


def _chosen(form: QueryDict, groups: list[Standing]) -> Iterator[tuple[Place, str | None]]:
    """Who does not stay where they are. What is not chosen, or about nobody, stays."""
    for group in groups:
        choice = form.get(_name(group.place), STAY)
        if choice != STAY:
            yield group.place, None if choice == LEAVE else choice.removeprefix("step-")


def _differences(found: Journey, new: Definition) -> list[Difference]:
    known = versions({found.current_id}) if found.current_id else {}
    if found.current_id not in known:
        return []
    pairs = changes(known[found.current_id].definition, new)
    told = [(sentence(p.before) if p.before else "", sentence(p.after) if p.after else "") for p in pairs]
    same = _("{sentence} Its text is another.")
    return [Difference(before, same.format(sentence=after) if before == after else after) for before, after in told]


def _groups(found: Journey, new: Definition, form: QueryDict) -> list[Group]:
    """Three queries at most."""
    groups = standing(found)
    known = versions({group.place.version for group in groups})
    waits = {group.place: step for group in groups if isinstance(step := new.steps.get(group.place.step), Wait)}
    enough = long_enough(waits.items(), at=clock.now())
    steps = [(f"step-{line.step.id}", f"{line.number}. {line.text}") for line in lines(new)]
    return [
        Group(
            name=_name(group.place),
            number=group.number,
            people=group.people,
            words=_words(known[group.place.version].definition if group.place.version in known else None, group),
            choices=[
                (STAY, _("stay on their version")),
                *((value, _("go on with the new version at {step}").format(step=words)) for value, words in steps),
                (LEAVE, _("leave the journey")),
            ],
            chosen=form.get(_name(group.place), STAY),
            hint=_hint(waits.get(group.place), group, enough),
        )
        for group in groups
    ]


def _words(old: Definition | None, group: Standing) -> str:
    step = old.steps.get(group.place.step) if old else None
    return sentence(step) if step else group.place.step


def _hint(wait: Wait | None, group: Standing, enough: dict[Place, int]) -> str:
    """Time already waited counts."""
    if wait is None or not wait.span:
        return ""
    count = enough.get(group.place, 0)
    message = ngettext(
        "In the new version: {wait} {count} of them has waited that long already.",
        "In the new version: {wait} {count} of them have waited that long already.",
        count,
    )
    return message.format(wait=sentence(wait), count=count)


def _name(place: Place) -> str:
    return f"move-{place.version}-{place.step}"
