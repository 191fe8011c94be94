"""Skeletons as rows: kept once by digest, loaded once per process, because they never change."""

from collections.abc import Collection
from functools import cache, lru_cache

from campaigns.channels import joining
from campaigns.channels.compile import compile_design, compile_words
from campaigns.channels.skeleton import Rendered, Skeleton, splice
from crm.dialogue.models import Content, Message


def keep(skeleton: Skeleton, *, label: str = "") -> int:
    """The id of the Content that holds this skeleton. One or two queries."""
    content, _ = Content.objects.get_or_create(
        digest=skeleton.digest, defaults={"label": label[:200], "skeleton": skeleton.to_json()}
    )
    return content.pk


@lru_cache(maxsize=512)
def load(content: int) -> Skeleton:
    """The skeleton of a Content. One query per process and content."""
    return Skeleton.from_json(Content.objects.values_list("skeleton", flat=True).get(pk=content))


def own(content: int) -> int:
    """The content that a message was queued with, if others were joined to it since. No query once it is loaded."""
    return next(iter(load(content).made_of), content)


@lru_cache(maxsize=512)
def tells_of_event(content: int) -> bool:
    """Whether it says something of what happened. No query once it is loaded."""
    return any("event.properties" in slot.source for slot in load(content).slots)


@lru_cache(maxsize=512)
def can_be_joined(content: int) -> bool:
    """Whether it is a letter of ours, with a place for others. No query once it is loaded."""
    return joining.frame(load(content)) is not None


@lru_cache(maxsize=512)
def joined(contents: tuple[int, ...]) -> Skeleton:
    """The letters as one, by the first. No query once they are loaded."""
    return joining.join([(content, load(content)) for content in contents])


def keep_joined(asked: Collection[tuple[int, ...]]) -> dict[tuple[int, ...], int]:
    """By what they are made of, the ids of the contents that hold such letters. Three queries at most, none without
    any."""
    digests = {joined(contents).digest: contents for contents in asked}
    if not digests:
        return {}
    known = Content.objects.filter(digest__in=digests).values_list("digest", "pk")
    found = {bytes(digest): pk for digest, pk in known}
    new = [Content(digest=d, skeleton=joined(contents).to_json()) for d, contents in digests.items() if d not in found]
    if new:
        Content.objects.bulk_create(new, ignore_conflicts=True)
        found |= {bytes(digest): pk for digest, pk in known.all()}
    return {contents: found[digest] for digest, contents in digests.items()}


@cache
def words_skeleton(*, rich: bool = True, asks: str = "") -> Skeleton:
    """What carries a colleague's words, or a code: a subject and plain text, and the question of the survey `asks`; in
    a mail with the footer of all mails."""
    question = f"{{% question {asks} %}}" if asks else ""
    if not rich:
        return compile_words("{{ event.subject }}", "{{ event.text }}" + (question and f"\n\n{question}"))
    body = "{{ event.text | escape | newline_to_br }}" + (question and f"\n\n{question}")
    return compile_design("{{ event.subject }}", body, "letter", unsubscribable=False)


def shown(message: Message) -> Rendered | None:
    """The message as it was sent, spliced again from its slots, or the one that it went inside; None once they are
    gone. At most three queries."""
    message = message.inside or message
    rendered = getattr(message, "rendered", None)
    if rendered is None or message.content_id is None:
        return None
    return splice(load(message.content_id), rendered.slots)
