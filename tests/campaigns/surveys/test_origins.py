"""Each answer keeps where it came from, as the address said it first and as it was signed into the form."""

import pytest

from campaigns.surveys.models import Response, SignUp
from tests.campaigns.surveys.pages import hidden, submit
from tests.campaigns.surveys.questions import tap
from tests.campaigns.surveys.sign_ups import ask, sign_up_form

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("?o=qr-counter", "qr-counter"),
        ("?o=QR-Counter", "qr-counter"),
        ("", "link"),
        ("?o=<script>", "link"),
        (f"?o={'a' * 31}", "link"),
        ("?o=%00", "link"),
    ],
)
def test_a_page_is_answered_from_where_its_address_says(client, survey, said, kept):
    assert submit(client, f"/s/coffee/{said}", milk=1).status_code == 200
    assert Response.objects.get().origin == kept


def test_a_mail_is_where_its_links_come_from_whatever_they_say_besides(client, survey, message):
    client.get(f"{tap(message)}&o=qr-counter")
    submit(client, tap(message), milk=1)
    assert [(one.state, one.origin) for one in Response.objects.all()] == [("final", "mail")]


def test_what_is_posted_changes_nothing_of_it(client, survey):
    form = hidden(client.get("/s/coffee/?o=poster").content.decode())
    client.post("/s/coffee/?o=other", {"form": form, "q-milk": 1, "o": "other", "origin": "other"})
    assert Response.objects.get().origin == "poster"


def test_a_request_to_be_written_to_keeps_it_too(client):
    sign_up_form()
    ask(client)
    assert SignUp.objects.get().origin == "link"
