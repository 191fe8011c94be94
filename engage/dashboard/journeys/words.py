"""What happened on a walk, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys import joining
from campaigns.journeys.definition import Branch, Definition, How
from campaigns.journeys.describe import event_words, sentence
from campaigns.journeys.engine import TOO_LONG
from campaigns.journeys.entering import WhyNot
from campaigns.journeys.finding import found_by
from campaigns.journeys.models import Enrolment, Visit
from campaigns.journeys.walking import KEPT_STOPPING
from campaigns.journeys.webhooks.queue import host_of
from campaigns.offers.giving import Why
from crm.rules import Explanation, phrase, readable
from engage.dashboard.shell import times
from engage.lib import clock

Outcome = Enrolment.Outcome
ENGINES = frozenset({"wait", "branch", "split", "move", "end"})
"""Visits that carry nothing out: in shadow they are what they are live."""


@dataclass(frozen=True)
class Reason:
    """One condition of a rule, whether it holds for this person, and what was found; '' where that was not kept."""

    holds: bool
    text: str
    found: str


def reasons_of(why: Explanation) -> Iterator[Reason]:
    """Every condition of a rule that was looked at."""
    if why.children:
        for child in why.children:
            yield from reasons_of(child)
    else:
        yield Reason(why.holds, phrase(why.rule), readable(why.actual))


def reasons_then(visit: Visit, definition: Definition | None) -> list[Reason]:
    """Of a branch every condition as it was when it was decided."""
    step = definition.steps.get(visit.step) if definition else None
    if not isinstance(step, Branch):
        return []
    return [
        Reason(holds, phrase(one), readable(value) if kept else "")
        for one, holds, value, kept in found_by(step.rule, visit.decision.get("found"))
    ]


def left_because(walk: Enrolment) -> str:
    """Why somebody is no longer on a journey, in a sentence; empty while they are."""
    match walk.outcome:
        case Outcome.FINISHED:
            return _("Came to the end: {reason}.").format(reason=walk.reason.rstrip("."))
        case Outcome.GOAL:
            return _("Did what the journey is for.")
        case Outcome.STOPPED:
            return _("The journey was stopped.")
        case Outcome.TAKEN_OFF:
            return _("Taken off by {name}.").format(name=walk.reason)
        case Outcome.LED_OFF:
            return _("Led off by the journey “{name}”.").format(name=walk.reason)
        case Outcome.MERGED:
            return _("Turned out to be somebody who was on it already.")
        case Outcome.STALE:
            return _("Stood too long while the journey was paused: let out by {name}.").format(name=walk.reason)
        case Outcome.SHADOW:
            return _("Was on it in shadow only.")
        case Outcome.FAILED:
            return _failed(walk.reason)
    return ""


def visit_words(visit: Visit, definition: Definition | None) -> str:
    """One decision in a sentence."""
    decision = visit.decision
    said = {
        "send": lambda: _("“{subject}” was due to be sent.").format(subject=decision["subject"]),
        "remember": lambda: _noted(decision),
        "task": lambda: _("A colleague got a task: {text}.").format(text=decision["text"].rstrip(".")),
        "webhook": lambda: _("{host} was to be told.").format(host=host_of(decision["url"])),
        "join": lambda: _joined(visit, definition),
        "leave": lambda: _step(visit, definition),
        "offer": lambda: _offered(visit, definition),
        "wait": lambda: _wait(decision),
        "branch": lambda: _branch(visit, definition),
        "move": lambda: _("The journey was changed: it goes on with the new version here."),
        "split": lambda: _("At random: {answer}.").format(answer=decision["arm"]),
        "end": lambda: _end(decision),
    }[decision["kind"]]()
    if decision.get("shadow") and decision["kind"] not in ENGINES:
        step = definition.steps.get(visit.step) if definition else None
        said = _("In shadow only: {sentence}").format(sentence=sentence(step) if step else visit.step)
    if met := decision.get("after"):
        happened = _("{event}, {when}.").format(event=event_words(met["name"]), when=_moment(met["at"]))
        return f"{happened[:1].upper()}{happened[1:]} {said}"
    return said


def _noted(decision: dict) -> str:
    words = _("Took {value} away from {key}.") if decision["how"] == How.REMOVE else _("Remembered {key}: {value}.")
    return words.format(key=decision["key"], value=decision["value"])


def _step(visit: Visit, definition: Definition | None) -> str:
    step = definition.steps.get(visit.step) if definition else None
    return sentence(step) if step else visit.step


def _joined(visit: Visit, definition: Definition | None) -> str:
    """What the step was to do, and why it could not."""
    why = visit.decision.get("why")
    return f"{_step(visit, definition)} {_NOT_JOINED.get(why, '')}".rstrip()


def _offered(visit: Visit, definition: Definition | None) -> str:
    """What was given, and why it could not be."""
    why = visit.decision.get("why")
    return f"{_step(visit, definition)} {_NOT_GIVEN.get(why, '')}".rstrip()


_NOT_GIVEN = {
    Why.SOLD_OUT: gettext_lazy("Not given: as many as there are had been given."),
    Why.ENDED: gettext_lazy("Not given: its time was over, or somebody had stopped it."),
    Why.UNKNOWN: gettext_lazy("Not given: there was no such offer."),
}
_NOT_JOINED = {
    joining.NOT_ON: gettext_lazy("Not done: that journey was not on."),
    joining.NO_THING: gettext_lazy("Not done: it is walked once for each thing, and what began this one names none."),
    joining.LOOP: gettext_lazy("Not done: journeys led to each other again and again."),
    WhyNot.ON_IT: gettext_lazy("Not done: they were on it already."),
    WhyNot.ONCE: gettext_lazy("Not done: they had been on it, and nobody is twice."),
    WhyNot.TOO_SOON: gettext_lazy("Not done: they began it not long ago."),
    WhyNot.FULL: gettext_lazy("Not done: as many as may begin in a day had begun."),
}


def _wait(decision: dict) -> str:
    if "exit" in decision:
        return _("Did not wait: what it looks for was so already.")
    return _("Waited, until {when} at the latest.").format(when=_moment(decision["until"]))


def _end(decision: dict) -> str:
    if decision["goal"]:
        return _("That is what the journey is for: it ended here.")
    return _("The end: {reason}.").format(reason=decision["reason"] or _failed(decision["fault"]))


def _branch(visit: Visit, definition: Definition | None) -> str:
    step = definition.steps.get(visit.step) if definition else None
    answer = _("yes") if visit.decision["answer"] else _("no")
    return f"{sentence(step)} {answer.capitalize()}." if isinstance(step, Branch) else f"{answer.capitalize()}."


def _failed(fault: str) -> str:
    if fault == TOO_LONG:
        return _("Went round a thousand times: we ended it.")
    if fault == KEPT_STOPPING:
        return _("Could not go on: it stopped our work several times. We have noted it.")
    return _("Could not go on because of a fault of ours ({fault}).").format(fault=fault)


def _moment(text: str) -> str:
    return times.moment(datetime.fromisoformat(text), clock.now())
