"""A message as a text message."""

from dataclasses import dataclass
from uuid import UUID

from campaigns.channels import contents
from campaigns.channels.port import Ready
from campaigns.channels.skeleton import splice

LONGEST = 1600
"""Characters that Twilio takes, and most gateways: ten segments and a half."""


@dataclass(frozen=True, slots=True)
class Text:
    """Its words, and the message's public id."""

    words: str
    message: UUID


def text_of(item: Ready) -> Text:
    rendered = splice(contents.load(item.written.content), item.written.slots)
    return Text(rendered.text.strip(), item.message.uid)
