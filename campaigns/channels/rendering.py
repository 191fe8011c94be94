"""The speaking belt's stage "render": from messages to what is kept of them and what is handed over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from campaigns.channels import contents, variables
from campaigns.channels.email.mime import message_id
from campaigns.channels.liquid import question_keys
from campaigns.channels.skeleton import CannotRender, fill
from crm.business.models import Business
from crm.dialogue.links import click_url
from crm.dialogue.outbox import Claimed, Settled, Written

type Questions = Callable[[Claimed], Mapping[str, dict]]
"""What surveys supply: a message's questions by survey key, with their answers as links."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that can be handed over, its receiver's name, and the one-click address for mail programs."""

    message: Claimed
    written: Written
    name: str
    unsubscribe_url: str


def render(
    messages: Sequence[Claimed],
    *,
    addresses: Mapping[int, str],
    questions: Questions,
    shop: Business,
    domain: str,
    at: datetime,
) -> tuple[list[Ready], list[Settled]]:
    """Those that could be written, and those that failed with their reason. Two queries and one per new content."""
    people = variables.people({message.contact for message in messages})
    cited = variables.cited(messages, at)
    business = variables.shop_variables(shop)
    words = contents.keep(contents.words_skeleton(), label="words") if any(not m.content for m in messages) else 0
    ready: list[Ready] = []
    failed: list[Settled] = []
    for message in messages:
        person = people[message.contact]
        with variables.speaking(person["language"], shop.language):
            recalled = variables.recall_variables(cited.get(message.contact, {}), at, message.uid)
            links = variables.links(message, person["uid"], at)
            content = message.content or words
            given = {
                **message.variables,
                "contact": {**person, "email": addresses[message.id]},
                "business": business,
                "recall": recalled,
                "questions": questions(message),
                **links,
            }
            if not message.content:
                given["event"] = {"subject": message.subject, "text": message.text}
            try:
                ready.append(_write(message, content, given, addresses[message.id], domain))
            except CannotRender as problem:
                failed.append(Settled(message.id, "failed", "cannot_render", {"problem": str(problem)[:200]}))
    return ready, failed


def _write(message: Claimed, content: int, given: dict, address: str, domain: str) -> Ready:
    skeleton = contents.load(content)
    tracked = click_url(message.uid)
    slots = fill(skeleton, given, lambda number: f"{tracked}.{number}")
    header_id = message_id(str(message.uid), domain)
    written = Written(message.id, content, skeleton.subject_line(slots)[:300], address, header_id, slots)
    unsubscribe = given["unsubscribe_url"] if message.klass == "marketing" else ""
    return Ready(message, written, given["contact"]["name"], unsubscribe)


@lru_cache(maxsize=512)
def asked_surveys(content: int) -> frozenset[str]:
    """The surveys that a content asks. No query once the content is loaded."""
    return frozenset(key for slot in contents.load(content).slots for key in question_keys(slot.source))
