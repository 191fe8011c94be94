"""How it ended, told to everybody who took part: one letter each, through the ledger.

They asked for it by taking part, and the pages where they did say so (transactional). Whoever stopped everything we
write by ourselves gets none, nor whom we do not answer. What somebody wrote stands in no letter to another.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from campaigns.contests.links import contest_url, draw_url, entry_url
from campaigns.contests.models import Contest, Entry, Prize
from campaigns.contests.voting.counting import voters
from campaigns.contests.voting.ranking import Placed
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

_NOT_WRITTEN_TO = """
    SELECT contact_id FROM crm_contacts_pause WHERE contact_id = ANY(%(people)s) AND lifted IS NULL AND until IS NULL
    UNION SELECT contact_id FROM crm_dialogue_block WHERE contact_id = ANY(%(people)s) AND lifted IS NULL
"""


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
    """What letters are written from. All but `given` is by the entry's id, that by place."""

    contest: Contest
    entries: Mapping[int, Entry]
    places: Mapping[int, int]
    prizes: Mapping[int, Sequence[Prize]]
    given: Mapping[int, Given]

    @property
    def is_draw(self) -> bool:
        return self.contest.by == Contest.By.DRAW

    def best(self, person: Person) -> Entry | None:
        """Their entry that came furthest."""
        own = [self.entries[pk] for pk in person.entries if pk in self.entries]
        return min(own, key=lambda one: (self.places.get(one.pk, len(self.places) + 1), one.pk), default=None)

    def won(self, person: Person) -> list[Prize]:
        return [prize for pk in person.entries for prize in self.prizes.get(pk, ())]

    def is_winner(self, person: Person) -> bool:
        return bool(self.won(person)) or any(self.places.get(pk) == 1 for pk in person.entries)


def took_part(contest: Contest) -> list[Person]:
    """Each once, erased ones left out. Three queries."""
    entered: dict[int, list[int]] = defaultdict(list)
    recorded_for: dict[int, int] = {}
    for pk, contact, first in Entry.objects.filter(contest=contest).values_list("pk", "contact", "recorded_for"):
        entered[contact].append(pk)
        recorded_for.setdefault(contact, first)
    voted = {one.contact: one for one in voters(contest)}
    everybody = entered.keys() | voted.keys()
    spoken = Contact.objects.filter(pk__in=everybody, erased=None).order_by("pk").values_list("pk", "language")
    return [
        Person(
            contact,
            recorded_for[contact] if contact in recorded_for else voted[contact].recorded_for,
            language or "",
            entered.get(contact, ()),
            voted[contact].entry if contact in voted else None,
        )
        for contact, language in spoken
    ]


def to_tell(people: Sequence[Person]) -> list[Person]:
    """Those of them who are written to. One query."""
    found = sql.rows(_NOT_WRITTEN_TO, {"people": [one.contact for one in people]})
    silent = {contact for (contact,) in found}
    return [one for one in people if one.contact not in silent]


def count(contest: Contest) -> int:
    """How many will be written to. Four queries."""
    return len(to_tell(took_part(contest)))


def answer_all(
    contest: Contest,
    placed: Sequence[Placed],
    winners: Mapping[int, Entry],
    given: Mapping[int, Given],
    *,
    at: datetime,
) -> int:
    """Letters and facts, in the transaction that ends it; how many are written to. A constant number of statements for
    each language."""
    prizes: dict[int, list[Prize]] = defaultdict(list)
    for prize in contest.prizes.all():
        if prize.place in winners:
            prizes[winners[prize.place].pk].append(prize)
    entries = Entry.objects.filter(contest=contest).in_bulk()
    ending = Ending(contest, entries, {one.entry.pk: one.place for one in placed}, prizes, given)
    people = took_part(contest)
    derive([_fact(ending, one, at, END) for one in people], cause=_origin(contest))
    told = to_tell(people)
    write(ending, told, END, at=at)
    return len(told)


def write(ending: Ending, people: Sequence[Person], occurrence: str, *, at: datetime) -> None:
    by_language: dict[str, list[Person]] = defaultdict(list)
    for one in people:
        by_language[one.language].append(one)
    for language, theirs in by_language.items():
        with speak(language, business().language):
            queue([_letter(ending, one, occurrence, at) for one in theirs], at=at)


def tell_of_prize(contest: Contest, entry: Entry, prize: Prize, given: Mapping[int, Given], *, at: datetime) -> None:
    """A prize came to somebody after the end: a letter and a fact more. The contact is beside the entry."""
    assert entry.place is not None
    occurrence = f"prize:{prize.place}"
    ending = Ending(contest, {entry.pk: entry}, {entry.pk: entry.place}, {entry.pk: [prize]}, given)
    person = Person(entry.contact_id, entry.recorded_for_id, entry.contact.language, [entry.pk], None)
    derive([_fact(ending, person, at, occurrence)], cause=_origin(contest))
    write(ending, to_tell([person]), occurrence, at=at)


def _fact(ending: Ending, person: Person, at: datetime, occasion: str) -> Fact:
    best = ending.best(person)
    place = ending.places.get(best.pk) if best else None
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
    lines = [said % {"place": ending.places[best.pk]}]
    for prize in ending.won(person):
        gift = ending.given.get(prize.place)
        lines.append(_("Your prize: %(words)s") % {"words": prize.words})
        lines.append(offer_url(gift) if gift else _("We will write to you about it, or answer this mail."))
    return "\n".join(lines)


def _took_part(ending: Ending, person: Person) -> str:
    """What is said to whoever won nothing: of their entry, else of the one that they voted for."""
    best = ending.best(person)
    place = ending.places.get(best.pk) if best else None
    if best and (ending.is_draw or place is None or place > TOLD_PLACES):
        return _("Thank you for your entry. This time others have won.")
    if best:
        return _("Thank you for your entry. It came to place %(place)d.") % {"place": place}
    voted = ending.entries.get(person.voted) if person.voted else None
    url = entry_url(ending.contest.survey.key, voted) if voted and voted.standing == Entry.Standing.SHOWN else ""
    place = ending.places.get(voted.pk) if voted else None
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
