"""Ten parallel submits of one form are one answer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from campaigns.surveys.models import Response
from crm.contacts.models import Contact
from crm.dialogue.models import Conversation, Message
from crm.events.models import Inbox
from tests.campaigns.surveys.pages import hidden
from tests.campaigns.surveys.questions import MILK, STARS, published, tap
from tests.campaigns.surveys.walking import begins, go

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/s/coffee/"
TIMES = 10


def at_once(posted: list[dict], url: str = PAGE) -> list[str]:
    ready = Barrier(len(posted))

    def post(data: dict) -> str:
        try:
            ready.wait()
            return Client().post(url, data).content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(posted)) as pool:
        return list(pool.map(post, posted))


@pytest.mark.parametrize("known", [True, False], ids=["by a link", "by a stranger"])
def test_ten_at_once_are_one_answer(client, survey, message, known):
    form = hidden(client.get(tap(message) if known else PAGE).content.decode())
    people = Contact.objects.count()
    pages = at_once([{"form": form, "q-milk": 1 + number % 2} for number in range(TIMES)])
    assert sum("We’ll remember" in page for page in pages) == 1
    assert sum("answered before" in page for page in pages) == TIMES - 1
    assert Response.objects.filter(state="final").count() == Response.objects.count() == 1
    assert Inbox.objects.count() == 1 and Contact.objects.count() == people + (not known)


@pytest.mark.parametrize("known", [True, False], ids=["by a link", "by a stranger"])
def test_ten_at_once_of_the_last_page_are_one_answer(client, message, known):
    published(MILK, begins("order"), STARS | {"talk_at_most": 5}, key="pages")
    url = "/s/pages/"
    first = client.get(tap(message, "pages", no="") if known else url)
    form = hidden(go(client, first, url=url, milk=1).content.decode())
    people = Contact.objects.count()
    pages = at_once([{"form": form, "q-taste": 1 + number % 5} for number in range(TIMES)], url)
    assert sum("We’ll remember" in page for page in pages) == 1
    assert sum("answered before" in page for page in pages) == TIMES - 1
    assert Response.objects.get().answers["milk"]["value"] == "oat milk"
    assert Message.objects.filter(direction="in").count() == Conversation.objects.count() == known
    assert Inbox.objects.count() == 1 + known and Contact.objects.count() == people + (not known)


def test_ten_at_once_of_a_page_before_are_one_that_is_begun(client):
    published(MILK, begins("order"), STARS, key="pages")
    form = hidden(client.get("/s/pages/").content.decode())
    pages = at_once([{"form": form, "q-milk": 1 + number % 2} for number in range(TIMES)], "/s/pages/")
    assert all("How was your last order?" in page for page in pages)
    assert Response.objects.get().state == "begun"
