"""The page of a contest: an order that favours nobody, names only where they were given, and who won at the end."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from campaigns.contests import gallery
from campaigns.contests.entering import make_small
from campaigns.contests.models import Contest, Entry, Vote
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import entered, now, opened, path
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def filled(contest: Contest, count: int) -> list[Entry]:
    """Entries whose photos are one photo, for the sake of time."""
    first = entered(contest, cast.contact("Guest 0"), caption="Photo 0.")
    for n in range(1, count):
        fields = {"contest": contest, "standing": "shown", "at": clock.now(), "caption": f"Photo {n}."}
        person = cast.contact(f"Guest {n}")
        response = first.response
        response.pk, response.uid, response.occasion, response.once = None, person.uid, f"page:{n}", ""
        response.save(force_insert=True)
        made = Entry.objects.create(contact=person, recorded_for=person, response=response, photo=first.photo, **fields)
        make_small(made, first.photo)
    return list(Entry.objects.filter(contest=contest))


def order(contest: Contest, at: datetime, size: int = 1000) -> list[int]:
    return [one.pk for one in gallery.page(contest, 1, at, size=size).rows]


def test_the_order_stays_all_day_is_another_the_next_and_has_nothing_of_who_came_first():
    contest = opened()
    filled(contest, 12)
    by_time = sorted(order(contest, NOON))
    days = [order(contest, NOON + timedelta(days=n)) for n in range(5)]
    assert order(contest, NOON + timedelta(hours=5)) == days[0]
    assert len({tuple(one) for one in days}) == 5 and all(sorted(one) == by_time for one in days)
    assert by_time not in days and by_time[::-1] not in days
    assert len({one[0] for one in days}) > 1


def test_pages_have_24_and_each_photo_stands_on_one(client):
    contest = opened()
    filled(contest, 30)
    with time_machine.travel(NOON, tick=False):
        first, second = client.get(path(contest)), client.get(path(contest), {"page": "2"})
        few = queries_of(client, path(contest))
        for wrong in ("0", "-1", "x", "99999999999", "²"):
            assert client.get(path(contest), {"page": wrong}).status_code == 200
    seen = [[one.pk for one in page.context["page"].rows] for page in (first, second)]
    assert [len(one) for one in seen] == [24, 6] and len(set(seen[0] + seen[1])) == 30
    assert 'rel="next"' in said(first) and 'rel="prev"' in said(second) and 'loading="lazy"' in said(first)
    other = opened(title="Winter tables")
    entered(other, cast.contact("One more"))
    client.get(path(other))
    assert queries_of(client, path(other)) == few <= 8


def test_no_name_is_shown_but_one_that_was_given_for_it_and_no_count_before_the_end(client, alice, bob):
    contest = opened()
    one = entered(contest, alice, caption="By the window")
    entered(contest, bob, caption="In the yard", first_name="Bobby")
    Vote.objects.create(contest=contest, entry=one, contact=bob, recorded_for=bob, at=clock.now())
    page = said(client.get(path(contest))) + said(client.get(f"{path(contest)}entry/{one.uid}/"))
    assert "Bobby" in page and "Alice" not in page and "Moreau" not in page and "Stone" not in page
    assert "alice@" not in page and "1 vote" not in page


def test_who_won_stands_first_with_what_it_was_found_by(client, alice, bob):
    contest = opened()
    one, two = entered(contest, alice, caption="By the window"), entered(contest, bob, caption="In the yard")
    Entry.objects.filter(pk=one.pk).update(place=2, result={"votes": 1})
    Entry.objects.filter(pk=two.pk).update(place=1, result={"votes": 3})
    assert "Who won" not in said(client.get(path(contest)))
    Contest.objects.update(ended=clock.now(), ended_by="Max")
    page = said(client.get(path(contest)))
    won = page.partition("Who won")[2].partition("</ol>")[0]
    assert won.index("In the yard") < won.index("By the window") and "3 votes" in won and "1 vote<" in won
    assert "It ended on" in page and "Enter your photo" not in page
    assert "Place 1" in said(client.get(f"{path(contest)}entry/{two.uid}/"))
    Entry.objects.filter(pk=two.pk).update(standing="refused")
    assert "In the yard" not in said(client.get(path(contest)))


def test_the_public_pages_say_when_on_the_clock_of_the_shop(client):
    contest = opened(closes=datetime(2999, 6, 1, 16, tzinfo=UTC))
    page = said(client.get(path(contest)))
    assert "Enter until 1 June 2999" in page and now(contest).ended is None
