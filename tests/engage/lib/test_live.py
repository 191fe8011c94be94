"""Pages hear of changes when they are committed, and of nothing else."""

import queue

import pytest
from django.db import transaction

from engage.lib.live import LOOK_AGAIN, listener, publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def listening_ends():
    yield
    listener.join()


def heard_on(heard):
    """What came, after the first notice, which says that listening has begun."""
    return heard.get(timeout=5)


def test_a_change_is_heard_when_its_transaction_commits():
    with listener.subscribed("inbox") as heard:
        assert heard_on(heard) == LOOK_AGAIN
        with transaction.atomic():
            publish("inbox", {"conversation": 7})
            with pytest.raises(queue.Empty):
                heard.get(timeout=0.2)
        assert heard_on(heard) == {"conversation": 7}


def test_a_change_that_is_rolled_back_is_never_heard():
    with listener.subscribed("inbox") as heard:
        heard_on(heard)
        with transaction.atomic():
            publish("inbox", {"conversation": 7})
            transaction.set_rollback(True)
        with pytest.raises(queue.Empty):
            heard.get(timeout=0.3)


def test_a_stream_carries_only_its_own_changes():
    with listener.subscribed("inbox") as inbox, listener.subscribed("told") as told:
        heard_on(inbox), heard_on(told)
        publish("told", {"preference": 1})
        assert heard_on(told) == {"preference": 1}
        assert inbox.empty()


def test_a_thousand_changes_to_somebody_who_does_not_read_stay_few():
    with listener.subscribed("inbox") as heard:
        heard_on(heard)
        with transaction.atomic():
            for number in range(1000):
                publish("inbox", {"conversation": number})
        publish("inbox", {"last": True})
        heard_on(heard)
        assert heard.qsize() <= 64


def test_nobody_listens_when_nobody_is_subscribed():
    with listener.subscribed("inbox") as heard:
        heard_on(heard)
    listener.join()
    assert listener._thread is None
