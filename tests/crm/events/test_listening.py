"""The listening belt: what is accepted is recorded once, for the right person, or dead-lettered with its reason."""

import json
from datetime import timedelta

import pytest

from crm.business.queries import business
from crm.contacts.models import Contact, Identity, Merge, MergeProposal
from crm.events import actions, inbox
from crm.events.models import DeadLetter, Event, Inbox
from engage import listen
from engage.lib import clock

pytestmark = pytest.mark.django_db


def put(*calls: dict, source: str = "write", **fields: object) -> None:
    body = json.dumps({"batch": list(calls), **fields})
    actions.accept(source=source, call="batch", body=body, events=len(calls))


def track(name: str, **fields: object) -> dict:
    return {"type": "track", "event": name, **fields}


def test_an_event_is_recorded_for_the_person_it_names() -> None:
    put({"type": "identify", "userId": "u1", "traits": {"email": "Alice@Shop.example", "name": "Alice"}})
    put(track("Order Completed", userId="u1", properties={"total": 12.5}, messageId="m1"))

    listen.run()

    person = Contact.objects.get()
    assert person.name == "Alice"
    assert set(person.identities.values_list("kind", "value", "proof")) == {
        ("external", "u1", "server"),
        ("email", "alice@shop.example", "server"),
    }
    event = Event.objects.get(name="Order Completed")
    assert (event.contact_id, event.properties, event.history) == (person.pk, {"total": 12.5}, False)
    assert not Inbox.objects.exists()


def test_the_same_message_id_is_recorded_once_within_and_between_chunks() -> None:
    put(*[track("Seen", userId="u1", messageId="same")] * 3)
    put(track("Seen", userId="u1", messageId="same"))
    listen.run()
    put(track("Seen", userId="u1", messageId="same"))
    listen.run()

    assert Event.objects.filter(name="Seen").count() == 1


def test_a_public_key_cannot_spoil_the_message_ids_of_the_owners_server() -> None:
    put(track("Seen", anonymousId="a", messageId="m1"), source="site")
    put(track("Seen", userId="u1", messageId="m1"))
    listen.run()

    assert Event.objects.filter(name="Seen").count() == 2


def test_an_anonymous_visitor_becomes_the_known_person_with_all_that_was_done_before() -> None:
    put(track("Page Viewed", anonymousId="a1"), track("Cart Viewed", userId="u1"))
    listen.run()
    put({"type": "identify", "userId": "u1", "anonymousId": "a1"})
    listen.run()

    person = Contact.objects.get(merged_into=None)
    assert set(Event.objects.values_list("contact_id", flat=True)) == {person.pk}
    assert Merge.objects.get().survivor == person


def test_an_anonymous_id_seen_with_a_second_known_person_moves_on_from_then() -> None:
    put({"type": "identify", "userId": "u1", "anonymousId": "a1"}, track("First", anonymousId="a1"))
    listen.run()
    put({"type": "identify", "userId": "u2", "anonymousId": "a1"}, track("Second", anonymousId="a1"))
    listen.run()

    first, second = (Identity.objects.get(value=value).contact_id for value in ("u1", "u2"))
    assert first != second
    assert Event.objects.get(name="First").contact_id == first
    assert Event.objects.get(name="Second").contact_id == second
    assert not Merge.objects.exists()


def test_two_known_people_are_never_merged_but_only_proposed() -> None:
    put({"type": "identify", "userId": "u1", "traits": {"email": "a@shop.example"}})
    put({"type": "identify", "userId": "u2", "traits": {"email": "a@shop.example"}})
    listen.run()

    assert Contact.objects.filter(merged_into=None).count() == 2
    proposal = MergeProposal.objects.get()
    assert proposal.reasons == ["email"]


def test_what_the_public_key_says_of_who_somebody_is_stays_a_claim() -> None:
    put({"type": "identify", "userId": "u1", "traits": {"email": "alice@shop.example", "name": "Alice"}})
    listen.run()
    put(
        {
            "type": "identify",
            "userId": "u1",
            "anonymousId": "x",
            "traits": {"email": "alice@shop.example", "name": "!"},
        },
        source="site",
    )
    listen.run()

    visitor = Identity.objects.get(kind="anonymous").contact
    alice = Identity.objects.get(value="u1", proof="server").contact
    assert visitor != alice
    assert alice.name == "Alice"
    assert set(visitor.identities.filter(proof="").values_list("value", flat=True)) == {"u1", "alice@shop.example"}


def test_one_that_cannot_be_read_is_dead_lettered_and_its_neighbours_go_through() -> None:
    put(
        track("One", userId="u1"),
        {"type": "track", "userId": "u1"},
        {"type": "track", "event": "Nobody"},
        "not an object",
        track("Two", userId="u1", timestamp="yesterday"),
        track("Three", userId="u1"),
    )
    listen.run()

    assert set(Event.objects.values_list("name", flat=True)) == {"One", "Three"}
    assert set(DeadLetter.objects.values_list("reason", flat=True)) == {
        "A track call needs an event name.",
        "Nobody is named: an event needs a userId or an anonymousId.",
        "An event must be a JSON object.",
        "timestamp is not a time (ISO 8601).",
    }


def test_a_poison_event_is_found_by_halving_and_only_it_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(events, *, at) -> None:
        if any(event.name == "Poison" for event in events):
            raise ValueError("no good")

    monkeypatch.setattr(listen, "STAGES", (*listen.STAGES, explode))
    put(*[track(f"Good {n}", userId=f"u{n}") for n in range(20)], track("Poison", userId="u5"))
    listen.run()

    assert Event.objects.filter(name__startswith="Good").count() == 20
    letter = DeadLetter.objects.get()
    assert letter.fault == "ValueError"
    assert json.loads(letter.body)["event"] == "Poison"


def test_a_dead_letter_tried_again_is_recorded_once_its_cause_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(events, *, at) -> None:
        raise ValueError

    stages = listen.STAGES
    monkeypatch.setattr(listen, "STAGES", (*stages, explode))
    put(track("Late", userId="u1"))
    listen.run()
    monkeypatch.setattr(listen, "STAGES", stages)

    assert actions.retry(DeadLetter.objects.get(), at=clock.now())
    assert not actions.retry(DeadLetter.objects.get(), at=clock.now())
    listen.run()

    assert Event.objects.filter(name="Late").count() == 1


def test_a_fault_that_hits_everything_stops_the_belt_and_keeps_the_inbox(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(events, *, at) -> None:
        raise ValueError

    monkeypatch.setattr(listen, "STAGES", (*listen.STAGES, explode))
    put(*[track("Any", userId=f"u{n}") for n in range(50)])
    listen.run()

    assert Inbox.objects.count() == 1
    assert not DeadLetter.objects.exists()
    assert listen.run() == 0

    monkeypatch.undo()
    actions.start_belt("listen", by="Olga", at=clock.now())
    Inbox.objects.update(due=clock.now())
    listen.run()
    assert Event.objects.count() == 50


def test_the_clock_of_the_sender_is_corrected() -> None:
    now = clock.now()
    put(
        track("Skewed", userId="u1", timestamp=(now + timedelta(hours=5, minutes=-2)).isoformat()),
        sentAt=(now + timedelta(hours=5)).isoformat(),
    )
    listen.run()

    assert abs(Event.objects.get().at - (now - timedelta(minutes=2))) < timedelta(seconds=5)


@pytest.mark.parametrize(("age", "history"), [(timedelta(hours=23), False), (timedelta(hours=25), True)])
def test_what_happened_over_a_day_ago_is_history(age: timedelta, history: bool) -> None:
    put(track("Old", userId="u1", timestamp=(clock.now() - age).isoformat()))
    listen.run()

    assert Event.objects.get().history is history


def test_characters_that_the_database_cannot_hold_come_back_replaced_and_flagged() -> None:
    body = '{"batch":[{"type":"track","event":"Odd","userId":"u1","properties":{"a":"x\\u0000y","b":"\\ud800"}}]}'
    actions.accept(source="write", call="batch", body=body, events=1)
    listen.run()

    event = Event.objects.get()
    assert event.properties == {"a": "x�y", "b": "�"}
    assert event.context == {"replaced": True}


def test_a_loop_of_causes_ends_at_the_eighth() -> None:
    put(track("Start", userId="u1"))
    listen.run()
    person = Contact.objects.get()
    echo = actions.Fact(person.pk, person.pk, "Echo", clock.now(), "e", depth=9)
    actions.derive([echo])
    listen.run()

    assert not Event.objects.filter(name="Echo").exists()
    assert "caused the next" in DeadLetter.objects.get().reason


def test_what_is_told_in_one_chunk_with_what_it_led_to_is_no_chain() -> None:
    put(track("Start", userId="u1"))
    listen.run()
    person = Contact.objects.get()
    for number in range(12):
        said = {"key": f"taste_{number}", "value": "oat", "kind": "stated", "source_kind": "survey"}
        answer = actions.Fact(person.pk, person.pk, "Survey Answered", clock.now(), f"answer-{number}", remember=[said])
        actions.derive([answer], source="form")
        listen.step()
    listen.run()

    assert not DeadLetter.objects.exists()
    assert set(Event.objects.filter(name="Preference Stated").values_list("depth", flat=True)) == {1}


def test_a_lapsed_lease_is_claimed_again_and_the_slow_worker_does_nothing() -> None:
    put(track("Once", userId="u1"))
    token, envelopes = inbox.claim()
    assert inbox.claim()[1] == []
    Inbox.objects.update(lease_until=clock.now() - timedelta(seconds=1))

    listen.run()

    assert Event.objects.count() == 1
    assert inbox.relock(token, envelopes) == []


@pytest.mark.parametrize("count", [3, 60])
def test_a_chunk_costs_a_constant_number_of_queries(count: int, django_assert_max_num_queries) -> None:
    put(track("Before", userId="u0"))
    listen.step()  # what a worker reads once is known
    business()
    put(*[track("Many", userId=f"u{n % 7}", properties={"n": n}) for n in range(count)])
    with django_assert_max_num_queries(40) as captured:
        listen.step()
    assert Event.objects.filter(name="Many").count() == count
    test_a_chunk_costs_a_constant_number_of_queries.__dict__.setdefault("seen", set()).add(len(captured))
    assert len(test_a_chunk_costs_a_constant_number_of_queries.__dict__["seen"]) == 1
