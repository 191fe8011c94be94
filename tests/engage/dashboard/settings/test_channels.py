"""Sending by other channels: set up by owners, secrets never shown, a test to one's own number."""

from decimal import Decimal
from ipaddress import ip_network

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.channels.models import Account
from campaigns.channels.sms import twilio
from crm.business.models import Changed, User
from tests import cast
from tests.engage.lib.listening import saying, server

pytestmark = pytest.mark.django_db

SMS = ("settings_channel", ["sms", "twilio"])
TWILIO = {"sid": "AC12", "token": "very secret", "sender": "+15005550006", "price": "0.04", "currency": "GBP"}
GATEWAY = {
    "url": "https://sms.quaylane.test/send",
    "format": "json",
    "fields_": '{"to": "{to}", "text": "{text}"}',
    "authorization": "Bearer secret",
    "price": "",
    "currency": "GBP",
}


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


def url(name: str, args: list[str]) -> str:
    return reverse(name, args=args)


@pytest.mark.parametrize("colleague", [cast.max_, cast.ada])
def test_only_owners_set_up_channels(client: Client, colleague) -> None:
    client.force_login(colleague())
    assert client.get(url(*SMS)).status_code == 403
    assert client.post(url(*SMS), TWILIO).status_code == 403
    assert client.post(reverse("test_text"), {"number": "1"}).status_code == 403
    assert client.post(url("drop_channel", ["sms"])).status_code == 403
    assert client.post(reverse("new_sms_hook")).status_code == 403
    assert not Account.objects.exists()


def test_what_is_set_up_is_used_and_its_secret_is_on_no_page(olga: Client) -> None:
    assert olga.post(url(*SMS), TWILIO).status_code == 302
    account = Account.objects.get()
    assert (account.options, account.secrets) == ({"sid": "AC12", "sender": "+15005550006"}, {"token": "very secret"})
    assert account.price == Decimal("0.04")

    page = olga.get(url("settings_channel", ["sms"])).content.decode()
    assert "AC12" in page and "very secret" not in page
    assert "/hooks/sms/twilio/incoming/" in page
    assert "very secret" not in " ".join(f"{one.before} {one.after}" for one in Changed.objects.all())


def test_a_secret_that_is_left_empty_stays(olga: Client) -> None:
    olga.post(url(*SMS), TWILIO)
    assert olga.post(url(*SMS), TWILIO | {"token": "", "sender": "Shop"}).status_code == 302
    account = Account.objects.get()
    assert (account.options["sender"], account.secrets["token"]) == ("Shop", "very secret")


def test_another_provider_begins_without_the_former_ones_secrets(olga: Client) -> None:
    olga.post(url(*SMS), TWILIO)
    assert olga.post(url("settings_channel", ["sms", "gateway"]), GATEWAY).status_code == 302
    account = Account.objects.get()
    assert account.secrets == {"authorization": "Bearer secret"}
    assert account.options["fields"] == {"to": "{to}", "text": "{text}"}
    assert account.price is None


def test_the_address_that_a_gateway_calls_is_shown_once(olga: Client) -> None:
    assert olga.post(reverse("new_sms_hook")).status_code == 404
    olga.post(url("settings_channel", ["sms", "gateway"]), GATEWAY)
    made = olga.post(reverse("new_sms_hook"))
    hook = Account.objects.get().secrets["hook"]
    assert hook in made.content.decode() and made.headers["Cache-Control"] == "no-store"
    assert hook not in olga.get(url("settings_channel", ["sms"])).content.decode()

    olga.post(url("settings_channel", ["sms", "gateway"]), GATEWAY | {"authorization": ""})
    assert Account.objects.get().secrets == {"authorization": "Bearer secret", "hook": hook}
    olga.post(reverse("new_sms_hook"))
    assert Account.objects.get().secrets["hook"] != hook


def test_what_cannot_be_read_any_more_is_not_set_up(olga: Client, settings) -> None:
    olga.post(url(*SMS), TWILIO)
    settings.SECRET_KEY = "another"
    olga.force_login(User.objects.get())
    assert "not set up" in olga.get(reverse("settings_sending")).content.decode()
    page = olga.get(url("settings_channel", ["sms"])).content.decode()
    assert "Not set up" in page and "AC12" not in page
    assert olga.post(url(*SMS), TWILIO).status_code == 302
    assert Account.objects.get().secrets == {"token": "very secret"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"fields_": "{"}, "This is not JSON."),
        ({"fields_": '{"to": "{to}"}'}, "It must be an object with {to} and {text} in it."),
        ({"fields_": '["{to}", "{text}"]'}, "It must be an object"),
        ({"url": "ftp://sms.test"}, "This must be an address"),
        ({"format": "form", "fields_": '{"to": ["{to}"], "text": "{text}"}'}, "In a form each field is a text."),
        ({"authorization": "a\r\nb"}, "Enter a valid value."),
        ({"price": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(olga: Client, changed: dict[str, str], message: str) -> None:
    page = olga.post(url("settings_channel", ["sms", "gateway"]), GATEWAY | changed)
    assert page.status_code == 200 and message in page.content.decode()
    assert not Account.objects.exists()


def test_what_is_taken_out_is_gone(olga: Client) -> None:
    olga.post(url(*SMS), TWILIO)
    assert olga.post(url("drop_channel", ["sms"])).status_code == 302
    assert not Account.objects.exists()
    assert "not set up" in olga.get(reverse("settings_sending")).content.decode()


@pytest.mark.parametrize("path", [["pigeon"], ["sms", "pigeon"], ["email"]])
def test_other_channels_are_not_found(olga: Client, path: list[str]) -> None:
    assert olga.get(url("settings_channel", path)).status_code == 404


def test_a_test_goes_to_ones_own_number_at_once(olga: Client, settings, monkeypatch) -> None:
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    olga.post(url(*SMS), TWILIO)
    with server(saying(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")) as (there, got):
        monkeypatch.setattr(twilio, "API", there)
        page = olga.post(reverse("test_text"), {"number": "07911 123456"}, follow=True).content.decode()
    assert "It was taken." in page
    assert "To=%2B447911123456" in got[0].decode()


def test_a_refused_test_says_why(olga: Client, settings, monkeypatch) -> None:
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    olga.post(url(*SMS), TWILIO)
    with server(saying(b'HTTP/1.1 401 No\r\nContent-Length: 15\r\n\r\n{"code": 20003}')) as (there, _got):
        monkeypatch.setattr(twilio, "API", there)
        page = olga.post(reverse("test_text"), {"number": "07911 123456"}, follow=True).content.decode()
    assert "It was not taken: Twilio 401 20003" in page
    assert "does not look like" in olga.post(reverse("test_text"), {"number": "x"}, follow=True).content.decode()
