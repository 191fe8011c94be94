"""A reminder goes once, days later, to whoever did nothing; a follow-up by what people did."""

from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns.broadcasts import actions
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.outcome import by_outcome
from campaigns.broadcasts.standing import causes
from crm.catalog.models import Order
from crm.dialogue.models import Message
from crm.rules import parse
from crm.segments.queries import count
from tests.campaigns.broadcasts.hands import BY, Hands, people, person, states

pytestmark = pytest.mark.django_db

State = Broadcast.State


def done(hands: Hands, news) -> Broadcast:
    """Five had it: one clicked, one replied, one ordered, two did nothing; a sixth gave no permission."""
    crowd = people(5, news)
    person(9, None)
    broadcast = hands.begun(news)
    hands.run()
    messages = Message.objects.filter(origin=broadcast.origin)
    messages.filter(contact=crowd[0]).update(clicked=hands.now)
    messages.filter(contact=crowd[1]).update(replied=hands.now)
    Order.objects.create(
        external_id="1",
        contact=crowd[2],
        recorded_for=crowd[2],
        at=hands.later(hours=1),
        total=Decimal(9),
        currency="GBP",
    )
    return broadcast


@pytest.mark.parametrize(
    ("outcome", "number"), [("clicked", 1), ("replied", 1), ("ordered", 1), ("nothing", 2), ("not_sent", 1)]
)
def test_rules_ask_what_came_of_it(hands: Hands, news, outcome: str, number: int) -> None:
    broadcast = done(hands, news)
    assert count(parse(by_outcome(broadcast.origin, outcome)), at=hands.now) == number


def test_a_reminder_goes_days_after_the_first_was_done_to_whoever_did_nothing(hands: Hands, news) -> None:
    broadcast = done(hands, news)
    reminder = actions.remind(broadcast, days=4, by=BY, at=hands.now)
    assert (reminder.kind, reminder.follows, reminder.topic) == ("reminder", broadcast, news)
    actions.start(reminder, by=BY, at=hands.now)
    hands.run()
    reminder.refresh_from_db()
    broadcast.refresh_from_db()
    assert (reminder.state, reminder.starts) == (State.SCHEDULED, broadcast.finished + timedelta(days=4))
    hands.later(days=4)
    hands.run()
    assert states(reminder) == {"kept": 2}


def test_a_reminder_waits_until_the_first_is_done(hands: Hands, news) -> None:
    people(3, news)
    broadcast = hands.begun(news, per_hour=1)
    hands.run()
    reminder = actions.remind(broadcast, days=3, by=BY, at=hands.now)
    actions.start(reminder, by=BY, at=hands.now)
    hands.later(minutes=10)
    hands.run()
    reminder.refresh_from_db()
    assert reminder.starts is None
    [cause] = causes(reminder, at=hands.now)
    assert (cause.code, "Beans" in cause.words) == ("first_not_done", True)


def test_there_is_one_reminder_and_it_is_never_sooner_than_three_days(hands: Hands, news) -> None:
    broadcast = done(hands, news)
    assert actions.remind(broadcast, days=1, by=BY, at=hands.now).after_days == 3
    with pytest.raises(actions.AlreadyReminding):
        actions.remind(broadcast, days=9, by=BY, at=hands.now)


def test_a_follow_up_is_a_draft_for_those_with_the_outcome(hands: Hands, news) -> None:
    broadcast = done(hands, news)
    draft = actions.follow_up(broadcast, outcome="clicked", by=BY, at=hands.now)
    assert (draft.state, draft.kind, draft.follows) == (State.DRAFT, "follow_up", broadcast)
    with pytest.raises(actions.NotReady, match="Write something"):
        actions.start(draft, by=BY, at=hands.now)
    actions.edit_broadcast(draft, designs=[hands.design(subject="You looked", body="Thank you.")], by=BY, at=hands.now)
    actions.start(draft, by=BY, at=hands.now)
    hands.later(days=7, seconds=60)
    hands.run()
    assert states(draft) == {"kept": 1}


def test_nothing_follows_what_was_never_sent(hands: Hands, news) -> None:
    with pytest.raises(actions.WrongState):
        actions.remind(hands.draft(news), days=3, by=BY, at=hands.now)
