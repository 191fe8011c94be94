"""Both sides' words and deeds, the latest first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.board.models import Suggestion, Vote
from campaigns.offers.models import Given
from crm.catalog.models import Order
from crm.contacts.models import Consent, Contact
from crm.dialogue.models import Mail, Message, Note, Task
from crm.events.models import Event
from crm.preferences.models import Preference
from crm.preferences.queries import visible_to

SIZE = 40

TOLD_ELSEWHERE = [
    "Conversation Opened",
    "Conversation Closed",
    "Date Came",
    "Enquiry Received",
    "Identified",
    "Leaving Enquiry",
    "Leaving Enquiry Closed",
    "Message Replied",
    "Offer Given",
    "Offer Used",
    "Order Completed",
    "Order Refunded",
    "Order Updated",
    "Permission Given",
    "Permission Withdrawn",
    "Preference Stale",
    "Preference Stated",
    "Question Recognised",
    "Segment Entered",
    "Segment Left",
    "Suggestion Made",
    "Suggestion Voted",
    "Stayed Away",
]
"""Events whose content the timeline shows in another form: the words, the order, the memory; and what only time did."""


VISITS = ["Page Viewed", "Screen Viewed", "Product Viewed"]


@dataclass(frozen=True)
class Entry:
    """Something that happened. `kind` says how it is drawn: said, machine, note, sent, did, bought, remembered,
    permission, noted, task, suggested, voted, given."""

    kind: str
    at: datetime
    thing: Any


@dataclass(frozen=True)
class Timeline:
    """`before` is where the next page begins, None at the end."""

    entries: list[Entry]
    before: datetime | None


type Source = Callable[[Contact, datetime | None, int], Iterable[Entry]]


def timeline(contact: Contact, *, role: str, show: str = "", before: datetime | None = None) -> Timeline:
    """A page of one filter, or of everything, without what is not for a colleague of this role. One query for each
    source, two for orders."""
    sources = FILTERS[show][1] if show in FILTERS else ALL
    seen = partial(memories, role=role)
    found = [
        entry for source in sources for entry in (seen if source is memories else source)(contact, before, SIZE + 1)
    ]
    found.sort(key=lambda entry: entry.at, reverse=True)
    if len(found) <= SIZE:
        return Timeline(found, None)
    end = SIZE
    while end and found[end].at == found[end - 1].at:
        end -= 1  # what happened at one moment stays on one page
    shown = found[: end or SIZE]
    return Timeline(shown, shown[-1].at)


def words(contact: Contact, before: datetime | None, most: int) -> Iterable[Entry]:
    said = contact.messages.exclude(direction=Message.Direction.OUT).select_related("author", "conversation")
    for message in _until(said, before)[:most]:
        yield Entry("said" if message.direction == Message.Direction.IN else "note", message.at, message)


def machines(contact: Contact, before: datetime | None, most: int) -> Iterable[Entry]:
    """Mails from their addresses that no person wrote just then: answers of machines, circulars, a mere stop."""
    found = Mail.objects.filter(contact=contact, message=None).exclude(kind=Mail.Kind.UNREAD).defer("raw")
    return [Entry("machine", mail.at, mail) for mail in _until(found, before)[:most]]


def sent(contact: Contact, before: datetime | None, most: int) -> Iterable[Entry]:
    ours = contact.messages.filter(direction=Message.Direction.OUT).select_related(
        "author", "content", "conversation", "inside"
    )
    return [Entry("sent", message.at, message) for message in _until(ours, before)[:most]]


def deeds(contact: Contact, before: datetime | None, most: int) -> Iterable[Entry]:
    did = Event.objects.filter(contact=contact).exclude(name__in=TOLD_ELSEWHERE)
    return [Entry("did", event.at, event) for event in _until(did, before)[:most]]


def visits(contact: Contact, before: datetime | None, most: int) -> Iterable[Entry]:
    """Pages and goods they looked at."""
    looked = Event.objects.filter(contact=contact, name__in=VISITS)
    return [Entry("did", event.at, event) for event in _until(looked, before)[:most]]


def orders(contact: Contact, before: datetime | None, most: int) -> Iterable[Entry]:
    bought = Order.objects.filter(contact=contact).prefetch_related("lines")
    return [Entry("bought", order.at, order) for order in _until(bought, before)[:most]]


def memories(contact: Contact, before: datetime | None, most: int, role: str = "agent") -> Iterable[Entry]:
    told = Preference.objects.filter(visible_to(role), contact=contact).exclude(state=Preference.State.FORGOTTEN)
    told = told.select_related("key")
    return [Entry("remembered", preference.at, preference) for preference in _until(told, before)[:most]]


def permissions(contact: Contact, before: datetime | None, most: int) -> Iterable[Entry]:
    stated = Consent.objects.filter(contact=contact).select_related("topic")
    return [Entry("permission", consent.at, consent) for consent in _until(stated, before)[:most]]


def wishes(contact: Contact, before: datetime | None, most: int) -> Iterable[Entry]:
    """What they suggested, and the votes that stand. Two queries."""
    made = Suggestion.objects.filter(contact=contact)
    yield from (Entry("suggested", one.at, one) for one in _until(made, before)[:most])
    votes = Vote.objects.filter(contact=contact).exclude(suggestion__contact=contact).select_related("suggestion")
    yield from (Entry("voted", vote.at, vote) for vote in _until(votes, before)[:most])


def gifts(contact: Contact, before: datetime | None, most: int) -> Iterable[Entry]:
    """What they were given, and whether they used it."""
    found = Given.objects.filter(contact=contact).select_related("offer")
    return [Entry("given", one.at, one) for one in _until(found, before)[:most]]


def notes(contact: Contact, before: datetime | None, most: int) -> Iterable[Entry]:
    written = Note.objects.filter(contact=contact).select_related("author")
    return [Entry("noted", note.at, note) for note in _until(written, before)[:most]]


def tasks(contact: Contact, before: datetime | None, most: int) -> Iterable[Entry]:
    """Those that are done; what is to do stands above the timeline."""
    finished = Task.objects.filter(contact=contact).exclude(done=None)
    return [Entry("task", task.done, task) for task in _until(finished, before, "done")[:most] if task.done]


def _until(found, before: datetime | None, field: str = "at"):
    earlier = found if before is None else found.filter(**{f"{field}__lt": before})
    return earlier.order_by(f"-{field}", "-id")


ALL: tuple[Source, ...] = (words, machines, sent, deeds, orders, memories, permissions, wishes, gifts, notes, tasks)

FILTERS: dict[str, tuple[str | Promise, tuple[Source, ...]]] = {
    "words": (_("Words"), (words, sent)),
    "deeds": (_("What they did"), (deeds, orders, wishes)),
    "visits": (_("Visits"), (visits,)),
    "orders": (_("Orders"), (orders,)),
    "messages": (_("Messages"), (sent, machines)),
    "memory": (_("What we remember"), (memories,)),
    "permission": (_("Permission"), (permissions,)),
    "staff": (_("Colleagues"), (notes, tasks)),
}
