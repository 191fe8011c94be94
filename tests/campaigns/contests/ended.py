"""Contests that come to an end, with entries that did not pass through a form."""

from typing import Any

from campaigns.contests import announcing, ending
from campaigns.contests.models import Contest, Entry, Vote
from campaigns.surveys.models import Response
from crm.contacts.models import Contact
from crm.dialogue.models import Message
from engage.lib import clock
from tests import cast
from tests.campaigns.contests.contesting import now, opened


def drawn(*, prizes: Any = (), **fields: Any) -> Contest:
    return opened(by="draw", prizes=prizes, **fields)


def filed(contest: Contest, person: Contact, *, standing: str = "shown", **fields: Any) -> Entry:
    """An entry of theirs."""
    at, version = clock.now(), contest.survey.current
    who = {"contact": person, "recorded_for": person}
    occasion = f"test:{person.pk}:{Response.objects.count()}"
    kept = {"state": "final", "occasion": occasion, "started": at, "finished": at, "answers": {}}
    response = Response.objects.create(survey=contest.survey, version=version, **who, **kept)
    return Entry.objects.create(contest=contest, response=response, **who, standing=standing, at=at, **fields)


def filed_many(contest: Contest, count: int) -> list[Entry]:
    return [filed(contest, cast.contact(f"Guest {n}", f"guest{n}@shop.example")) for n in range(count)]


def voted(person: Contact, entry: Entry, **fields: Any) -> Vote:
    who = {"contact": person, "recorded_for": person}
    return Vote.objects.create(contest=entry.contest, entry=entry, **who, at=clock.now(), **fields)


def ended(contest: Contest, *, by: str = "Olga") -> Contest:
    """It was ended, and the worker has told everybody."""
    ending.end(contest=contest, by=by, at=clock.now())
    announcing.run()
    return now(contest)


def answers(contest: Contest) -> list[Message]:
    """The letters that tell how it ended."""
    found = Message.objects.filter(origin=f"contest:{contest.uid}", occurrence="end")
    return list(found.select_related("contact").order_by("contact"))


def answer_to(contest: Contest, person: Contact) -> Message:
    return next(one for one in answers(contest) if one.contact == person)
