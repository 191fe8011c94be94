"""A conversation as staff read it: bubbles of two voices, each of theirs with the message it answers."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from campaigns.channels.stopping import mentions_stop
from campaigns.surveys.queries import titles_of
from crm.dialogue import queries
from crm.dialogue.models import Conversation, Mail, Message, Tag, Tagged
from engage.lib import clock

SUGGESTED, MOST_READ, MOST_MACHINES = 3, 20_000, 50


@dataclass(frozen=True)
class Bubble:
    """`about`: the message of ours that these words answer. `new`: it came after what the reader had seen.
    `foreign`: somebody else's words. `stops`: they ask, within other words, not to be written to. `machines`: mails of
    theirs that came after it and before the next, and that no person wrote."""

    message: Message
    about: Message | None
    new: bool
    mail: Mail | None = None
    foreign: bool = False
    stops: bool = False
    machines: Sequence[Mail] = ()
    asks: str = ""
    """The survey that is asked with an answer of ours."""

    @property
    def side(self) -> str:
        """theirs, ours or note."""
        return {"in": "theirs", "out": "ours", "note": "note"}[self.message.direction]


@dataclass(frozen=True)
class Thread:
    bubbles: list[Bubble]

    @property
    def last(self) -> int:
        """The key of the last message in it, 0 without any: what its reader has seen."""
        return self.bubbles[-1].message.pk if self.bubbles else 0

    @property
    def has_new(self) -> bool:
        return any(bubble.new for bubble in self.bubbles)


def thread(conversation: Conversation, *, seen: int | None = None) -> Thread:
    """Five queries at most, six where an answer asks a survey. `seen` marks what came after it as new."""
    found = [line for line in queries.lines(conversation) if line.why != queries.TAKEN_BACK]
    quoted, mails, machines = _quoted(found), _mails(found), _machines(conversation, found)
    titles = titles_of({line.variables[queries.ASKS] for line in found if queries.ASKS in line.variables})
    shown: set[str] = set()
    bubbles = []
    for message in found:
        uid = message.detail.get("about", "")
        about = quoted.get(uid) if uid not in shown else None
        shown.add(uid)
        theirs = message.direction == Message.Direction.IN
        foreign = theirs and message.contact_id != conversation.contact_id
        stops = theirs and not foreign and mentions_stop(message.text)
        new = seen is not None and message.pk > seen
        after = machines.get(message.pk, ())
        bubbles.append(
            Bubble(
                message,
                about,
                new,
                mails.get(message.pk),
                foreign,
                stops,
                after,
                titles.get(message.variables.get(queries.ASKS, ""), ""),
            )
        )
    return Thread(bubbles)


def _mails(found: Iterable[Message]) -> dict[int, Mail]:
    """The mails that these words came in, without themselves."""
    known = Mail.objects.filter(message__in=found).defer("raw", "text").select_related("suggested")
    return {mail.message_id: mail for mail in known.prefetch_related("attachments") if mail.message_id}


def _machines(conversation: Conversation, found: Sequence[Message]) -> dict[int, list[Mail]]:
    """What machines of theirs wrote meanwhile, by the line that it came after."""
    if not found:
        return {}
    known = Mail.objects.filter(contact=conversation.contact_id, kind=Mail.Kind.AUTOMATIC, message=None)
    known = known.filter(at__gte=found[0].at, at__lte=conversation.closed or clock.now()).defer("raw")
    after = defaultdict(list)
    for mail in known.order_by("-at", "-pk")[:MOST_MACHINES][::-1]:
        after[next(line.pk for line in reversed(found) if line.at <= mail.at or line is found[0])].append(mail)
    return after


def _quoted(found: Iterable[Message]) -> dict[str, Message]:
    """The messages that are answered, by their uid."""
    uids = {UUID(message.detail["about"]) for message in found if message.detail.get("about")}
    quoted = Message.objects.filter(uid__in=uids) if uids else ()
    return {str(message.uid): message for message in quoted}


def tags_of(conversation: Conversation, words: Thread, known: list[Tag]) -> dict[str, list[Tag]]:
    """Its tags, those that their words name, and all that there are. One query."""
    given = set(Tagged.objects.filter(conversation=conversation).values_list("tag", flat=True))
    said = " ".join(bubble.message.text for bubble in words.bubbles if bubble.side == "theirs").lower()[:MOST_READ]
    fits = (tag for tag in known if tag.pk not in given and re.search(rf"\b{re.escape(tag.name.lower())}", said))
    return {
        "tags": [tag for tag in known if tag.pk in given],
        "suggested": list(islice(fits, SUGGESTED)),
        "known_tags": known,
    }
