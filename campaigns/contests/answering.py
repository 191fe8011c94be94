"""How it ended, told to everybody who took part: one letter each, through the ledger.

They asked for it by taking part, and the pages where they did say so (transactional). Whoever stopped everything we
write by ourselves gets none, nor whom we do not answer. What somebody wrote stands in no letter to another.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from django.utils.translation import gettext as _

from campaigns.contests.links import contest_url, draw_url, entry_url
from campaigns.contests.models import Contest, Entry, Prize, Vote
from campaigns.contests.voting.counting import ANSWERED
from campaigns.offers.links import offer_url
from campaigns.offers.models import Given
from crm.business.queries import business
from crm.contacts.models import Contact
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from crm.events.actions import Fact, derive
from engage.lib import sql
from engage.lib.spoken import speak

WON, ENDED = "Contest Won", "Contest Ended"
END = "end"
TOLD_PLACES = 10
"""Of later places only the page says which; the letter says that others won."""

_TOOK_PART = f"""
    SELECT t.contact_id, min(t.recorded_for_id) AS first FROM (
        SELECT contact_id, recorded_for_id FROM campaigns_contests_entry WHERE contest_id = %(contest)s
        UNION ALL SELECT contact_id, recorded_for_id FROM campaigns_contests_vote WHERE contest_id = %(contest)s
        UNION ALL SELECT contact_id, recorded_for_id FROM campaigns_contests_comparison WHERE contest_id = %(contest)s
    ) AS t JOIN crm_contacts_contact AS c ON c.id = t.contact_id AND c.erased IS NULL
    WHERE {ANSWERED.format("t")} GROUP BY t.contact_id
"""  # noqa: S608 a statement of ours
_STOPPED = "SELECT FROM crm_contacts_pause AS p WHERE p.contact_id = {0} AND p.lifted IS NULL AND p.until IS NULL"
_TO_TELL = f"SELECT contact_id FROM ({_TOOK_PART}) AS t WHERE NOT EXISTS ({_STOPPED.format('t.contact_id')})"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Person:
    """Who took part: with entries, with a vote for one, or by choosing between pairs; ids."""

    contact: int
    recorded_for: int
    language: str
    entries: Sequence[int]
    voted: int | None


@dataclass(frozen=True, slots=True)
class Ending:
    """What letters are written from. `entries` and `prizes` are by the entry's id, `given` by place."""

    contest: Contest
    entries: Mapping[int, Entry]
    prizes: Mapping[int, Sequence[Prize]]
    given: Mapping[int, Given]

    @property
    def is_draw(self) -> bool:
        return self.contest.by == Contest.By.DRAW

    def best(self, person: Person) -> Entry | None:
        """Their entry that came furthest."""
        own = [self.entries[pk] for pk in person.entries if pk in self.entries]
        return min(own, key=lambda one: (one.place or inf, one.pk), default=None)

    def won(self, person: Person) -> list[Prize]:
        return [prize for pk in person.entries for prize in self.prizes.get(pk, ())]

    def is_winner(self, person: Person) -> bool:
        best = self.best(person)
        return bool(self.won(person)) or bool(best and best.place == 1)


def took_part(contest: Contest, *, after: int = 0, most: int) -> list[tuple[int, int]]:
    """(contact, the first id that what they gave was recorded for) of the next whose first is above `after`, by it:
    each once, without erased ones and those whom we do not answer. One query."""
    query = f"SELECT contact_id, first FROM ({_TOOK_PART}) AS t WHERE first > %(after)s ORDER BY first LIMIT %(most)s"  # noqa: S608
    return sql.rows(query, {"contest": contest.pk, "after": after, "most": most})


def count(contest: Contest) -> int:
    """How many will be written to. One query."""
    return sql.rows(f"SELECT count(*) FROM ({_TO_TELL}) AS t", {"contest": contest.pk})[0][0]  # noqa: S608


def answer(contest: Contest, people: Sequence[tuple[int, int]], *, at: datetime) -> int:
    """Letters and facts for those who `took_part`; how many are written to. Their contacts are held. A constant number
    of statements for each language."""
    persons = _persons(contest, people)
    ids = {pk for one in persons for pk in (*one.entries, *([one.voted] if one.voted else []))}
    prizes: dict[int, list[Prize]] = defaultdict(list)
    for prize in contest.prizes.filter(passed=None, entry__in=ids):
        prizes[prize.entry_id or 0].append(prize)
    ending = Ending(contest, Entry.objects.filter(pk__in=ids).in_bulk(), prizes, _given(contest, prizes.values()))
    derive([_fact(ending, one, contest.ended or at, END) for one in persons], cause=_origin(contest))
    told = _to_tell(persons)
    write(ending, told, END, at=at)
    return len(told)


def cause_of(contest: Contest, place: int) -> str:
    """What the offer for a place is given by."""
    return f"contest:{contest.uid}:{place}"


def _persons(contest: Contest, people: Sequence[tuple[int, int]]) -> list[Person]:
    """Three queries."""
    contacts = [contact for contact, _first in people]
    entered: dict[int, list[int]] = defaultdict(list)
    theirs = Entry.objects.filter(contest=contest, contact__in=contacts).order_by("pk")
    for contact, pk in theirs.values_list("contact", "pk"):
        entered[contact].append(pk)
    votes = Vote.objects.filter(contest=contest, contact__in=contacts).order_by("at", "pk")
    voted = dict(votes.values_list("contact", "entry"))
    languages = dict(Contact.objects.filter(pk__in=contacts).values_list("pk", "language"))
    return [
        Person(contact, first, languages[contact] or "", entered.get(contact, ()), voted.get(contact))
        for contact, first in people
    ]


def _to_tell(persons: Sequence[Person]) -> list[Person]:
    """Without those who stopped everything that we write by ourselves. One query."""
    query = f"SELECT id FROM unnest(%s::bigint[]) AS t(id) WHERE EXISTS ({_STOPPED.format('t.id')})"  # noqa: S608
    stopped = {contact for (contact,) in sql.rows(query, [[one.contact for one in persons]])}
    return [one for one in persons if one.contact not in stopped]


def _given(contest: Contest, prizes: Iterable[Sequence[Prize]]) -> dict[int, Given]:
    """By place. One query."""
    causes = {cause_of(contest, one.place): one.place for won in prizes for one in won if one.offer}
    found = Given.objects.filter(cause__in=causes) if causes else ()
    return {causes[one.cause]: one for one in found}


def write(ending: Ending, people: Sequence[Person], occurrence: str, *, at: datetime) -> None:
    by_language: dict[str, list[Person]] = defaultdict(list)
    for one in people:
        by_language[one.language].append(one)
    for language, theirs in by_language.items():
        with speak(language, business().language):
            queue([_letter(ending, one, occurrence, at) for one in theirs], at=at)


def tell_of_prize(contest: Contest, entry: Entry, prize: Prize, given: Mapping[int, Given], *, at: datetime) -> None:
    """A prize came to somebody after the end: a letter and a fact more. The contact is beside the entry."""
    occurrence = f"prize:{prize.place}"
    ending = Ending(contest, {entry.pk: entry}, {entry.pk: [prize]}, given)
    person = Person(entry.contact_id, entry.recorded_for_id, entry.contact.language, [entry.pk], None)
    derive([_fact(ending, person, at, occurrence)], cause=_origin(contest))
    write(ending, _to_tell([person]), occurrence, at=at)


def _fact(ending: Ending, person: Person, at: datetime, occasion: str) -> Fact:
    best = ending.best(person)
    place = best.place if best else None
    return Fact(
        contact=person.contact,
        recorded_for=person.recorded_for,
        name=WON if ending.is_winner(person) else ENDED,
        at=at,
        message_id=f"{_origin(ending.contest)}:{person.recorded_for}:{occasion}",
        properties={**_named(ending.contest), **({"place": place} if place else {})},
    )


def _letter(ending: Ending, person: Person, occurrence: str, at: datetime) -> Draft:
    title = {"title": ending.contest.survey.title}
    won = ending.is_winner(person)
    subject = _("You have won: %(title)s") if won else _("How it ended: %(title)s")
    parts = [_("“%(title)s” is over.") % title, _won(ending, person) if won else _took_part(ending, person)]
    parts.append(_("See who won: %(url)s") % {"url": contest_url(ending.contest.survey.key)})
    if ending.is_draw:
        parts.append(_("Check the draw: %(url)s") % {"url": draw_url(ending.contest.survey.key)})
    return Draft(
        contact=person.contact,
        recorded_for=person.recorded_for,
        klass=Message.Class.TRANSACTIONAL,
        lane=Message.Lane.BULK,
        origin=_origin(ending.contest),
        occurrence=occurrence,
        subject=subject % title,
        text="\n\n".join(parts),
        due=at,
    )


def _won(ending: Ending, person: Person) -> str:
    best = ending.best(person)
    assert best is not None
    said = _("Your entry was drawn. Congratulations!") if ending.is_draw else _("Your entry came to place %(place)d.")
    lines = [said % {"place": best.place}]
    for prize in ending.won(person):
        gift = ending.given.get(prize.place)
        lines.append(_("Your prize: %(words)s") % {"words": prize.words})
        lines.append(offer_url(gift) if gift else _("We will write to you about it, or answer this mail."))
    return "\n".join(lines)


def _took_part(ending: Ending, person: Person) -> str:
    """What is said to whoever won nothing: of their entry, else of the one that they voted for."""
    best = ending.best(person)
    place = best.place if best else None
    if best and (ending.is_draw or place is None or place > TOLD_PLACES):
        return _("Thank you for your entry. This time others have won.")
    if best:
        return _("Thank you for your entry. It came to place %(place)d.") % {"place": place}
    voted = ending.entries.get(person.voted) if person.voted else None
    url = entry_url(ending.contest.survey.key, voted) if voted and voted.standing == Entry.Standing.SHOWN else ""
    place = voted.place if voted else None
    if not place or not url:
        return _("Thank you for voting.")
    if place > TOLD_PLACES:
        return _("Thank you for voting. The one you voted for is not among the first: %(url)s") % {"url": url}
    return _("Thank you for voting. The one you voted for came to place %(place)d: %(url)s") % {
        "place": place,
        "url": url,
    }


def _named(contest: Contest) -> dict[str, str]:
    return {"contest": contest.survey.key, "title": contest.survey.title}


def _origin(contest: Contest) -> str:
    return f"contest:{contest.uid}"
