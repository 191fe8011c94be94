"""A link in a message leads to an address that stands in the message, and to nothing else."""

import json
from datetime import timedelta

import pytest
from django.conf import settings

from campaigns.channels.skeleton import Part, Skeleton
from crm.business.actions import update_business
from crm.contacts.models import Contact
from crm.dialogue.links import click_url, open_url, trap_url
from crm.dialogue.models import Content, Rendered, Report, Touch
from crm.events.models import Inbox
from engage import returns
from engage.lib import belts, clock, tokens

pytestmark = pytest.mark.django_db

HOUSE = "https://shop.example/house-blend"
YOURS = "https://shop.example/for/alice?x=1&y=2"


@pytest.fixture(autouse=True)
def drained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)


@pytest.fixture
def linked(message):
    """The message has one link of its design, and one that was made for Alice."""
    part = Part(("",), ())
    skeleton = Skeleton(slots=(), subject=part, html=part, text=part, links=(HOUSE,))
    content = Content.objects.create(digest=b"x" * 32, skeleton=skeleton.to_json())
    type(message).objects.filter(pk=message.pk).update(content=content)
    Rendered.objects.create(message=message, slots=[YOURS], received=clock.now())
    message.refresh_from_db()
    return message


def clicks() -> list[dict]:
    """What triggers are told of clicks, once the returning belt has looked at them."""
    Report.objects.update(due=clock.now())
    returns.run()
    facts = [json.loads(body) for body in Inbox.objects.order_by("id").values_list("body", flat=True)]
    return [fact for fact in facts if fact["name"] == "Message Clicked"]


def path(message, number: int | str) -> str:
    return f"{click_url(message.uid)}.{number}".removeprefix(settings.PUBLIC_URL)


@pytest.mark.parametrize(("number", "target"), [(0, HOUSE), (1, YOURS)])
def test_a_click_leads_on_and_is_told_to_the_belt(client, linked, number, target):
    response = client.get(path(linked, number))
    assert (response.status_code, response["Location"]) == (302, target)
    assert not Inbox.objects.filter(body__contains="Message Clicked").exists()
    fact = clicks()[0]
    assert fact["name"] == "Message Clicked" and fact["contact"] == linked.contact_id
    assert fact["properties"] == {"message": str(linked.uid), "origin": "journey:x:ask", "link": number, "url": target}
    linked.refresh_from_db()
    assert linked.clicked


def test_a_click_repeated_at_once_is_the_same_event(client, linked):
    for _ in range(3):
        client.get(path(linked, 0))
    assert len({fact["message_id"] for fact in clicks()}) <= 2


MACHINES = [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"User-Agent": "Barracuda Sentinel (EE)"}]


@pytest.mark.parametrize("headers", MACHINES)
def test_looking_ahead_is_no_click(client, linked, headers):
    assert client.get(path(linked, 0), headers=headers)["Location"] == HOUSE
    assert client.head(path(linked, 0))["Location"] == HOUSE
    assert not clicks()
    assert {touch.machine for touch in Touch.objects.all()} <= {"ahead", "agent"}
    linked.refresh_from_db()
    assert linked.clicked is None


def test_the_link_that_nobody_sees_takes_the_others_with_it_and_leads_to_a_person(client, linked):
    client.get(path(linked, 0))
    assert client.get(trap_url(linked.uid).removeprefix(settings.PUBLIC_URL))["Location"].startswith("/talk?t=")
    assert not clicks()
    assert {touch.machine for touch in Touch.objects.all()} == {"trap"}


def test_a_click_soon_after_a_message_left_is_looked_at_with_those_that_follow(client, linked):
    type(linked).objects.filter(pk=linked.pk).update(settled=clock.now())
    client.get(path(linked, 0))
    assert Report.objects.get().due > clock.now() + timedelta(seconds=9)


def test_opens_are_noted_only_where_the_owner_wants_it_and_nobody_looked_ahead(client, linked):
    pixel = open_url(linked.uid).removeprefix(settings.PUBLIC_URL)
    assert client.get(pixel)["Content-Type"] == "image/gif"
    assert not Report.objects.exists()

    update_business(by="Olga", at=clock.now(), track_opens=True)
    assert client.get(pixel, headers={"User-Agent": "Mozilla/5.0"}).status_code == 200
    assert client.get("/o/invented.gif").status_code == 200
    clicks()
    linked.refresh_from_db()
    assert linked.opened is None
    client.get(pixel)
    client.get(pixel)
    clicks()
    linked.refresh_from_db()
    assert linked.opened
    assert Inbox.objects.filter(body__contains="Message Opened").count() >= 1


@pytest.mark.parametrize("number", [2, -1, 99999, "٠", "", "0x0"])
def test_a_link_that_the_message_does_not_have_leads_nowhere(client, linked, number):
    response = client.get(path(linked, number))
    assert response.status_code == 404 and "led nowhere" in response.content.decode()
    assert not clicks()


@pytest.mark.parametrize("token", ["nonsense", "é", "a.b", "x" * 3000, "https://evil.example"])
def test_an_invented_token_leads_nowhere(client, linked, token):
    assert client.get(f"/c/{token}").status_code == 404


def test_a_token_of_another_purpose_leads_nowhere(client, linked):
    assert client.get(f"/c/{tokens.sign('u', str(linked.uid))}.0").status_code == 404


def test_a_message_without_links_leads_nowhere(client, message):
    assert client.get(path(message, 0)).status_code == 404


def test_after_the_slots_are_gone_the_designs_own_links_still_lead_on(client, linked):
    Rendered.objects.all().delete()
    assert client.get(path(linked, 0))["Location"] == HOUSE
    assert client.get(path(linked, 1)).status_code == 404


def test_the_links_of_somebody_erased_lead_nowhere(client, linked, alice):
    Contact.objects.filter(pk=alice.pk).update(erased=clock.now())
    assert client.get(path(linked, 0)).status_code == 404


def test_a_click_sets_no_cookie_and_tells_the_shop_no_token(client, linked):
    response = client.get(path(linked, 0))
    assert not response.cookies and response["Referrer-Policy"] == "no-referrer"


def test_a_click_costs_a_constant_number_of_queries(client, linked, django_assert_num_queries):
    client.get(path(linked, 0))
    with django_assert_num_queries(2):
        client.get(path(linked, 0))


@pytest.mark.parametrize("token", ["nonsense", "é", "good"])
def test_opens_are_not_tracked(client, linked, token):
    token = tokens.sign("o", str(linked.uid)) if token == "good" else token
    response = client.get(f"/o/{token}.gif")
    assert (response.status_code, response["Content-Type"]) == (200, "image/gif") and response.content[:6] == b"GIF89a"
    assert not clicks() and not response.cookies
