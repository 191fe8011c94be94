"""A message as a task of a colleague: the words to say, face to face."""

from dataclasses import dataclass

from campaigns.channels import contents
from campaigns.channels.port import Ready
from campaigns.channels.skeleton import splice


@dataclass(frozen=True, slots=True)
class Errand:
    message: int
    words: str


def errand(item: Ready) -> Errand:
    rendered = splice(contents.load(item.written.content), item.written.slots)
    title, words = rendered.subject.strip(), rendered.text.strip()
    return Errand(item.message.id, f"{title}\n{words}" if title and title != words else words)
