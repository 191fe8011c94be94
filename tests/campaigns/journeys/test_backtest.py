"""A backtest does over the stored history what the live belts do with what happens."""

import tracemalloc
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.journeys.actions import create_journey
from campaigns.journeys.backtest import running, tallies
from campaigns.journeys.backtest.actions import AlreadyRunning, begin
from campaigns.journeys.backtest.history import people
from campaigns.journeys.backtest.simulation import simulate
from campaigns.journeys.models import Backtest, DueWait, Enrolment, Visit
from campaigns.journeys.parse import parse
from crm.business.actions import update_business
from crm.contacts.actions import address_digest, record_consent
from crm.contacts.jobs import slices
from crm.contacts.jobs.hand import Hand, LeaseLost, claim
from crm.contacts.models import Contact, Pause, Suppression, Topic
from crm.dialogue.models import Conversation, Message
from crm.events.models import Event
from engage import walk
from engage.lib import clock
from tests.campaigns.journeys.happenings import Happening, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.cast import NOON, alice, bob, contact

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWICE = {"did": "event", "name": "Order Completed", "within": {"days": 5}, "count": {"op": "at_least", "value": 2}}
LOOKED = {"event": "Page Viewed", "next": "known"}
STEPS = {
    "pause": {"kind": "wait", "for": {"days": 3}, "exits": [LOOKED], "next": "known"},
    "lucky": {"kind": "end", "reason": "never"},
    "known": {"kind": "branch", "rule": TWICE, "yes": "thank", "no": "bye"},
}


def quiet(**changes) -> dict:
    """Who ordered and orders nothing for three days is written to."""
    return {
        "trigger": {"event": "Order Completed"},
        "entry": {"again": "always"},
        "goal": {"event": "Order Completed"},
        "start": "pause",
        "steps": {
            "pause": {"kind": "wait", "for": {"days": 3}, "next": "write"},
            "write": letter("We miss you", next="bye", **{"class": "marketing", "topic": "offers"}),
            "bye": {"kind": "end", "reason": "Wrote"},
        },
    } | changes


def two_steps() -> dict:
    again = letter("Still there?", next="bye")
    wait = {"kind": "wait", "for": {"days": 2}, "exits": [{"event": "Message Clicked", "next": "bye"}], "next": "again"}
    return {
        "trigger": {"event": "Order Completed"},
        "start": "ask",
        "steps": {
            "ask": letter("Hi", next="wait"),
            "wait": wait,
            "again": again,
            "bye": {"kind": "end", "reason": "Done"},
        },
    }


def backtested(definition: dict, until=NOON + 60 * DAY) -> dict:
    journey = create_journey(name="Quiet", draft=definition, by="Max", at=NOON)
    job = begin(journey, since=NOON - DAY, until=until, by="Max", at=NOON)
    running.run()
    job.refresh_from_db()
    assert job.state == Backtest.State.DONE
    return job.result


def happened(*events: Happening) -> None:
    for event in events:
        Event.objects.create(
            contact_id=event.contact_id, recorded_for_id=event.recorded_for_id, message_id=event.message_id,
            kind="track", name=event.name, at=event.at, received=event.at, history=True, source="import",
            properties=event.properties,
        )  # fmt: skip


MOMENTS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(["Order Completed", "Page Viewed"]), st.integers(0, 24 * 12)),
    min_size=1, max_size=8, unique_by=lambda one: one[2],
)  # fmt: skip
ENTRIES = st.sampled_from(
    [{"again": "never"}, {"again": "always"}, {"again": "after_days", "days": 4}, {"again": "never", "key": "order_id"}]
)


@settings(max_examples=25)
@given(moments=MOMENTS, entry=ENTRIES, goal=st.booleans())
def test_it_gives_the_walks_that_the_live_belts_give_event_by_event(moments, entry, goal):
    with transaction.atomic():
        wants = {"goal": {"event": "Page Viewed"}} if goal else {}
        definition = scenario(entry=entry, start="pause", steps=STEPS | {"known": {**STEPS["known"], "no": "ask"},
                              "ask": letter("Hi", next="bye")}, **wants)  # fmt: skip
        definition["steps"].pop("lucky")
        both = [alice(), bob()]
        end = NOON + 30 * DAY
        live_journey(definition)
        events = [
            Happening(both[who].pk, name, NOON + hours * HOUR, f"m{hours}", properties={"order_id": str(hours)})
            for who, name, hours in sorted(moments, key=lambda one: one[2])
        ]
        _live(events, end)
        lived = sorted(
            (
                w.contact_id,
                w.began,
                list(Visit.objects.filter(enrolment=w).order_by("number").values_list("step", "at")),
            )
            for w in Enrolment.objects.all()
        )
        sent = sorted(Message.objects.values_list("contact_id", "at"))
        parsed = parse(definition)
        found = people(parsed, [one.pk for one in both], since=NOON - DAY, until=end, besides="journey:")
        walks = [(one, w) for one in found for w in simulate(parsed, one, end, origin="journey:x", reacts=False)]
        assert lived == sorted((p.contact, w.began, [(d.step.id, at) for at, d in w.decided]) for p, w in walks)
        assert sent == sorted((p.contact, m.asked) for p, w in walks for m in w.messages)
        transaction.set_rollback(True)


def _live(events, end) -> None:
    for event in events:
        _belt(event.at, strictly=True)
        with time_machine.travel(event.at, tick=False):
            listen(event, at=event.at)
            walk.run()
    _belt(end, strictly=False)


def _belt(until, *, strictly) -> None:
    while due := DueWait.objects.order_by("due").values_list("due", flat=True).first():
        if due > until or (strictly and due == until):
            return
        with time_machine.travel(due, tick=False):
            walk.run()


@pytest.fixture
def offers() -> Topic:
    return Topic.objects.create(key="offers", label="Offers")


@pytest.fixture
def buyer(offers) -> Contact:
    """Alice, who agreed a year ago and ordered at noon."""
    person = alice()
    record_consent(contact=person, topic=offers, state="granted", how="form", at=NOON - 300 * DAY)
    happened(ordered(person))
    return person


def nobody(definition: dict) -> dict:
    return backtested(definition)["bounds"]["nobody"]


def test_it_counts_people_days_and_who_came_back_anyway(buyer, offers):
    other = bob()
    record_consent(contact=other, topic=offers, state="granted", how="form", at=NOON - 300 * DAY)
    happened(ordered(other, "m2"), ordered(buyer, "m3", NOON + 10 * DAY))
    bound = nobody(quiet())
    assert (bound["entered"], bound["people"], bound["anyway"], bound["fates"]) == (2, 2, 1, {"went": 3})
    assert bound["days"] == {"2026-05-07": [2, 0], "2026-05-17": [1, 0]}
    assert (tallies.peak(bound), tallies.held(bound)) == (2, 0)
    assert bound["steps"] == {"pause": 3, "write": 3, "bye": 3}


def test_who_orders_in_time_gets_nothing_until_three_days_after_the_last_order(buyer):
    happened(ordered(buyer, "m2", NOON + 2 * DAY))
    bound = nobody(quiet())
    assert bound["outcomes"] == {"goal": 1, "finished": 1}
    assert list(bound["days"]) == ["2026-05-09"]
    assert nobody(quiet(entry={"again": "never"}))["days"] == {}


def test_nothing_is_sent_and_nobody_begins(buyer):
    nobody(quiet())
    assert not Message.objects.exists()
    assert not Enrolment.objects.exists()


def test_permission_is_what_it_was_then(buyer, offers):
    record_consent(contact=buyer, topic=offers, state="withdrawn", how="link", at=NOON + 2 * DAY)
    record_consent(contact=buyer, topic=offers, state="granted", how="form", at=NOON + 20 * DAY)
    bound = nobody(quiet())
    assert (bound["fates"], bound["reasons"]) == ({"withheld": 1}, {"unsubscribed": 1})


def test_permission_withdrawn_later_counts_for_nothing(buyer, offers):
    record_consent(contact=buyer, topic=offers, state="withdrawn", how="link", at=NOON + 4 * DAY)
    assert nobody(quiet())["fates"] == {"went": 1}


def test_an_address_on_the_list_only_from_then_on(buyer):
    Suppression.objects.create(digest=address_digest("alice@shop.example"), reason="bounce", at=NOON + 4 * DAY)
    assert nobody(quiet())["fates"] == {"went": 1}
    Suppression.objects.update(at=NOON + 2 * DAY)
    assert nobody(quiet())["reasons"] == {"suppressed": 1}


def test_a_pause_that_was_lifted_holds_until_then(buyer):
    Pause.objects.create(contact=buyer, recorded_for=buyer, at=NOON, until=NOON + 4 * DAY, by="Alice")
    bound = nobody(quiet())
    assert (bound["fates"], bound["reasons"], bound["days"]) == ({"later": 1}, {"paused": 1}, {"2026-05-08": [1, 0]})


def test_a_conversation_holds_until_it_was_closed(buyer):
    Conversation.objects.create(
        contact=buyer, recorded_for=buyer, channel="email", state="done", opened=NOON, closed=NOON + 4 * DAY
    )
    assert nobody(quiet())["reasons"] == {"talking": 1}
    Conversation.objects.update(closed=NOON + 2 * DAY)
    assert nobody(quiet())["fates"] == {"went": 1}


def test_quiet_hours_let_it_go_in_the_morning(offers, buyer):
    Event.objects.update(at=NOON + 11 * HOUR)
    bound = nobody(quiet())
    assert (bound["fates"], bound["reasons"]) == ({"later": 1}, {"quiet_hours": 1})


def test_the_week_holds_real_messages_of_other_journeys_and_simulated_ones(buyer, offers):
    for number in range(3):
        Message.objects.create(
            contact=buyer, recorded_for=buyer, direction="out", channel="email", topic=offers, state="delivered",
            origin=f"journey:other:ask{number}", settled=NOON + DAY + number * HOUR, at=NOON, klass="marketing",
        )  # fmt: skip
    bound = nobody(quiet())
    assert (bound["reasons"], bound["others"]) == ({"weekly_cap": 1}, {"journey:other": 1})
    Message.objects.all().delete()
    again = {"kind": "send", "design": {"subject": "S", "body": "B"}, "topic": "offers", "on_hold": "drop"}
    many = {f"m{n}": {**again, "next": f"m{n + 1}"} for n in range(5)} | {"m5": quiet()["steps"]["bye"]}
    assert nobody(quiet(start="m0", steps=many, goal={"event": "Never"}))["fates"] == {"went": 2, "dropped": 3}


def test_a_reaction_to_what_was_never_sent_gives_two_bounds(buyer):
    result = backtested(two_steps())
    assert result["depends"]
    assert result["bounds"]["nobody"]["steps"] == {"ask": 1, "wait": 1, "again": 1, "bye": 1}
    assert result["bounds"]["everybody"]["steps"] == {"ask": 1, "wait": 1, "bye": 1}


def test_what_asks_for_no_reaction_gives_one_figure(buyer):
    result = backtested(quiet())
    assert not result["depends"]
    assert list(result["bounds"]) == ["nobody"]


def test_one_of_a_journey_at_a_time(buyer):
    journey = create_journey(name="Quiet", draft=quiet(), by="Max", at=NOON)
    begin(journey, since=NOON - DAY, until=NOON, by="Max", at=NOON)
    with pytest.raises(AlreadyRunning):
        begin(journey, since=NOON - DAY, until=NOON, by="Max", at=NOON)
    running.run()
    begin(journey, since=NOON - DAY, until=NOON, by="Max", at=NOON)


def test_what_a_killed_worker_left_is_carried_on_and_counted_once(buyer, offers, monkeypatch):
    monkeypatch.setattr(running, "SLICE", 1)
    other = bob()
    record_consent(contact=other, topic=offers, state="granted", how="form", at=NOON - 300 * DAY)
    happened(ordered(other, "m2"))
    journey = create_journey(name="Quiet", draft=quiet(), by="Max", at=NOON)
    job = begin(journey, since=NOON - DAY, until=NOON + 60 * DAY, by="Max", at=NOON)
    left = claim(Backtest, at=clock.now())
    hand = Hand(left)
    slices.write(lambda: running._slice(hand))
    running.run()
    job.refresh_from_db()
    assert (job.state, job.result["bounds"]["nobody"]["people"]) == (Backtest.State.RUNNING, 1)
    with time_machine.travel(clock.now() + HOUR):
        running.run()
    job.refresh_from_db()
    assert (job.state, job.result["bounds"]["nobody"]["people"]) == (Backtest.State.DONE, 2)
    with pytest.raises(LeaseLost):
        hand.lock()


def watching() -> dict:
    """Looks every hour of a year whether they have become English."""
    english = {"field": "contact.language", "op": "is", "value": "xx"}
    pause = {"kind": "wait", "for": {"days": 365}, "exits": [{"rule": english, "next": "bye"}], "next": "write"}
    return quiet(goal={"event": "Never"}) | {"steps": quiet()["steps"] | {"pause": pause}}


def test_a_slice_ends_after_its_time_and_the_next_goes_on_with_the_next_person(buyer, offers, monkeypatch):
    others = [contact(f"Person {n}") for n in range(4)]
    happened(*(ordered(other, f"o{n}") for n, other in enumerate(others)))
    whole = nobody(quiet())
    monkeypatch.setattr(running, "SECONDS", 0.0)
    cursors = []
    moved = Hand.move
    monkeypatch.setattr(Hand, "move", lambda hand, rows, *more: cursors.append(rows) or moved(hand, rows, *more))
    assert nobody(quiet()) == whole
    assert len(cursors) == 5, "one person each"


def test_a_wait_that_looks_every_hour_of_a_year_keeps_a_slice_within_its_time_and_memory(buyer, offers, monkeypatch):
    others = [contact(f"Person {n}") for n in range(5)]
    happened(*(ordered(other, f"o{n}") for n, other in enumerate(others)))
    monkeypatch.setattr(running, "SECONDS", 0.01)
    slices = []
    moved = Hand.move
    monkeypatch.setattr(Hand, "move", lambda hand, rows, *more: slices.append(rows) or moved(hand, rows, *more))
    tracemalloc.start()
    bound = backtested(watching(), until=NOON + 400 * DAY)["bounds"]["nobody"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (bound["entered"], bound["steps"]["write"]) == (6, 6)
    assert len(slices) == 6, "8,760 looks at one person take longer than that"
    assert peak < 5_000_000, "they are not kept"


def test_what_can_no_longer_be_read_ends_as_failed(buyer):
    journey = create_journey(name="Quiet", draft=quiet(), by="Max", at=NOON)
    job = begin(journey, since=NOON - DAY, until=NOON, by="Max", at=NOON)
    Backtest.objects.update(definition={})
    running.run()
    job.refresh_from_db()
    assert job.state == Backtest.State.FAILED
    assert job.problem


MARKETING = {"class": "marketing", "topic": "offers"}


def two_letters(first: dict, between: dict, **second) -> dict:
    steps = {
        "first": {"kind": "wait", "for": first, "next": "one"},
        "one": letter("One", next="between", **MARKETING, on_hold="merge"),
        "between": {"kind": "wait", **between, "next": "two"},
        "two": letter("Two", next="bye", **MARKETING, **second),
        "bye": {"kind": "end", "reason": "Wrote"},
    }
    return quiet(start="first", steps=steps, goal={"event": "Never"})


def test_what_is_held_goes_inside_another_letter_of_the_journey_as_it_would_live(buyer):
    update_business(by="test", at=NOON, weekly_cap=1)
    at_night = {"hours": 9}, {"for": {"hours": 1}}
    waiting, merged = nobody(two_letters(*at_night)), nobody(two_letters(*at_night, on_hold="merge"))

    assert waiting["fates"] == {"later": 1, "withheld": 1}
    assert merged["fates"] == {"later": 1, "merged": 1}
    assert merged["reasons"] == {"quiet_hours": 2}
    assert merged["days"] == {"2026-05-05": [2, 0]}
    assert merged["people"] == 1


def test_a_letter_that_answers_what_they_did_at_night_takes_along_what_was_held_before_it(buyer):
    happened(Happening(buyer.pk, "Page Viewed", NOON + 10 * HOUR, "v1"))
    looked = {"for": {"days": 9}, "exits": [{"event": "Page Viewed", "next": "two"}]}
    bound = nobody(two_letters({"hours": 9}, looked))

    assert (bound["fates"], bound["days"]) == ({"merged": 1, "went": 1}, {"2026-05-04": [2, 0]})
