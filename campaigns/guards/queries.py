"""What the guards need to know about a chunk of messages: a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from campaigns.channels import port
from campaigns.channels.addresses import Addresses
from campaigns.channels.email.domain import warming
from campaigns.channels.email.domain.warming import Room
from campaigns.channels.rendering import asked_surveys
from campaigns.guards.facts import USEFUL, ConsentFact, Facts, HeldFact, LeavingFact, Limits
from campaigns.guards.guards import WEEK
from campaigns.guards.stock import sold_out
from campaigns.surveys.asking import Asking
from crm.business.models import Business
from crm.contacts.actions import address_digest
from crm.dialogue import queries as dialogue
from crm.dialogue.outbox import Claimed
from crm.leaving.queries import held_by_case
from crm.preferences import frequency
from engage.lib import sql
from engage.lib.local_time import zone_of

EMAIL = "email"
COUNTED = ("claimed", "accepted", "kept", "delivered", "unknown")

type Listed = tuple[str, datetime | None, datetime | None]
"""On the do-not-write list: why, since when, until when."""

_FREE: Listed = ("", None, None)

CONSENTS = """
    SELECT DISTINCT ON (contact_id, channel, topic_id) contact_id, channel, topic_id, state, at
    FROM crm_contacts_consent WHERE contact_id = ANY(%s)
    ORDER BY contact_id, channel, topic_id, at DESC, id DESC
"""
"""The latest statements of these people, read off the index `consent_current` without a sort."""


class Surroundings:
    """Everything that stands between a chunk of messages and their contacts, read in nine queries, and two more
    where products are spoken of."""

    def __init__(
        self,
        messages: Sequence[Claimed],
        addresses: Addresses,
        shop: Business,
        at: datetime,
        asking: Asking | None = None,
        room: Room | None = None,
    ) -> None:
        contacts = sorted({message.contact for message in messages})
        self._shop_zone = shop.timezone
        between = timedelta(days=shop.question_days)
        useful = warming.USEFUL if room else USEFUL
        self._room = room
        self._limits = Limits(shop.weekly_cap, shop.quiet_from, shop.quiet_until, between, useful)
        self._gentle = replace(self._limits, weekly_cap=min(shop.weekly_cap, frequency.FEWER_A_WEEK))
        self._addresses = addresses
        self._asking = asking or Asking(messages, at=at)
        self._consents = _consents(contacts)
        self._held = _held({message.origin for message in messages})
        self._suppressed = _suppressions({addresses.of(m, name) for m in messages for name in m.channels}, at)
        self._everything, self._refused, self._pauses = _pauses(contacts, at)
        self._leaving = held_by_case(contacts)
        self._talking = dialogue.talking(contacts, at)
        since = at - max(WEEK, between)
        self._recent = _recent(contacts, [message.id for message in messages], since=since, at=at)
        self._sold_out = sold_out(messages)
        self._carried: dict[int, datetime] = {}
        self._zones, self._seen, self._fewer, self._met = _people(contacts)
        self._topics = dict(sql.rows("SELECT id, label FROM crm_contacts_topic"))

    def address(self, message: Claimed) -> str:
        """Where it goes; empty if we know of no such place."""
        return self._addresses.of(message)

    def facts(self, message: Claimed, channel: str = "") -> Facts:
        """By the channel that the message takes, or by another."""
        by = port.channel(channel or message.channel)
        address = self._addresses.of(message, by.name)
        reason, since, lapses = self._suppressed.get(address, _FREE)
        talks = self._leaving.get(message.contact)
        stopped, until = self._pauses.get(message.contact, (False, None))
        return Facts(
            klass=message.klass,
            due=message.at,
            topic=self._topics.get(message.topic, ""),
            address=address,
            zone=zone_of(self._zones.get(message.contact, ""), self._shop_zone),
            limits=self._gentle if message.contact in self._fewer else self._limits,
            channel=by.name,
            needs_address=bool(by.reached_by),
            asks_permission=by.asks_permission,
            useful=by.useful,
            suppressed=reason,
            suppressed_at=since,
            suppressed_until=lapses,
            consent=self._consents.get((message.contact, by.name, message.topic)),
            everything_stopped=self._everything,
            held=self._held.get(message.origin),
            sender_refused=self._refused and by.name == EMAIL,
            warming_until=self._room.until if self._room and self._room.left <= 0 and by.name == EMAIL else None,
            stopped=stopped,
            paused_until=until,
            leaving=LeavingFact(talks.since, talks.asked, talks.who) if talks else None,
            talking_since=self._talking.get(message.contact),
            sent_this_week=tuple(sent for sent, _ in self._recent.get(message.contact, ())),
            did_something=self._seen.get(message.contact),
            asks=bool(self._asking.questions(message)),
            asked=self._last_question(message.contact),
            sold_out=message.id in self._sold_out,
        )

    def _last_question(self, contact: int) -> datetime | None:
        asked = [sent for sent, asks in self._recent.get(contact, ()) if asks]
        return max([*asked, *filter(None, [self._carried.get(contact), self._met.get(contact)])], default=None)

    def take(self, message: Claimed, channel: str, content: int | None) -> None:
        """The message goes by this channel of its routes."""
        message.address = self._addresses.of(message, channel)
        message.channel, message.content = channel, content

    def count(self, message: Claimed, at: datetime) -> None:
        """The message passed: the next one to this contact in the same chunk meets a fuller week."""
        if message.klass == "marketing":
            self._recent[message.contact].append((at, _asks(message.content)))
            if self._room and message.channel == EMAIL:
                self._room.take()

    def count_inside(self, message: Claimed, at: datetime) -> None:
        """It goes inside one that was counted: no fuller week, but a question is a question."""
        if _asks(message.content):
            self._carried[message.contact] = at


def _consents(contacts: Collection[int]) -> dict[tuple[int, str, int | None], ConsentFact]:
    found = sql.rows(CONSENTS, [contacts])
    return {
        (contact, channel, topic): ConsentFact(state == "granted", at) for contact, channel, topic, state, at in found
    }


def _suppressions(addresses: Collection[str], at: datetime) -> dict[str, Listed]:
    digests = {address: address_digest(address) for address in addresses if address}
    found = sql.rows(
        "SELECT digest, reason, at, until FROM crm_contacts_suppression "
        "WHERE digest = ANY(%s) AND (until IS NULL OR until > %s)",
        [list(digests.values()), at],
    )
    listed = {bytes(digest): (reason, since, until) for digest, reason, since, until in found}
    return {address: listed[digest] for address, digest in digests.items() if digest in listed}


def _pauses(contacts: Collection[int], at: datetime) -> tuple[bool, bool, dict[int, tuple[bool, datetime | None]]]:
    """Whether everything is stopped, and whether mail servers refuse us; for each paused contact (without end,
    until)."""
    found = sql.rows(
        "SELECT contact_id, until, false FROM crm_contacts_pause WHERE lifted IS NULL "
        "AND (contact_id IS NULL OR contact_id = ANY(%s)) AND (until IS NULL OR until > %s) "
        "UNION ALL SELECT NULL, NULL, true FROM crm_dialogue_senderstop WHERE lifted IS NULL",
        [contacts, at],
    )
    everything, refused, pauses = False, False, dict[int, tuple[bool, datetime | None]]()
    for contact, until, by_servers in found:
        if by_servers:
            refused = True
        elif contact is None:
            everything = True
        else:
            stopped, known = pauses.get(contact, (False, None))
            pauses[contact] = (stopped or until is None, max(filter(None, (known, until)), default=None))
    return everything, refused, pauses


def _held(origins: Collection[str]) -> dict[str, HeldFact]:
    found = sql.rows(
        "SELECT origin, at, by, because FROM crm_dialogue_hold WHERE lifted IS NULL AND origin = ANY(%s)",
        [sorted(origins)],
    )
    return {origin: HeldFact(*known) for origin, *known in found}


def _recent(
    contacts: Collection[int], chunk: Collection[int], *, since: datetime, at: datetime
) -> dict[int, list[tuple[datetime, bool]]]:
    """When marketing went to each contact, and whether it asked something; this chunk's messages left out."""
    recent: dict[int, list[tuple[datetime, bool]]] = defaultdict(list)
    for contact, settled, content in sql.rows(
        "SELECT contact_id, COALESCE(settled, %s), content_id FROM crm_dialogue_message "
        "WHERE contact_id = ANY(%s) AND direction = 'out' AND class = 'marketing' AND state = ANY(%s) "
        "AND COALESCE(settled, %s) > %s AND inside_id IS NULL AND id <> ALL(%s)",
        [at, contacts, list(COUNTED), at, since, list(chunk)],
    ):
        recent[contact].append((settled, _asks(content)))
    return recent


def _asks(content: int | None) -> bool:
    return content is not None and bool(asked_surveys(content))


def _people(
    contacts: Collection[int],
) -> tuple[dict[int, str], dict[int, datetime], set[int], dict[int, datetime]]:
    """Time zones, when each was last seen, who wants to hear from us less often, and when each met a survey by itself
    on the website."""
    found = sql.rows(
        f"SELECT c.id, c.timezone, c.last_seen, {frequency.WANTS_FEWER}, "  # noqa: S608 our own constant
        "(SELECT max(a.shown) FROM campaigns_surveys_approach AS a WHERE a.contact_id = c.id) "
        "FROM crm_contacts_contact AS c WHERE c.id = ANY(%s)",
        [contacts],
    )
    return (
        {pk: zone for pk, zone, _, _, _ in found},
        {pk: seen for pk, _, seen, _, _ in found if seen},
        {pk for pk, _, _, fewer, _ in found if fewer},
        {pk: met for pk, _, _, _, met in found if met},
    )
