"""A segment that a journey speaks of is watched, for as long as the journey lives."""

import pytest

from campaigns.journeys import compiled
from campaigns.journeys.actions import create_journey, publish, stop_journey
from campaigns.journeys.models import Enrolment, Journey
from crm.contacts.models import Topic
from crm.events.actions import Fact, derive
from crm.segments.actions import InUse, create_segment, delete_segment
from crm.segments.compiled import forget
from crm.segments.models import Segment
from engage import listen
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db

SEARCHED = {"did": "event", "name": "Products Searched"}


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    compiled.forget()
    forget()
    Topic.objects.create(key="offers", label="Offers")


def segment(name: str = "Searchers") -> Segment:
    return create_segment(name=name, rule=SEARCHED, by="Max", at=clock.now())


def journey(trigger: dict, rule: dict | None = None) -> Journey:
    branch = {"kind": "branch", "rule": rule, "yes": "end", "no": "end"} if rule else None
    steps = {"wait": {"kind": "wait", "for": {"days": 1}, "next": "look" if branch else "end"}}
    steps |= {"end": {"kind": "end", "reason": "Done"}} | ({"look": branch} if branch else {})
    draft = {"trigger": trigger, "start": "wait", "steps": steps}
    made = create_journey(name="Welcome", draft=draft, by="Max", at=clock.now())
    publish(made, by="Max", at=clock.now())
    return made


def watched() -> set[str]:
    return set(Segment.objects.filter(watched=True).values_list("name", flat=True))


def test_whoever_enters_a_group_begins_the_journey_that_waits_for_it() -> None:
    found, alice = segment(), cast.alice()
    named = {"property": "segment", "op": "is", "value": str(found.uid)}
    journey({"event": "Segment Entered", "rule": named})
    assert watched() == {"Searchers"}

    derive([Fact(alice.pk, alice.pk, "Products Searched", clock.now(), "search")])
    listen.run()

    assert Enrolment.objects.get().contact == alice


def test_a_group_in_a_branch_is_watched_until_the_journey_stops() -> None:
    found = segment()
    segment("Others")
    made = journey({"event": "Signed Up"}, {"did": "segment", "name": str(found.uid)})
    assert watched() == {"Searchers"}
    with pytest.raises(InUse, match="Welcome"):
        delete_segment(found, by="Max", at=clock.now())

    stop_journey(made, by="Max", at=clock.now())
    assert watched() == set()
    delete_segment(found, by="Max", at=clock.now())


def test_a_journey_that_begins_with_any_group_watches_all() -> None:
    segment()
    segment("Others")
    journey({"event": "Segment Left"})

    assert watched() == {"Searchers", "Others"}
