"""One open case for each person, whoever comes at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connections, transaction

from crm.dialogue.models import Task
from crm.events.models import Inbox
from crm.leaving.actions import open_by_hand, settle
from crm.leaving.models import Case
from engage.lib import clock

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 6


def at_once(act) -> list:
    ready = Barrier(TIMES)

    def one(number: int):
        try:
            ready.wait()
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(one, range(TIMES)))


def test_many_who_open_at_once_open_one(alice, ada):
    opened = at_once(lambda n: open_by_hand(contact=alice, words=str(n), by=ada, at=clock.now()))
    assert sum(case is not None for case in opened) == 1
    assert (Case.objects.count(), Task.objects.count(), Inbox.objects.count()) == (1, 1, 1)


def test_many_who_tell_at_once_tell_once(alice, ada):
    case = open_by_hand(contact=alice, words="", by=ada, at=clock.now())
    told = at_once(lambda n: settle(case=case, outcome="stayed", why=str(n), by=str(n), at=clock.now()))
    assert sum(told) == 1
    case.refresh_from_db()
    assert case.why == case.closed_by == str(told.index(True))


def test_the_database_itself_refuses_a_second(alice, ada):
    case = open_by_hand(contact=alice, words="", by=ada, at=clock.now())
    case.pk, case.task, case.uid = None, None, Case(contact=alice).uid
    with pytest.raises(IntegrityError), transaction.atomic():
        case.save()
