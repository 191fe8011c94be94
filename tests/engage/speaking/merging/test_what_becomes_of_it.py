"""What is inside another message shares its fate where that left, or may have, and goes by itself where it did not."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.contacts.actions import erase, lift_pause, pause, record_consent
from crm.contacts.models import Topic
from crm.dialogue import outbox
from crm.dialogue.actions.doubtful import send_again
from crm.dialogue.actions.taking_back import take_back
from crm.dialogue.ledger import sums
from crm.dialogue.models import Message, Outbox
from crm.dialogue.outbox import Settled
from engage import speak
from tests.engage.speaking.merging.held import (
    MORNING,
    NIGHT,
    Time,
    decided,
    fates,
    held_at_night,
    letter,
    permitted,
    step,
)

pytestmark = pytest.mark.django_db


def test_what_is_inside_a_message_that_is_handed_over_is_about_to_go_too(alice, topic):
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.")
    Time.live = True

    assert decided() == [first.pk]
    assert fates(first, second) == [("claimed", ""), ("claimed", "")]
    assert second.inside == first
    assert all((line.waiting, line.adds_up) == (1, True) for line in sums())


@pytest.mark.parametrize("outcome", ["accepted", "unknown"])
def test_once_it_left_or_may_have_what_was_inside_never_goes_again(alice, topic, outcome):
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.")
    Time.live = True
    decided()
    outbox.settle([Settled(first.pk, outcome)], at=MORNING)
    speak.run()

    assert fates(first, second) == [(outcome, ""), ("withheld", "merged")]
    assert not Outbox.objects.exists()


def test_what_may_have_gone_and_is_sent_again_takes_along_what_was_inside(alice, topic):
    first, second, third = held_at_night(alice, topic, "Cart words.", "Tea words.", "Cup words.")
    Time.live = True
    decided()
    outbox.settle([Settled(first.pk, "unknown", "connection_lost")], at=MORNING)
    news = Topic.objects.create(key="news", label="News")
    Message.objects.filter(pk=third.pk).update(topic=news)
    Time.live = False
    send_again([first.pk], by="Olga", at=MORNING)
    assert fates(first, second, third) == [("waiting", "sent_again"), ("claimed", ""), ("claimed", "")]
    assert all(line.adds_up for line in sums())
    speak.run()

    assert fates(first, second, third) == [("kept", ""), ("withheld", "merged"), ("unknown", "no_consent")]
    assert "Tea words." in letter(first).text
    assert "Cup words." not in letter(first).text
    assert not Outbox.objects.exists()


def test_what_was_inside_a_message_that_failed_goes_by_itself(alice, topic):
    first, second, third = held_at_night(alice, topic, "Cart words.", "Tea words.", "Cup words.")
    Time.live = True
    decided()
    outbox.settle([Settled(first.pk, "failed", "refused", {"reply": "no"})], at=MORNING)
    assert fates(first, second, third) == [("failed", "refused"), ("waiting", ""), ("waiting", "")]
    assert second.inside is None

    Time.live = False
    speak.run()
    assert fates(first, second, third) == [("failed", "refused"), ("kept", ""), ("withheld", "merged")]
    assert letter(second).text.startswith("Hello Alice,\n\nTea words.\n\n* * *\n\nCup words.\n\nOlga")
    assert all(line.adds_up for line in sums())


def test_what_the_mail_server_puts_off_keeps_what_is_inside_and_asks_all_guards_again(alice, topic):
    news = Topic.objects.create(key="news", label="News")
    permitted(alice, news)
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.")
    Time.now = NIGHT
    (third,) = held_at_night(alice, news, "News words.")
    Time.live = True
    decided()
    outbox.settle([Settled(first.pk, "waiting", "deferred", {"reply": "later"}, MORNING)], at=MORNING)
    assert fates(first, second, third) == [("waiting", "deferred"), ("claimed", ""), ("claimed", "")]

    record_consent(contact=alice, topic=news, state="withdrawn", how="link", at=MORNING)
    Time.live = False
    speak.run()
    assert fates(first, second, third) == [("kept", ""), ("withheld", "merged"), ("withheld", "unsubscribed")]
    assert letter(first).text.startswith("Hello Alice,\n\nCart words.\n\n* * *\n\nTea words.\n\nOlga")


def test_a_carrier_that_a_guard_holds_after_all_lets_the_others_wait_for_themselves(alice, topic):
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.")
    Time.live = True
    decided()
    pause(contact=alice, until=MORNING + timedelta(days=1), by="customer", at=MORNING)
    Outbox.objects.update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
    step()
    step()

    assert fates(first, second) == [("waiting", "paused"), ("waiting", "paused")]
    assert second.inside is None
    lift_pause(contact=alice, by="customer", at=MORNING)
    Time.live = False
    speak.run()
    assert fates(first, second) == [("kept", ""), ("withheld", "merged")]


def test_a_worker_that_died_after_deciding_leaves_both_to_the_next(alice, topic):
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.")
    Time.live = True
    decided()
    Time.live = False
    Outbox.objects.filter(message=first).update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
    speak.run()

    assert fates(first, second) == [("kept", ""), ("withheld", "merged")]
    assert letter(first).text.count("Tea words.") == 1


def test_a_worker_that_died_while_handing_over_leaves_both_as_what_may_have_gone(alice, topic):
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.")
    Time.live = True
    decided()
    past = datetime(2020, 1, 1, tzinfo=UTC)
    Outbox.objects.filter(message=first).update(lease_until=past, mark="handing", marked=past)
    speak.run()

    assert fates(first, second) == [("unknown", "interrupted"), ("withheld", "merged")]


def test_a_mail_that_came_back_before_the_ledger_heard_of_it_takes_along_what_was_inside(alice, topic):
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.")
    Time.live = True
    decided()
    Message.objects.filter(pk=first.pk).update(state="bounced")
    Outbox.objects.filter(message=first).update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
    speak.run()

    assert fates(first, second) == [("bounced", ""), ("withheld", "merged")]
    assert not Outbox.objects.exists()


def test_what_another_worker_has_in_hand_is_waited_for_and_then_goes_along(alice, topic):
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.")
    elsewhere = datetime(2999, 1, 1, tzinfo=UTC)
    Outbox.objects.filter(message=second).update(lease_until=elsewhere, due=datetime(2027, 1, 1, tzinfo=UTC))
    step()
    assert fates(first, second) == [("waiting", "quiet_hours"), ("waiting", "quiet_hours")]

    Outbox.objects.update(lease_until=None, due=datetime(2020, 1, 1, tzinfo=UTC))
    speak.run()
    assert fates(first, second) == [("kept", ""), ("withheld", "merged")]


def test_taken_back_nothing_of_it_went_only_if_it_did_not_go_inside_another(alice, topic):
    first, second, third = held_at_night(alice, topic, "Cart words.", "Tea words.", "Cup words.")
    for message, key in ((first, "a"), (second, "b"), (third, "c")):
        Message.objects.filter(pk=message.pk).update(occurrence=f"{key}:1")
    Time.live = True
    decided()
    outbox.settle([Settled(first.pk, "waiting", "deferred", {"reply": ""}, MORNING)], at=MORNING)

    assert take_back([alice.pk], ["a", "b"], at=MORNING) == {"b"}
    assert fates(first, second, third) == [("withheld", "taken_back"), ("waiting", ""), ("waiting", "")]
    Time.live = False
    speak.run()
    assert fates(second, third) == [("kept", ""), ("withheld", "merged")]
    assert take_back([alice.pk], ["b", "c"], at=MORNING) == {"b", "c"}


def test_erased_in_the_middle_nothing_of_either_goes(alice, topic):
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.")
    Time.live = True
    decided()
    erase(contact=alice, by="Olga", at=MORNING)
    Outbox.objects.update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
    speak.run()

    assert fates(first, second) == [("withheld", "suppressed"), ("withheld", "suppressed")]
    assert not Outbox.objects.exists()
