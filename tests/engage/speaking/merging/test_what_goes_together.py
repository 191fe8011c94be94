"""What a guard held and may be merged goes inside the next message to the same person."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.surveys.asking import Asking
from crm.business.actions import update_business
from crm.contacts.actions import record_consent
from crm.contacts.models import Topic
from crm.dialogue.actions import say
from crm.dialogue.ledger import sums
from crm.dialogue.models import Message, Outbox
from engage import speak
from tests import cast
from tests.engage.speaking.merging.held import (
    MORNING,
    NIGHT,
    Time,
    content,
    fates,
    held_at_night,
    letter,
    permitted,
    queued,
    step,
)

pytestmark = pytest.mark.django_db


def test_what_quiet_hours_held_goes_as_one_message_with_everything_that_each_says(alice, topic):
    first, second, third = held_at_night(alice, topic, "Cart words.", "Tea words.", "Cup words.")
    speak.run()

    assert fates(first, second, third) == [("kept", ""), ("withheld", "merged"), ("withheld", "merged")]
    assert second.inside == third.inside == first
    assert second.settled == first.settled == MORNING
    assert first.subject == "Cart words."
    text = letter(first).text
    assert text.startswith("Hello Alice,\n\nCart words.\n\n* * *\n\nTea words.\n\n* * *\n\nCup words.\n\nOlga\n\n")
    assert letter(second) == letter(first)
    assert not Outbox.objects.exists()
    assert all(line.adds_up for line in sums())


def test_who_says_wait_waits_and_goes_by_itself(alice, topic):
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.", on_hold="wait")
    speak.run()

    assert fates(first, second) == [("kept", ""), ("kept", "")]


def test_a_message_that_goes_takes_along_what_waits_longer(alice, topic):
    update_business(by="test", at=NIGHT, weekly_cap=1)
    gone = queued(alice, topic, "Gone words.", on_hold="wait", due=MORNING - timedelta(days=9))
    Message.objects.filter(pk=gone.pk).update(state="kept", settled=MORNING - timedelta(days=1))
    Outbox.objects.all().delete()
    Time.now = MORNING
    capped = queued(alice, topic, "Capped words.")
    step()
    assert fates(capped) == [("waiting", "weekly_cap")]
    Outbox.objects.filter(message=capped).update(due=datetime(2999, 1, 1, tzinfo=UTC))

    update_business(by="test", at=MORNING, weekly_cap=2)
    other = queued(alice, topic, "Other words.", on_hold="wait")
    speak.run()

    assert fates(other, capped) == [("kept", ""), ("withheld", "merged")]
    assert "Other words.\n\n* * *\n\nCapped words." in letter(other).text


def test_who_did_not_ask_to_be_merged_carries_the_others_under_its_own_subject(alice, topic):
    (early,) = held_at_night(alice, topic, "Early words.")
    late = queued(alice, topic, "Late words.", on_hold="wait")
    speak.run()

    assert fates(late, early) == [("kept", ""), ("withheld", "merged")]
    assert early.inside == late
    assert late.subject == "Late words."


def test_one_that_carries_others_counts_once_for_the_week(alice, topic):
    update_business(by="test", at=NIGHT, weekly_cap=2)
    held_at_night(alice, topic, "One.", "Two.", "Three.")
    speak.run()
    last = queued(alice, topic, "Four.", on_hold="wait")
    step()
    beyond = queued(alice, topic, "Five.", on_hold="wait")
    step()

    assert fates(last, beyond) == [("kept", ""), ("waiting", "weekly_cap")]


def test_a_limit_that_is_reached_by_the_message_that_goes_holds_nobody_who_goes_inside_it(alice, topic):
    update_business(by="test", at=NIGHT, weekly_cap=1)
    Time.now = MORNING
    first, second = queued(alice, topic, "One."), queued(alice, topic, "Two.")
    step()

    assert fates(first, second) == [("kept", ""), ("withheld", "merged")]


def test_five_go_as_one_and_the_sixth_by_itself(alice, topic):
    messages = held_at_night(alice, topic, *(f"Words {n}." for n in range(6)))
    speak.run()

    assert [state for state, _ in fates(*messages)] == ["kept", *["withheld"] * 4, "kept"]


def test_each_part_needs_its_own_permission(alice, topic):
    news = Topic.objects.create(key="news", label="News")
    permitted(alice, news)
    offer, other = held_at_night(alice, topic, "Offer words.", "Also words.")
    about_news = queued(alice, news, "News words.")
    record_consent(contact=alice, topic=news, state="withdrawn", how="link", at=MORNING)
    speak.run()

    assert fates(offer, other, about_news) == [("kept", ""), ("withheld", "merged"), ("withheld", "unsubscribed")]
    assert "News words" not in letter(offer).text


def test_what_may_not_stand_beside_others_goes_alone(alice, topic):
    page = "<mjml><mj-body><mj-text>Hello</mj-text></mj-body></mjml>"
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.")
    third = queued(alice, topic, page, kind="mjml")
    receipt = queued(alice, topic, "Receipt.", klass="transactional")
    speak.run()

    assert [state for state, _ in fates(first, second, third, receipt)] == ["kept", "withheld", "kept", "kept"]


def test_people_are_never_mixed(alice, topic):
    bob = permitted(cast.bob(), topic)
    hers = held_at_night(alice, topic, "Her words.")
    Time.now = NIGHT
    his = held_at_night(bob, topic, "His words.")
    speak.run()

    assert fates(*hers, *his) == [("kept", ""), ("kept", "")]


def test_while_she_talks_with_us_everything_waits_by_itself(alice, topic):
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.")
    say(contact=alice, text="Where is it?", channel="site", at=MORNING)
    step()

    assert fates(first, second) == [("waiting", "talking"), ("waiting", "talking")]


def test_one_off_messages_carry_nothing(alice, topic):
    (held,) = held_at_night(alice, topic, "Held words.")
    broadcast = queued(alice, topic, "Spring words.", on_hold="wait", origin="broadcast:x")
    speak.run()

    assert fates(held, broadcast) == [("kept", ""), ("kept", "")]


def test_a_message_that_fails_our_program_inside_another_does_not_keep_that_one(alice, topic, poison):
    first, second = held_at_night(alice, topic, "Cart words.", "Tea words.")
    Message.objects.filter(pk=second.pk).update(variables={"on_hold": "merge"} | poison)
    speak.run()

    assert fates(first, second) == [("kept", ""), ("failed", "fault")]


def test_what_cannot_be_written_drops_out_and_the_next_carries_the_rest(alice, topic):
    loop = "{% for a in event.many %}{% for b in event.many %}x{% endfor %}{% endfor %}"
    first, second, third = held_at_night(alice, topic, f"Loop {loop}", "Tea words.", "Cup words.")
    Message.objects.filter(pk=first.pk).update(variables={"on_hold": "merge", "event": {"many": list(range(100))}})
    speak.run()

    assert fates(first, second, third) == [("failed", "cannot_render"), ("kept", ""), ("withheld", "merged")]


def test_one_question_at_a_time_also_inside_another(alice, topic, monkeypatch):
    asking = frozenset({"Ask once.", "Ask twice."})
    asked = {content(words): words in asking for words in ("Ask once.", "Ask twice.", "Plain words.")}
    monkeypatch.setattr("campaigns.guards.queries.asked_surveys", lambda of: ["x"] if asked.get(of) else [])
    question = {"x": {"text": "", "answers": []}}
    monkeypatch.setattr(Asking, "questions", lambda self, message: question if asked.get(message.content) else {})
    first, plain, again = held_at_night(alice, topic, "Ask once.", "Plain words.", "Ask twice.")
    step()

    assert fates(first, plain, again) == [("kept", ""), ("withheld", "merged"), ("waiting", "asked_recently")]
