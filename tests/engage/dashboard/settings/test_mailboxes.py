"""Mailboxes behind the gear: kept once they open, with the reason where they do not; no password is ever shown."""

import pytest
from django.db import connection
from django.urls import reverse

from campaigns.channels.models import Mailbox
from tests import cast
from tests.imap import PASSWORD, serving

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    with serving() as running:
        yield running


def given(server, **changes: object) -> dict[str, object]:
    known = {"address": "hello@shop.test", "host": "127.0.0.1", "port": server.port, "security": "none"}
    return known | {"login": "gear", "password": PASSWORD, "folder": "INBOX"} | changes


def test_an_owner_adds_tries_pauses_and_takes_out_a_mailbox(client, server):
    client.force_login(cast.olga())
    page = reverse("settings_mailboxes")
    assert client.post(page, given(server, password="wrong")).status_code == 400
    assert not Mailbox.objects.exists()
    assert client.post(page, given(server)).status_code == 302
    (mailbox,) = Mailbox.objects.all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM campaigns_channels_mailbox")
        assert PASSWORD.encode() not in bytes(cursor.fetchone()[0])
    html = client.get(page).content.decode()
    assert "hello@shop.test" in html and PASSWORD not in html
    assert "This mailbox is here already." in client.post(page, given(server)).content.decode()
    change = reverse("change_mailbox", args=[mailbox.uid])
    assert "It opens." in client.post(change, {"what": "test"}, follow=True).content.decode()
    client.post(change, {"what": "pause"})
    assert Mailbox.objects.get().paused
    client.post(change, {"what": "resume"})
    assert Mailbox.objects.get().paused is None
    client.post(change, {"what": "remove"})
    assert not Mailbox.objects.exists()


def test_the_reason_stands_beside_the_form(client, server):
    client.force_login(cast.olga())
    html = client.post(reverse("settings_mailboxes"), given(server, port=1)).content.decode()
    assert "The server does not answer at this port." in html and "hello@shop.test" in html


@pytest.mark.parametrize("who", [cast.ada, cast.max_])
def test_nobody_else_gets_there(client, who):
    client.force_login(who())
    assert client.get(reverse("settings_mailboxes")).status_code == 403
    assert client.post(reverse("change_mailbox", args=["0" * 8 + "-0000-0000-0000-" + "0" * 12])).status_code == 403
