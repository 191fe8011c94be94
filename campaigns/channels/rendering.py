"""The speaking belt's stage "render": from messages to what is kept of them and what is handed over."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from campaigns.channels import contents, port, variables
from campaigns.channels.addresses import Addresses
from campaigns.channels.liquid import question_keys
from campaigns.channels.port import Ready
from campaigns.channels.skeleton import CannotRender, fill
from crm.business.models import Business
from crm.dialogue.links import click_url
from crm.dialogue.merging import Carried
from crm.dialogue.outbox import Claimed, Settled, Written
from crm.dialogue.queries import ASKS, STOPS

_SURVEY = re.compile(r"[a-z][a-z0-9_]{0,59}")

type Questions = Callable[[Claimed], Mapping[str, dict]]
"""What surveys supply: a message's questions by survey key, with their answers as links."""


def render(
    messages: Sequence[Claimed],
    *,
    addresses: Addresses,
    questions: Questions,
    shop: Business,
    at: datetime,
) -> tuple[list[Ready], list[Settled]]:
    """Those that could be written, and those that failed with their reason. Two queries, one where products are shown,
    and one per new content."""
    people = variables.people({message.contact for message in messages})
    cited = variables.cited(messages, at)
    business = variables.shop_variables(shop)
    for_sale = variables.for_sale(messages)
    words = _words(messages)
    ready: list[Ready] = []
    failed: list[Settled] = []
    for message in messages:
        person, address = people[message.contact], addresses.of(message)
        with variables.speaking(person["language"], shop.language):
            channel = port.channel(message.channel)
            links = variables.links(message, person["uid"], at, short=not channel.rich)
            content = message.content or words[channel.rich, asked_with(message)]
            asks = message.uid if variables.asks_whether_right(content) else None
            recalled = variables.recall_variables(cited.get(message.contact, {}), at, asks)
            given = {
                **message.variables,
                "contact": {**person, channel.reached_by: address},
                "business": business,
                "recall": recalled,
                "for_sale": for_sale,
                "questions": questions(message),
                "rating": variables.rating(message),
                **links,
            }
            if not message.content:
                given["event"] = {"subject": message.subject, "text": message.text}
            try:
                ready.append(_write(message, content, given, address, shop))
            except CannotRender as problem:
                failed.append(Settled(message.id, "failed", "cannot_render", {"problem": str(problem)[:200]}))
    return ready, failed


def _words(messages: Sequence[Claimed]) -> dict[tuple[bool, str], int]:
    """What carries words that have no content of their own, for rich channels and for others, with the survey that is
    asked beneath them; two queries for each."""
    bare = [message for message in messages if not message.content]
    needed = {(port.channel(message.channel).rich, asked_with(message)) for message in bare}
    return {
        (rich, asks): contents.keep(contents.words_skeleton(rich=rich, asks=asks), label="words")
        for rich, asks in needed
    }


def asked_with(message: Claimed) -> str:
    """The survey that a colleague asks with an answer; '' for none."""
    key = message.variables.get(ASKS, "")
    return key if isinstance(key, str) and _SURVEY.fullmatch(key) else ""


def _stops(message: Claimed) -> str:
    """The address of ours that ends a notice which they asked for, '' where there is none."""
    url = message.variables.get(STOPS, "")
    return url if isinstance(url, str) and url.startswith(f"{settings.PUBLIC_URL}/") else ""


def _write(message: Claimed, content: int, given: dict, address: str, shop: Business) -> Ready:
    skeleton = contents.load(content)
    tracked = click_url(message.uid)
    slots = fill(skeleton, given, lambda number: f"{tracked}.{number}")
    header_id = port.channel(message.channel).header_id(message.uid, shop)
    subject = skeleton.subject_line(slots)[:300]
    written = Written(message.id, message.channel, content, subject, address, header_id, slots)
    unsubscribe = given["unsubscribe_url"] if message.klass == "marketing" else _stops(message)
    return Ready(message, written, given["contact"], unsubscribe)


def join(groups: Sequence[Sequence[Claimed]], ready: Sequence[Ready]) -> tuple[list[Ready], list[Carried]]:
    """What leaves of these groups, and what goes inside of it: of each group the first that could be written carries
    the others. Three queries at most, none where each goes alone."""
    by_id = {item.message.id: item for item in ready}
    written = [[by_id[message.id] for message in group if message.id in by_id] for group in groups]
    together = contents.keep_joined({_made_of(items) for items in written if len(items) > 1})
    leaving, inside = [], list[Carried]()
    for carrier, *parts in filter(None, written):
        if parts:
            inside += [Carried(carrier.message.id, part.written) for part in parts]
            inside_it = [carrier, *parts]
            both = replace(carrier.written, content=together[_made_of(inside_it)], slots=_slots(inside_it))
            carrier = replace(carrier, written=both)
        leaving.append(carrier)
    return leaving, inside


def _made_of(items: Sequence[Ready]) -> tuple[int, ...]:
    return tuple(item.written.content for item in items)


def _slots(items: Sequence[Ready]) -> list[str]:
    """Those of all, and the addresses that the first made for itself, which end them."""
    counts = [len(contents.load(item.written.content).slots) for item in items]
    together = [slot for item, count in zip(items, counts, strict=True) for slot in item.written.slots[:count]]
    return together + items[0].written.slots[counts[0] :]


@lru_cache(maxsize=512)
def asked_surveys(content: int) -> frozenset[str]:
    """The surveys that a content asks. No query once the content is loaded."""
    return frozenset(key for slot in contents.load(content).slots for key in question_keys(slot.source))
