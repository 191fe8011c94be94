"""A broadcast goes out once to everybody it is for, and is done when it adds up."""

from datetime import timedelta

import pytest

from campaigns.broadcasts import actions, queueing, running
from campaigns.broadcasts.models import Broadcast, Turn
from campaigns.broadcasts.standing import causes
from campaigns.designs.actions import edit_design
from crm.contacts.actions import erase, merge, pause, suppress
from crm.dialogue.models import Message, Outbox
from crm.segments.actions import create_segment
from tests import cast
from tests.campaigns.broadcasts.hands import BY, LETTER, OTHER, Hands, people, person, states, sums

pytestmark = pytest.mark.django_db

State = Broadcast.State


def test_it_starts_a_minute_after_the_click_and_not_before(hands: Hands, news) -> None:
    people(2, news)
    broadcast = hands.draft(news)
    started = actions.start(broadcast, by=BY, at=hands.now)
    assert (started.state, started.starts) == (State.STARTING, hands.now + timedelta(seconds=60))

    hands.later(seconds=59)
    hands.run()
    assert Message.objects.count() == 0
    hands.later(seconds=1)
    hands.run()
    assert states(broadcast) == {"kept": 2}
    broadcast.refresh_from_db()
    assert (broadcast.state, broadcast.finished) == (State.DONE, hands.now)


def test_cancelled_within_the_minute_it_is_a_draft_again(hands: Hands, news) -> None:
    people(2, news)
    broadcast = hands.draft(news)
    actions.start(broadcast, by=BY, at=hands.now)
    assert actions.cancel(broadcast, by=BY, at=hands.now).state == State.DRAFT
    hands.later(hours=1)
    hands.run()
    assert Message.objects.count() == 0
    actions.edit_broadcast(broadcast, name="Later", by=BY, at=hands.now)


def test_everybody_is_accounted_for_with_a_reason(hands: Hands, news) -> None:
    people(3, news)
    person(10, None)
    suppress(address="p1@people.test", reason="asked", by=BY, at=hands.now)
    stops = person(11, news)
    pause(contact=stops, until=None, by=BY, at=hands.now)
    broadcast = hands.begun(news)
    hands.run()
    assert states(broadcast) == {"kept": 2, "withheld no_consent": 1, "withheld suppressed": 1, "withheld stopped": 1}
    assert (sums(broadcast).due, sums(broadcast).sent, sums(broadcast).withheld) == (5, 2, 3)


def test_groups_in_and_out_and_a_rule_of_its_own_narrow_it(hands: Hands, news) -> None:
    english = create_segment(
        name="English", rule={"field": "contact.language", "op": "is", "value": "en"}, by=BY, at=hands.now
    )
    british = create_segment(
        name="British", rule={"field": "contact.country", "op": "is", "value": "GB"}, by=BY, at=hands.now
    )
    spanish = create_segment(
        name="Spanish", rule={"field": "contact.language", "op": "is", "value": "es"}, by=BY, at=hands.now
    )
    person(1, news, language="en", country="GB")
    wanted = [person(2, news, language="en", country="FR"), person(3, news, language="es", country="ES")]
    person(4, news, language="zh")
    person(5, news, language="es", country="MX")
    broadcast = hands.begun(
        news,
        include=[str(english.uid), str(spanish.uid)],
        exclude=[str(british.uid)],
        rule={"none": [{"field": "contact.country", "op": "is", "value": "MX"}]},
    )
    hands.run()
    assert set(Message.objects.values_list("contact", flat=True)) == {one.pk for one in wanted}
    assert sums(broadcast).due == 2


def test_who_comes_into_the_group_after_the_start_is_not_written_to(hands: Hands, news) -> None:
    people(2, news)
    broadcast = hands.begun(news, per_hour=1)
    hands.work()
    person(9, news)
    for _ in range(3):
        hands.later(hours=1)
        hands.run()
    assert sums(broadcast).due == 2
    broadcast.refresh_from_db()
    assert broadcast.state == State.DONE


def test_a_live_audience_loses_who_leaves_and_gains_who_comes_before_its_end(hands: Hands, news) -> None:
    crowd = people(3, news, language="en")
    broadcast = hands.begun(
        news, per_hour=1, audience="live", rule={"field": "contact.language", "op": "is", "value": "en"}
    )
    hands.run()
    assert states(broadcast) == {"kept": 1, "queued turn": 2}
    type(crowd[1]).objects.filter(pk=crowd[1].pk).update(language="es")
    person(9, news, language="en")
    for _ in range(4):
        hands.later(hours=1)
        hands.run()
    assert states(broadcast) == {"kept": 3, "withheld left_audience": 1}
    assert sums(broadcast).due == 4
    broadcast.refresh_from_db()
    assert broadcast.state == State.DONE


def test_it_is_queued_in_slices_and_goes_on_where_it_was(hands: Hands, news, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "SPAN", 3)
    people(10, news)
    broadcast = hands.begun(news)
    running.step(hands.now)  # begins it
    running.step(hands.now)
    broadcast.refresh_from_db()
    assert broadcast.queued is None
    assert sums(broadcast).due == Turn.objects.count() == broadcast.due <= 3
    assert [one.code for one in causes(broadcast, at=hands.now)] == ["queueing"]
    hands.run()
    assert states(broadcast) == {"kept": 10}


def test_a_slice_costs_the_same_however_many_people_it_finds(hands: Hands, news, django_assert_num_queries) -> None:
    hands.begun(news)
    people(40, news)
    running.step(hands.now)
    with django_assert_num_queries(10):
        running.step(hands.now)
    assert Turn.objects.count() == 40
    with django_assert_num_queries(16):
        running.step(hands.now)
    assert Outbox.objects.count() == 40


def test_people_who_turn_out_to_be_one_have_it_once(hands: Hands, news) -> None:
    one, other = people(2, news)
    broadcast = hands.begun(news, per_hour=1)
    hands.run()
    merge(survivor=one, absorbed=other, by=BY, at=hands.now)
    hands.later(hours=1)
    hands.run()
    assert states(broadcast) == {"kept": 1, "withheld same_person": 1}
    broadcast.refresh_from_db()
    assert broadcast.state == State.DONE


def test_whoever_is_erased_while_it_waits_stays_in_the_sums(hands: Hands, news) -> None:
    crowd = people(2, news)
    broadcast = hands.begun(news, per_hour=1)
    hands.run()
    erase(contact=crowd[1], by=cast.olga(), at=hands.now)
    hands.later(hours=1)
    hands.run()
    assert states(broadcast) == {"kept": 1, "withheld suppressed": 1}
    assert Turn.objects.count() == 0


def test_two_versions_share_the_audience_by_a_draw_that_anybody_can_repeat(hands: Hands, news) -> None:
    crowd = people(60, news)
    broadcast = hands.begun(news, LETTER, OTHER, sample_percent=100)
    hands.work()
    texts = {variant.contents["en"]: variant.letter for variant in broadcast.variants.all()}
    got = {m.contact_id: texts[m.content_id] for m in Message.objects.all()}
    ends = queueing.shares(2, 100)
    assert got == {one.pk: "a" if queueing.bucket(broadcast.uid, one.pk) < ends[0] else "b" for one in crowd}
    assert set(got.values()) == {"a", "b"}


def test_each_person_reads_it_in_their_language(hands: Hands, news) -> None:
    for number, language in enumerate(["es-mx", "zh", "en", ""]):
        person(number, news, language=language)
    design = hands.design(**LETTER)
    spanish = design.contents["en"] | {"subject": "Hola"}
    edit_design(design, contents={**design.contents, "es": spanish}, by=BY, at=hands.now)
    broadcast = hands.draft(news)
    actions.edit_broadcast(broadcast, designs=[design], by=BY, at=hands.now)
    actions.start(broadcast, by=BY, at=hands.now)
    hands.later(seconds=60)
    hands.run()
    subjects = Message.objects.order_by("contact_id").values_list("subject", flat=True)
    assert list(subjects) == ["Hola", "New beans", "New beans", "New beans"]


def test_what_it_says_is_what_was_said_when_it_was_started(hands: Hands, news) -> None:
    people(1, news)
    broadcast = hands.begun(news)
    design = broadcast.variants.get().design
    changed = {"en": design.contents["en"] | {"subject": "Changed"}}
    edit_design(design, contents=changed, by=BY, at=hands.now)
    hands.run()
    assert Message.objects.get().subject == "New beans"
