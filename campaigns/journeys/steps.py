"""How each kind of step is written: one function for each, in one table."""

from collections.abc import Callable, Mapping
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from campaigns.channels import port
from campaigns.designs.parse import InvalidContents
from campaigns.designs.parse import parse as parse_contents
from campaigns.journeys import naming
from campaigns.journeys.definition import (
    Arm,
    Branch,
    Day,
    Design,
    End,
    Errand,
    Escalation,
    Exit,
    Give,
    Hook,
    How,
    Join,
    Leave,
    OnHold,
    Remember,
    Send,
    Split,
    Step,
    Wait,
)
from campaigns.journeys.reader import Reader
from crm.dialogue.models import Task
from crm.rules import EVERYONE
from engage.lib.outward import LONGEST_URL, place

CLASSES = ("marketing", "transactional")
DESIGNS = ("letter", "html", "mjml")
NAMED_KINDS = (*DESIGNS, "designed")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_EXITS = 10
MOST_ARMS = 10
MOST_SHIFT = 366
MOST_POINTS = 1000

type Steps = Mapping[str, Any]


def send(reader: Reader, key: str, data: dict, path: str, steps: Steps) -> Send:
    reader.object(data, path, ("kind", "design", "channel", "channels", "class", "topic", "on_hold", "next"))
    klass = reader.choice(data.get("class", "marketing"), f"{path}.class", CLASSES)
    channels = _channels(reader, data, path)
    design = _design(reader, data.get("design"), f"{path}.design", channels)
    return Send(
        id=key,
        design=design,
        channels=channels,
        klass=klass,
        topic=_topic(reader, data.get("topic"), f"{path}.topic", klass),
        on_hold=_on_hold(reader, data.get("on_hold", "wait"), f"{path}.on_hold", design),
        next=reader.onward(data.get("next"), f"{path}.next", steps),
    )


def _channels(reader: Reader, data: dict, path: str) -> tuple[str, ...]:
    """Either one “channel”, which is e-mail where nothing is said, or the “channels” to try."""
    known = tuple(port.names())
    if "channels" not in data:
        return (reader.choice(data.get("channel", "email"), f"{path}.channel", known),)
    if "channel" in data:
        reader.refuse(f"{path}.channel", _("Say either “channel” or “channels”."))
    named = reader.several(data["channels"], f"{path}.channels", len(known))
    channels = tuple(reader.choice(one, f"{path}.channels[{n}]", known) for n, one in enumerate(named))
    if len(set(channels)) < len(channels):
        reader.refuse(f"{path}.channels", _("Each channel can be tried once."))
    return channels or ("email",)


def _on_hold(reader: Reader, raw: Any, path: str, design: Design) -> OnHold:
    on_hold = OnHold(reader.choice(raw, path, tuple(OnHold)))
    if on_hold is OnHold.MERGE and design.kind != "letter":
        reader.refuse(path, _("Only a letter can go inside another message; HTML and MJML are pages of their own."))
    return on_hold


def _topic(reader: Reader, raw: Any, path: str, klass: str) -> str:
    """Marketing always has one: permission is given by topic."""
    if raw is None and klass != "marketing":
        return ""
    return reader.text(raw, path, 40)


def _design(reader: Reader, data: Any, path: str, channels: tuple[str, ...]) -> Design:
    named = isinstance(data, dict) and "uid" in data
    data = reader.object(data, path, naming.PARTS if named else ("subject", "body", "kind", "words"))
    design = (
        _named(reader, data, path)
        if named
        else Design(
            subject=reader.text(data.get("subject"), f"{path}.subject", 300),
            body=reader.text(data.get("body"), f"{path}.body", 100_000),
            kind=reader.choice(data.get("kind", "letter"), f"{path}.kind", DESIGNS),
            words=reader.text(data["words"], f"{path}.words", 5_000) if "words" in data else "",
        )
    )
    plain = [channel.label for name in channels if not (channel := port.channel(name)).rich]
    kind = design.named.kind if design.named else design.kind
    if plain and kind != "letter" and not design.words:
        message = _("{channel} shows no design: say it in words too.")
        reader.refuse(f"{path}.words", message.format(channel=plain[0]))
    return design


def _named(reader: Reader, data: dict, path: str) -> Design:
    """What is named, if it was written out: see `naming`."""
    words = reader.text(data["words"], f"{path}.words", 5_000) if "words" in data else ""
    if "contents" not in data:
        reader.refuse(f"{path}.uid", _("There is no such design: choose another."))
        return Design("", "", words=words)
    try:
        kind = reader.choice(data.get("kind"), f"{path}.kind", NAMED_KINDS)
        contents = parse_contents(kind, data["contents"])
    except InvalidContents as refused:
        reader.refuse(f"{path}.contents", refused.problems[0].message)
        return Design("", "", words=words)
    language = reader.choice(data.get("language"), f"{path}.language", tuple(contents))
    name = reader.text(data.get("name"), f"{path}.name", 120)
    said = {"uid": str(data["uid"])[:36], "name": name, "kind": kind, "language": language, "contents": contents}
    return naming.design_of(said, words)


def wait(reader: Reader, key: str, data: dict, path: str, steps: Steps) -> Wait:
    reader.object(data, path, ("kind", "for", "clock", "weekdays", "day", "exits", "next"))
    clock = reader.clock(data.get("clock"), f"{path}.clock")
    timed = clock is not None or "day" in data
    return Wait(
        id=key,
        span=reader.span(data["for"], f"{path}.for") if "for" in data else _no_span(reader, timed, path),
        clock=clock,
        weekdays=_weekdays(reader, data, path, clock),
        day=_day(reader, data["day"], f"{path}.day") if "day" in data else None,
        sooner=tuple(_exits(reader, data.get("exits", []), f"{path}.exits", steps)),
        next=reader.onward(data.get("next"), f"{path}.next", steps),
    )


def _no_span(reader: Reader, timed: bool, path: str) -> timedelta:
    if not timed:
        reader.refuse(path, _("Say how long to wait: “for”, “day”, “clock”, or several of them."))
    return timedelta(0)


def _weekdays(reader: Reader, data: dict, path: str, clock: time | None) -> frozenset[int]:
    if "weekdays" not in data:
        return frozenset()
    if clock is None:
        reader.refuse(f"{path}.weekdays", _("Days of the week go with a “clock”."))
    days = reader.several(data["weekdays"], f"{path}.weekdays", len(WEEKDAYS))
    chosen = [reader.choice(day, f"{path}.weekdays[{n}]", WEEKDAYS) for n, day in enumerate(days)]
    return frozenset(WEEKDAYS.index(day) + 1 for day in chosen)


def _day(reader: Reader, data: Any, path: str) -> Day:
    data = reader.object(data, path, ("of", "shift", "yearly"))
    return Day(
        key=reader.text(data.get("of"), f"{path}.of", 60),
        shift=reader.whole(data.get("shift", 0), f"{path}.shift", -MOST_SHIFT, MOST_SHIFT),
        yearly=reader.flag(data.get("yearly", False), f"{path}.yearly"),
    )


def _exits(reader: Reader, data: Any, path: str, steps: Steps) -> list[Exit]:
    return [
        _exit(reader, one, f"{path}[{number}]", steps)
        for number, one in enumerate(reader.several(data, path, MOST_EXITS, least=0))
    ]


def _exit(reader: Reader, data: Any, path: str, steps: Steps) -> Exit:
    data = reader.object(data, path, ("event", "rule", "next"))
    to = reader.onward(data.get("next"), f"{path}.next", steps)
    if "event" in data:
        return Exit(to, occurrence=reader.occurrence({k: v for k, v in data.items() if k != "next"}, path))
    if "rule" not in data:
        reader.refuse(path, _("An exit needs an “event”, a “rule” about the person, or both."))
    return Exit(to, rule=reader.rule(data, path, event_at_hand=False) or EVERYONE)


def branch(reader: Reader, key: str, data: dict, path: str, steps: Steps) -> Branch:
    reader.object(data, path, ("kind", "rule", "yes", "no"))
    if "rule" not in data:
        reader.refuse(path, _("A branch needs a “rule”."))
    return Branch(
        id=key,
        rule=reader.rule(data, path, event_at_hand=False) or EVERYONE,
        yes=reader.onward(data.get("yes"), f"{path}.yes", steps),
        no=reader.onward(data.get("no"), f"{path}.no", steps),
    )


def split(reader: Reader, key: str, data: dict, path: str, steps: Steps) -> Split:
    reader.object(data, path, ("kind", "arms"))
    arms = [
        _arm(reader, one, f"{path}.arms[{number}]", steps)
        for number, one in enumerate(reader.several(data.get("arms"), f"{path}.arms", MOST_ARMS, least=2))
    ]
    if arms and sum(arm.share for arm in arms) != 100:
        reader.refuse(f"{path}.arms", _("The shares must be 100 together."))
    if len({arm.name for arm in arms}) < len(arms):
        reader.refuse(f"{path}.arms", _("Each arm needs a name of its own."))
    return Split(key, tuple(arms))


def _arm(reader: Reader, data: Any, path: str, steps: Steps) -> Arm:
    data = reader.object(data, path, ("name", "share", "next"))
    return Arm(
        name=reader.text(data.get("name"), f"{path}.name", 40),
        share=reader.whole(data.get("share"), f"{path}.share", 1, 99),
        to=reader.onward(data.get("next"), f"{path}.next", steps),
    )


def remember(reader: Reader, key: str, data: dict, path: str, steps: Steps) -> Remember:
    reader.object(data, path, ("kind", "key", "value", "how", "next"))
    how = How(reader.choice(data.get("how", "set"), f"{path}.how", tuple(How)))
    value: str | int
    if how is How.PLUS:
        value = reader.whole(data.get("value"), f"{path}.value", -MOST_POINTS, MOST_POINTS)
    else:
        value = reader.text(data.get("value"), f"{path}.value", 500)
    name = reader.text(data.get("key"), f"{path}.key", 60)
    return Remember(key, name, value, reader.onward(data.get("next"), f"{path}.next", steps), how)


def errand(reader: Reader, key: str, data: dict, path: str, steps: Steps) -> Errand:
    reader.object(data, path, ("kind", "task", "text", "within", "assignee", "escalate", "next"))
    return Errand(
        id=key,
        task=reader.choice(data.get("task"), f"{path}.task", tuple(Task.Kind)),
        text=reader.text(data.get("text"), f"{path}.text", 500),
        within=reader.span(data.get("within"), f"{path}.within"),
        assignee=reader.text(data["assignee"], f"{path}.assignee", 254) if data.get("assignee") else "",
        escalate=_escalation(reader, data["escalate"], f"{path}.escalate") if "escalate" in data else None,
        next=reader.onward(data.get("next"), f"{path}.next", steps),
    )


def _escalation(reader: Reader, data: Any, path: str) -> Escalation:
    data = reader.object(data, path, ("after", "to"))
    return Escalation(
        after=reader.span(data.get("after"), f"{path}.after"),
        to=reader.text(data["to"], f"{path}.to", 254) if data.get("to") else "",
    )


def hook(reader: Reader, key: str, data: dict, path: str, steps: Steps) -> Hook:
    reader.object(data, path, ("kind", "url", "event", "next"))
    url = reader.text(data.get("url"), f"{path}.url", LONGEST_URL)
    if url and place(url) is None:
        reader.refuse(f"{path}.url", _("This must be an address such as https://shop.example/hook."))
        url = ""
    return Hook(
        id=key,
        url=url,
        event=reader.text(data.get("event", "journey.step"), f"{path}.event", 60),
        next=reader.onward(data.get("next"), f"{path}.next", steps),
    )


def join(reader: Reader, key: str, data: dict, path: str, steps: Steps) -> Join:
    return Join(*_of_another(reader, key, data, path, steps))


def leave(reader: Reader, key: str, data: dict, path: str, steps: Steps) -> Leave:
    return Leave(*_of_another(reader, key, data, path, steps))


def _of_another(reader: Reader, key: str, data: dict, path: str, steps: Steps) -> tuple[str, UUID, str]:
    """Its name, the other journey, and where it leads."""
    reader.object(data, path, ("kind", "journey", "next"))
    journey = reader.uuid(data.get("journey"), f"{path}.journey")
    return key, journey, reader.onward(data.get("next"), f"{path}.next", steps)


def give(reader: Reader, key: str, data: dict, path: str, steps: Steps) -> Give:
    reader.object(data, path, ("kind", "offer", "next"))
    offer = reader.text(data.get("offer"), f"{path}.offer", 60)
    return Give(key, offer, reader.onward(data.get("next"), f"{path}.next", steps))


def end(reader: Reader, key: str, data: dict, path: str, steps: Steps) -> End:
    reader.object(data, path, ("kind", "reason"))
    return End(key, reader.text(data.get("reason"), f"{path}.reason", 80))


STEPS: Mapping[str, Callable[[Reader, str, dict, str, Steps], Step]] = {
    "send": send,
    "wait": wait,
    "branch": branch,
    "split": split,
    "remember": remember,
    "task": errand,
    "webhook": hook,
    "join": join,
    "leave": leave,
    "offer": give,
    "end": end,
}
