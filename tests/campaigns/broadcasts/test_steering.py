"""Paused, slowed down, cancelled, let go on, at any moment; and it says what it waits for."""

from datetime import UTC, datetime, time, timedelta

import pytest

from campaigns.broadcasts import actions, reaching, releasing, withdrawing
from campaigns.broadcasts.models import Broadcast, Turn
from campaigns.broadcasts.queries import braked, progress
from campaigns.broadcasts.standing import causes
from crm.business.actions import update_business
from crm.business.queries import forget_cached
from crm.contacts.actions import lift_pause, pause
from crm.dialogue.actions import hold_origin, lift_hold, say
from crm.dialogue.models import Hold, Message, Outbox
from tests.campaigns.broadcasts.hands import BY, Hands, people, person, states, sums

pytestmark = pytest.mark.django_db

State = Broadcast.State


def codes(broadcast: Broadcast, hands: Hands) -> list[str]:
    broadcast.refresh_from_db()
    found = causes(broadcast, at=hands.now)
    assert all(one.words for one in found)
    return [one.code for one in found]


def test_paused_nothing_leaves_and_resumed_all_of_it_does(hands: Hands, news) -> None:
    people(5, news)
    broadcast = hands.begun(news)
    hands.work()
    assert Outbox.objects.count() == 5
    actions.pause(broadcast, by=BY, at=hands.now)
    assert Outbox.objects.count() == 0
    hands.later(days=4)
    hands.run()
    assert states(broadcast) == {"queued turn": 5}
    assert codes(broadcast, hands) == ["paused"]
    [cause] = causes(broadcast, at=hands.now)
    assert (cause.code, cause.detail, cause.until) == ("paused", BY, None)

    actions.resume(broadcast, by=BY, at=hands.now)
    hands.run()
    assert states(broadcast) == {"kept": 5}
    broadcast.refresh_from_db()
    assert (broadcast.state, broadcast.released) == (State.DONE, 5)


def test_what_a_worker_has_in_hand_leaves_and_no_more(hands: Hands, news) -> None:
    people(3, news)
    broadcast = hands.begun(news)
    hands.work()
    leased = Outbox.objects.first()
    Outbox.objects.filter(pk=leased.pk).update(
        lease="0190a0a0-0000-7000-8000-000000000000", lease_until=datetime(9000, 1, 1, tzinfo=UTC)
    )
    actions.pause(broadcast, by=BY, at=hands.now)
    hands.work()
    assert list(Outbox.objects.values_list("pk", flat=True)) == [leased.pk]
    broadcast.refresh_from_db()
    assert (broadcast.released, Turn.objects.count()) == (1, 2)


def test_paused_it_comes_back_from_whatever_it_waited_for(hands: Hands, news) -> None:
    alice, _ = people(2, news)
    say(contact=alice, channel="email", text="Is it fresh?", at=hands.now)
    broadcast = hands.begun(news)
    hands.run()
    assert states(broadcast) == {"kept": 1, "waiting talking": 1}
    assert codes(broadcast, hands) == ["waiting"]
    actions.pause(broadcast, by=BY, at=hands.now)
    hands.run()
    assert states(broadcast) == {"kept": 1, "waiting broadcast_paused": 1}
    actions.resume(broadcast, by=BY, at=hands.now)
    hands.run()
    assert states(broadcast) == {"kept": 1, "waiting talking": 1}
    assert sums(broadcast).waiting == 1


def test_cancelled_whoever_has_not_had_it_does_not_get_it(hands: Hands, news, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withdrawing, "SLICE", 2)
    crowd = people(7, news)
    say(contact=crowd[0], channel="email", text="Is it fresh?", at=hands.now)
    broadcast = hands.begun(news, batch=3, batch_minutes=60)
    hands.run()
    before = sums(broadcast)
    assert (before.sent, before.waiting) == (2, 5)
    actions.cancel(broadcast, by=BY, at=hands.now)
    hands.run()
    assert states(broadcast) == {"kept": 2, "withheld broadcast_cancelled": 5}
    broadcast.refresh_from_db()
    assert (broadcast.state, broadcast.finished) == (State.CANCELLED, hands.now)
    assert (Turn.objects.count(), Outbox.objects.count(), sums(broadcast).due) == (0, 0, 7)


def test_a_throttle_lets_so_many_go_an_hour_and_says_when_the_next_go(hands: Hands, news) -> None:
    people(6, news)
    broadcast = hands.begun(news, per_hour=2)
    hands.run()
    assert sums(broadcast).sent == 1
    assert codes(broadcast, hands) == ["throttle"]
    [cause] = causes(broadcast, at=hands.now)
    assert (cause.number, cause.until) == (5, hands.now + timedelta(minutes=30))
    hands.later(minutes=30)
    hands.run()
    assert sums(broadcast).sent == 2

    actions.set_pace(broadcast, by=BY, at=hands.now)
    hands.run()
    assert sums(broadcast).sent == 6


def test_the_speaking_belt_has_a_reserve_of_it_at_most(hands: Hands, news, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "RESERVE", 4)
    people(10, news)
    broadcast = hands.begun(news)
    hands.work()
    assert (Outbox.objects.count(), Turn.objects.count()) == (4, 6)
    hands.run()
    assert sums(broadcast).sent == 10


def test_two_at_once_share_the_reserve(hands: Hands, news, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "RESERVE", 8)
    people(20, news)
    one, other = hands.begun(news), hands.begun(news)
    hands.work()
    ours = [Outbox.objects.filter(message__origin=each.origin).count() for each in (one, other)]
    assert sum(ours) == 8
    assert min(ours) >= 2
    hands.run()
    assert sums(one).sent + sums(other).sent == 40


def test_while_everything_is_paused_none_of_it_goes_to_the_belt(hands: Hands, news) -> None:
    people(3, news)
    pause(contact=None, until=None, by=BY, at=hands.now)
    broadcast = hands.begun(news)
    hands.run()
    assert states(broadcast) == {"queued turn": 3}
    assert codes(broadcast, hands) == ["everything_stopped"]
    lift_pause(contact=None, by=BY, at=hands.now)
    hands.run()
    assert states(broadcast) == {"kept": 3}


def test_while_a_colleague_holds_it_none_of_it_goes_to_the_belt(hands: Hands, news) -> None:
    people(2, news)
    broadcast = hands.begun(news)
    hold_origin(origin=broadcast.origin, by=BY, at=hands.now)
    hands.run()
    assert states(broadcast) == {"queued turn": 2}
    assert codes(broadcast, hands) == ["held"]
    lift_hold(origin=broadcast.origin, by=BY, at=hands.now)
    hands.run()
    assert states(broadcast) == {"kept": 2}


def test_where_it_is_quiet_their_turn_comes_in_the_morning(hands: Hands, news) -> None:
    update_business(by=BY, at=hands.now, timezone="Europe/London", quiet_from=time(20), quiet_until=time(9))
    forget_cached()
    person(1, news, timezone="Europe/London")
    person(2, news, timezone="Pacific/Auckland")
    broadcast = hands.begun(news)
    hands.run()
    assert states(broadcast) == {"kept": 1, "queued turn": 1}
    assert codes(broadcast, hands) == ["later"]
    [cause] = causes(broadcast, at=hands.now)
    assert (cause.number, cause.until) == (1, datetime(2026, 5, 4, 21, tzinfo=UTC))
    hands.now = datetime(2026, 5, 4, 21, tzinfo=UTC)
    hands.run()
    assert states(broadcast) == {"kept": 2}


def test_each_at_their_own_hour(hands: Hands, news) -> None:
    update_business(by=BY, at=hands.now, timezone="Europe/London")
    forget_cached()
    person(1, news, timezone="Asia/Tokyo")
    person(2, news, timezone="America/New_York")
    noon = datetime(2026, 5, 5, 11, tzinfo=UTC)  # noon in London
    broadcast = hands.draft(news, send_at=noon, clock="contact")
    started = actions.start(broadcast, by=BY, at=hands.now)
    assert (started.state, started.starts) == (State.SCHEDULED, datetime(2026, 5, 5, 3, tzinfo=UTC))
    hands.now = datetime(2026, 5, 5, 3, tzinfo=UTC)
    hands.run()
    assert states(broadcast) == {"kept": 1, "queued turn": 1}
    hands.now = datetime(2026, 5, 5, 16, tzinfo=UTC)
    hands.run()
    assert states(broadcast) == {"kept": 2}


def test_it_says_how_fast_it_goes_and_how_long_it_takes_still(hands: Hands, news) -> None:
    people(20, news)
    broadcast = hands.begun(news, per_hour=3600)
    for _ in range(12):
        hands.run()
        hands.later(seconds=1)
    broadcast.refresh_from_db()
    found = progress(broadcast, now=hands.now)
    assert (found.due, found.turns) == (20, 20 - found.released)
    assert found.per_second == pytest.approx(1.0, rel=0.3)
    assert timedelta(seconds=5) <= found.left <= timedelta(seconds=15)


@pytest.mark.parametrize(("verb", "states_of"), [("pause", "draft"), ("resume", "draft"), ("cancel", "draft")])
def test_what_the_state_does_not_allow_is_refused(hands: Hands, news, verb: str, states_of: str) -> None:
    broadcast = hands.draft(news)
    with pytest.raises(actions.WrongState):
        getattr(actions, verb)(broadcast, by=BY, at=hands.now)


def test_done_it_cannot_be_changed_any_more(hands: Hands, news) -> None:
    people(1, news)
    broadcast = hands.begun(news)
    hands.run()
    for verb in (
        actions.pause,
        actions.resume,
        actions.cancel,
        actions.start,
        actions.set_pace,
        actions.edit_broadcast,
    ):
        with pytest.raises(actions.WrongState):
            verb(broadcast, by=BY, at=hands.now)


def test_the_fifth_address_that_does_not_exist_pauses_it(hands: Hands, news) -> None:
    people(30, news)
    broadcast = hands.begun(news, batch=12, batch_minutes=60)
    hands.run()
    went = list(Message.objects.filter(state="kept").values_list("pk", flat=True))
    Message.objects.filter(pk__in=went[4:]).update(state="accepted")
    Message.objects.filter(pk__in=went[:4]).update(state="bounced", detail={"bounce": "hard"})
    hands.run()
    broadcast.refresh_from_db()
    assert broadcast.state == State.RUNNING

    Message.objects.filter(pk=went[4]).update(state="failed", why="refused", detail={"bounce": "hard"})
    hands.run()
    assert codes(broadcast, hands) == ["brake_bounces"]
    assert [one.pk for one in braked()] == [broadcast.pk]
    with pytest.raises(actions.BrakeOn):
        actions.resume(broadcast, by=BY, at=hands.now)
    actions.resume(broadcast, sure=True, by=BY, at=hands.now)
    hands.later(hours=1)
    hands.run()
    assert sums(broadcast).waiting == 6
    broadcast.refresh_from_db()
    assert broadcast.state == State.RUNNING


def test_the_second_person_who_marks_it_as_spam_pauses_it(hands: Hands, news) -> None:
    people(30, news)
    broadcast = hands.begun(news, batch=12, batch_minutes=60)
    hands.run()
    went = list(Message.objects.filter(state="kept").values_list("pk", flat=True))
    Message.objects.filter(pk__in=went).update(state="accepted")
    Message.objects.filter(pk=went[0]).update(state="delivered", complained=hands.now)
    hands.run()
    assert codes(broadcast, hands) == ["throttle"]
    Message.objects.filter(pk=went[1]).update(state="delivered", complained=hands.now)
    hands.run()
    assert codes(broadcast, hands) == ["brake_complaints"]
    assert Hold.objects.filter(origin=broadcast.origin, lifted=None).exists()


def test_addresses_that_take_nothing_for_a_while_pull_no_brake(hands: Hands, news) -> None:
    people(12, news)
    broadcast = hands.begun(news, batch=11, batch_minutes=60)
    hands.run()
    Message.objects.filter(state="kept").update(state="bounced", detail={"bounce": "soft"})
    hands.run()
    assert codes(broadcast, hands) == ["throttle"]


def test_while_the_mail_server_is_away_a_few_try_each_minute_and_all_once_it_is_back(
    hands: Hands, news, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaching, "AWAY", 4)
    monkeypatch.setattr(reaching, "PROBES", 2)
    people(9, news)
    broadcast = hands.begun(news, batch=5, batch_minutes=10)
    hands.work()
    in_hours = hands.now + timedelta(hours=3)
    Message.objects.filter(outbox__isnull=False).update(state="waiting", why="unreachable", until=in_hours)
    Outbox.objects.update(due=in_hours, attempts=3)

    hands.later(minutes=10)
    hands.work()
    assert codes(broadcast, hands) == ["unreachable", "waiting"]
    assert (Outbox.objects.filter(due__lte=hands.now).count(), Turn.objects.count()) == (2, 4)
    assert set(Outbox.objects.filter(due__lte=hands.now).values_list("attempts", flat=True)) == {2}
    Outbox.objects.update(due=in_hours)
    hands.later(seconds=59)
    hands.work()
    assert not Outbox.objects.filter(due__lte=hands.now).exists()
    hands.later(seconds=1)
    hands.work()
    assert Outbox.objects.filter(due__lte=hands.now).count() == 2

    hands.run()
    assert states(broadcast) == {"kept": 9}
