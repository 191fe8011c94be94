"""What stands in the way of a broadcast, and what its versions are frozen to."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from campaigns.broadcasts.audience import rule_of
from campaigns.broadcasts.models import Broadcast, Variant
from campaigns.broadcasts.wording import frozen
from campaigns.channels import port
from campaigns.channels.lengths import too_long
from campaigns.channels.names import speaks_of_offer
from campaigns.designs.checks import asked, check
from campaigns.designs.compiling import skeleton
from campaigns.designs.models import Design
from campaigns.designs.parse import LETTER_KIND
from campaigns.designs.queries import look
from campaigns.surveys.queries import one_taps
from crm.business.queries import business
from crm.rules import InvalidRule, Rule, parse, to_json

LETTERS = "abcde"
MOST_VARIANTS = len(LETTERS)
EMAIL = "email"
LEAST_DAYS = 3
"""So long a reminder comes after what it reminds of, at least."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is where, as REST and forms name it: "topic", "variants[0].subject"; empty for all of it."""

    field: str
    message: str


class NotReady(ValueError):
    """Why it cannot be started."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def problems(broadcast: Broadcast, *, at: datetime) -> list[Problem]:
    """Everything that stands in the way of starting it. Six queries at most."""
    channel = port.channel(broadcast.channel)
    return [
        *_about(broadcast, at),
        *_way(channel),
        *_whom(broadcast),
        *_versions(versions(broadcast), channel),
    ]


def checked_rule(broadcast: Broadcast) -> Rule:
    """The rule of the audience, as it can be kept. Raises InvalidRule."""
    return parse(to_json(rule_of(broadcast)))


def freeze(broadcast: Broadcast) -> None:
    """Freeze each version to immutable contents; `problems` must have found none. A few queries for each version."""
    channel = port.channel(broadcast.channel)
    for variant in versions(broadcast):
        variant.contents, variant.fallback = frozen(variant.design, channel), variant.design.language
        variant.save(update_fields=["contents", "fallback"])


def versions(broadcast: Broadcast) -> list[Variant]:
    """With their designs, by letter. One query."""
    return list(broadcast.variants.select_related("design"))


def _about(broadcast: Broadcast, at: datetime) -> Iterator[Problem]:
    if broadcast.topic_id is None:
        yield Problem("topic", _("Say what it is about, so that we know who gave permission."))
    if broadcast.kind == Broadcast.Kind.REMINDER:
        first = broadcast.follows
        if first is None or first.state in (Broadcast.State.DRAFT, Broadcast.State.CANCELLED):
            yield Problem("", _("What it reminds of was not sent."))
        if (broadcast.after_days or 0) < LEAST_DAYS:
            yield Problem("after_days", _("A reminder comes %(days)d days later at least.") % {"days": LEAST_DAYS})
    elif broadcast.send_at and broadcast.send_at < at:
        yield Problem("send_at", _("This moment is over."))


def _way(channel: port.Channel) -> Iterator[Problem]:
    """Mail without a sender is not refused here: in Test it goes to the Outbox, and Live asks for one."""
    if channel.name != EMAIL and (missing := channel.missing(business())):
        yield Problem("channel", missing)


def _whom(broadcast: Broadcast) -> Iterator[Problem]:
    try:
        checked_rule(broadcast)
    except InvalidRule as refused:
        yield from (Problem("rule", problem.message) for problem in refused.problems)


def _versions(variants: list[Variant], channel: port.Channel) -> Iterator[Problem]:
    if not variants:
        yield Problem("variants", _("Write something first."))
    said = [(one.design.kind, one.design.contents) for one in variants]
    if any(one in said[:number] for number, one in enumerate(said)):
        yield Problem("variants", _("Two versions are the same: there would be nothing to compare."))
    surveys: dict[str, str] = {}
    for number, variant in enumerate(variants):
        found = [*_wrong(variant.design, f"variants[{number}]", channel)]
        yield from found
        if not found:
            surveys |= dict.fromkeys(_asked(variant.design), f"variants[{number}]")
    published = one_taps(surveys) if surveys else {}
    message = _("There is no published survey “{name}” with a question that one tap answers.")
    yield from (Problem(path, message.format(name=key)) for key, path in surveys.items() if key not in published)


def _wrong(design: Design, path: str, channel: port.Channel) -> Iterator[Problem]:
    shop = business()
    if speaks_of_offer(json.dumps(design.contents, ensure_ascii=False)):
        yield Problem(path, _("It speaks of an offer, which only a journey gives: write to them from there."))
    if not channel.rich:
        yield from _wrong_words(design, path, channel)
    for found in check(design.kind, design.contents, look(shop), shop):
        if found.stops:
            where = _("{language}, line {line}, column {column}: {message}") if found.line else "{language}: {message}"
            said = {name: getattr(found, name) for name in ("language", "line", "column", "message")}
            yield Problem(f"{path}.{found.place}" if found.place else path, where.format(**said))


def _wrong_words(design: Design, path: str, channel: port.Channel) -> Iterator[Problem]:
    if design.kind != LETTER_KIND:
        yield Problem(path, _("{channel}: it shows no design. Write a letter.").format(channel=channel.label))
        return
    for content in design.contents.values():
        title, text = content["subject"], content["body"]["text"]
        if said := too_long(channel.name, title=title, body=text, unsubscribable=True):
            yield Problem(f"{path}.text", said)


def _asked(design: Design) -> list[str]:
    """The surveys that it asks."""
    shop = look(business())
    made = [skeleton(design.kind, content, shop, language=lang) for lang, content in design.contents.items()]
    return [key for one in made for key in asked(one.slots)]
