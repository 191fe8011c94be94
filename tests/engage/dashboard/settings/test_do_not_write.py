"""The do-not-write list, and the sender that servers refuse: seen, and mended, by those who may."""

from datetime import timedelta

import pytest

from campaigns.channels.email.domain import watching
from campaigns.channels.models import SigningKey
from crm.business.actions import update_business
from crm.contacts.actions import CameBack, suppress, suppress_returned
from crm.contacts.models import Suppression
from crm.dialogue.actions import sender_stop, stop_sender
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db

LIST = "/settings/do-not-write/"


@pytest.fixture
def olga(client):
    olga = cast.olga()
    client.force_login(olga)
    return olga


@pytest.fixture
def listed():
    at = clock.now()
    suppress(address="alice@shop.example", reason="complaint", by="mail servers", at=at)
    while_ = at + timedelta(days=14)
    suppress_returned([CameBack("bob@shop.example", "soft", "", while_)], by="mail servers", at=at)
    suppress_returned([CameBack("carol@shop.example", "soft", "", at - timedelta(days=1))], by="mail servers", at=at)


def test_the_list_says_who_is_on_it_why_and_until_when(client, olga, listed):
    page = client.get(LIST).content.decode()
    assert "alice@shop.example" in page and "marked as spam" in page
    assert "bob@shop.example" in page and "we write again from" in page
    assert "carol@shop.example" not in page


def test_one_address_is_found_however_it_is_written(client, olga, listed):
    assert "alice@shop.example" in client.get(LIST, {"address": " Alice@Shop.example"}).content.decode()
    assert "not on the list" in client.get(LIST, {"address": "nobody@shop.example"}).content.decode()


def test_an_address_is_taken_off_and_put_on(client, olga, listed):
    client.post(f"{LIST}take-off/", {"address": "alice@shop.example"})
    assert not Suppression.objects.filter(address="alice@shop.example").exists()
    client.post(f"{LIST}add/", {"address": "Alice@shop.example"})
    row = Suppression.objects.get(address="alice@shop.example")
    assert row.reason == "staff" and "Olga" in row.by
    client.post(f"{LIST}add/", {"address": "nonsense"})
    assert Suppression.objects.count() == 3


def test_a_long_list_comes_in_pages(client, olga):
    at = clock.now()
    many = [CameBack(f"p{number}@shop.example", "bounce") for number in range(120)]
    suppress_returned(many, by="mail servers", at=at)
    page = client.get(LIST)
    assert 'rel="next"' in page.content.decode()
    assert len(page.context["page"].rows) == 50


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("marketer", 200)])
def test_agents_do_not_see_the_list_and_marketers_do(client, role, status):
    client.force_login(cast.colleague("Somebody", role))
    assert client.get(LIST).status_code == status


@pytest.mark.parametrize("path", ["add/", "take-off/"])
def test_agents_change_nothing_on_the_list(client, listed, path):
    client.force_login(cast.ada())
    assert client.post(LIST + path, {"address": "alice@shop.example"}).status_code == 403
    assert Suppression.objects.count() == 3


def test_a_sender_that_is_refused_stands_on_home_and_under_sending_until_the_owner_mended_it(client, olga):
    stop_sender(cause="authentication", words="550 5.7.26 not authenticated", sent=None, at=clock.now())
    assert "Mail servers refuse what comes from you" in client.get("/").content.decode()
    page = client.get("/settings/sending/").content.decode()
    assert "550 5.7.26 not authenticated" in page and "SPF, DKIM and DMARC" in page

    client.post("/settings/sending/mended/")
    assert sender_stop() is None
    assert "Mail servers refuse" not in client.get("/settings/sending/").content.decode()


def test_only_owners_say_that_it_is_mended(client):
    stop_sender(cause="blocklist", words="", sent=None, at=clock.now())
    client.force_login(cast.max_())
    assert client.post("/settings/sending/mended/").status_code == 403
    assert sender_stop()


def test_the_page_of_the_domain_shows_what_to_copy_and_makes_a_key_for_mail_servers_only(client, olga, settings):
    update_business(by="Olga", at=clock.now(), sender_email="shop@quay.invalid")
    settings.MAIL_SERVER = {"BACKEND": watching.SMTP_BACKEND, "OPTIONS": {"host": "mail.invalid", "port": 25}}
    client.post("/settings/sending/domain/key/", {"what": "make"})
    key = SigningKey.objects.get()
    assert key.domain == "quay.invalid"
    assert "We sign your mail ourselves" in client.get("/settings/sending/domain/").content.decode()
    client.post("/settings/sending/domain/key/", {"what": "drop"})
    assert not SigningKey.objects.exists()
    settings.MAIL_SERVER = None
    client.post("/settings/sending/domain/key/", {"what": "make"})
    assert not SigningKey.objects.exists()


def test_a_domain_is_warmed_up_by_a_press_and_its_plan_is_shown(client, olga):
    update_business(by="Olga", at=clock.now(), sender_email="shop@quay.invalid")
    client.post("/settings/sending/domain/warm-up/", {"begin": ""})
    page = client.get("/settings/sending/domain/").content.decode()
    assert "day 1 of 14, up to 50 marketing messages today, 0 have left" in page
    client.post("/settings/sending/domain/warm-up/")
    assert "Warm the domain up" in client.get("/settings/sending/domain/").content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_owners_see_the_domain_and_make_keys(client, method):
    client.force_login(cast.max_())
    path = "/settings/sending/domain/" + ("key/" if method == "post" else "")
    assert getattr(client, method)(path).status_code == 403
