"""What was shown and begun is counted without a row of anybody's, and folded into one a day."""

import pytest
from django.utils import timezone

from campaigns.surveys.embeds import counting
from campaigns.surveys.embeds.queries import Came, came
from campaigns.surveys.models import Seen
from engage.lib import clock
from tests.campaigns.surveys.embeds.places import frame, placed
from tests.campaigns.surveys.pages import hidden, submit
from tests.campaigns.surveys.questions import tap
from tests.campaigns.surveys.sign_ups import ask, link, sign_up_form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty():
    counting._client().delete(counting._HASH)


def test_a_view_writes_no_row_and_a_fold_one_for_each_day_and_place(client, survey, django_assert_num_queries) -> None:
    popup, at = placed(survey), clock.now()
    for _ in range(3):
        client.get(frame(popup))
    client.get("/s/coffee/?o=qr-counter")
    client.head(frame(popup))
    client.get(frame(popup), headers={"Sec-Purpose": "prefetch"})
    assert client.post(f"{frame(popup)}begun/").status_code == 204
    assert client.post("/s/coffee/begun/?o=qr-counter").status_code == 204
    assert not Seen.objects.exists()
    with django_assert_num_queries(2):
        counting.fold(at=at)
    counting.fold(at=at)
    rows = {one.origin: (one.shown, one.begun) for one in Seen.objects.all()}
    assert rows == {"popup": (3, 1), "qr-counter": (1, 1)}
    client.get(frame(popup))
    counting.fold(at=at)
    assert Seen.objects.get(origin="popup").shown == 4


def test_what_came_stands_by_origin_with_its_share(client, survey, message, django_assert_num_queries) -> None:
    popup = placed(survey)
    for milk in (1, 2):
        submit(client, frame(popup), milk=milk)
    client.get(frame(popup))
    client.get(frame(popup))
    submit(client, tap(message), milk=1)
    counting.fold(at=timezone.now())
    with django_assert_num_queries(3):
        found = came(survey)
    assert found["popup"] == Came("popup", shown=4, answered=2) and found["popup"].share == 50
    assert found["mail"] == Came("mail", answered=1) and found["mail"].share is None


def test_a_sign_up_form_counts_who_asked_and_who_confirmed_by_place(client) -> None:
    form = sign_up_form()
    slide = placed(form, "slide")
    page = client.get(frame(slide)).content.decode()
    client.post(frame(slide), {"form": hidden(page), "q-permission": "dora@shop.example"})
    client.post(link())
    ask(client, "emil@shop.example")
    counting.fold(at=timezone.now())
    found = came(form)
    assert found["slide-in"] == Came("slide-in", shown=1, answered=1, asked=1, confirmed=1)
    assert found["link"] == Came("link", shown=1, answered=1, asked=1)


def test_invented_names_make_no_end_of_rows(client, survey) -> None:
    for number in range(counting.MOST_ORIGINS + 20):
        client.get(f"/s/coffee/?o=name-{number}")
    counting.fold(at=clock.now())
    assert Seen.objects.count() == counting.MOST_ORIGINS
    assert sum(Seen.objects.values_list("shown", flat=True)) == counting.MOST_ORIGINS + 20
