"""What becomes of a walk when its person becomes another, is erased, opts out or talks with us, through the belts: each
case of the table in docs/journeys.md."""

from datetime import timedelta

import pytest
import time_machine

from campaigns.journeys import due, walking
from campaigns.journeys.actions import end_enrolment
from campaigns.journeys.models import DueWait, Enrolment, Journey, StepTally, Visit
from crm.business.actions import update_business
from crm.contacts.actions import erase, lift_pause, merge, pause, record_consent, suppress, undo_merge
from crm.contacts.models import Contact, Topic
from crm.dialogue.actions import close, nothing_to_answer, say
from crm.dialogue.models import Message
from engage import speak, walk
from tests import cast
from tests.campaigns.journeys.happenings import Happening, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter
from tests.cast import NOON

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OFFERS = {"class": "marketing", "topic": "offers"}


def two_letters(**first) -> dict:
    """One at once, one after three days, or sooner once they answer."""
    return {
        "trigger": {"event": "Order Completed"},
        "entry": {"again": "never"},
        "start": "one",
        "steps": {
            "one": letter("One", next="pause", **OFFERS, **first),
            "pause": {
                "kind": "wait",
                "for": {"days": 3},
                "exits": [{"event": "Survey Answered", "next": "two"}],
                "next": "two",
            },
            "two": letter("Two", next="bye", **OFFERS),
            "bye": {"kind": "end", "reason": "Wrote"},
        },
    }


@pytest.fixture
def topic() -> Topic:
    update_business(by="test", at=NOON, name="Quay Lane", timezone="UTC", weekly_cap=5)
    return Topic.objects.create(key="offers", label="Offers")


@pytest.fixture
def journey(topic) -> Journey:
    return live_journey(two_letters())


@pytest.fixture
def alice(topic) -> Contact:
    return agreed(cast.alice(), topic)


def agreed(person: Contact, topic: Topic, state: str = "granted", at=NOON - 30 * DAY) -> Contact:
    record_consent(contact=person, topic=topic, state=state, how="form", at=at)
    return person


def walk_at(moment) -> None:
    with time_machine.travel(moment, tick=False):
        walk.run()


def speak_at(moment) -> None:
    with time_machine.travel(moment, tick=False):
        speak.run()


def said() -> list[tuple[str, str, str]]:
    """Of each message, in their order: its step, its state, and why."""
    found = Message.objects.filter(direction="out", origin__startswith="journey").order_by("id")
    return [(message.origin.rpartition(":")[2], message.state, message.why) for message in found]


def steps(enrolment: Enrolment) -> list[str]:
    return list(enrolment.visits.order_by("number").values_list("step", flat=True))


def test_whoever_is_merged_into_somebody_walks_on_as_them(journey, alice, topic):
    listen(ordered(alice))
    walk_at(NOON)
    bob = agreed(cast.bob(), topic)
    merge(survivor=bob, absorbed=alice, by="Ada", at=NOON + HOUR)
    answered = Happening(bob.pk, name="Survey Answered", message_id="a1", at=NOON + 2 * HOUR)
    listen(answered, at=NOON + 2 * HOUR)
    walk_at(NOON + 2 * HOUR)
    [walker] = enrolled(journey)
    assert (walker.contact_id, walker.recorded_for_id, walker.outcome) == (bob.pk, alice.pk, "finished")
    speak_at(NOON + 2 * HOUR)
    assert said() == [("one", "kept", ""), ("two", "kept", "")]
    assert set(Message.objects.values_list("address", flat=True)) == {"alice@shop.example"}, "hers has stood longest"


def test_of_two_walks_the_older_goes_on_and_each_message_exists_once(journey, alice, topic):
    bob = agreed(cast.bob(), topic)
    listen(ordered(alice))
    walk_at(NOON)
    listen(ordered(bob, "m2", at=NOON + HOUR), at=NOON + HOUR)
    merge(survivor=bob, absorbed=alice, by="Ada", at=NOON + HOUR)
    walk_at(NOON + HOUR)
    walk_at(NOON + 4 * DAY)
    older, younger = enrolled(journey)
    assert (older.outcome, steps(older)) == ("finished", ["one", "pause", "two", "bye"])
    assert (younger.outcome, steps(younger)) == ("merged", [])
    assert [step for step, *_ in said()] == ["one", "two"]


def test_a_merge_between_claim_and_work_of_a_chunk_lets_only_the_older_walk(journey, alice, topic):
    bob = agreed(cast.bob(), topic)
    listen(ordered(alice), ordered(bob, "m2"))
    with time_machine.travel(NOON, tick=False):
        token, claimed = due.claim(NOON)
        merge(survivor=bob, absorbed=alice, by="Ada", at=NOON)
        walkers = walking.lock(token, claimed, at=NOON)
    assert [walker.contact for walker in walkers] == [bob.pk]
    assert sorted(walker.outcome for walker in enrolled(journey)) == ["", "merged"]


def test_undoing_a_merge_gives_the_walk_back_and_the_one_that_ended_stays_ended(journey, alice, topic):
    bob = agreed(cast.bob(), topic)
    listen(ordered(alice))
    listen(ordered(bob, "m2", at=NOON + HOUR), at=NOON + HOUR)
    walk_at(NOON + HOUR)
    merged = merge(survivor=bob, absorbed=alice, by="Ada", at=NOON + HOUR)
    undo_merge(merged, by="Ada", at=NOON + DAY)
    walk_at(NOON + 5 * DAY)
    older, younger = enrolled(journey)
    assert (older.contact_id, older.outcome) == (alice.pk, "finished")
    assert (younger.contact_id, younger.outcome) == (bob.pk, "merged")
    assert [m.contact_id for m in Message.objects.order_by("id")] == [alice.pk, bob.pk, alice.pk]


def test_whoever_is_erased_leaves_no_walk_and_what_was_queued_does_not_go(journey, alice):
    listen(ordered(alice))
    walk_at(NOON)
    erase(contact=alice, by="Ada", at=NOON)
    speak_at(NOON)
    assert not Enrolment.objects.exists()
    assert not DueWait.objects.exists()
    assert not Visit.objects.exists()
    assert StepTally.objects.count() == 2, "the counts of the steps stay"
    [message] = Message.objects.all()
    assert (message.address, message.state in {"kept", "accepted"}) == ("", False)


def test_an_erasure_between_claim_and_work_of_a_chunk_leaves_the_others_walking(journey, alice, topic):
    bob = agreed(cast.bob(), topic)
    listen(ordered(alice), ordered(bob, "m2"))
    with time_machine.travel(NOON, tick=False):
        token, claimed = due.claim(NOON)
        erase(contact=alice, by="Ada", at=NOON)
        walkers = walking.lock(token, claimed, at=NOON)
        walk.work(walkers, at=NOON)
    assert [walker.contact for walker in walkers] == [bob.pk]
    assert [m.contact_id for m in Message.objects.all()] == [bob.pk]
    assert len(enrolled(journey)) == 1


def test_whoever_opts_out_between_queue_and_send_gets_nothing_and_walks_on(journey, alice, topic):
    listen(ordered(alice))
    walk_at(NOON)
    agreed(alice, topic, "withdrawn", at=NOON)
    speak_at(NOON)
    walk_at(NOON + 3 * DAY)
    speak_at(NOON + 3 * DAY)
    assert enrolled(journey)[0].outcome == "finished"
    assert said() == [("one", "withheld", "unsubscribed"), ("two", "withheld", "unsubscribed")]


def test_whoever_agrees_again_while_they_walk_gets_what_comes_after(journey, alice, topic):
    agreed(alice, topic, "withdrawn", at=NOON - DAY)
    listen(ordered(alice))
    walk_at(NOON)
    speak_at(NOON)
    agreed(alice, topic, at=NOON + DAY)
    walk_at(NOON + 3 * DAY)
    speak_at(NOON + 3 * DAY)
    assert said() == [("one", "withheld", "unsubscribed"), ("two", "kept", "")]


def test_whoever_comes_on_the_do_not_write_list_walks_on_unwritten(journey, alice):
    listen(ordered(alice))
    walk_at(NOON)
    suppress(address="alice@shop.example", reason="complaint", by="mail server", at=NOON)
    speak_at(NOON)
    walk_at(NOON + 3 * DAY)
    assert said()[0] == ("one", "withheld", "suppressed")
    assert enrolled(journey)[0].outcome == "finished"


def test_the_messages_of_whoever_pauses_wait_until_it_is_over_or_are_too_late(journey, alice):
    pause(contact=alice, until=NOON + DAY, by="Alice", at=NOON)
    listen(ordered(alice))
    walk_at(NOON)
    speak_at(NOON)
    assert said() == [("one", "waiting", "paused")]
    assert Message.objects.get().until == NOON + DAY
    lift_pause(contact=alice, by="Alice", at=NOON + HOUR)
    pause(contact=alice, until=None, by="Alice", at=NOON + HOUR)
    walk_at(NOON + 3 * DAY)
    speak_at(NOON + 3 * DAY)
    assert ("two", "withheld", "stopped") in said()
    assert enrolled(journey)[0].outcome == "finished"


def test_a_conversation_opened_between_queue_and_send_holds_the_message_until_it_ends(journey, alice):
    listen(ordered(alice))
    walk_at(NOON)
    words = say(contact=alice, text="It came late.", channel="chat", at=NOON)
    speak_at(NOON)
    assert said() == [("one", "waiting", "talking")]
    nothing_to_answer(conversation=words.conversation, by=cast.ada(), at=NOON + HOUR)
    speak_at(NOON + 4 * HOUR)
    assert said() == [("one", "kept", "")]


def test_who_talks_with_us_walks_on_meanwhile(journey, alice):
    say(contact=alice, text="It came late.", channel="chat", at=NOON)
    listen(ordered(alice))
    walk_at(NOON)
    walk_at(NOON + 3 * DAY)
    assert steps(enrolled(journey)[0]) == ["one", "pause", "two", "bye"]


def test_a_step_that_drops_what_is_held_drops_it_for_a_conversation(topic, alice):
    journey = live_journey(two_letters(on_hold="drop"))
    words = say(contact=alice, text="It came late.", channel="chat", at=NOON)
    listen(ordered(alice))
    walk_at(NOON)
    speak_at(NOON)
    close(conversation=words.conversation, by=cast.ada(), at=NOON + HOUR)
    speak_at(NOON + 4 * HOUR)
    assert said() == [("one", "withheld", "talking")]
    assert enrolled(journey)[0].state == "active"


def test_whoever_a_colleague_takes_off_still_gets_what_was_queued_and_nothing_more(journey, alice):
    listen(ordered(alice))
    walk_at(NOON)
    end_enrolment(enrolled(journey)[0], by="Max", at=NOON)
    walk_at(NOON + 3 * DAY)
    speak_at(NOON + HOUR)
    assert said() == [("one", "kept", "")]
    assert (enrolled(journey)[0].outcome, enrolled(journey)[0].reason) == ("taken_off", "Max")
