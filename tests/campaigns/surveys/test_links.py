"""Only links made here, for this survey, not too long ago."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from campaigns.surveys import links
from campaigns.surveys.models import Response
from crm.contacts.models import Contact
from crm.dialogue.models import Message
from crm.events.models import Inbox
from engage.lib import clock, ids, tokens
from tests.campaigns.surveys.pages import hidden, submit
from tests.campaigns.surveys.questions import published, tap

pytestmark = pytest.mark.django_db

PAGE = "/s/coffee/"


def nothing_written() -> bool:
    return not Response.objects.exists() and not Inbox.objects.exists()


BAD_LINKS = {
    "nonsense": lambda good: "nonsense",
    "not ascii": lambda good: "é.é",
    "cut in the mail": lambda good: good[:-4],
    "far too long": lambda good: good * 100,
    "of another purpose": lambda good: tokens.sign("m", *tokens.read("s", good)),
    "of another survey": lambda good: tokens.sign("s", tokens.read("s", good)[0], "tea", "milk", 1),
    "of no message": lambda good: tokens.sign("s", str(ids.uuid7()), "coffee", "milk", 1),
    "too few parts": lambda good: tokens.sign("s", tokens.read("s", good)[0]),
}


@pytest.mark.parametrize("spoil", BAD_LINKS.values(), ids=BAD_LINKS)
def test_a_bad_link_gets_a_clear_page_with_the_open_survey(client, survey, message, spoil):
    token = spoil(tap(message).partition("t=")[2])
    response = client.get(PAGE, {"t": token})
    page = response.content.decode()
    assert response.status_code == 404 and "does not work" in page and f'href="{PAGE}"' in page
    assert nothing_written()


def test_a_link_that_names_no_question_of_the_survey_just_opens_it(client, survey, message):
    response = client.get(tap(message, question="tea"))
    assert response.status_code == 200 and " checked" not in response.content.decode() and nothing_written()


def test_a_link_of_long_ago_is_too_old(client, survey, message):
    Message.objects.filter(pk=message.pk).update(at=clock.now() - timedelta(days=401))
    response = client.get(tap(message))
    assert response.status_code == 410 and "too old" in response.content.decode() and nothing_written()


def test_a_link_of_somebody_erased_is_bad(client, survey, message, alice):
    Contact.objects.filter(pk=alice.pk).update(erased=clock.now())
    assert client.get(tap(message)).status_code == 404 and nothing_written()


def form(survey, visitor, *, days: int = 0) -> str:
    return links.sign_form(survey.current, visitor, links.Sheet(), clock.now() - timedelta(days=days))


def test_a_form_that_lay_open_too_long_is_too_old(client, survey, message):
    visitor = links.Visitor(f"message:{message.uid}", message)
    response = client.post(PAGE, {"form": form(survey, visitor, days=8), "q-milk": 1})
    assert response.status_code == 410 and nothing_written()


def test_a_form_of_another_survey_is_refused(client, survey, message):
    tea = published(key="tea")
    response = client.post(PAGE, {"form": form(tea, links.stranger()), "q-milk": 1})
    assert response.status_code == 404 and nothing_written()


@pytest.mark.parametrize("forged", ["", "nonsense", "é.é", "a.b"])
def test_a_form_that_was_not_made_here_is_refused(client, survey, forged):
    assert client.post(PAGE, {"form": forged, "q-milk": 1}).status_code == 404 and nothing_written()


def test_a_forged_contact_in_the_form_is_not_believed(client, survey, message, bob):
    page = client.get(tap(message)).content.decode()
    client.post(PAGE, {"form": hidden(page), "q-milk": 1, "contact": bob.pk, "message": str(ids.uuid7())})
    assert Response.objects.get().contact == message.contact


def test_the_page_of_a_forwarded_link_names_nobody(client, survey, message):
    page = client.get(tap(message)).content.decode()
    assert "Alice" not in page and "alice@" not in page


def test_the_page_sets_no_cookie_and_tells_nobody_its_address(client, survey, message):
    for response in (client.get(tap(message)), submit(client, tap(message), milk=1)):
        assert not response.cookies
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] in {"private, no-cache", "no-store"}


def test_nobody_but_the_named_sites_may_frame_the_page(client, message):
    published(key="coffee", embed_on=["https://shop.example"])
    published(key="tea")
    named, other = client.get(PAGE), client.get("/s/tea/")
    assert "frame-ancestors 'self' https://shop.example;" in named["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in named
    assert "frame-ancestors 'self';" in other["Content-Security-Policy"] + ";"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_website_cannot_answer_for_anybody(client, survey, message, headers):
    page = client.get(tap(message, no="")).content.decode()
    assert client.post(PAGE, {"form": hidden(page), "q-milk": 1}, headers=headers).status_code == 403
    assert nothing_written()


def test_the_page_and_all_it_loads_is_under_40_kb(client, survey, message):
    page = client.get(tap(message)).content
    styles = b"".join(
        Path(finders.find(name)).read_bytes() for name in re.findall(r"/static/(\S+?\.css)", page.decode())
    )
    assert len(page) + len(styles) < 40_000
    assert len(styles) > 5_000 and b"<script" not in page
