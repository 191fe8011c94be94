"""What Home counts. Each function is a constant number of queries, said in its docstring."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from crm.contacts.models import Contact, MergeProposal
from crm.dialogue.actions.pile import EVERYTHING_STOPPED
from crm.dialogue.models import Conversation, Message
from crm.dialogue.queries import TALKING
from crm.events.queries import unread_letters
from crm.preferences.models import Preference
from crm.preferences.queries import visible_to
from engage.lib import sql

MANY = 10_000


@dataclass(frozen=True)
class Waiting:
    """How many there are, and since when the oldest waits."""

    count: int
    since: datetime | None


def people_without_answer() -> Waiting:
    """One query."""
    ((count, since),) = sql.rows(
        "SELECT count(DISTINCT contact_id), min(last_customer) FROM crm_dialogue_conversation WHERE state = %s",
        [Conversation.State.NEEDS_ANSWER],
    )
    return Waiting(count, since)


def people_owed_since(before: datetime) -> Waiting:
    """People to whom we owe an answer since before then, now or put off: what we hold for them waits all along. One
    query."""
    ((count, since),) = sql.rows(
        "SELECT count(DISTINCT contact_id), min(last_customer) FROM crm_dialogue_conversation "
        "WHERE state IN (%s, %s) AND last_customer < %s",
        [Conversation.State.NEEDS_ANSWER, Conversation.State.LATER, before],
    )
    return Waiting(count, since)


def people_who_may_leave() -> tuple[int, datetime | None]:
    """How many there are, and until when somebody is to talk with the first. One query."""
    ((count, due),) = sql.rows("SELECT count(*), min(due) FROM crm_leaving_case WHERE closed IS NULL")
    return count, due


def people_on_hold() -> Waiting:
    """People to whom something of ours waits because we are talking with them. One query."""
    return _waiting_for(TALKING)


def piled_up() -> Waiting:
    """Messages that wait because everything is paused. One query."""
    ((count, since),) = sql.rows(
        "SELECT count(*), min(at) FROM crm_dialogue_message WHERE state = %s AND why = %s",
        [Message.State.WAITING, EVERYTHING_STOPPED],
    )
    return Waiting(count, since)


def _waiting_for(why: str) -> Waiting:
    ((count, since),) = sql.rows(
        "SELECT count(DISTINCT contact_id), min(at) FROM crm_dialogue_message WHERE state = %s AND why = %s",
        [Message.State.WAITING, why],
    )
    return Waiting(count, since)


def possible_pairs() -> int:
    """How many pairs may be the same person. One query."""
    return MergeProposal.objects.filter(state=MergeProposal.State.OPEN).count()


def unsure_since(since: datetime) -> int:
    """Messages that may have arrived or not. One query."""
    return Message.objects.filter(at__gte=since, direction="out", state=Message.State.UNKNOWN).count()


def unreadable() -> int:
    """One query."""
    return unread_letters()


@dataclass(frozen=True)
class Told:
    """Something a person said: an answer that is remembered, or words that stand in a conversation."""

    contact: Contact
    words: str
    at: datetime
    preference: Preference | None = None
    message: Message | None = None

    @property
    def is_yourself(self) -> bool:
        """A colleague, who wrote to herself to see the loop."""
        return self.contact.origin == "yourself"


def told(role: str, size: int = 5) -> list[Told]:
    """The last things people said, latest first. Two queries."""
    answers = (
        Preference.objects.filter(visible_to(role), kind=Preference.Kind.STATED, state=Preference.State.ACTIVE)
        .exclude(source_kind="import")
        .select_related("contact", "key")
        .order_by("-received")[:size]
    )
    words = (
        Message.objects.filter(direction=Message.Direction.IN)
        .select_related("contact", "conversation")
        .order_by("-at", "-id")[:size]
    )
    found = [Told(p.contact, p.words or p.value, p.at, preference=p) for p in answers]
    found += [Told(m.contact, m.text, m.at, message=m) for m in words]
    return sorted(found, key=lambda one: one.at, reverse=True)[:size]


@dataclass(frozen=True)
class UnderWay:
    """A running journey and how many people are on it, counted to MANY."""

    uid: UUID
    name: str
    people: int

    @property
    def is_more(self) -> bool:
        return self.people == MANY


def under_way() -> list[UnderWay]:
    """The running journeys that somebody is on. One query."""
    rows = sql.rows(
        """
        SELECT journey.uid, journey.name, walking.people
        FROM campaigns_journeys_journey AS journey
        JOIN LATERAL (
            SELECT count(*) AS people FROM (
                SELECT FROM campaigns_journeys_enrolment
                WHERE journey_id = journey.id AND state = 'active' AND NOT shadow LIMIT %s
            ) AS active
        ) AS walking ON walking.people > 0
        WHERE journey.state = 'live' ORDER BY journey.name
        """,
        [MANY],
    )
    return [UnderWay(*row) for row in rows]


@dataclass(frozen=True)
class LastDays:
    """What came of the last days. `first_word` is the median until a person of ours answered, if anybody asked."""

    remembered: int
    replies: int
    first_word: timedelta | None


def last_days(since: datetime) -> LastDays:
    """Three queries."""
    remembered = Preference.objects.filter(received__gte=since, kind=Preference.Kind.STATED)
    replies = Message.objects.filter(at__gte=since, direction=Message.Direction.IN)
    ((first_word,),) = sql.rows(
        """
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY first.at - conversation.opened)
        FROM crm_dialogue_conversation AS conversation
        JOIN LATERAL (
            SELECT min(at) AS at FROM crm_dialogue_message
            WHERE conversation_id = conversation.id AND direction = 'out' AND author_id IS NOT NULL
        ) AS first ON first.at >= conversation.opened
        WHERE conversation.opened >= %s
        """,
        [since],
    )
    return LastDays(remembered.exclude(source_kind="import").count(), replies.count(), first_word)


def last_answer_took() -> timedelta | None:
    """How long the person waited who was answered last. One query."""
    rows = sql.rows(
        """
        SELECT last_staff - opened FROM crm_dialogue_conversation
        WHERE last_staff >= opened ORDER BY last_staff DESC LIMIT 1
        """
    )
    return rows[0][0] if rows else None


def steps_done() -> dict[str, bool]:
    """Which steps of Get ready are done. One query."""
    ((people, site, journey, team),) = sql.rows(
        """
        SELECT
            EXISTS (SELECT FROM crm_contacts_contact WHERE origin NOT IN ('', 'yourself')),
            EXISTS (SELECT FROM crm_contacts_identity WHERE kind = 'anonymous' AND proof <> ''),
            EXISTS (SELECT FROM campaigns_journeys_journey WHERE state = 'live'),
            (SELECT count(*) > 1 FROM (SELECT FROM crm_business_user WHERE is_active LIMIT 2) AS team)
        """
    )
    return {"people": people, "site": site, "journey": journey, "team": team}
