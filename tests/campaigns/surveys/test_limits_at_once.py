"""However many answer at once, no limit is exceeded by one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from campaigns.surveys.filling.spam import ANSWERS
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.links import answer_url
from campaigns.surveys.models import Response, Survey
from crm.events.models import Inbox
from engage.lib import clock
from tests.campaigns.surveys.pages import hidden
from tests.campaigns.surveys.questions import published, sent_to

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/s/coffee/"
THREADS = 10


def limit(survey: Survey, **fields: object) -> None:
    set_limits(survey=survey, limits=parse_limits(fields), by="Max", at=clock.now())


def at_once(posted: list[dict]) -> list[str]:
    """So many threads post all of them, beginning together."""
    ready = Barrier(min(THREADS, len(posted)))

    def begin() -> None:
        ready.wait()

    def post(data: dict) -> str:
        try:
            return Client().post(PAGE, data).content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS, initializer=begin) as pool:
        return list(pool.map(post, posted))


def forms(client, count: int, url: str = PAGE) -> list[str]:
    return [hidden(client.get(url).content.decode()) for _ in range(count)]


def test_ten_at_once_take_the_three_places_of_one_answer_and_not_one_more(client, survey):
    limit(survey, quotas=[{"question": "milk", "choice": 1, "most": 3}], most=8)
    pages = at_once([{"form": form, "q-milk": 1} for form in forms(client, 10)])
    assert sum("We’ll remember" in page for page in pages) == 3 and sum("is full" in page for page in pages) == 7
    assert Response.objects.filter(state="final").count() == 3 == Inbox.objects.count()
    at_once([{"form": form, "q-milk": 2} for form in forms(client, 10)])
    assert Response.objects.filter(state="final").count() == 8
    assert dict(survey.places.values_list("key", "taken")) == {"milk/1": 3, "": 8}


def test_two_hundred_at_once_of_one_person_by_as_many_links_are_one_answer(client, alice):
    survey = published()
    limit(survey, once="link")
    messages = [sent_to(alice, occurrence=str(number)) for number in range(20)]
    tokens = [hidden(client.get(answer_url(one.uid, "coffee")).content.decode()) for one in messages]
    pages = at_once([{"form": tokens[number % 20], "q-milk": 1 + number % 2} for number in range(200)])
    assert sum("We’ll remember" in page for page in pages) == 1
    assert sum("answered before" in page for page in pages) == 199
    assert Response.objects.filter(state="final").count() == 1 == Inbox.objects.count()


def test_answers_under_way_are_counted_when_a_limit_is_set(client, survey):
    """Whoever sets it waits for them, so that the first count is right and the limit holds."""
    posted = [{"form": form, "q-milk": 1} for form in forms(client, 20)]
    assert len(posted) < ANSWERS.free
    posted, late = posted[:12], posted[12:]
    with ThreadPoolExecutor(2) as pool:
        answers = pool.submit(at_once, posted)
        setting = pool.submit(_limit_apart, survey.pk)
        answers.result(), setting.result()
    final = Response.objects.filter(state="final").count()
    assert survey.places.get(key="").taken == final
    at_once(late)
    assert Response.objects.filter(state="final").count() == max(final, 6)


def _limit_apart(survey: int) -> None:
    try:
        limit(Survey.objects.get(pk=survey), most=6)
    finally:
        connections.close_all()
