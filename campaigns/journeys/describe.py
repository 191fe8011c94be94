"""A journey in plain sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.channels import port
from campaigns.channels.names import named_in_words
from campaigns.journeys import queries
from campaigns.journeys.definition import (
    Again,
    Branch,
    Day,
    Definition,
    End,
    Errand,
    Exit,
    Give,
    Hook,
    How,
    Join,
    Leave,
    Occurrence,
    OnHold,
    Remember,
    Send,
    Split,
    Step,
    Wait,
)
from campaigns.journeys.laying import lay, order
from campaigns.journeys.presets import EVENTS, recognise
from campaigns.offers.queries import find
from crm.rules import AllOf, Leaf, Rule, conditions, phrase, to_json
from crm.rules.tree import Place

WEEKDAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)

_SEND = {
    OnHold.WAIT: gettext_lazy("Send “{subject}”."),
    OnHold.MERGE: gettext_lazy("Send “{subject}”, inside the next message to them if something holds it back."),
    OnHold.DROP: gettext_lazy("Send “{subject}”, not at all if something holds it back."),
}
_REMEMBER = {
    How.SET: gettext_lazy("Remember {key}: {value}."),
    How.ADD: gettext_lazy("Add {value} to {key}."),
    How.REMOVE: gettext_lazy("Take {value} away from {key}."),
    How.PLUS: gettext_lazy("Add {value} points to {key}."),
}


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
    starts = _("Starts when {occurrence}.").format(occurrence=occurrence_words(definition.trigger))
    sentences = [starts, _again(definition)]
    if most := definition.entry.per_day:
        sentences.append(ngettext("{n} person a day at most.", "{n} people a day at most.", most).format(n=most))
    if definition.goal:
        sentences.append(_("Its goal: {occurrence}.").format(occurrence=occurrence_words(definition.goal)))
    return " ".join(sentences)


def lines(definition: Definition) -> list[Line]:
    """All steps, in the order in which they are walked: the yes, the no, and then where they meet again."""
    order = [step.id for step in _walked(definition)]
    numbers = {step: number for number, step in enumerate(order, 1)}
    return [
        Line(numbers[id], definition.steps[id], sentence(definition.steps[id]), _onward(definition.steps[id], numbers))
        for id in order
    ]


def sentence(step: Step) -> str:
    match step:
        case Send():
            return _send(step)
        case Wait():
            return _wait(step)
        case Branch():
            return _("Is this one of the people {condition}?").format(condition=phrase(step.rule))
        case Split():
            arms = ", ".join(_("{share} of 100 {name}").format(share=arm.share, name=arm.name) for arm in step.arms)
            return _("At random: {arms}.").format(arms=arms)
        case Remember():
            return _REMEMBER[step.how].format(key=step.key, value=step.value)
        case Errand():
            return _errand(step)
        case Hook():
            return _("Tell {host} by webhook.").format(host=urlsplit(step.url).netloc or "…")
        case Join():
            return _("Lead them onto “{name}” too.").format(name=_journey(step.journey))
        case Leave():
            return _("Take them off “{name}”.").format(name=_journey(step.journey))
        case Give():
            return _("Give the offer “{name}”.").format(name=find(step.offer) or step.offer)
        case End():
            return _("End: {reason}.").format(reason=step.reason.rstrip("."))


def _send(step: Send) -> str:
    """Such as: Send “Hello”, by text message, else by e-mail."""
    said = _SEND[step.on_hold].format(subject=named_in_words(step.design.subject))
    if step.channels == ("email",):
        return said
    names = [str(port.channel(name).label) for name in step.channels]
    return _("{send} By {channels}.").format(send=said, channels=_(", else ").join(names))


def _errand(step: Errand) -> str:
    whom = step.assignee or _("whoever comes first")
    words = _("A task for {whom}, within {span}: {text}.")
    said = words.format(whom=whom, span=span_words(step.within), text=step.text.rstrip("."))
    if not step.escalate:
        return said
    later = _("{task} Not done {span} after that, it goes to {whom}.")
    to = step.escalate.to or _("an owner")
    return later.format(task=said, span=span_words(step.escalate.after), whom=to)


def _journey(uid: UUID) -> str:
    """Its name. One query."""
    return dict(queries.names()).get(str(uid), "…")


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


def occurrence_words(occurrence: Occurrence) -> str:
    """Such as: an order is placed, for people who ordered at least 2 times."""
    children = _children(occurrence.rule)
    found = recognise(occurrence.event, [to_json(child) for child in children])
    event = found.words if found else event_words(occurrence.event)
    left = [child for place, child in enumerate(children) if not found or place not in found.used]
    if not left:
        return event
    rule = left[0] if len(left) == 1 else AllOf(tuple(left))
    template = _("{event}, for people {condition}") if _is_about_people(rule) else _("{event}, {condition}")
    return template.format(event=event, condition=phrase(rule))


def _children(rule: Rule | None) -> tuple[Rule, ...]:
    if rule is None:
        return ()
    return rule.children if isinstance(rule, AllOf) else (rule,)


def _is_about_people(rule: Rule) -> bool:
    return any(not isinstance(asked, Leaf) or asked.place is not Place.EVENT for asked in conditions(rule))


def _again(definition: Definition) -> str:
    key = definition.entry.key
    match definition.entry.again:
        case Again.NEVER if key:
            return _("Once for each {key} of a person.").format(key=key)
        case Again.NEVER:
            return _("Once for each person.")
        case Again.ALWAYS:
            return _("Each time it happens, but not while a person is on this journey.")
        case Again.AFTER_DAYS:
            days = definition.entry.days
            message = ngettext("Again after {n} day at the earliest.", "Again after {n} days at the earliest.", days)
            return message.format(n=days)


def _wait(step: Wait) -> str:
    until = list(filter(None, [_day(step.day) if step.day else "", _clock(step)]))
    ends = _(", then ").join(_("until {moment}").format(moment=moment) for moment in until)
    if not step.span:
        text = _("Wait {ends}").format(ends=ends)
    elif ends:
        text = _("Wait {span}, then {ends}").format(span=span_words(step.span), ends=ends)
    else:
        text = _("Wait {span}").format(span=span_words(step.span))
    for exit in step.sooner:
        text = _("{wait}, or until {exit}").format(wait=text, exit=exit_words(exit))
    return f"{text}."


def _clock(step: Wait) -> str:
    if step.clock is None:
        return ""
    clock = _("{clock}, their time").format(clock=f"{step.clock:%H:%M}")
    if not step.weekdays:
        return clock
    days = _(" or ").join(str(WEEKDAYS[day - 1]) for day in sorted(step.weekdays))
    return _("{days}, {clock}").format(days=days, clock=clock)


def _day(day: Day) -> str:
    if day.shift < 0:
        words = _("{span} before their {key}")
    else:
        words = _("{span} after their {key}") if day.shift else _("their {key}")
    said = words.format(span=_days(abs(day.shift)), key=day.key)
    return _("{day} each year").format(day=said) if day.yearly else said


def exit_words(exit: Exit) -> str:
    """Such as: an order is placed."""
    if exit.occurrence:
        return occurrence_words(exit.occurrence)
    assert exit.rule is not None
    return _("they are one of the people {condition}").format(condition=phrase(exit.rule))


def _onward(step: Step, numbers: dict[str, int]) -> tuple[tuple[str, int], ...]:
    if isinstance(step, Branch):
        return (_("yes"), numbers[step.yes]), (_("no"), numbers[step.no])
    if isinstance(step, Split):
        return tuple((arm.name, numbers[arm.to]) for arm in step.arms)
    if isinstance(step, Wait) and step.sooner:
        met = [(_exit_word(step, exit), numbers[exit.to]) for exit in step.sooner]
        return (*met, (_("when the time is over"), numbers[step.next]))
    if isinstance(step, End) or numbers[step.next] == numbers[step.id] + 1:
        return ()
    return ((_("then"), numbers[step.next]),)


def _exit_word(step: Wait, exit: Exit) -> str:
    """What tells the exits of one wait apart; a single one needs no name."""
    if len(step.sooner) == 1:
        return _("when it happens")
    return _("when {exit}").format(exit=exit_words(exit))


def _walked(definition: Definition) -> Iterator[Step]:
    ways = {id: [("", to) for to in step.exits] for id, step in definition.steps.items()}
    return (definition.steps[id] for id in order(lay(definition.start, "", ways)))
