"""Offers on a walk: the stage of the walking belt that gives them, and what the messages after it say of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from campaigns.channels.links import NOWHERE
from campaigns.channels.names import SAMPLE, speaks_of_offer
from campaigns.journeys.checks import reach
from campaigns.journeys.chunk import Chunk
from campaigns.journeys.definition import Definition, Give, Send
from campaigns.offers.giving import Wish, give_all
from campaigns.offers.links import offer_url
from campaigns.offers.models import Given, Offer
from campaigns.offers.queries import find
from crm.contacts.actions import Owner
from engage.lib import sql

GIVEN = "given"

type Words = dict[str, str]


def give_offers(chunk: Chunk, *, at: datetime) -> None:
    """Once for each walk and step; the path keeps why somebody was not given one, and they go on all the same. As
    `give_all`, none where there is nothing."""
    asked = list(chunk.does(Give))
    wishes = [
        Wish(
            offer=step.offer,
            owner=Owner(walker.contact, walker.recorded_for),
            cause=f"enrolment:{walker.uid}:{step.id}",
            by=version.name,
            depth=(walker.event.get("depth") or 0) + 1,
        )
        for walker, version, step, _visit in asked
    ]
    for (walker, _version, _step, visit), came in zip(asked, give_all(wishes, at=at), strict=True):
        place = walker.enrolment, visit
        if isinstance(came, Given):
            chunk.noted[place], chunk.given[place] = {GIVEN: str(came.uid)}, came
        else:
            chunk.noted[place], chunk.given[place] = {GIVEN: None, "why": came.value}, None


def offers_to_tell(chunk: Chunk) -> dict[tuple[int, int], Words]:
    """By walk and visit of a message, what it may say of the offer that its walk gave last. Where that step could not
    give there is none. Two queries, none where no message follows an offer of an earlier moment."""
    found: dict[tuple[int, int], Words] = {}
    before: list[tuple[int, int]] = []
    for walker, version, step, visit in chunk.does(Send):
        if not speaks(step):
            continue
        here = [at for enrolment, at in chunk.given if enrolment == walker.enrolment and at < visit]
        if here:
            if given := chunk.given[walker.enrolment, max(here)]:
                found[walker.enrolment, visit] = words_of(given)
        elif any(version.definition.all(Give)):
            before.append((walker.enrolment, visit))
    latest = _latest(before) if before else {}
    return found | {place: words_of(given) for place, given in latest.items()}


def words_of(given: Given) -> Words:
    """`offer` as a message reads it."""
    return {
        "name": given.offer.name,
        "words": given.offer.words,
        "code": given.shown_code,
        "url": offer_url(given),
        "until": given.good_until.isoformat() if given.good_until else "",
    }


def sample_of(key: str) -> Words:
    """As a message would read it if it had been given, with a code that nobody has. One query."""
    offer = find(key)
    said = {"name": offer.name, "words": offer.words} if offer else {}
    code = {} if offer is None or offer.coding != Offer.Coding.NONE else {"code": ""}
    return {**SAMPLE["offer"], **said, **code, "url": NOWHERE}


def speaks(send: Send) -> bool:
    """Whether it says something of an offer."""
    design = send.design
    sources = (design.subject, design.body, design.words, design.named.contents if design.named else "")
    return any(map(speaks_of_offer, sources))


def without_offer(definition: Definition) -> Iterator[Send]:
    """Messages that speak of an offer, where no step before them gives one."""
    after = {step for give in definition.all(Give) for step in reach(definition, give.next)}
    return (send for send in definition.all(Send) if send.id not in after and speaks(send))


def _latest(places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Given]:
    """By walk and visit, what the last offer step before it gave. Two queries."""
    found = sql.rows(_LATEST, [list(column) for column in zip(*places, strict=True)])
    uids = {(enrolment, visit): uid for enrolment, visit, uid in found if uid}
    given = {str(one.uid): one for one in Given.objects.select_related("offer").filter(uid__in=set(uids.values()))}
    return {place: given[uid] for place, uid in uids.items() if uid in given}


_LATEST = """
    SELECT DISTINCT ON (p.enrolment, p.visit) p.enrolment, p.visit, v.decision ->> 'given'
    FROM unnest(%s::bigint[], %s::int[]) AS p(enrolment, visit)
    JOIN campaigns_journeys_visit AS v ON v.enrolment_id = p.enrolment AND v.number < p.visit
    WHERE v.decision ->> 'kind' = 'offer' ORDER BY p.enrolment, p.visit, v.number DESC
"""
