"""A journey gives an offer: once for each walk and step, and the messages after it can say what it is."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.channels import contents
from campaigns.journeys.actions import begin_shadow, create_journey, publish, switch_on
from campaigns.journeys.backtest import running
from campaigns.journeys.backtest.actions import begin
from campaigns.journeys.models import Journey
from campaigns.journeys.parse import InvalidDefinition, parse
from campaigns.journeys.trial import try_out
from campaigns.offers import actions
from campaigns.offers.links import offer_url
from campaigns.offers.models import Given
from crm.dialogue.models import Message
from crm.events.models import Inbox
from engage import speak, walk
from engage.lib import clock
from tests.campaigns.journeys.happenings import counted, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.campaigns.offers.offering import now, offered
from tests.cast import NOON, alice, bob, contact

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SAYS = "Yours: {{ offer.name }}, {{ offer.code }}, {{ offer.url }}. {% if offer %}Enjoy{% else %}None left{% endif %}"


def steps_of(offer) -> dict:
    return {
        "give": {"kind": "offer", "offer": getattr(offer, "key", offer), "next": "say"},
        "say": letter("A gift", SAYS, next="bye"),
        "bye": {"kind": "end", "reason": "Gave"},
    }


def giving(offer, **more) -> dict:
    return {**scenario(), "start": "give", "steps": steps_of(offer), **more}


def walk_at(moment=NOON) -> int:
    with time_machine.travel(moment, tick=False):
        return walk.run()


def written() -> list[str]:
    with time_machine.travel(NOON, tick=False):
        speak.run()
    return [contents.shown(message).text.replace("\n", " ") for message in Message.objects.order_by("id")]


def came(journey: Journey) -> list[dict]:
    found = [walker.visits.get(step="give").decision for walker in enrolled(journey)]
    return [{name: one[name] for name in ("given", "why") if name in one} for one in found]


def test_it_is_given_once_and_the_letter_has_its_code_and_its_page():
    offer, person = offered(), alice()
    journey = live_journey(giving(offer))
    listen(ordered(person))
    walk_at()
    [given] = Given.objects.select_related("offer")
    assert (given.contact, given.by) == (person, "Ask") and now(offer).given_count == 1
    assert given.cause == f"enrolment:{enrolled(journey)[0].uid}:give" and came(journey) == [{"given": str(given.uid)}]
    [text] = written()
    assert f"Yours: A bag of beans, {given.code}, http" in text and ". Enjoy" in text
    assert Message.objects.get().variables["offer"]["url"] == offer_url(given)


def test_whoever_comes_after_the_last_one_goes_on_without_and_the_path_says_why():
    offer, people = offered(most=1), [alice(), bob()]
    journey = live_journey(giving(offer))
    listen(*(ordered(person, f"m{person.pk}") for person in people))
    walk_at()
    assert sorted(map(str, came(journey)))[1] == "{'given': None, 'why': 'sold_out'}"
    assert now(offer).given_count == Given.objects.count() == 1
    assert {walker.reason for walker in enrolled(journey)} == {"Gave"}
    assert sorted("None left" in text for text in written()) == [False, True]


def test_what_was_stopped_since_it_was_published_is_not_given():
    offer = offered()
    journey = live_journey(giving(offer))
    actions.stop(offer=offer, at=clock.now())
    listen(ordered(alice()))
    walk_at()
    assert came(journey) == [{"given": None, "why": "ended"}] and not Given.objects.exists()


def test_a_step_that_is_come_back_to_gives_nothing_twice():
    offer = offered()
    steps = steps_of(offer) | {
        "say": letter("A gift", SAYS, next="pause"),
        "pause": {"kind": "wait", "for": {"days": 1}, "next": "give"},
    }
    del steps["bye"]
    steps["pause"] |= {"exits": [{"event": "Page Viewed", "next": "bye"}]}
    steps["bye"] = {"kind": "end", "reason": "Gave"}
    journey = live_journey(giving(offer, steps=steps))
    listen(ordered(alice()))
    for day in range(3):
        walk_at(NOON + day * DAY)
    assert enrolled(journey)[0].visits.filter(step="give").count() == 3
    assert Given.objects.count() == now(offer).given_count == 1
    assert len({message.variables["offer"]["code"] for message in Message.objects.all()}) == 1


def test_each_message_speaks_of_the_offer_that_was_given_last_before_it():
    one, two, gone = offered("One"), offered("Two"), offered("Gone")
    steps = {
        "one": {"kind": "offer", "offer": one.key, "next": "first"},
        "first": letter("First", SAYS, next="two"),
        "two": {"kind": "offer", "offer": two.key, "next": "pause"},
        "pause": {"kind": "wait", "for": {"days": 1}, "next": "second"},
        "second": letter("Second", SAYS, next="gone"),
        "gone": {"kind": "offer", "offer": gone.key, "next": "rest"},
        "rest": {"kind": "wait", "for": {"days": 1}, "next": "third"},
        "third": letter("Third", SAYS, next="bye"),
        "bye": {"kind": "end", "reason": "Gave"},
    }
    live_journey(giving(one, start="one", steps=steps))
    actions.stop(offer=gone, at=clock.now())
    listen(ordered(alice()))
    for day in range(3):
        walk_at(NOON + day * DAY)
    said = [message.variables.get("offer", {}).get("name") for message in Message.objects.order_by("id")]
    assert said == ["One", "Two", None]


def test_in_shadow_and_in_a_backtest_and_on_trial_nothing_is_given():
    offer, person = offered(), alice()
    journey = create_journey(name="Ask", draft=giving(offer), by="Max", at=NOON - DAY)
    begin_shadow(journey, by="Max", at=NOON - DAY)
    listen(ordered(person))
    walk_at()
    assert enrolled(journey)[0].visits.get(step="give").decision["shadow"] is True
    trial = try_out(parse(journey.draft), person, at=NOON)
    assert [stop.decision.kind for stop in trial.stops] == ["offer", "send", "end"]
    assert "A bag of beans, SAMPLE, #. Enjoy" in trial.stops[1].rendered.text
    job = begin(journey, since=NOON - DAY, until=NOON + DAY, by="Max", at=NOON)
    running.run()
    job.refresh_from_db()
    assert job.result["bounds"]["nobody"]["steps"] == {"give": 1, "say": 1, "bye": 1}
    assert not Given.objects.exists() and now(offer).given_count == 0


def test_who_goes_on_live_after_a_shadow_has_no_offer_of_it():
    offer = offered()
    steps = steps_of(offer)
    steps["give"]["next"] = "pause"
    steps["pause"] = {"kind": "wait", "for": {"days": 1}, "next": "say"}
    journey = create_journey(name="Ask", draft=giving(offer, steps=steps), by="Max", at=NOON - DAY)
    begin_shadow(journey, by="Max", at=NOON - DAY)
    listen(ordered(alice()))
    walk_at()
    switch_on(journey, go_on=True, by="Max", at=NOON)
    walk_at(NOON + DAY)
    assert [message.variables.get("offer") for message in Message.objects.all()] == [None]


def test_a_chunk_gives_with_as_many_statements_however_many_walk_in_it():
    def statements(people: int) -> int:
        listen(*(ordered(contact(f"Guest {n}"), f"m{people}-{n}") for n in range(people)))
        with CaptureQueriesContext(connection) as captured:
            walk_at()
        return counted(captured)

    live_journey(giving(offered()))
    statements(1)
    assert statements(1) == statements(20)


def test_what_follows_from_a_gift_is_one_step_further_from_its_cause():
    live_journey(giving(offered()))
    event = ordered(alice())
    event.depth = 3
    listen(event)
    walk_at()
    assert [fact.depth for fact in Inbox.objects.filter(body__contains="Offer Given")] == [4]


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        ({"give": {"kind": "offer", "offer": "nine-off", "next": "say"}}, "give.offer", "no offer “nine-off”"),
        ({"give": {"kind": "offer", "offer": "over", "next": "say"}}, "give.offer", "“Over” is given no more"),
        ({"give": letter("Before", SAYS, next="say")}, "give.design", "no step before it gives one"),
    ],
)
def test_what_cannot_be_given_or_said_is_refused_at_its_place(change, path, said):
    over = offered("Over")
    actions.stop(offer=over, at=clock.now())
    steps = {**steps_of(offered()), **change}
    with pytest.raises(InvalidDefinition) as refused:
        live_journey(giving("x", steps=steps))
    found = {problem.path: problem.message for problem in refused.value.problems}
    assert said in found[f"$.steps.{path}"]


def test_publishing_again_after_it_is_over_asks_for_another():
    offer = offered(closes=clock.now() + DAY)
    journey = live_journey(giving(offer))
    with time_machine.travel(clock.now() + 2 * DAY, tick=False), pytest.raises(InvalidDefinition):
        publish(journey, by="Max", at=clock.now())
