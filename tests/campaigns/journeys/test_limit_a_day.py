"""So many people begin a journey a day, at most, whoever looks at the same time."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.journeys.models import Enrolment, EntryDay
from campaigns.journeys.triggers import match_triggers
from crm.business.models import Business
from crm.business.queries import forget_cached
from engage.lib import clock
from tests.campaigns.journeys.happenings import counted, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario
from tests.cast import NOON, contact

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def limited(most: int = 3, **changes):
    return live_journey(scenario(entry={"again": "always", "per_day": most}, **changes), name=f"At most {most}")


def crowd_of(number: int):
    return [contact(f"Person {n}") for n in range(number)]


def day_of(journey) -> tuple[int, int]:
    [day] = EntryDay.objects.filter(journey=journey)
    return day.begun, day.over


def test_who_is_over_the_limit_does_not_begin_and_is_counted():
    journey, crowd = limited(3), crowd_of(5)
    listen(*(ordered(person, f"m{n}", at=NOON - n * HOUR) for n, person in enumerate(crowd)))
    assert {walk.contact_id for walk in enrolled(journey)} == {person.pk for person in crowd[2:]}, "the earliest three"
    assert day_of(journey) == (3, 2)


def test_another_day_has_room_again_and_the_day_is_the_shops():
    Business.objects.update_or_create(pk=1, defaults={"timezone": "Asia/Tokyo"})
    forget_cached()
    journey, crowd = limited(1), crowd_of(3)
    before_midnight = NOON + timedelta(hours=2, minutes=59)
    listen(ordered(crowd[0], "m0"), at=NOON)
    listen(ordered(crowd[1], "m1"), at=before_midnight)
    assert len(enrolled(journey)) == 1
    listen(ordered(crowd[2], "m2"), at=before_midnight + timedelta(minutes=1))
    assert len(enrolled(journey)) == 2


def test_who_may_not_begin_anyway_uses_no_room():
    journey, (first, second) = limited(2), crowd_of(2)
    listen(ordered(first, "m1"))
    listen(ordered(first, "m2"))
    listen(ordered(second, "m3"))
    assert len(enrolled(journey)) == 2
    assert day_of(journey) == (2, 0)


def test_an_event_that_comes_twice_is_counted_once():
    journey, person = limited(5), contact("Dora")
    listen(ordered(person, "m1"))
    Enrolment.objects.update(state="ended")
    match_triggers([ordered(person, "m1")], at=NOON)
    assert len(enrolled(journey)) == 1
    assert day_of(journey) == (1, 0)


@pytest.mark.parametrize("people", [3, 30])
def test_the_limit_takes_two_statements_more_for_any_number_of_people(people):
    limited(2), limited(4)
    crowd = crowd_of(people)
    listen(*(ordered(person, f"warm{n}") for n, person in enumerate(crowd)), at=NOON - timedelta(days=2))
    Enrolment.objects.update(state="ended")
    events = [ordered(person, f"m{n}") for n, person in enumerate(crowd)]
    with CaptureQueriesContext(connection) as captured:
        match_triggers(events, at=NOON)
    assert counted(captured) == 6


@pytest.mark.django_db(transaction=True)
def test_chunks_at_once_let_in_exactly_so_many():
    journeys, crowd, now = [limited(7), limited(11)], crowd_of(40), clock.now()
    raised: list[Exception] = []

    def chunk(part) -> None:
        try:
            for n, person in enumerate(part):
                listen(ordered(person, f"m{person.pk}-{n}", at=now), at=now)
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=chunk, args=[crowd[start::4]]) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []
    assert [len(enrolled(journey)) for journey in journeys] == [7, 11]
    assert [day_of(journey) for journey in journeys] == [(7, 33), (11, 29)]
