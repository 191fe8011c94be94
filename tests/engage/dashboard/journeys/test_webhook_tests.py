"""Send a test: from the card of a webhook's step its address is told about nobody, and the page says how it went."""

import json
from ipaddress import ip_network

import pytest
from django.urls import reverse
from standardwebhooks import Webhook as Checking

from campaigns.channels.webhook.secrets import make_secret
from campaigns.journeys.actions import create_journey
from campaigns.journeys.models import DueWebhook, Journey, Webhook
from crm.business.actions import update_business
from tests import cast
from tests.campaigns.journeys.scenarios import scenario
from tests.engage.lib.listening import OK, saying, server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("max_")]


@pytest.fixture(autouse=True)
def near(settings) -> None:
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]


@pytest.fixture
def secret() -> str:
    return make_secret(by="Olga", at=cast.NOON)


def telling(url: str) -> Journey:
    steps = {"tell": {"kind": "webhook", "url": url, "event": "tea.drunk", "next": "bye"}, "bye": {"kind": "end"}}
    return create_journey(name="Mine", draft=scenario() | {"start": "tell", "steps": steps}, by="Max", at=cast.NOON)


def press(client, journey: Journey, step: str = "tell") -> tuple[int, str]:
    answer = client.post(reverse("journey_flow_test", args=[journey.uid, step]), headers={"HX-Request": "true"})
    return answer.status_code, answer.content.decode()


def test_the_address_is_told_about_nobody_signed_and_marked_as_a_test(client, secret: str) -> None:
    cast.alice()
    with server(saying(OK)) as (url, got):
        status, said = press(client, telling(url))
    head, _, body = got[0].decode().partition("\r\n\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])}
    told = json.loads(body)
    assert Checking(secret).verify(body, headers)["type"] == "tea.drunk"
    assert told["data"]["test"] is True and told["data"]["journey"]["step"] == "tell"
    assert told["data"]["contact"]["email"] == "nobody@customer.example"
    assert status == 200 and "took it, and answered 204" in said
    assert not Webhook.objects.exists() and not DueWebhook.objects.exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 500 No\r\n\r\n", "it answered 500"),
        (b"HTTP/1.1 302 There\r\nLocation: http://127.0.0.1/\r\n\r\n", "it sent us elsewhere"),
        (b"SSH-2.0\r\n\r\n", "it does not answer as a web server does"),
    ],
)
def test_the_page_says_why_it_was_not_taken(client, secret: str, answer: bytes, words: str) -> None:
    with server(saying(answer)) as (url, _got):
        assert words in press(client, telling(url))[1]


def test_our_own_network_is_not_reached(client, secret: str, settings) -> None:
    settings.WEBHOOK_NETWORKS = []
    with server(saying(OK)) as (url, got):
        assert "private network" in press(client, telling(url))[1]
    assert got == []


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "<script>", "//x", "https://[::1"])
def test_an_address_that_is_none_is_said_to_be_none(client, secret: str, url: str) -> None:
    status, said = press(client, telling(url))
    assert status == 200 and "no address" in said and "<script>" not in said


def test_without_a_secret_nothing_is_told(client) -> None:
    with server(saying(OK)) as (url, got):
        assert "no secret" in press(client, telling(url))[1]
    assert got == []


def test_nothing_leaves_the_demo_shop(client, secret: str) -> None:
    update_business(by="Olga", at=cast.NOON, demo=True)
    with server(saying(OK)) as (url, got):
        assert "nothing leaves the demo shop" in press(client, telling(url))[1]
    assert got == []


def test_without_script_the_page_comes_back_and_says_it(client, secret: str) -> None:
    with server(saying(OK)) as (url, _got):
        answer = client.post(reverse("journey_flow_test", args=[telling(url).uid, "tell"]), follow=True)
    assert "took it, and answered 204" in answer.content.decode()
    assert "Send a test" in answer.content.decode()


def test_only_a_webhook_has_a_test_and_only_who_may_write_journeys_sends_it(client, secret: str) -> None:
    journey = telling("https://shop.example/hook")
    assert press(client, journey, "bye")[0] == 404
    assert press(client, journey, "none")[0] == 404
    client.force_login(cast.ada())
    assert press(client, journey)[0] == 403
