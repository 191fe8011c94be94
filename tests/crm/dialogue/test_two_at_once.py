"""Two colleagues answer at the same moment: one answer goes, the other is shown it first."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from crm.dialogue.actions import ConversationMoved, reply, say, send_now, take_answer_back
from crm.dialogue.models import Message, Outbox
from tests import cast
from tests.cast import NOON


@pytest.fixture
def with_a_database(transactional_db):
    pass


def at_once(*deeds) -> list:
    """What each gave back or raised, all begun together."""
    barrier, found = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(number, deed):
        try:
            barrier.wait(5)
            found[number] = deed()
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return found


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_goes_and_the_other_is_refused_with_it():
    talk = say(contact=cast.alice(), text="It arrived stale.", channel="site", at=NOON)
    team = [cast.ada(), cast.max_()]
    for turn in range(5):
        seen = Message.objects.latest("pk").pk

        def answer(by, turn=turn, seen=seen):
            return reply(conversation=talk.conversation, text=f"{by} {turn}", by=by, at=NOON, seen=seen)

        found = at_once(*(lambda by=by: answer(by) for by in team))
        (sent,) = [one for one in found if isinstance(one, Message)]
        (refused,) = [one for one in found if isinstance(one, ConversationMoved)]
        assert [line.pk for line in refused.lines] == [sent.pk]
        assert Message.objects.filter(direction="out").count() == turn + 1


@pytest.mark.django_db(transaction=True)
def test_words_that_come_as_an_answer_leaves_stand_before_it_or_refuse_it():
    alice, ada = cast.alice(), cast.ada()
    talk = say(contact=alice, text="It arrived stale.", channel="site", at=NOON)
    for turn in range(5):
        seen = Message.objects.latest("pk").pk
        found = at_once(
            lambda turn=turn, seen=seen: reply(
                conversation=talk.conversation, text=f"Sorry {turn}", by=ada, at=NOON, seen=seen
            ),
            lambda turn=turn: say(contact=alice, text=f"Never mind {turn}", channel="site", at=NOON),
        )
        words = found[1]
        if isinstance(found[0], ConversationMoved):
            assert [line.pk for line in found[0].lines] == [words.pk]
        else:
            assert found[0].pk < words.pk, "whoever spoke second could read the first"


@pytest.mark.django_db(transaction=True)
def test_taking_back_and_sending_now_at_once_do_one_of_the_two():
    alice, ada = cast.alice(), cast.ada()
    talk = say(contact=alice, text="It arrived stale.", channel="site", at=NOON)
    answer = reply(
        conversation=talk.conversation,
        text="Friday",
        by=ada,
        at=NOON,
        seen=talk.pk,
        leaves=NOON + timedelta(days=1),
        scheduled=True,
    )
    back, now = at_once(
        lambda: take_answer_back(message=answer, by=ada, at=NOON),
        lambda: send_now(message=answer, by=ada, at=NOON, seen=answer.pk),
    )
    assert Outbox.objects.exists() is not back
    answer.refresh_from_db()
    assert (answer.state == "withheld") is back and (now or back)
