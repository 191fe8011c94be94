"""What may have gone out is listed, and goes again only by a person's word; what does not add up is said."""

from datetime import UTC, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from crm.dialogue import ledger, outbox
from crm.dialogue.actions import Draft, owe, queue
from crm.dialogue.models import LedgerCheck, Message, Outbox, SentAgain
from crm.dialogue.outbox import Settled
from engage import maintenance
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client: Client) -> None:
    client.force_login(cast.max_())


@pytest.fixture
def doubtful(alice) -> Message:
    """An offer to Alice that may have gone out."""
    draft = Draft(contact=alice.pk, recorded_for=alice.pk, klass="marketing", origin="bulk", occurrence="1")
    (pk,) = queue([draft], at=clock.now())
    outbox.settle([Settled(pk, "unknown", "interrupted")], at=clock.now())
    return Message.objects.get(pk=pk)


def page_of(client: Client, name: str, *args, **query) -> str:
    return client.get(reverse(name, args=args), query).content.decode()


def test_what_may_have_gone_out_can_be_ticked_and_goes_again_after_a_second_page(client, doubtful) -> None:
    shown = page_of(client, "sent", term="unknown")
    assert f'name="message" value="{doubtful.uid}"' in shown and "it may have arrived" in shown
    asked = page_of(client, "send_again", message=[doubtful.uid])
    assert "We do not know whether 1 message arrived" in asked and not SentAgain.objects.exists()
    client.post(reverse("send_again"), {"message": [doubtful.uid]})
    assert SentAgain.objects.get().by == "Max"
    assert Outbox.objects.get().message == doubtful
    assert "Max sent it again" in page_of(client, "message", doubtful.uid)
    assert str(doubtful.uid) in page_of(client, "sent", term="twice")
    client.post(reverse("send_again"), {"message": [doubtful.uid]})
    assert SentAgain.objects.count() == 1


def test_what_is_known_and_what_is_nonsense_never_goes_again(client, doubtful) -> None:
    Message.objects.update(state="accepted")
    for asked in ([doubtful.uid], ["x"], [], ["\0"]):
        assert client.post(reverse("send_again"), {"message": asked}).url == reverse("sent")
    assert not SentAgain.objects.exists()


def test_agents_send_nothing_again(client, doubtful) -> None:
    client.force_login(cast.ada())
    assert client.post(reverse("send_again"), {"message": [doubtful.uid]}).status_code == 403
    assert "Send again" not in page_of(client, "message", doubtful.uid)


def test_a_message_in_doubt_says_so_and_leads_to_sending_it_again(client, doubtful) -> None:
    page = page_of(client, "message", doubtful.uid)
    assert "We were interrupted while giving it over: it may have arrived." in page
    assert f"{reverse('send_again')}?message={doubtful.uid}" in page


def test_the_nightly_check_says_on_home_and_health_what_does_not_add_up(client, doubtful) -> None:
    assert "The first check comes tonight" in page_of(client, "settings_health")
    maintenance.nightly()
    assert "Everything added up" in page_of(client, "settings_health")
    assert "nightly check" not in page_of(client, "home")
    owe({"bulk": 2})
    maintenance.nightly()
    assert "The nightly check found 1 message that is not accounted for" in page_of(client, "home")
    page = page_of(client, "settings_health")
    assert "3 were due, 1 are accounted for" in page and f"{reverse('sent')}?origin=bulk" in page


def test_checks_are_kept_for_a_month() -> None:
    now = clock.now()
    LedgerCheck.objects.create(at=now - ledger.CHECKS_KEPT, wrong=[])
    LedgerCheck.objects.create(at=now - ledger.CHECKS_KEPT * 1.1, wrong=[])
    ledger.check(at=now)
    assert LedgerCheck.objects.count() == 2


def test_the_days_of_the_ledger_are_shown_and_each_leads_to_its_messages(client, doubtful) -> None:
    day = Message.objects.get().received.astimezone(UTC).date()
    shown = page_of(client, "sent_days")
    assert "Decided on" in shown and f"?day={day}" in shown and "does not add up" not in shown
    assert str(doubtful.uid) in page_of(client, "sent", day=day.isoformat())
    assert str(doubtful.uid) not in page_of(client, "sent", day=(day - timedelta(days=1)).isoformat())
    assert f"?origin=bulk&amp;day={day}" in page_of(client, "sent_days", origin="bulk")
    assert "Nothing was decided" in page_of(client, "sent_days", origin="other")
    owe({"bulk": 1})
    assert "does not add up" in page_of(client, "sent_days")
    for odd in ("x", "9999-12-31", "0001-01-01", "\0"):
        assert client.get(reverse("sent"), {"day": odd, "origin": "\0"}).status_code == 200
    client.force_login(cast.ada())
    assert client.get(reverse("sent_days")).status_code == 403


def test_the_days_cost_one_query_however_many_they_are(client, doubtful, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert len(ledger.days()) == 1
