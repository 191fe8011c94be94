"""From which network address a permission came: behind a trusted proxy the visitor's, and never what a visitor says."""

import ipaddress

import pytest

from crm.contacts.models import Consent, Topic
from crm.dialogue.links import memory_path
from engage.lib import clock, tokens
from tests import cast
from tests.campaigns.surveys import sign_ups
from tests.engage.memory.memories import agrees, sent_to

pytestmark = pytest.mark.django_db

VISITOR, INVENTED = "198.51.100.7", "192.0.2.66"
BEHIND = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": f"{INVENTED}, {VISITOR}, 10.0.0.2"}
PRETENDS = {"REMOTE_ADDR": VISITOR, "HTTP_X_FORWARDED_FOR": INVENTED}
OVER_6 = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "2001:db8::5"}

WAYS = pytest.mark.parametrize(
    ("way", "address"),
    [(BEHIND, VISITOR), (PRETENDS, VISITOR), (OVER_6, "2001:db8::5")],
    ids=["behind a proxy", "pretending", "over IPv6"],
)


@pytest.fixture(autouse=True)
def trusted(settings) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]


@pytest.fixture
def letter():
    """Alice said yes to Offers, and has a message about it."""
    alice, offers = cast.alice(), Topic.objects.create(key="offers", label="Offers")
    agrees(alice, offers)
    return sent_to(alice, topic=offers, address="alice@shop.example")


def came_from() -> str | None:
    return Consent.objects.latest("id").network_address


@WAYS
def test_confirming_a_sign_up(client, way, address) -> None:
    sign_ups.sign_up_form()
    sign_ups.ask(client)
    client.post(sign_ups.link(), **way)
    assert set(Consent.objects.values_list("network_address", flat=True)) == {address}


@WAYS
def test_unsubscribing_by_the_link_of_a_message(client, letter, way, address) -> None:
    client.post(f"/u/{tokens.sign('u', str(letter.uid))}", {"what": "topic"}, **way)
    assert Consent.objects.latest("id").state == "withdrawn" and came_from() == address


@WAYS
def test_setting_topics_on_ones_own_page(client, letter, way, address) -> None:
    link = memory_path(letter.contact.uid, letter.uid, at=clock.now())
    client.post(f"{link}/topics", {}, **way)
    assert Consent.objects.latest("id").state == "withdrawn" and came_from() == address
