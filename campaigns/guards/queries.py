"""What the guards need to know about a chunk of messages: a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from campaigns.channels.rendering import asked_surveys
from campaigns.guards.facts import ConsentFact, Facts, LeavingFact, Limits
from campaigns.guards.guards import WEEK
from campaigns.surveys.asking import Asking
from crm.business.models import Business
from crm.contacts.actions import address_digest
from crm.dialogue import queries as dialogue
from crm.dialogue.outbox import Claimed
from crm.leaving.queries import held_by_case
from crm.preferences import frequency
from engage.lib import sql

COUNTED = ("claimed", "accepted", "kept", "delivered", "unknown")

CONSENTS = """
    SELECT DISTINCT ON (contact_id, channel, topic_id) contact_id, channel, topic_id, state, at
    FROM crm_contacts_consent WHERE contact_id = ANY(%s)
    ORDER BY contact_id, channel, topic_id, at DESC, id DESC
"""
"""The latest statements of these people, read off the index `consent_current` without a sort."""


class Surroundings:
    """Everything that stands between a chunk of messages and their contacts, read in eight queries."""

    def __init__(
        self,
        messages: Sequence[Claimed],
        addresses: dict[int, str],
        shop: Business,
        at: datetime,
        asking: Asking | None = None,
    ) -> None:
        contacts = sorted({message.contact for message in messages})
        self._shop_zone = zone_or(shop.timezone, ZoneInfo("UTC"))
        between = timedelta(days=shop.question_days)
        self._limits = Limits(shop.weekly_cap, shop.quiet_from, shop.quiet_until, between)
        self._gentle = replace(self._limits, weekly_cap=min(shop.weekly_cap, frequency.FEWER_A_WEEK))
        self._addresses = addresses
        self._asking = asking or Asking(messages, at=at)
        self._consents = _consents(contacts)
        self._suppressed = _suppressions(addresses.values())
        self._everything, self._pauses = _pauses(contacts, at)
        self._leaving = held_by_case(contacts)
        self._talking = dialogue.talking(contacts, at)
        since = at - max(WEEK, between)
        self._recent = _recent(contacts, [message.id for message in messages], since=since, at=at)
        self._zones, self._seen, self._fewer = _people(contacts)
        self._topics = dict(sql.rows("SELECT id, label FROM crm_contacts_topic"))

    def facts(self, message: Claimed) -> Facts:
        address = self._addresses.get(message.id, "")
        reason, since = self._suppressed.get(address_digest(address), ("", None)) if address else ("", None)
        talks = self._leaving.get(message.contact)
        stopped, until = self._pauses.get(message.contact, (False, None))
        return Facts(
            klass=message.klass,
            due=message.at,
            topic=self._topics.get(message.topic, ""),
            address=address,
            zone=zone_or(self._zones.get(message.contact, ""), self._shop_zone),
            limits=self._gentle if message.contact in self._fewer else self._limits,
            suppressed=reason,
            suppressed_at=since,
            consent=self._consents.get((message.contact, message.channel, message.topic)),
            everything_stopped=self._everything,
            stopped=stopped,
            paused_until=until,
            leaving=LeavingFact(talks.since, talks.asked, talks.who) if talks else None,
            talking_since=self._talking.get(message.contact),
            sent_this_week=tuple(sent for sent, _ in self._recent.get(message.contact, ())),
            did_something=self._seen.get(message.contact),
            asks=bool(self._asking.questions(message)),
            asked=max((sent for sent, asks in self._recent.get(message.contact, ()) if asks), default=None),
        )

    def count(self, message: Claimed, at: datetime) -> None:
        """The message passed: the next one to this contact in the same chunk meets a fuller week."""
        if message.klass == "marketing":
            self._recent[message.contact].append((at, _asks(message.content)))


def zone_or(name: str, default: ZoneInfo) -> ZoneInfo:
    """The time zone of this name, or the default where there is none such."""
    try:
        return ZoneInfo(name) if name else default
    except (ZoneInfoNotFoundError, ValueError):
        return default


def _consents(contacts: Collection[int]) -> dict[tuple[int, str, int | None], ConsentFact]:
    found = sql.rows(CONSENTS, [contacts])
    return {
        (contact, channel, topic): ConsentFact(state == "granted", at) for contact, channel, topic, state, at in found
    }


def _suppressions(addresses: Collection[str]) -> dict[bytes, tuple[str, datetime]]:
    digests = [address_digest(address) for address in set(addresses) if address]
    found = sql.rows("SELECT digest, reason, at FROM crm_contacts_suppression WHERE digest = ANY(%s)", [digests])
    return {bytes(digest): (reason, at) for digest, reason, at in found}


def _pauses(contacts: Collection[int], at: datetime) -> tuple[bool, dict[int, tuple[bool, datetime | None]]]:
    """Whether everything is stopped; for each paused contact (without end, until)."""
    found = sql.rows(
        "SELECT contact_id, until FROM crm_contacts_pause WHERE lifted IS NULL "
        "AND (contact_id IS NULL OR contact_id = ANY(%s)) AND (until IS NULL OR until > %s)",
        [contacts, at],
    )
    everything, pauses = False, dict[int, tuple[bool, datetime | None]]()
    for contact, until in found:
        if contact is None:
            everything = True
        else:
            stopped, known = pauses.get(contact, (False, None))
            pauses[contact] = (stopped or until is None, max(filter(None, (known, until)), default=None))
    return everything, pauses


def _recent(
    contacts: Collection[int], chunk: Collection[int], *, since: datetime, at: datetime
) -> dict[int, list[tuple[datetime, bool]]]:
    """When marketing went to each contact, and whether it asked something; this chunk's messages left out."""
    recent: dict[int, list[tuple[datetime, bool]]] = defaultdict(list)
    for contact, settled, content in sql.rows(
        "SELECT contact_id, COALESCE(settled, %s), content_id FROM crm_dialogue_message "
        "WHERE contact_id = ANY(%s) AND direction = 'out' AND class = 'marketing' AND state = ANY(%s) "
        "AND COALESCE(settled, %s) > %s AND id <> ALL(%s)",
        [at, contacts, list(COUNTED), at, since, list(chunk)],
    ):
        recent[contact].append((settled, _asks(content)))
    return recent


def _asks(content: int | None) -> bool:
    return content is not None and bool(asked_surveys(content))


def _people(contacts: Collection[int]) -> tuple[dict[int, str], dict[int, datetime], set[int]]:
    """Time zones, when each was last seen, and who wants to hear from us less often."""
    found = sql.rows(
        f"SELECT c.id, c.timezone, c.last_seen, {frequency.WANTS_FEWER} "  # noqa: S608 our own constant
        "FROM crm_contacts_contact AS c WHERE c.id = ANY(%s)",
        [contacts],
    )
    return (
        {pk: zone for pk, zone, _, _ in found},
        {pk: seen for pk, _, seen, _ in found if seen},
        {pk for pk, _, _, fewer in found if fewer},
    )
