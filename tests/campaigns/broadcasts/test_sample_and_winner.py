"""A sample has the versions, the rest gets the better one; where it cannot be told, the first, and that is said."""

from datetime import timedelta

import pytest

from campaigns.broadcasts import actions
from campaigns.broadcasts.models import Broadcast, Turn
from campaigns.broadcasts.preparing import versions as versions_with_designs
from campaigns.broadcasts.queries import versions
from campaigns.broadcasts.standing import causes
from campaigns.designs.actions import edit_design
from crm.dialogue.models import Message
from crm.events.models import Event
from tests.campaigns.broadcasts.hands import BY, LETTER, OTHER, Hands, people, person, states, sums

pytestmark = pytest.mark.django_db


def sampled(hands: Hands, news, count: int = 60, **fields: object) -> Broadcast:
    people(count, news)
    broadcast = hands.begun(news, LETTER, OTHER, **{"sample_percent": 50, "decide_minutes": 120, **fields})
    hands.run()
    broadcast.refresh_from_db()
    return broadcast


def had(broadcast: Broadcast, letter: str) -> list[Message]:
    content = broadcast.variants.get(letter=letter).contents["en"]
    return list(Message.objects.filter(origin=broadcast.origin, content=content, state="kept").order_by("id"))


def test_the_sample_goes_first_and_the_rest_waits_for_it(hands: Hands, news) -> None:
    broadcast = sampled(hands, news)
    assert 0 < len(had(broadcast, "a")) + len(had(broadcast, "b")) < 60
    assert broadcast.decide_at == hands.now + timedelta(minutes=120)
    [cause] = causes(broadcast, at=hands.now)
    assert (cause.code, cause.until) == ("winner", broadcast.decide_at)
    assert cause.number == Turn.objects.count() == sums(broadcast).waiting


def test_the_rest_gets_what_more_people_clicked(hands: Hands, news) -> None:
    broadcast = sampled(hands, news)
    Message.objects.filter(pk__in=[one.pk for one in had(broadcast, "b")]).update(clicked=hands.now)
    in_sample = len(had(broadcast, "a"))
    hands.later(minutes=120)
    hands.run()
    broadcast.refresh_from_db()
    assert (broadcast.winner, broadcast.verdict["sure"], broadcast.decided_by) == ("b", True, "sample")
    assert len(had(broadcast, "a")) == in_sample
    assert len(had(broadcast, "b")) == 60 - in_sample
    assert broadcast.state == Broadcast.State.DONE
    assert [(one.letter, one.people) for one in versions(broadcast)] == [("a", in_sample), ("b", 60 - in_sample)]


def test_where_it_cannot_be_told_the_rest_gets_the_first_and_that_is_said(hands: Hands, news) -> None:
    broadcast = sampled(hands, news)
    Message.objects.filter(pk=had(broadcast, "b")[0].pk).update(clicked=hands.now)
    hands.later(minutes=120)
    hands.run()
    broadcast.refresh_from_db()
    assert (broadcast.winner, broadcast.verdict["sure"]) == ("a", False)
    assert broadcast.verdict["versions"]["b"][1] == 1
    assert states(broadcast) == {"kept": 60}


def test_an_opened_mail_decides_nothing_but_an_order_may(hands: Hands, news) -> None:
    broadcast = sampled(hands, news, judge="goal")
    Event.objects.bulk_create(
        Event(
            contact_id=one.contact_id,
            recorded_for_id=one.contact_id,
            message_id=f"m{one.pk}",
            kind="track",
            name="Order Completed",
            at=hands.now + timedelta(minutes=5),
            received=hands.now + timedelta(minutes=5),
            source="write",
        )
        for one in had(broadcast, "a")
    )
    Message.objects.filter(pk__in=[one.pk for one in had(broadcast, "b")]).update(clicked=hands.now)
    hands.later(minutes=120)
    hands.run()
    broadcast.refresh_from_db()
    assert (broadcast.winner, broadcast.verdict["sure"]) == ("a", True)


def test_a_language_in_which_both_say_the_same_says_nothing_about_which_is_better(hands: Hands, news) -> None:
    people(10, news)
    for number in range(10, 20):
        person(number, news, language="de")
    broadcast = hands.draft(news, LETTER, OTHER, sample_percent=100)
    first, second = (one.design for one in versions_with_designs(broadcast))
    for design in (first, second):
        german = first.contents["en"] | {"subject": "Neue Bohnen"}
        edit_design(design, contents=design.contents | {"de": german}, by=BY, at=hands.now)
    actions.start(broadcast, by=BY, at=hands.now)
    hands.later(seconds=60)
    hands.run()
    assert states(broadcast) == {"kept": 20}
    assert [one.people for one in versions(broadcast)] == [len(had(broadcast, "a")), len(had(broadcast, "b"))]
    assert sum(one.people for one in versions(broadcast)) == 10


def test_somebody_may_choose_without_waiting(hands: Hands, news) -> None:
    broadcast = sampled(hands, news)
    actions.choose_winner(broadcast, letter="b", by=BY, at=hands.now)
    hands.run()
    broadcast.refresh_from_db()
    assert (broadcast.winner, broadcast.decided_by) == ("b", BY)
    assert states(broadcast) == {"kept": 60}
    with pytest.raises(actions.WrongState):
        actions.choose_winner(broadcast, letter="a", by=BY, at=hands.now)


def test_two_versions_that_are_the_same_are_refused(hands: Hands, news) -> None:
    broadcast = hands.draft(news, LETTER, LETTER)
    with pytest.raises(actions.NotReady, match="nothing to compare"):
        actions.start(broadcast, by=BY, at=hands.now)
