"""What the guards would have known at any moment of the past: read once for a slice of people, then asked in memory."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from campaigns.channels import port
from campaigns.channels.addresses import ADDRESSES
from campaigns.channels.rendering import asked_surveys
from campaigns.guards.facts import ConsentFact, Facts, LeavingFact, Limits
from campaigns.guards.guards import WEEK
from campaigns.guards.queries import COUNTED
from crm.business.models import Business
from crm.contacts.actions import address_digest
from crm.dialogue.queries import SILENCE
from crm.preferences import frequency
from engage.lib import sql
from engage.lib.local_time import zone_of


class Sent(NamedTuple):
    """A marketing message that went: from where, and whether it asked something. `inside`: within another, so that it
    does not count for the week."""

    at: datetime
    origin: str
    asks: bool
    inside: bool = False


class Span(NamedTuple):
    """Something that held from `begin` to `end` (None: it still does); `until` is the end that was said for a pause."""

    begin: datetime
    end: datetime | None
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        return self.begin <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that was never sent, as the guards look at one."""

    klass: str
    channel: str
    topic: str
    due: datetime
    asks: bool


@dataclass(frozen=True, slots=True)
class Past:
    """One person's. `addresses` by kind of identity, `suppressed` by address; `everything` are the pauses of
    everybody."""

    zone: tzinfo
    limits: Limits
    addresses: Mapping[str, str] = field(default_factory=dict)
    suppressed: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    consents: Mapping[tuple[str, str], Sequence[ConsentFact]] = field(default_factory=dict)
    pauses: Sequence[Span] = ()
    everything: Sequence[Span] = ()
    talks: Sequence[Span] = ()
    leaving: Sequence[Span] = ()
    sent: Sequence[Sent] = ()

    def facts(self, asked: Asked, at: datetime, *, seen: datetime | None, simulated: Sequence[Sent] = ()) -> Facts:
        """What the guards look at, as of `at`; `simulated` are the messages that would have gone before."""
        gone = [sent for sent in (*self.sent, *simulated) if sent.at <= at]
        pauses = [span for span in self.pauses if span.covers(at)]
        by = port.channel(asked.channel)
        address = self.addresses.get(by.reached_by, "")
        reason, since = self.suppressed.get(address, ("", None))
        return Facts(
            klass=asked.klass,
            due=asked.due,
            topic=asked.topic,
            address=address,
            zone=self.zone,
            limits=self.limits,
            channel=by.name,
            needs_address=bool(by.reached_by),
            asks_permission=by.asks_permission,
            useful=by.useful,
            suppressed=reason if since and since <= at else "",
            suppressed_at=since,
            consent=self._consent(asked, at),
            everything_stopped=any(span.covers(at) for span in self.everything),
            stopped=any(span.until is None for span in pauses),
            paused_until=max((span.until for span in pauses if span.until), default=None),
            leaving=next((LeavingFact(s.begin, asked=False, who="") for s in self.leaving if s.covers(at)), None),
            talking_since=min((span.begin for span in self.talks if span.covers(at)), default=None),
            sent_this_week=tuple(sent.at for sent in gone if sent.at > at - WEEK and not sent.inside),
            did_something=seen,
            asks=asked.asks,
            asked=max((sent.at for sent in gone if sent.asks), default=None),
        )

    def frees(self, why: str, at: datetime) -> datetime | None:
        """When the condition ended that held a message at `at` without a time; None: it did not."""
        spans = {"everything_stopped": self.everything, "talking": self.talks, "leaving": self.leaving}.get(why, ())
        ends = [span.end for span in spans if span.covers(at)]
        return None if not ends or None in ends else max(end for end in ends if end)

    def _consent(self, asked: Asked, at: datetime) -> ConsentFact | None:
        said = [fact for fact in self.consents.get((asked.channel, asked.topic), ()) if fact.at <= at]
        return said[-1] if said else None


def pasts(
    contacts: Collection[int], shop: Business, *, since: datetime, until: datetime, besides: str
) -> dict[int, Past]:
    """For each of these people; messages whose origin begins with `besides` are left out. Eight queries.

    Addresses, time zones and how often somebody wants to hear from us are as they are now.
    """
    ids = list(contacts)
    addresses = defaultdict[int, dict[str, str]](dict)
    for contact, kind, value in sql.rows(ADDRESSES, [ids, [*port.kinds()]]):
        addresses[contact][kind] = value
    suppressed = _suppressed({address for own in addresses.values() for address in own.values()})
    consents: dict[int, dict[tuple[str, str], list[ConsentFact]]] = defaultdict(lambda: defaultdict(list))
    for contact, channel, topic, state, at in sql.rows(_CONSENTS, [ids, until]):
        consents[contact][channel, topic].append(ConsentFact(state == "granted", at))
    pauses, talks, leaving, sent = (defaultdict[int | None, list](list) for _ in range(4))
    for contact, begin, lifted, said in sql.rows(_PAUSES, [ids, since]):
        pauses[contact].append(Span(begin, min(filter(None, (lifted, said)), default=None), said))
    for contact, begin, end in sql.rows(_TALKS, [SILENCE, ids, since]):
        talks[contact].append(Span(begin, end))
    for contact, begin, end in sql.rows(_CASES, [ids, since]):
        leaving[contact].append(Span(begin, end))
    between = timedelta(days=shop.question_days)
    for contact, at, origin, content in sql.rows(_SENT, [ids, list(COUNTED), since - max(WEEK, between), until]):
        if not besides or not origin.startswith(besides):
            sent[contact].append(Sent(at, origin, content is not None and bool(asked_surveys(content))))
    limits = Limits(shop.weekly_cap, shop.quiet_from, shop.quiet_until, between)
    gentle = replace(limits, weekly_cap=min(shop.weekly_cap, frequency.FEWER_A_WEEK))
    return {
        contact: Past(
            zone=zone_of(zone, shop.timezone),
            limits=gentle if fewer else limits,
            addresses=addresses.get(contact, {}),
            suppressed={
                address: suppressed[address] for address in addresses[contact].values() if address in suppressed
            },
            consents=consents.get(contact, {}),
            pauses=pauses.get(contact, ()),
            everything=pauses.get(None, ()),
            talks=talks.get(contact, ()),
            leaving=leaving.get(contact, ()),
            sent=sent.get(contact, ()),
        )
        for contact, zone, fewer in sql.rows(_PEOPLE, [ids])
    }


def _suppressed(addresses: Collection[str]) -> dict[str, tuple[str, datetime]]:
    digests = {address_digest(address): address for address in addresses}
    found = sql.rows(
        "SELECT digest, reason, at FROM crm_contacts_suppression WHERE digest = ANY(%s) AND until IS NULL",
        [list(digests)],
    )
    return {digests[bytes(digest)]: (reason, at) for digest, reason, at in found}


_CONSENTS = """
    SELECT s.contact_id, s.channel, t.key, s.state, s.at FROM crm_contacts_consent AS s
    JOIN crm_contacts_topic AS t ON t.id = s.topic_id
    WHERE s.contact_id = ANY(%s) AND s.at <= %s ORDER BY s.at, s.id
"""
_PAUSES = """
    SELECT contact_id, at, lifted, until FROM crm_contacts_pause
    WHERE (contact_id IS NULL OR contact_id = ANY(%s)) AND (lifted IS NULL OR lifted > %s)
"""
_TALKS = """
    SELECT contact_id, opened,
        CASE WHEN state = 'waiting' THEN coalesce(last_staff, opened) + %s ELSE closed END
    FROM crm_dialogue_conversation WHERE contact_id = ANY(%s) AND (closed IS NULL OR closed > %s)
"""
_CASES = """
    SELECT contact_id, opened, closed FROM crm_leaving_case
    WHERE contact_id = ANY(%s) AND (closed IS NULL OR closed > %s)
"""
_SENT = """
    SELECT contact_id, settled, origin, content_id FROM crm_dialogue_message
    WHERE contact_id = ANY(%s) AND direction = 'out' AND class = 'marketing' AND state = ANY(%s)
      AND settled > %s AND settled <= %s ORDER BY settled
"""
_PEOPLE = f"""
    SELECT c.id, c.timezone, {frequency.WANTS_FEWER} FROM crm_contacts_contact AS c WHERE c.id = ANY(%s)
"""  # noqa: S608 our own constant
