"""A journey tells other systems: signed, each visit once, tried for a day."""

import json
from datetime import datetime, timedelta
from ipaddress import ip_network

import pytest
import time_machine
from django.urls import reverse
from standardwebhooks import Webhook as Checking

from campaigns.channels.models import WebhookSecret
from campaigns.channels.webhook.secrets import make_secret, present
from campaigns.journeys.models import DueWebhook, Visit, Webhook
from campaigns.journeys.parse import InvalidDefinition
from campaigns.journeys.webhooks import actions, queue, sending
from crm.business.models import Business
from crm.business.queries import forget_cached
from crm.contacts.actions import erase
from engage import walk
from engage.lib import clock
from tests.campaigns.journeys.happenings import enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario
from tests.cast import NOON, ada, alice, bob, max_, olga
from tests.engage.lib.listening import OK, saying, server

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def live(settings):
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    Business.objects.update_or_create(pk=1, defaults={"live": True})
    forget_cached()
    yield
    forget_cached()


@pytest.fixture
def secret() -> str:
    return make_secret(by="Olga", at=NOON - 30 * DAY)


def telling(url: str, **more) -> dict:
    steps = {
        "tell": {"kind": "webhook", "url": url, "next": "bye", **more},
        "bye": {"kind": "end", "reason": "Told"},
    }
    return {**scenario(), "start": "tell", "steps": steps}


def walked(url: str, person=None, **more):
    """Somebody who came by the webhook's step, at noon."""
    journey = live_journey(telling(url, **more))
    listen(ordered(person or alice(), total=12))
    with time_machine.travel(NOON, tick=False):
        walk.run()
    return journey


def send_at(moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        return sending.run()


def heard(request: bytes) -> tuple[dict[str, str], str]:
    """The headers and the body."""
    head, _, body = request.decode().partition("\r\n\r\n")
    lines = (line.partition(": ") for line in head.split("\r\n")[1:])
    return {name.lower(): value for name, _, value in lines}, body


def test_the_receiver_reads_who_did_what_and_can_check_who_says_so(secret):
    person = alice()
    with server(saying(OK)) as (url, got):
        journey = walked(url, person, event="order.noted")
        assert send_at(NOON) == 1
    headers, body = heard(got[0])
    with time_machine.travel(NOON, tick=False):
        assert Checking(secret).verify(body, headers)["type"] == "order.noted"
    data = json.loads(body)["data"]
    assert data["journey"] == {"id": str(journey.uid), "name": "Ask", "step": "tell"}
    assert data["contact"] == {"id": str(person.uid), "email": "alice@shop.example", "external_id": None}
    assert data["event"]["name"] == "Order Completed" and data["event"]["properties"] == {"total": 12}
    told = Webhook.objects.get()
    assert (told.state, told.status, str(told.uid)) == ("sent", 204, headers["webhook-id"])
    assert not DueWebhook.objects.exists()


def test_the_walk_goes_on_at_once_whatever_comes_of_it(secret):
    journey = walked("https://hooks.quaylane.test/x")
    assert [walker.reason for walker in enrolled(journey)] == ["Told"]
    assert Visit.objects.get(step="tell").decision == {"kind": "webhook", "url": "https://hooks.quaylane.test/x"}


def test_each_visit_is_told_once(secret):
    with server(saying(OK)) as (url, got):
        walked(url)
        send_at(NOON)
        with time_machine.travel(NOON + DAY, tick=False):
            walk.run()
        send_at(NOON + DAY)
    assert len(got) == 1


def test_what_is_refused_is_tried_for_a_day_with_the_same_id_and_then_has_failed(secret):
    with server(saying(b"HTTP/1.1 500 No\r\n\r\n")) as (url, got):
        walked(url)
        now, tries = NOON, []
        while queued := DueWebhook.objects.first():
            now = max(now, queued.due)
            tries.append(now - NOON)
            send_at(now)
    assert len(got) == len(queue.BACKOFF) + 1
    assert 0.9 * DAY < tries[-1] < 1.1 * DAY
    assert len({heard(one)[0]["webhook-id"] for one in got}) == 1
    told = Webhook.objects.get()
    assert (told.state, told.reason, told.status, told.tries) == ("failed", "refused", 500, 8)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(b"HTTP/1.1 302 Found\r\nLocation: https://shop.example/\r\n\r\n", "redirected"), (b"no", "no_http")],
)
def test_what_is_no_answer_says_why_and_is_tried_again(secret, answer, reason):
    with server(saying(answer)) as (url, _got):
        walked(url)
        send_at(NOON)
    told = Webhook.objects.get()
    assert (told.state, told.reason) == ("waiting", reason)
    assert DueWebhook.objects.get().due == NOON + timedelta(seconds=queue.BACKOFF[0])


def test_a_receiver_that_says_it_is_gone_is_not_told_again(secret):
    with server(saying(b"HTTP/1.1 410 Gone\r\n\r\n")) as (url, _got):
        walked(url)
        send_at(NOON)
    assert Webhook.objects.get().state == "failed"


def test_an_address_of_our_own_network_is_never_told(secret, settings):
    with server(saying(OK)) as (url, got):
        walked(url)
        settings.WEBHOOK_NETWORKS = []
        send_at(NOON)
    assert got == []
    assert (Webhook.objects.get().state, Webhook.objects.get().reason) == ("failed", "own_network")


def test_a_host_that_is_not_there_holds_nobody_up(secret):
    person = alice()
    with server(saying(OK)) as (gone, _got):
        pass
    live_journey(telling(gone) | {"entry": {"again": "always", "key": "order_id"}})
    listen(*(ordered(person, f"m{n}", order_id=f"A{n}") for n in range(queue.CHUNK + 5)))
    with time_machine.travel(NOON, tick=False):
        walk.run()
        assert sending.step() == queue.CHUNK
        assert sending.step() == 0
    assert Webhook.objects.filter(tries=0).count() == 5


def test_a_worker_that_died_between_answer_and_settling_tells_it_again_with_the_same_id(secret):
    with server(saying(OK)) as (url, got):
        walked(url)
        with time_machine.travel(NOON, tick=False):
            _token, [claimed] = queue.claim(NOON)
            sending.tell(claimed, [secret], at=NOON)
        assert send_at(NOON) == 0
        DueWebhook.objects.update(lease_until=NOON - DAY)
        assert send_at(NOON) == 1
    assert [heard(one)[0]["webhook-id"] for one in got] == [str(claimed.uid)] * 2
    assert Webhook.objects.get().state == "sent"


def test_a_worker_that_slept_past_its_lease_settles_nothing(secret):
    walked("https://hooks.quaylane.test/x")
    token, [claimed] = queue.claim(NOON)
    DueWebhook.objects.update(lease_until=NOON - DAY)
    queue.claim(NOON)
    queue.settle(claimed, queue.Result("refused", 500), token=token, at=NOON)
    assert (Webhook.objects.get().tries, DueWebhook.objects.get().attempts) == (0, 2)


def test_in_test_nothing_leaves_the_house(secret):
    Business.objects.update(live=False)
    forget_cached()
    with server(saying(OK)) as (url, got):
        walked(url)
        send_at(NOON)
    assert got == []
    assert Webhook.objects.get().state == "kept" and not DueWebhook.objects.exists()


def test_for_a_day_the_former_secret_signs_as_well(secret):
    newer = make_secret(by="Olga", at=NOON - DAY / 2)
    with server(saying(OK)) as (url, got):
        walked(url)
        send_at(NOON)
    headers, body = heard(got[0])
    with time_machine.travel(NOON, tick=False):
        assert Checking(secret).verify(body, headers) == Checking(newer).verify(body, headers)
    Webhook.objects.all().delete()
    with server(saying(OK)) as (url, got):
        walked(url, bob())
        send_at(NOON + DAY)
    assert len(heard(got[0])[0]["webhook-signature"].split()) == 1


def test_without_a_secret_it_cannot_be_published():
    with pytest.raises(InvalidDefinition) as refused:
        live_journey(telling("https://hooks.quaylane.test/x"))
    assert [(problem.path, "secret" in problem.message) for problem in refused.value.problems] == [
        ("$.steps.tell", True)
    ]


@pytest.mark.parametrize(
    "url", ["http://quaylane.test/", "https://10.0.0.1/", "https://[::1]/hook", "https://shop.example/"]
)
def test_an_address_that_may_not_be_told_cannot_be_published(secret, settings, url):
    settings.WEBHOOK_NETWORKS = []
    with pytest.raises(InvalidDefinition) as refused:
        live_journey(telling(url))
    assert [problem.path for problem in refused.value.problems] == ["$.steps.tell.url"]


def test_what_was_sent_is_forgotten_after_thirty_days_and_what_waits_is_not(secret):
    with server(saying(OK)) as (url, _got):
        walked(url)
        send_at(NOON)
    walked("https://hooks.quaylane.test/x", bob())
    actions.sweep(at=NOON + 31 * DAY)
    assert {told.state for told in Webhook.objects.all()} == {"waiting"}


def test_of_somebody_who_is_erased_no_webhook_stays(secret):
    person = alice()
    walked("https://hooks.quaylane.test/x", person)
    erase(contact=person, by="Olga", at=NOON)
    assert not Webhook.objects.exists() and not DueWebhook.objects.exists()
    assert send_at(NOON) == 0


def failed(client, secret):
    walked("https://hooks.quaylane.test/x")
    Webhook.objects.update(state="failed", reason="refused", status=500, settled=NOON)
    DueWebhook.objects.all().delete()
    return Webhook.objects.get()


def test_what_failed_is_listed_with_its_reason_and_is_sent_again(client, secret):
    client.force_login(max_())
    told = failed(client, secret)
    page = client.get(reverse("failed_webhooks")).content.decode()
    assert "hooks.quaylane.test was not told: it answered 500." in page and "Alice Moreau" in page
    assert client.post(reverse("send_webhook_again", args=[told.uid])).status_code == 302
    assert client.post(reverse("send_webhook_again", args=[told.uid])).status_code == 302
    told.refresh_from_db()
    assert (told.state, DueWebhook.objects.count()) == ("waiting", 1)
    assert "None has failed" in client.get(reverse("failed_webhooks")).content.decode()


def test_the_walk_says_what_became_of_its_webhook(client, secret):
    client.force_login(max_())
    told = failed(client, secret)
    walker = told.enrolment
    page = client.get(reverse("journey_walk", args=[walker.journey.uid, walker.uid])).content.decode()
    assert "hooks.quaylane.test was to be told. hooks.quaylane.test was not told: it answered 500." in page


def test_agents_see_no_webhooks_and_send_none(client, secret):
    client.force_login(ada())
    told = failed(client, secret)
    assert client.get(reverse("failed_webhooks")).status_code == 403
    assert client.post(reverse("send_webhook_again", args=[told.uid])).status_code == 403


def test_the_secret_is_shown_once_to_owners_only(client):
    client.force_login(max_())
    assert client.post(reverse("new_webhook_secret")).status_code == 403
    client.force_login(olga())
    answer = client.post(reverse("new_webhook_secret"))
    made = WebhookSecret.objects.get()
    (secret,) = present(at=clock.now())
    assert secret in answer.content.decode() and answer.headers["Cache-Control"] == "no-store"
    page = client.get(reverse("settings_keys")).content.decode()
    assert secret not in page and "Make a new secret" in page
    admin = client.get(f"/admin/campaigns_channels/webhooksecret/{made.pk}/change/")
    assert admin.status_code == 200 and secret not in admin.content.decode()
