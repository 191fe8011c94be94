"""Skeletons as rows: kept once by digest, loaded once per process, because they never change."""

from functools import lru_cache

from campaigns.channels.compile import compile_design
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


@lru_cache(maxsize=1)
def words_skeleton() -> Skeleton:
    """What carries a colleague's words, or a code: a subject and plain text, with the footer of every message."""
    body = "{{ event.text | escape | newline_to_br }}"
    return compile_design("{{ event.subject }}", body, "letter", unsubscribable=False)


def shown(message: Message) -> Rendered | None:
    """The message as it was sent, spliced again from its slots; None once they are gone. At most two queries."""
    rendered = getattr(message, "rendered", None)
    if rendered is None or message.content_id is None:
        return None
    return splice(load(message.content_id), rendered.slots)
