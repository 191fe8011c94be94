"""A journey in plain sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.journeys.definition import Again, Branch, Definition, End, Occurrence, Send, Step, Wait
from crm.rules import Leaf, Rule, conditions, phrase
from crm.rules.tree import Place

EVENTS = {
    "Order Completed": gettext_lazy("an order is placed"),
    "Order Refunded": gettext_lazy("an order is refunded"),
    "Checkout Started": gettext_lazy("a checkout is started"),
    "Product Viewed": gettext_lazy("a product is looked at"),
    "Products Searched": gettext_lazy("something is searched for"),
    "Page Viewed": gettext_lazy("a page is looked at"),
    "Signed Up": gettext_lazy("somebody signs up"),
    "Permission Given": gettext_lazy("somebody gives permission"),
    "Survey Answered": gettext_lazy("a survey is answered"),
    "Preference Stated": gettext_lazy("somebody tells us something about themselves"),
    "Message Clicked": gettext_lazy("a link in a message is opened"),
    "Conversation Opened": gettext_lazy("a conversation begins"),
    "Conversation Closed": gettext_lazy("a conversation ends"),
    "Segment Entered": gettext_lazy("somebody joins a group"),
    "Segment Left": gettext_lazy("somebody leaves a group"),
}
"""What people read for the events that we know; others are shown by their name."""


@dataclass(frozen=True, slots=True)
class Line:
    """A step as a sentence. `number` counts from 1; `onward` is where it goes if not to the next line: pairs of a word
    ("yes", "no", "then", …) and the number of a line."""

    number: int
    step: Step
    text: str
    onward: tuple[tuple[str, int], ...]


def event_words(name: str) -> str:
    return str(EVENTS[name]) if name in EVENTS else _("“{name}” happens").format(name=name)


def starts_when(definition: Definition) -> str:
    """Such as: Starts when an order is placed, for people who ordered at least 2 times. Once for each person."""
    return f"{_('Starts when {occurrence}.').format(occurrence=_occurrence(definition.trigger))} {_again(definition)}"


def lines(definition: Definition) -> list[Line]:
    """All steps, in the order in which they are walked, the yes before the no."""
    order = [step.id for step in _walked(definition)]
    numbers = {step: number for number, step in enumerate(order, 1)}
    return [
        Line(numbers[id], definition.steps[id], sentence(definition.steps[id]), _onward(definition.steps[id], numbers))
        for id in order
    ]


def sentence(step: Step) -> str:
    match step:
        case Send():
            return _("Send “{subject}”.").format(subject=step.design.subject)
        case Wait():
            return _wait(step)
        case Branch():
            if step.rule is None:
                return _("At random: {percent} of 100 go on with yes.").format(percent=step.chance)
            return _("Is this one of the people {condition}?").format(condition=phrase(step.rule))
        case End():
            return _("End: {reason}.").format(reason=step.reason.rstrip("."))


def span_words(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    for size, words in ((86400, _days), (3600, _hours), (60, _minutes)):
        if seconds % size == 0:
            return words(seconds // size)
    return ngettext("{n} second", "{n} seconds", seconds).format(n=seconds)


def _days(n: int) -> str:
    return ngettext("{n} day", "{n} days", n).format(n=n)


def _hours(n: int) -> str:
    return ngettext("{n} hour", "{n} hours", n).format(n=n)


def _minutes(n: int) -> str:
    return ngettext("{n} minute", "{n} minutes", n).format(n=n)


def _occurrence(occurrence: Occurrence) -> str:
    event = event_words(occurrence.event)
    if occurrence.rule is None:
        return event
    template = _("{event}, for people {condition}") if _is_about_people(occurrence.rule) else _("{event}, {condition}")
    return template.format(event=event, condition=phrase(occurrence.rule))


def _is_about_people(rule: Rule) -> bool:
    return any(not isinstance(asked, Leaf) or asked.place is not Place.EVENT for asked in conditions(rule))


def _again(definition: Definition) -> str:
    match definition.entry.again:
        case Again.NEVER:
            return _("Once for each person.")
        case Again.ALWAYS:
            return _("Each time it happens, but not while a person is on this journey.")
        case Again.AFTER_DAYS:
            days = definition.entry.days
            message = ngettext("Again after {n} day at the earliest.", "Again after {n} days at the earliest.", days)
            return message.format(n=days)


def _wait(step: Wait) -> str:
    clock = f"{step.clock:%H:%M}" if step.clock else ""
    if not step.span:
        text = _("Wait until {clock}, their time").format(clock=clock)
    elif clock:
        text = _("Wait {span}, then until {clock}, their time").format(span=span_words(step.span), clock=clock)
    else:
        text = _("Wait {span}").format(span=span_words(step.span))
    if step.awaited:
        text = _("{wait}, or until {occurrence}").format(wait=text, occurrence=_occurrence(step.awaited))
    return f"{text}."


def _onward(step: Step, numbers: dict[str, int]) -> tuple[tuple[str, int], ...]:
    match step:
        case Branch():
            return (_("yes"), numbers[step.yes]), (_("no"), numbers[step.no])
        case Wait(awaited=Occurrence()):
            return (_("when it happens"), numbers[step.met]), (_("when the time is over"), numbers[step.next])
        case Send() | Wait() if numbers[step.next] != numbers[step.id] + 1:
            return ((_("then"), numbers[step.next]),)
    return ()


def _walked(definition: Definition) -> Iterator[Step]:
    seen: set[str] = set()
    ahead = [definition.start]
    while ahead:
        id = ahead.pop()
        if id not in seen:
            seen.add(id)
            yield definition.steps[id]
            ahead += reversed(definition.steps[id].exits)
