"""People on a journey of eleven steps whose waits take seconds, and the path that each of them must have walked.

Everything that decides their way is known beforehand: what they are, what they do once they stand at the wait that
looks for it, and the chance that is a hash of (walk, visit). So the engine alone says how an undisturbed walk goes.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from campaigns.journeys.actions import create_journey, publish
from campaigns.journeys.brake import lift_brake
from campaigns.journeys.definition import Definition
from campaigns.journeys.engine import Ends, Facts, Waits, Walk, advance
from campaigns.offers.actions import Terms, make
from crm.business.actions import create_key, update_business
from crm.contacts.models import Contact, Identity
from crm.preferences.models import PreferenceKey
from engage.lib import clock
from tests.campaigns.journeys.scenarios import letter

BEGINS, TASTES = "Tea Ordered", "Tea Tasted"
JOURNEY = {
    "trigger": {"event": BEGINS},
    "start": "count",
    "steps": {
        "count": {"kind": "remember", "key": "cups", "how": "plus", "value": 1, "next": "thank"},
        "thank": letter("Thank you", next="breathe"),
        "breathe": {"kind": "wait", "for": {"seconds": 2}, "next": "english"},
        "english": {
            "kind": "branch",
            "rule": {"field": "contact.language", "op": "is", "value": "en"},
            "yes": "tasted",
            "no": "rest",
        },
        "tasted": {
            "kind": "wait",
            "for": {"hours": 2},
            "exits": [{"event": TASTES, "next": "lucky"}],
            "next": "never",
        },
        "never": {"kind": "end", "reason": "Did not taste"},
        "rest": {
            "kind": "wait",
            "for": {"seconds": 3},
            "exits": [{"rule": {"field": "contact.country", "op": "is", "value": "GB"}, "next": "lucky"}],
            "next": "lucky",
        },
        "lucky": {
            "kind": "split",
            "arms": [
                {"name": "call", "share": 30, "next": "call"},
                {"name": "write", "share": 70, "next": "write"},
            ],
        },
        "call": {"kind": "task", "task": "call", "text": "Ask how it was", "within": {"days": 1}, "next": "pause"},
        "write": letter("How was it?", next="gift"),
        "gift": {"kind": "offer", "offer": "a_cup", "next": "pause"},
        "pause": {"kind": "wait", "for": {"seconds": 2}, "next": "goodbye"},
        "goodbye": letter("Come again", next="end"),
        "end": {"kind": "end", "reason": "Through"},
    },
}


def fill(people: int) -> str:
    """So many people: half of them are English, a third live in Britain. A key of the owner's server."""
    at = clock.now()
    update_business(by="test", at=at, name="Shop", sender_email="shop@shop.test", live=False)
    PreferenceKey.objects.create(key="cups", label="cups", type="number")
    make(terms=Terms("A cup"), by="test", at=at)
    journey = create_journey(name="Tea", draft=JOURNEY, by="test", at=at)
    publish(journey, by="test", at=at)
    lift_brake(journey, by="test", at=at)
    crowd = Contact.objects.bulk_create(
        Contact(name=f"Person {n}", first_name=f"P{n}", language=("en", "es")[n % 2], country=("GB", "ES", "FR")[n % 3])
        for n in range(people)
    )
    Identity.objects.bulk_create(
        Identity(contact=person, recorded_for=person, kind=kind, value=value, proof="import")
        for n, person in enumerate(crowd)
        for kind, value in (("email", f"p{n}@people.test"), ("external", f"u{n}"))
    )
    return create_key(kind="write", name="server")[1]


def said(event: str, people: Iterable[int]) -> list[dict]:
    """That they do it now, as the shop's server says it."""
    at = clock.now().isoformat()
    return [
        {"type": "track", "event": event, "userId": f"u{n}", "messageId": f"{event} {n}", "timestamp": at}
        for n in people
    ]


def undisturbed(definition: Definition, uid: UUID, language: str, country: str, began: datetime) -> list[str]:
    """The steps of this walk, by the engine alone."""
    answers = {"english": language == "en", "rest/0": country == "GB"}
    walk, path, now, met = Walk(uid, definition.start, 0, began), list[str](), began, None
    while True:
        decisions = advance(definition, walk, Facts(answers, met=met), now)
        path += [decision.step.id for decision in decisions]
        last = decisions[-1]
        if isinstance(last, Ends):
            return path
        assert isinstance(last, Waits)
        met = 0 if last.step.id == "tasted" else None
        walk, now = Walk(uid, last.step.id, last.visit, last.until), last.until
